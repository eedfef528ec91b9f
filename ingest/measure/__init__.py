"""What the numbers of a minute say, without an opinion.

In: the bytes of minute records, fences (geofence.FenceSet), thresholds of a RuleSet.
Out: MinuteMeasures, one row a minute: fixes, distance, speeds, jumps, inside / outside / doubt.
decode.py unpacks many records at once; motion.py and where.py measure; records.py joins the two.
Everything works on blocks of minutes as numpy arrays; positions become local metres first.
Imports ingest.judge.model, geofence and firmware.wire; no database, no rules, no clock.
"""
