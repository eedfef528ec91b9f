"""Boards: the only files that may import machine or network.

In: the settings of one terminal.
Out: an object with the ports the app needs: gnss and face byte streams, vehicle (pulses,
ignition, rpm, keys), ticks, sleep, sockets, and a place for the journal.
unix.py stands for a car with three serial lines on a desk.
"""
