"""The simulated receiver as any serial program sees it: through pyserial, 115200 baud, line by line."""

import datetime

import numpy as np
import serial

from simulators import nmea
from simulators.nmea import Reception
from simulators.ports import Ports


def test_pyserial_reads_the_receivers_sentences() -> None:
    seconds = np.arange(1789430400, 1789430410)
    many = np.ones(10, dtype=np.int64)
    reception = Reception(
        seconds,
        many.astype(bool),
        many * 457000000,
        many * 1266000000,
        many * 8100,
        many * 9000,
        many * 14,
        many * 80,
    )
    ports = Ports()
    try:
        with serial.Serial(ports.gnss.path, 115200, timeout=60) as line:
            for epoch in nmea.write(reception):
                ports.gnss.send(epoch)
            read = [line.readline() for _ in range(30)]
    finally:
        ports.close()
    kinds = [sentence[3:6] for sentence in read]
    assert kinds == [b"RMC", b"GGA", b"GSA"] * 10
    for sentence in read:
        body, _, check = sentence[1:].rstrip(b"\r\n").partition(b"*")
        assert int(check, 16) == np.bitwise_xor.reduce(np.frombuffer(body, np.uint8))
    first = read[0].split(b",")
    moment = datetime.datetime.fromtimestamp(1789430400, datetime.UTC)
    assert first[1].startswith(moment.strftime("%H%M%S").encode()) and first[2] == b"A"
