"""What stored records say, without an opinion.

In: the bytes of records, fences (geofence.FenceSet), thresholds of a RuleSet, terminals' public keys.
Out: MinuteMeasures, one row a minute: fixes, distance, speeds, jumps, inside / outside / doubt; and the rest
     of the judge's Evidence.
decode.py unpacks many records at once; motion.py and where.py measure; records.py joins the two; sort.py
sorts records by kind and dates those made without a time; chain.py checks the chain and who signed it.
Everything works on blocks of minutes as numpy arrays; positions become local metres first.
Imports ingest.judge's plain types, geofence and firmware.wire; no database, no rules, no clock.
"""
