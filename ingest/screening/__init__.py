"""Scores of what looks made up, each with its evidence named: replays, pulse generators, emulated terminals.

In: measures, face checks and marks as columns, prints of traces. Out: Suspicions, one row a session and kind.
Pure: no database, no network, no clock, no logging. Gives no verdict; a rule set says what a score does.
Imports the judge's plain types, geofence and numpy.
"""
