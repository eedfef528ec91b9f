"""What a car's wires and receiver give a terminal in one active period, second by second."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from simulators import nmea
from simulators.itinerary import Period

BLOCK_S = 900
_INSTRUCTOR_BEFORE_S = 45
_INSTRUCTOR_AFTER_S = 25


class Feed(Protocol):
    """One active period: seconds begin_s..end_s-1 (Unix), of which every stride_s-th is spoken of. From
    strict_from_s on each of them is awaited."""

    begin_s: int
    end_s: int
    strict_from_s: int
    patience_s: float
    stride_s: int

    def epoch(self, utc_s: int) -> bytes:
        """What the receiver writes in that second."""

    def answer(self, utc_s: int) -> bytes:
        """The vehicle line's answer in that second: pulses,rpm,ignition,key."""


class CarFeed:
    """A period of a simulated car, written out in blocks of 15 minutes as it goes along."""

    patience_s = 0.5
    stride_s = 1

    def __init__(self, period: Period, rng: np.random.Generator) -> None:
        self.begin_s, self.end_s = period.begin_s, period.end_s
        self._seen = nmea.receive(period.motion, rng)
        self._motion = period.motion
        self._keys = keys_of(period)
        self.strict_from_s = min(self._keys, default=self.begin_s) - 10
        self._block = -1
        self._epochs: list[bytes] = []
        self._answers: list[bytes] = []

    def epoch(self, utc_s: int) -> bytes:
        at = self._at(utc_s)
        return self._epochs[at]

    def answer(self, utc_s: int) -> bytes:
        at = self._at(utc_s)
        return self._answers[at]

    def _at(self, utc_s: int) -> int:
        block, at = divmod(utc_s - self.begin_s, BLOCK_S)
        if block != self._block:
            self._block = block
            first, last = block * BLOCK_S, min((block + 1) * BLOCK_S, self.end_s - self.begin_s)
            self._epochs = nmea.write(self._seen, first, last)
            columns = zip(
                self._motion.pulses[first:last].tolist(),
                self._motion.rpm[first:last].tolist(),
                self._motion.ignition[first:last].tolist(),
                strict=True,
            )
            self._answers = [
                b"%d,%d,%d,%b\n" % (*row, self._keys.get(self.begin_s + first + i, b"-"))
                for i, row in enumerate(columns)
            ]
        return at


def keys_of(period: Period) -> dict[int, bytes]:
    """Which key is pressed at which second."""
    keys = {}
    for session in period.sessions:
        keys[session.start_s - _INSTRUCTOR_BEFORE_S] = b"I"
        keys[session.start_s] = b"%d" % session.part
        keys[session.end_s] = b"O"
        keys[session.end_s + _INSTRUCTOR_AFTER_S] = b"X"
    return keys
