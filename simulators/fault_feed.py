"""A car's wires for a day with faults: one epoch every few seconds, and a receiver whose clock may jump."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from simulators.fault_plan import ClockJump
from simulators.feed import CarFeed
from simulators.itinerary import Period

STRIDE_S = 5


class FaultFeed(CarFeed):
    """A CarFeed that speaks every STRIDE_S seconds; a key is pressed at the first of them from its second."""

    stride_s = STRIDE_S

    def __init__(self, period: Period, rng: np.random.Generator, jumps: Sequence[ClockJump]) -> None:
        super().__init__(period, rng)
        self._jumps = jumps
        self._keys = {self._snapped(second): key for second, key in self._keys.items()}
        self.strict_from_s = self.begin_s

    def _snapped(self, second: int) -> int:
        return second + (self.begin_s - second) % STRIDE_S

    def epoch(self, utc_s: int) -> bytes:
        """What the receiver writes in that second, by its own clock."""
        said = super().epoch(utc_s)
        for jump in self._jumps:
            if jump.at_s <= utc_s < jump.back_s:
                return shifted(said, utc_s + jump.by_s)
        return said


def shifted(epoch: bytes, utc_s: int) -> bytes:
    """The same sentences with the time and date of utc_s, checksums right again."""
    when = datetime.fromtimestamp(utc_s, UTC)
    time, date = when.strftime("%H%M%S").encode(), when.strftime("%d%m%y").encode()
    lines = []
    for line in epoch.splitlines():
        fields = line[1:].partition(b"*")[0].split(b",")
        if fields[0][2:] in (b"RMC", b"GGA") and fields[1]:
            fields[1] = time + fields[1][6:]
        if fields[0][2:] == b"RMC" and len(fields) > 9 and fields[9]:
            fields[9] = date
        body = b",".join(fields)
        total = 0
        for byte in body:
            total ^= byte
        lines.append(b"$%b*%02X\r\n" % (body, total))
    return b"".join(lines)
