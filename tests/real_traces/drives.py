"""Stretches of real recordings as training sessions: real fixes at their real seconds, a wheel from them.

GeoLife gives places and times only. Every fix is said with nine satellites and HDOP 1.2, as receivers in cars
do, unless a test wants them unknown; speed and course stay unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from simulators.car import rpm_at
from simulators.projection import Floats, Ints, LocalMetres
from simulators.traces import Positions, read_plt
from simulators.worlds.book import Book
from simulators.worlds.cab import Cab
from simulators.worlds.plan import Plan
from simulators.worlds.sky import HDOP_UNKNOWN, HEADING_UNKNOWN, SPEED_UNKNOWN, Fixes
from simulators.worlds.wires import PULSES_PER_KM, Wires
from simulators.worlds.world import CHINA_MIN, COURSE, Day

SATELLITES, HDOP_FIFTH = 9, 6
TERMINAL, CAR = 2_700_500_000_000_000, 2_700_200_000_000_000
INSTRUCTOR, TRAINEE = 2_700_300_000_000_000, 2_700_400_000_000_000
PART = 3
_SMOOTH_S, _LEAP_S = 9, 21
_ROLLING_MS = 0.5
_PAD_S = 1


@dataclass(frozen=True)
class Drive:
    """One stretch: what a receiver said, second by second from begin_s on, and the car's wheel."""

    name: str
    wires: Wires

    @property
    def begin_s(self) -> int:
        return self.wires.begin_s

    @property
    def end_s(self) -> int:
        """The first second after its last fix."""
        return self.begin_s + len(self.wires.rpm) - _PAD_S

    @property
    def utc_s(self) -> Ints:
        """Seconds with a fix [n]; lat_e7 and lon_e7 are theirs."""
        return self.begin_s + np.flatnonzero(self.wires.fixes.has)

    @property
    def lat_e7(self) -> Ints:
        return self.wires.fixes.lat_e7[self.wires.fixes.has]

    @property
    def lon_e7(self) -> Ints:
        return self.wires.fixes.lon_e7[self.wires.fixes.has]

    @property
    def frame(self) -> LocalMetres:
        """Metres about its middle."""
        return LocalMetres(float(np.median(self.lat_e7)) / 1e7, float(np.median(self.lon_e7)) / 1e7)

    def metres(self, frame: LocalMetres | None = None) -> Floats:
        """Its fixes [n, 2] in metres east and north."""
        return np.column_stack((frame or self.frame).to_metres(self.lon_e7 / 1e7, self.lat_e7 / 1e7))

    def bare(self) -> Drive:
        """The same from a receiver that says neither satellites nor HDOP."""
        fixes = self.wires.fixes
        none = np.zeros(len(fixes.has), dtype=np.int64)
        return replace(
            self,
            wires=replace(self.wires, fixes=replace(fixes, satellites=none, hdop_fifth=none + HDOP_UNKNOWN)),
        )

    def thinned(self, every_s: int) -> Drive:
        """The same with the fixes of each so many seconds only."""
        fixes = self.wires.fixes
        due = (self.begin_s + np.arange(len(fixes.has))) % every_s == 0
        return replace(self, wires=replace(self.wires, fixes=replace(fixes, has=fixes.has & due)))

    def wheel_times(self, factor: float) -> Drive:
        """The same with a wheel that counts so much more, or less."""
        wheel_m = np.floor(self.wires.wheel_m * factor).astype(np.int64)
        return replace(self, wires=replace(self.wires, wheel_m=wheel_m))

    def later(self, seconds: int) -> Drive:
        """The same at another time."""
        return replace(self, wires=self.wires.from_second(self.begin_s + seconds))


def drive(trace: Positions, name: str, begin: str, end: str, seed: int = 1) -> Drive:
    """The recording from begin to end (such as 2008-10-25T00:29:18, UTC), both included."""
    first_s, last_s = (int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()) for at in (begin, end))
    at = np.flatnonzero((trace.utc_s >= first_s) & (trace.utc_s <= last_s))
    utc, lat, lon = trace.utc_s[at], trace.lat_e7[at], trace.lon_e7[at]
    count = int(utc[-1] - utc[0]) + 1 + _PAD_S
    has = np.zeros(count, dtype=bool)
    has[utc - utc[0]] = True

    def spread(values: Ints) -> Ints:
        column = np.zeros(count, dtype=np.int64)
        column[utc - utc[0]] = values
        return column

    none = np.zeros(count, dtype=np.int64)
    fixes = Fixes(
        has,
        spread(lat),
        spread(lon),
        none + SPEED_UNKNOWN,
        none + HEADING_UNKNOWN,
        none + SATELLITES,
        none + HDOP_FIFTH,
    )
    speed_ms = _speed_ms(utc, lat, lon, count)
    tyre = 1.0 + float(np.random.default_rng(seed).uniform(-0.008, 0.008))
    pulses = np.floor(np.cumsum(speed_ms) * tyre * PULSES_PER_KM / 1000.0)
    wheel_m = (pulses * 1000 // PULSES_PER_KM).astype(np.int64)
    rpm = np.clip(rpm_at(speed_ms * 3.6), 700, 6000).astype(np.int64)
    return Drive(name, Wires(int(utc[0]), fixes, wheel_m, rpm, np.ones(count, dtype=bool)))


def _speed_ms(utc: Ints, lat_e7: Ints, lon_e7: Ints, count: int) -> Floats:
    """What the wheel turned each second: the trace's movement without the receiver's leaps (running medians)
    and tremble (running means), and nothing below half a metre a second."""
    frame = LocalMetres(float(lat_e7[0]) / 1e7, float(lon_e7[0]) / 1e7)
    seconds = utc[0] + np.arange(count)
    places = [np.interp(seconds, utc, axis) for axis in frame.to_metres(lon_e7 / 1e7, lat_e7 / 1e7)]
    smooth = [_running(np.mean, _running(np.median, axis, _LEAP_S), _SMOOTH_S) for axis in places]
    speed = np.concatenate([[0.0], np.hypot(np.diff(smooth[0]), np.diff(smooth[1]))])
    return np.where(speed < _ROLLING_MS, 0.0, speed)


def _running(of: Callable[..., Any], values: Floats, seconds: int) -> Floats:
    padded = np.pad(values, seconds // 2, mode="edge")
    found: Floats = of(np.lib.stride_tricks.sliding_window_view(padded, seconds), axis=1)
    return found


def day_of(drives: list[Drive], fences: list[dict[str, Any]], one_terminal: bool = False) -> Day:
    """Each drive as a training session with faces that match: of its own terminal, or all of one."""
    cabs: list[Cab] = []
    for number, one in enumerate(drives):
        if not cabs or not one_terminal:
            cabs.append(Cab(TERMINAL + len(cabs) + 1, CAR + len(cabs) + 1))
        cab = cabs[-1]
        cab.switch_on(one.begin_s - 40)
        cab.instructor_in(one.begin_s - 20, INSTRUCTOR + number + 1)
        course = COURSE[PART]
        trainee, instructor = TRAINEE + number + 1, INSTRUCTOR + number + 1
        cab.session(Plan(trainee, instructor, course, one.begin_s, one.end_s, one.wires))
        cab.instructor_out(one.end_s + 20, instructor)
    entries = [_entry(cab.book, cab.car) for cab in cabs]
    rows = [row for cab in cabs for row in cab.book.rows]
    return Day(rows, fences, {"terminals": entries}, {}, CHINA_MIN)


def _entry(book: Book, car: int) -> dict[str, Any]:
    return {"terminal": book.terminal, "car": car, "valid_from_s": 0, "public_key": book.public_key}


def geolife(shared_data: Path) -> dict[str, Positions]:
    """GeoLife recordings by their traveller's number."""
    found = {}
    for path in sorted((shared_data / "geolife").glob("*.plt")):
        trace = read_plt(path.read_bytes(), path.name)
        assert isinstance(trace, Positions)
        found[path.name[:3]] = trace
    return found
