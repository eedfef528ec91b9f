"""The random audit: which sessions are drawn for review, so that nobody can choose or predict them.

In: the day's committed list of sessions and a public seed that became known only after. Out: the drawn
sessions, the same for anyone who derives them again; and how often two inspectors who saw the same session
agree. Pure: no I/O, no clock, no random source. Imports nothing of the project.
"""
