"""A city's day of evidence, made quickly: a few hundred records, stamped again for every car and minute.

Every car drives circles on its ground in two training sessions with a face check of both people every quarter
of an hour. The records decode and are judged as any others; their chain is not right, so the terminals have
no public key, and the chain is not looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from firmware.wire import records
from firmware.wire.fields import (
    BODY,
    FACE_CHECK,
    FIX_SIZE,
    FIXES_MAX,
    HEADER,
    MINUTE,
    SIGN_IN,
    SIGN_OUT,
    SIZES,
)

Rows = npt.NDArray[Any]

COURSE = 1_212_360_000
START = 29_540_160  # 08:00 on 2026-03-02 in the school's time zone
FIRST_TERMINAL = 1_000_000_000_000_001
TEMPLATES = 240
CHECK_MIN = 15
CARS_PER_GROUND = 20
RADIUS_M = 150
_BASE_LAT_E7, _BASE_LON_E7 = 312_000_000, 1_214_000_000
_GROUND_STEP_E7 = 200_000
_M_PER_LAT_E7 = 0.0111319
_SPEED_MS = 6.0
_PG_EPOCH_US = 946_684_800_000_000
_TYPES = {"u8": "u1", "u16": ">u2", "u32": ">u4", "u64": ">u8", "i32": ">i4"}
_COPY_FIELDS = (
    ("terminal", ">i8"),
    ("seq", ">i8"),
    ("utc", ">i8"),
    ("received_at", ">i8"),
    ("session", ">i8"),
    ("envelope_first", ">i8"),
    ("envelope_count", ">i2"),
    ("kind", ">i2"),
    ("seal", "V32"),
)
COLUMNS = ", ".join([name for name, _ in _COPY_FIELDS] + ["record"])


@dataclass(frozen=True)
class City:
    """Cars, the hours that each is driven a day, for how many days on end, how many cars share a ground."""

    cars: int
    hours: int
    days: int = 1
    cars_per_ground: int = CARS_PER_GROUND

    @property
    def half_min(self) -> int:
        """Minutes of each of a car's two sessions."""
        return self.hours * 30

    @property
    def minutes(self) -> int:
        """Minute records of all days."""
        return self.cars * self.half_min * 2 * self.days

    @property
    def per_session(self) -> int:
        """Records of a session, its checks before the sign-in and the sign-out included."""
        return 6 + self.half_min + 2 * ((self.half_min - 1) // CHECK_MIN)

    def rows(self) -> Iterator[bytes]:
        """The evidence as tuples of the COPY format of COLUMNS, in pieces, in the order of time."""
        car = np.arange(self.cars)
        kinds = {kind: _dtype(kind) for kind in (SIGN_IN, FACE_CHECK, SIGN_OUT)}
        minute = _dtype(MINUTE)
        loops = np.frombuffer(b"".join(_loop()), dtype=minute)
        for day, half in ((day, half) for day in range(self.days) for half in (0, 1)):
            begin = (2 * day + half) * self.per_session
            start = START + 1440 * day + half * (self.half_min + 10)
            who = _Who(car, half, begin + 3, self.cars_per_ground)
            for nth, role in enumerate((1, 2)):
                yield _check(kinds[FACE_CHECK], who, role, 1, begin + 1 + nth, start * 60)
            yield _sign_in(kinds[SIGN_IN], who, start * 60)
            for at in range(self.half_min):
                seq = begin + 4 + at + 2 * (at // CHECK_MIN)
                if at and at % CHECK_MIN == 0:
                    for nth, role in enumerate((1, 2)):
                        yield _check(kinds[FACE_CHECK], who, role, 2, seq - 2 + nth, (start + at) * 60)
                yield _minute(loops, who, seq, start + at, at)
            end, end_s = begin + self.per_session, (start + self.half_min) * 60
            for nth, role in enumerate((1, 2)):
                yield _check(kinds[FACE_CHECK], who, role, 3, end - 2 + nth, end_s)
            yield _sign_out(kinds[SIGN_OUT], who, end, end_s, self.half_min)

    def registry(self) -> dict[str, Any]:
        """A registry file with all cars and their grounds."""
        school = f"{4:016d}"
        terminals = [
            {
                "number": f"{FIRST_TERMINAL + at:016d}",
                "key_hex": "00" * 32,
                "car": f"{5_000_000 + at:016d}",
                "school": school,
            }
            for at in range(self.cars)
        ]
        cars = [{"number": t["car"], "plate": f"B{t['car'][-5:]}", "school": school} for t in terminals]
        grounds = [_ground(at) for at in range(-(-self.cars // self.cars_per_ground))]
        return {
            "schools": [{"number": school, "name": "Bench"}],
            "cars": cars,
            "terminals": terminals,
            "grounds": {"type": "FeatureCollection", "features": grounds},
        }


class _Who:
    """Who is in each car in one half of the day, and where."""

    def __init__(self, car: Rows, half: int, session: int, cars_per_ground: int) -> None:
        self.car = car
        self.terminal = FIRST_TERMINAL + car
        self.trainee = 2_000_000_000_000_001 + car * 2 + half
        self.instructor = 3_000_000_000_000_001 + car
        self.session = session
        self.shift_e7 = car // cars_per_ground * _GROUND_STEP_E7


def _loop() -> list[bytes]:
    """Consecutive minutes on a circle, which end where they begin."""
    turns = round(TEMPLATES * 60 * _SPEED_MS / (2 * math.pi * RADIUS_M))
    made = []
    for nth in range(TEMPLATES):
        fixes = []
        for second in range(FIXES_MAX):
            angle = 2 * math.pi * turns * (nth * 60 + second) / (TEMPLATES * 60)
            lat_e7 = _BASE_LAT_E7 + round(RADIUS_M * math.sin(angle) / _M_PER_LAT_E7)
            cosine = math.cos(math.radians(_BASE_LAT_E7 / 1e7))
            lon_e7 = _BASE_LON_E7 + round(RADIUS_M * math.cos(angle) / _M_PER_LAT_E7 / cosine)
            heading_deg = round(math.degrees(-angle)) % 360
            fixes.append((second, lat_e7, lon_e7, round(_SPEED_MS * 36), heading_deg, 14, 4, 0))
        values = _HEAD | {
            "kind": MINUTE,
            "session": 1,
            "trainee": 1,
            "instructor": 1,
            "course": COURSE,
            "minute": 0,
            "odometer_m": 0,
            "wheel_m": round(_SPEED_MS * 60),
            "rpm_max": 2100,
            "ignition_s": 60,
            "counted_s": 60,
            "stops": 0,
            "fixes": fixes,
        }
        made.append(bytes(records.encode(values)))
    return made


_HEAD: dict[str, Any] = {
    "terminal": 1,
    "seq": 1,
    "prev": bytes(32),
    "boot": 1,
    "uptime_s": 0,
    "utc_s": 1,
    "clock": 3,
}


def _dtype(kind: int) -> np.dtype[Any]:
    fields = [
        (name, _TYPES[type_]) if type_ in _TYPES else (name, f"V{SIZES[type_]}")
        for name, type_, *_ in (*HEADER, *BODY[kind])
    ]
    return np.dtype([*fields, ("fixes", f"V{FIX_SIZE * FIXES_MAX}")] if kind == MINUTE else fields)


def _made(dtype: np.dtype[Any], who: _Who, body: dict[str, Any], seq: int, utc_s: int) -> Rows:
    one = np.frombuffer(records.encode({**_HEAD, **body}), dtype=dtype)
    return _stamped(np.repeat(one, len(who.car)), who, seq, utc_s)


def _stamped(rows: Rows, who: _Who, seq: int, utc_s: int) -> Rows:
    rows["terminal"], rows["seq"] = who.terminal, seq
    rows["utc_s"], rows["uptime_s"] = utc_s, utc_s - START * 60
    return rows


def _check(dtype: np.dtype[Any], who: _Who, role: int, moment: int, seq: int, utc_s: int) -> bytes:
    session = 0 if moment == 1 else who.session
    body: dict[str, Any] = {"kind": FACE_CHECK, "session": session, "role": role, "moment": moment}
    body |= {"expected": 0, "matched": 1, "outcome": 0, "face_id": 1, "score": 90, "photo": bytes([7] * 32)}
    rows = _made(dtype, who, body, seq, utc_s)
    rows["matched"] = who.instructor if role == 1 else who.trainee
    return _copied(rows, session, utc_s)


def _sign_in(dtype: np.dtype[Any], who: _Who, utc_s: int) -> bytes:
    body = {"kind": SIGN_IN, "session": who.session, "role": 2, "person": 1, "instructor": 1}
    rows = _made(dtype, who, {**body, "course": COURSE, "face_id": 1, "online": 1}, who.session, utc_s)
    rows["person"], rows["instructor"] = who.trainee, who.instructor
    return _copied(rows, who.session, utc_s)


def _sign_out(dtype: np.dtype[Any], who: _Who, seq: int, utc_s: int, minutes: int) -> bytes:
    body = {"kind": SIGN_OUT, "session": who.session, "role": 2, "person": 1, "how": 1}
    rows = _made(dtype, who, {**body, "minutes": minutes, "distance_m": 360 * minutes}, seq, utc_s)
    rows["person"] = who.trainee
    return _copied(rows, who.session, utc_s)


def _minute(loops: Rows, who: _Who, seq: int, minute: int, nth: int) -> bytes:
    # Each car of a ground is elsewhere on the circle.
    rows = loops[(nth + who.car * 7) % TEMPLATES].copy()
    _stamped(rows, who, seq, (minute + 1) * 60)
    rows["session"], rows["minute"] = who.session, minute
    rows["trainee"], rows["instructor"] = who.trainee, who.instructor
    rows["origin_lat_e7"] += who.shift_e7.astype(np.int32)
    return _copied(rows, who.session, minute * 60)


def _copied(rows: Rows, session: int, utc_s: int) -> bytes:
    size = rows.dtype.itemsize
    fields: list[Any] = [("n", ">i2")]
    for name, kind in _COPY_FIELDS:
        fields += [(f"{name}_n", ">i4"), (name, kind)]
    table = np.zeros(len(rows), dtype=[*fields, ("record_n", ">i4"), ("record", f"V{size}")])
    table["n"] = len(_COPY_FIELDS) + 1
    for name, kind in _COPY_FIELDS:
        table[f"{name}_n"] = np.dtype(kind).itemsize
    for name in ("terminal", "seq", "kind"):
        table[name] = rows[name]
    table["envelope_first"], table["envelope_count"], table["session"] = rows["seq"], 1, session
    table["utc"] = table["received_at"] = utc_s * 1_000_000 - _PG_EPOCH_US
    table["record_n"], table["record"] = size, rows.view(f"V{size}")
    return table.tobytes()


def _ground(at: int) -> dict[str, Any]:
    """A field of 24 corners about the circle."""
    south_e7 = _BASE_LAT_E7 + at * _GROUND_STEP_E7
    radius_m, ring = RADIUS_M + 60, []
    for corner in range(24):
        angle = 2 * math.pi * corner / 24
        lat = (south_e7 + radius_m * math.sin(angle) / _M_PER_LAT_E7) / 1e7
        east_e7 = radius_m * math.cos(angle) / _M_PER_LAT_E7 / math.cos(math.radians(lat))
        ring.append([round((_BASE_LON_E7 + east_e7) / 1e7, 7), round(lat, 7)])
    about = {"fence": f"F{at}", "ground": f"G{at}", "kind": "field", "parts": [2]}
    return {
        "type": "Feature",
        "properties": {**about, "valid_from": "2026-01-01", "valid_to": None},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }
