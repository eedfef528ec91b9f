"""The desk's benchmark: a database of a million sessions made quickly, and how fast its pages come.

In: how many sessions and minutes. Out: server times of queue, session and statistics pages, each beside
    the bare
SQL it stands on, printed and in build/bench/desk.json.
"""
