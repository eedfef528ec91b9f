"""What stored records say, without an opinion.

In: the bytes of records, fences (geofence.FenceSet), thresholds of a RuleSet, terminals' keys and schools.
Out: MinuteMeasures, one row a minute: fixes, distance, speeds, jumps, inside / outside / doubt; and the rest
     of the judge's Evidence.
decode.py unpacks many records at once, accuracy.py tells how far off a fix may be; motion.py, wander.py and
receiver.py measure the car and its receiver; where.py asks the fences, with flips.py (sides of the fence) and
cut.py (short cuts); records.py joins them; sort.py sorts records by kind and dates those made without a time;
chain.py checks the chain and who signed it. Everything works on blocks of minutes as numpy arrays, and how
records are cut into blocks changes no bit. Imports ingest.judge's plain types, geofence and firmware.wire; no
database, no rules, no clock.
"""
