"""Embedded: a database and a broker of our own when no real ones are named.

In:  a data folder, and optionally the terminals' users and passwords.
Out: ``EmbeddedPostgres(data_dir).url`` (PostgreSQL over a unix socket) and
     ``EmbeddedBroker(dir, users).host/.port/.url`` (MQTT 3.1.1 on 127.0.0.1), both context managers.

Everything started here is a child that the kernel ends with its owner, even when the owner is killed;
no user is created, no permission is changed outside the data folder. ``mosquitto`` writes the tuned
configuration of a real broker. For tests, the demo and small trials; production names real parts.

Must not import: anything of the project.
"""
