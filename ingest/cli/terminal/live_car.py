"""A car that drives by itself round a ground, second by second, and does what its keys say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulators import nmea
from simulators.car import IDLE_RPM, rpm_at
from simulators.projection import LocalMetres
from simulators.route import Route

_STEPS = 10
_AHEAD_M = 5.0
_SEARCH_M = 40
_TURN_DEG_S = 40.0
_ACCELERATION_MS2 = 1.4
_BRAKING_MS2 = 2.5
_AWAY_M = 140.0
_STEER_S = 3.0
_STEER_DEG = 35.0
_NARROW_KMH = 12.0
SPEEDS_KMH = (0.0, 5.0, 10.0, 16.0, 24.0, 32.0, 45.0)
USUAL = 3


@dataclass
class LiveCar:
    """Where the car is and how it drives; frame is the scenario's. drive() lets a second pass.

    steer(-1 or 1) turns it aside for some seconds; away: it leaves the route for a place outside.
    """

    frame: LocalMetres
    route: Route
    pulses_per_km: int
    engine: bool = True
    away: bool = False
    gear: int = USUAL
    speed_ms: float = 0.0
    odometer_m: float = 0.0

    def __post_init__(self) -> None:
        self._at = 0
        self.x_m, self.y_m = float(self.route.x_m[0]), float(self.route.y_m[0])
        self._heading = 90.0
        self._steer_s = 0.0
        self._steer = 0
        self._place: tuple[float, float] | None = None
        self._middle = (float(np.mean(self.route.x_m)), float(np.mean(self.route.y_m)))

    @property
    def speed_kmh(self) -> float:
        return self.speed_ms * 3.6

    @property
    def rpm(self) -> int:
        """Engine revolutions a minute."""
        if not self.engine:
            return 0
        return max(int(rpm_at(np.array([self.speed_kmh]))[0]), IDLE_RPM)

    @property
    def pulses(self) -> int:
        """The wheel's pulses so far."""
        return int(self.odometer_m * self.pulses_per_km / 1000)

    def steer(self, side: int) -> None:
        """Turn aside: -1 left, 1 right."""
        self._steer, self._steer_s = side, _STEER_S

    def leave_or_return(self) -> None:
        """Leave the ground where it is nearest, or come back to the route."""
        self.away = not self.away
        self._place = self._outside() if self.away else None

    def drive(self) -> None:
        """One second passes."""
        for _ in range(_STEPS):
            self._step(1.0 / _STEPS)

    def sentences(self, utc_s: int, fix: bool, rng: np.random.Generator) -> bytes:
        """What the receiver writes of this second: RMC, GGA and GSA."""
        x_m, y_m = self.x_m + rng.normal(0.0, 0.4), self.y_m + rng.normal(0.0, 0.4)
        lat, lon = self.frame.to_e7(np.array([x_m]), np.array([y_m]))
        moving = self.speed_ms > 0.5
        seen = nmea.Reception(
            utc_s=np.array([utc_s]),
            fix=np.array([fix]),
            lat_e7=lat,
            lon_e7=lon,
            knots1000=np.array([round(self.speed_ms * 1943.844)]),
            course100=np.array([round(self._heading * 100) % 36000 if moving else -1]),
            satellites=np.array([17]),
            hdop100=np.array([70]),
        )
        return nmea.write(seen)[0]

    def _outside(self) -> tuple[float, float]:
        east, north = self.x_m - self._middle[0], self.y_m - self._middle[1]
        # The ground is longer than it is wide: out over the near side.
        side = 1.0 if north >= 0 else -1.0
        return self.x_m + 0.2 * east, self._middle[1] + side * (abs(north) + _AWAY_M)

    def _step(self, seconds: float) -> None:
        wish_x, wish_y = self._goal()
        bearing = math.degrees(math.atan2(wish_x - self.x_m, wish_y - self.y_m))
        if self._steer_s > 0:
            self._steer_s -= seconds
            bearing = self._heading + self._steer * _STEER_DEG
        turn = (bearing - self._heading + 180.0) % 360.0 - 180.0
        wish_kmh = SPEEDS_KMH[self.gear] if self.engine else 0.0
        if abs(turn) > 25.0:
            wish_kmh = min(wish_kmh, _NARROW_KMH)
        change = wish_kmh / 3.6 - self.speed_ms
        self.speed_ms += max(-_BRAKING_MS2 * seconds, min(_ACCELERATION_MS2 * seconds, change))
        if self.speed_ms > 0.1:
            most = _TURN_DEG_S * seconds
            self._heading = (self._heading + max(-most, min(most, turn))) % 360.0
        step_m = self.speed_ms * seconds
        self.x_m += step_m * math.sin(math.radians(self._heading))
        self.y_m += step_m * math.cos(math.radians(self._heading))
        self.odometer_m += step_m

    def _goal(self) -> tuple[float, float]:
        """The place to steer at: outside, or some metres along the route."""
        if self._place is not None:
            if math.hypot(self._place[0] - self.x_m, self._place[1] - self.y_m) < 20.0:
                # Round and round out there: the next goal lies to the side.
                self._place = (2 * self._middle[0] - self._place[0] + 60.0, self._place[1])
            return self._place
        route = self.route
        reach = len(route.x_m)
        near = np.arange(self._at, self._at + _SEARCH_M) % reach
        gaps = np.hypot(route.x_m[near] - self.x_m, route.y_m[near] - self.y_m)
        if gaps.min() > _AHEAD_M + 3.0:
            near = np.arange(reach)
            gaps = np.hypot(route.x_m - self.x_m, route.y_m - self.y_m)
        self._at = int(near[int(np.argmin(gaps))])
        ahead = (self._at + round(_AHEAD_M / route.step_m)) % reach
        return float(route.x_m[ahead]), float(route.y_m[ahead])
