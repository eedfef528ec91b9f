"""The live car's wires for the cockpit, and who sits in front of its camera."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from ingest.cli.terminal.live_car import LiveCar
from simulators.camera import COVERED, WELL
from simulators.face_module import NOBODY, STRANGER
from simulators.people import face_name

_FOR_EVER_S = 10 * 86400
_WAKE_S = 6


@dataclass
class People:
    """Instructor and trainee by number. stranger: somebody else sits there; covered: a hand on the lens."""

    instructor: int
    trainee: int
    stranger: bool = False
    covered: bool = False

    def who(self, _utc_s: int, role: str) -> str:
        """Whom the camera sees when the screen asks for that role."""
        if self.covered:
            return NOBODY
        if self.stranger:
            return STRANGER
        return face_name(role, self.instructor if role == "I" else self.trainee)

    def fault(self, _utc_s: int) -> str:
        """What is wrong with the camera."""
        return COVERED if self.covered else WELL


@dataclass
class LiveFeed:
    """What the wires say, made as it is asked for (simulators.feed.Feed). keys wait here to be read."""

    car: LiveCar
    begin_s: int
    keys: deque[str] = field(default_factory=deque)
    patience_s: float = 2.0
    stride_s: int = 1

    def __post_init__(self) -> None:
        self.end_s = self.begin_s + _FOR_EVER_S
        # Never awaited for ever: a terminal that is slow to start must not stop the car.
        self.strict_from_s = self.end_s
        self._rng = np.random.default_rng(self.begin_s)

    def epoch(self, utc_s: int) -> bytes:
        """The receiver's sentences of that second; the car has driven on."""
        self.car.drive()
        return self.car.sentences(utc_s, utc_s - self.begin_s >= _WAKE_S, self._rng)

    def answer(self, _utc_s: int) -> bytes:
        """pulses,rpm,ignition,key of the present second."""
        key = self.keys.popleft() if self.keys else "-"
        car = self.car
        return f"{car.pulses},{car.rpm},{int(car.engine)},{key}\n".encode()
