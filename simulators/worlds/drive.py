"""A car driven by hand: stretches of laps, standing and creeping, one after another, second by second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.car import rpm_at
from simulators.driving import natural_stops, sample, timing_of
from simulators.projection import Floats
from simulators.route import Route, headings_rad, strip_of

_PULL_MS2 = 1.1
_FIELD_MS = 7.0


@dataclass(frozen=True)
class Ride:
    """Where one car truly was, arrays of one value a second from begin_s on.

    x_m, y_m metres of the world's frame; along_m on its route (it may go back); travelled_m what the wheel
    turned since the ride's first second; course_deg where it moves to, clockwise from north.
    """

    begin_s: int
    x_m: Floats
    y_m: Floats
    along_m: Floats
    speed_ms: Floats
    course_deg: Floats
    travelled_m: Floats
    engine: NDArray[np.bool_]

    @property
    def end_s(self) -> int:
        """The first second after it."""
        return self.begin_s + len(self.x_m)

    @property
    def rpm(self) -> NDArray[np.int64]:
        """Engine revolutions a minute."""
        return np.where(self.engine, rpm_at(self.speed_ms * 3.6), 0.0).astype(np.int64)


class Wheelman:
    """Whoever drives. Each call adds seconds to the ride; the car stands still between calls."""

    def __init__(self, route: Route, rng: np.random.Generator, begin_s: int, along_m: float = 0.0) -> None:
        self.begin_s = begin_s
        self.route = route
        self.along_m = along_m
        self.rng = rng
        self._along: list[Floats] = []
        self._speed: list[Floats] = []
        self._engine: list[NDArray[np.bool_]] = []
        self._place: list[tuple[Floats, Floats, Floats]] = []

    @property
    def now_s(self) -> int:
        """The second that comes next."""
        return self.begin_s + sum(len(piece) for piece in self._along)

    def drive(
        self, seconds: int, stop_every_m: float | None = None, pace: float = 1.0, engine: bool = True
    ) -> None:
        """Laps from rest to rest, with a learner's stops of 5 to 20 s; pace scales the speed limits."""
        if seconds < 20:
            self.stand(seconds, engine)
            return
        fast = float(self.route.limit_ms.max())
        strip = strip_of(self.route, self.along_m, seconds * fast * pace + 200.0)
        strip.limit_ms[:] *= pace
        every_m = stop_every_m or (350.0 if fast < _FIELD_MS else 900.0)
        timing = timing_of(strip, natural_stops(strip, self.rng, every_m))
        along, speed = sample(timing, np.arange(seconds, dtype=np.float64), float(seconds - 1))
        self._add(self.along_m + along, speed, engine)

    def stand(self, seconds: int, engine: bool = True) -> None:
        """Wait where the car is."""
        if seconds > 0:
            self._add(np.full(seconds, self.along_m), np.zeros(seconds), engine)

    def creep(self, pieces: Sequence[tuple[int, float]]) -> None:
        """(seconds, m/s) one after another, backwards below 0; speed follows at 1.1 m/s2 and ends at 0."""
        wanted = np.concatenate([np.full(seconds, speed) for seconds, speed in pieces])
        speed, now = np.zeros(len(wanted)), 0.0
        for index, target in enumerate(wanted.tolist()):
            left_s = len(wanted) - 1 - index
            target = float(np.clip(target, -left_s * _PULL_MS2, left_s * _PULL_MS2))
            now += float(np.clip(target - now, -_PULL_MS2, _PULL_MS2))
            speed[index] = now
        self._add(self.along_m + np.cumsum(speed), speed)

    def stall(self, seconds: int) -> None:
        """The engine dies for so long, the car stands."""
        self.stand(seconds, engine=False)

    def ride(self) -> Ride:
        """All of it."""
        along, speed = np.concatenate(self._along), np.concatenate(self._speed)
        x, y, course = (np.concatenate([piece[i] for piece in self._place]) for i in range(3))
        return Ride(
            self.begin_s,
            x,
            y,
            along,
            np.abs(speed),
            course,
            np.cumsum(np.abs(speed)),
            np.concatenate(self._engine),
        )

    def _add(self, along: Floats, speed: Floats, engine: bool = True) -> None:
        route = self.route
        steps = np.arange(len(route.x_m) + 1) * route.step_m
        x, y = np.append(route.x_m, route.x_m[0]), np.append(route.y_m, route.y_m[0])
        at = along % route.length_m
        heading = headings_rad(x, y)[np.minimum((at / route.step_m).astype(np.int64), len(steps) - 2)]
        self._place.append((np.interp(at, steps, x), np.interp(at, steps, y), _course(heading, speed)))
        self._along.append(along)
        self._speed.append(speed)
        self._engine.append(np.full(len(along), engine))
        self.along_m = float(along[-1])


def _course(heading_rad: Floats, speed: Floats) -> Floats:
    """Degrees of the movement: a car that reverses moves against its heading."""
    course: Floats = (np.degrees(heading_rad) + np.where(speed < 0, 180.0, 0.0)) % 360.0
    return course
