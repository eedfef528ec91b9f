"""Ingest: the server's side of an hour, from MQTT payload to credited minutes.

In:  envelopes on ``hourfence/1/up/<terminal>`` and the registry of schools, cars, people, terminals, fences.
Out: evidence rows (the signed bytes), receipts to the terminals, measures, verdicts with every reason,
     an append-only credit ledger and flags for a human.

``receive`` opens and stores, ``measure`` counts, ``judge`` decides (pure), ``store`` keeps, ``cli`` is the
command, ``embedded`` starts a broker and a database when none is given, ``settings`` reads the environment.

Must not import: ``simulators`` and ``tests``; only ``ingest.cli`` may import ``simulators`` (the demo).
"""
