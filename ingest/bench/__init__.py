"""Bench: how many records a second ingest stores and receipts on this machine, every check in; and how long a
city's day takes to judge.

In:  numbers of terminals, records and connections; of cars and hours.
Out: rates, CPU seconds per part and a ratio to a ceiling of the same run, printed and as JSON.

The broker, the database and the ingest service are the real ones; only the terminals are many and hasty:
minutes (sealed envelopes of a real chain), publisher (raw MQTT sockets), cpu (time per part), ingest_rate.
judge fills a database with a city's day (city, stamped) and judges it twice; fences holds fixes to fences,
and its figures are told with those of judge.

May import ingest.receive, ingest.store, ingest.judging, ingest.embedded, ingest.settings, geofence and
firmware.wire. Must not import simulators; nothing imports it but the command.
"""
