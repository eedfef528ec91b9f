"""The rules: one pure function each, under its row of data.

In: a Case (the minutes of one or many training sessions as columns) and a RuleSet.
Out: a Finding per rule: the minutes it is about, those it doubts, and the numbers it looked at.
A new rule is one function in a file here, decorated with its row (rulebook.rule): table.py finds it, and
rule sets and docs/reference/reason-codes.md follow from it.
No rule may loop over minutes in Python: a city's day has two million of them.
Imports the rest of ingest.judge, firmware.wire and numpy; nothing else of the project.
"""
