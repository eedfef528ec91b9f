"""Store: everything that touches PostgreSQL, and nothing that has an opinion.

In:  a database URL, evidence rows and heads from ingest.receive, registry.json, outcomes from ingest.judge.
Out: tables (schema/NNNN_name.sql, numbered, forward only), evidence in (terminal, seq) order, the sealed
     envelopes byte for byte, heads, quarantine, the conservation count, the registry as it was known.

connection (back-off), migrate, evidence and envelopes, parts (monthly partitions), heads, quarantine,
conservation, landing (one batch, one transaction), terminals (how each is, contested, stuck), registry,
digests (a record's place in the chain), photos, orders and their bodies, images (of updates).

May import ingest.judge.outcome and firmware.wire. Must not import rules, ingest.receive, MQTT or geofence.
"""
