"""`hourfence scenarios`: the library of named days, judged in memory and held against their truth.

In: a seed, perhaps one family's name. Out: a confusion table by family, build/scenarios/report.json and
details.json (which reasons spoke where). judged.py runs the pure path, confusion.py counts, run.py reports.
"""
