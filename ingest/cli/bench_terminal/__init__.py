"""What the terminal costs and how quick it is: real firmware from .mpy files, real MicroPython, real broker.

In: nothing. Out: a table, and build/bench/terminal.json. Each file measures one thing on the firmware that
compiled.py has made; device/ holds the scripts that run inside MicroPython.
"""
