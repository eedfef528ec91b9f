"""Store: everything that touches PostgreSQL, and nothing that has an opinion.

In:  a database URL, evidence rows and heads from ingest.receive, registry.json, outcomes from ingest.judge.
Out: tables (schema/NNNN_name.sql, numbered, forward only), evidence in (terminal, seq) order, the sealed
     envelopes byte for byte, heads, quarantine, the conservation count, the registry as it was known.

connection (back-off), migrate, evidence and envelopes, parts (monthly partitions), heads, quarantine,
conservation, landing (one batch, one transaction), terminals (contested, stuck), registry.

May import ingest.judge.model and firmware.wire. Must not import rules, ingest.receive, MQTT or geofence.
"""
