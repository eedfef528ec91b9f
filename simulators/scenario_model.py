"""A school day as written down: plain types, times in local seconds since midnight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ANOMALY_KINDS = (
    "leave_fence",
    "face_mismatch",
    "parked_engine_off",
    "replay",
    "wrong_key",
    "offline",
    "killed",
    "shared_instructor",
)
SESSION_KINDS = ("leave_fence", "face_mismatch", "parked_engine_off", "killed", "shared_instructor")
COURSES = {2: 1212360000, 3: 1213360000}


class ScenarioError(ValueError):
    """A scenario that cannot be used; the sentence names the file and the place in it."""


@dataclass(frozen=True)
class RouteSpec:
    """kind loop, out_and_back or detour; waypoints (longitude, latitude) degrees; kmh per leg."""

    name: str
    kind: str
    part: int
    waypoints: tuple[tuple[float, float], ...]
    kmh: tuple[float, ...]
    lane_m: float


@dataclass(frozen=True)
class CarSpec:
    """A car and the terminal in it."""

    terminal: int
    number: int
    plate: str


@dataclass(frozen=True)
class PersonSpec:
    """An instructor or a trainee: 16-digit number and name."""

    number: int
    name: str


@dataclass(frozen=True)
class SessionSpec:
    """start_s is when the trainee's key is pressed, local seconds of the day."""

    name: str
    terminal: int
    trainee: int
    instructor: int
    part: int
    start_s: int
    minutes: int
    anomaly: str | None


@dataclass(frozen=True)
class AnomalySpec:
    """What goes wrong. after_min counts from the session's start; start_s local seconds; others by kind."""

    kind: str
    session: str | None
    terminal: int
    after_min: int
    start_s: int
    minutes: int
    downtime_s: int
    route: str | None


@dataclass(frozen=True)
class Scenario:
    """A whole school day. ground is the GeoJSON FeatureCollection; midnight_s Unix seconds of local 00:00."""

    source: str
    name: str
    school: PersonSpec
    midnight_s: int
    utc_offset_min: int
    start_s: int
    hours: float
    pulses_per_km: int
    face_check_min: int
    face_recheck_s: int
    ground: dict[str, Any]
    routes: tuple[RouteSpec, ...]
    cars: tuple[CarSpec, ...]
    instructors: tuple[PersonSpec, ...]
    trainees: tuple[PersonSpec, ...]
    sessions: tuple[SessionSpec, ...]
    anomalies: tuple[AnomalySpec, ...]
