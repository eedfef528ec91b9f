"""Bench: how many records a second ingest stores and receipts on this machine, every check in.

In:  numbers of terminals, records and connections.
Out: rates, CPU seconds per part and a ratio to a ceiling of the same run, printed and as JSON.

The broker, the database and the ingest service are the real ones; only the terminals are many and hasty:
minutes (sealed envelopes of a real chain), publisher (raw MQTT sockets), cpu (time per part), ingest_rate.

May import ingest.receive, ingest.store, ingest.embedded, ingest.settings and firmware.wire.
Must not import simulators; nothing imports it but the command.
"""
