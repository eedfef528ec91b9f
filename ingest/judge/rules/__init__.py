"""The rules: one pure function each, under its row of data.

In: a Case (the minutes of one or many training sessions as columns) and a RuleSet.
Out: a Finding per rule: which minutes it refuses or doubts or notes, and the numbers it looked at.
A new rule is one function here, one row in table.py and one row in firmware.wire.reasons.
No rule may loop over minutes in Python: a city's day has two million of them.
Imports the rest of ingest.judge, firmware.wire and numpy; nothing else of the project.
"""
