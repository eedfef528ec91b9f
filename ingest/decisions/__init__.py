"""What a human may decide and what follows from it: pure rules, no I/O, no clock.

In: who acts (role, school), how a session stands (its decisions, lease, appeal), the machine's verdicts.
Out: whether the act is allowed, the new state, and the verdict of every minute that follows: the highest
layer's last decision wins over the machine, whose verdict stays visible beneath it.
Layers: 0 automatic, 1 school, 2 inspector, 3 supervision (final).
Imports only ingest.judge's plain types.
"""
