"""What a receiver at 10 Hz costs: prints microseconds of one core per second of stream, and the floor.

Run as `micropython nmea.py [PIECE]` with the firmware as the search path, from .mpy to say something about a
terminal. Ten epochs a second of five sentences (RMC, GGA, two GSA, GSV; 3.4 KB), in pieces of PIECE bytes
(64: what a UART hands over at a time), through the parser and the clock. The floor is what any parser in the
interpreter pays: a look at each byte for the checksum. A wrong number of fixes ends it with an error.
"""

import gc
import sys
import time

from firmware.terminal.clock import Clock
from firmware.terminal.gnss.gnss import Gnss

SECONDS = 60


def sentence(body):
    check = 0
    for byte in body:
        check ^= byte
    return b"$" + body + b"*%02X\r\n" % check


def second_of(number):
    """The bytes of one second of the receiver."""
    parts = []
    for tenth in range(10):
        clock = b"12%02d%02d.%d00" % (number // 60, number % 60, tenth)
        place = b"3958.%05d,N,11619.%05d,E" % (12345 + number, 54321 + number)
        parts.append(sentence(b"GNRMC," + clock + b",A," + place + b",19.440,286.50,060826,,,A,V"))
        parts.append(sentence(b"GNGGA," + clock + b"," + place + b",1,17,0.81,48.2,M,-8.6,M,,"))
        parts.append(sentence(b"GNGSA,A,3,01,06,14,15,17,19,20,22,24,30,,,1.31,0.81,1.12,1"))
        parts.append(sentence(b"GNGSA,A,3,13,27,28,38,,,,,,,,,1.31,0.81,1.12,4"))
        parts.append(sentence(b"GPGSV,4,1,16,05,01,047,,10,29,224,,13,22,062,23,15,40,094,,1"))
    return b"".join(parts)


def measure(piece):
    """Microseconds per second of stream; raises ValueError when a fix is missing."""
    gnss = Gnss()
    clock = Clock(lambda: time.ticks_us() // 1000, lambda: False)
    buffer = bytearray(piece)
    fixes = 0
    spent_us = 0
    for number in range(SECONDS):
        data = second_of(number)
        gc.collect()
        begin_us = time.ticks_us()
        at = 0
        while at < len(data):
            count = min(piece, len(data) - at)
            buffer[:count] = data[at : at + count]
            gnss.feed(buffer, count)
            epoch = gnss.take()
            while epoch is not None:
                fixes += epoch.valid
                clock.on_epoch(epoch.utc_s, epoch.valid, True)
                epoch = gnss.take()
            at += count
        spent_us += time.ticks_diff(time.ticks_us(), begin_us)
    if fixes != SECONDS:
        raise ValueError("fixes: " + str(fixes))
    return spent_us // SECONDS


def floor():
    """Microseconds per second of stream for a checksum over every byte, and nothing else."""
    data = second_of(1)
    gc.collect()
    begin_us = time.ticks_us()
    for _ in range(SECONDS):
        check = 0
        for byte in data:
            check ^= byte
    return time.ticks_diff(time.ticks_us(), begin_us) // SECONDS


print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 64), floor())
