"""A training day on real parts: terminals, broker, ingest, database, judgement, report.

In: options (seed, cars, hours, a recording, fences, another scenario), the environment's settings.
Out: a table on the screen, report.json, the logs of every part; exit code 0, or 1 when the count of
records does not balance.
The only package that may import simulators. Everything it starts ends with it, however it ends.
"""
