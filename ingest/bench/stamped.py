"""A city's records: a few hundred are encoded, and stamped again for every car and minute.

They come as tuples of the COPY format of COLUMNS, one a car, each hung on the car's record before.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.wire import records
from firmware.wire.fields import (
    BODY,
    COARSE_S,
    FACE_CHECK,
    FIX_SIZE,
    FIXES_MAX,
    HEAD,
    HEADER,
    HEADER_SIZE,
    MINUTE,
    MINUTE_SIZE,
    SIGN_IN,
    SIGN_OUT,
    SIZES,
)

Rows = npt.NDArray[Any]

COURSE = 1_212_360_000
START = 29_540_160  # 08:00 on 2026-03-02 in the school's time zone
FIRST_TERMINAL = 1_000_000_000_000_001
TEMPLATES = 240
SILENT_EVERY = 20
RADIUS_M = 150
BASE_LAT_E7, BASE_LON_E7 = 312_000_000, 1_214_000_000
GROUND_STEP_E7 = 200_000
M_PER_LAT_E7 = 0.0111319
_COARSE_END = HEADER_SIZE + MINUTE_SIZE + FIX_SIZE * FIXES_MAX // COARSE_S
_SPEED_MS = 6.0
_PG_EPOCH_US = 946_684_800_000_000
_ODD = np.uint64(0x9E37_79B9_7F4A_7C15)
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


class Who:
    """Who is in each car in one half of the day, and where.

    chain: n x 32 bytes, the digest of each car's last record so far.
    """

    def __init__(self, car: Rows, half: int, session: int, cars_per_ground: int, chain: Rows) -> None:
        self.car, self.chain = car, chain
        self.terminal = FIRST_TERMINAL + car
        self.trainee = 2_000_000_000_000_001 + car * 2 + half
        self.instructor = 3_000_000_000_000_001 + car
        self.session = session
        self.shift_e7 = car // cars_per_ground * GROUND_STEP_E7


def loop() -> list[bytes]:
    """Consecutive minutes on a circle, which end where they begin."""
    turns = round(TEMPLATES * 60 * _SPEED_MS / (2 * math.pi * RADIUS_M))
    made = []
    for nth in range(TEMPLATES):
        fixes = []
        for second in range(FIXES_MAX):
            angle = 2 * math.pi * turns * (nth * 60 + second) / (TEMPLATES * 60)
            lat_e7 = BASE_LAT_E7 + round(RADIUS_M * math.sin(angle) / M_PER_LAT_E7)
            cosine = math.cos(math.radians(BASE_LAT_E7 / 1e7))
            lon_e7 = BASE_LON_E7 + round(RADIUS_M * math.cos(angle) / M_PER_LAT_E7 / cosine)
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


def dtype_of(kind: int) -> np.dtype[Any]:
    fields = [
        (name, _TYPES[type_]) if type_ in _TYPES else (name, f"V{SIZES[type_]}")
        for name, type_, *_ in (*HEADER, *BODY[kind])
    ]
    return np.dtype([*fields, ("fixes", f"V{FIX_SIZE * FIXES_MAX}")] if kind == MINUTE else fields)


def _made(dtype: np.dtype[Any], who: Who, body: dict[str, Any], seq: int, utc_s: int) -> Rows:
    one = np.frombuffer(records.encode({**_HEAD, **body}), dtype=dtype)
    return _stamped(np.repeat(one, len(who.car)), who, seq, utc_s)


def _stamped(rows: Rows, who: Who, seq: int, utc_s: int) -> Rows:
    rows["terminal"], rows["seq"] = who.terminal, seq
    rows["utc_s"], rows["uptime_s"] = utc_s, utc_s - START * 60
    return rows


def check(dtype: np.dtype[Any], who: Who, role: int, moment: int, seq: int, utc_s: int) -> bytes:
    session = 0 if moment == 1 else who.session
    body: dict[str, Any] = {"kind": FACE_CHECK, "session": session, "role": role, "moment": moment}
    body |= {"expected": 0, "matched": 1, "outcome": 0, "face_id": 1, "score": 90, "photo": bytes([7] * 32)}
    rows = _made(dtype, who, body, seq, utc_s)
    rows["matched"] = who.instructor if role == 1 else who.trainee
    # No two checks show the same photo.
    photo = np.frombuffer(rows["photo"].tobytes(), dtype=">u8").reshape(-1, 4).copy()
    photo[:, 0] = (who.car.astype(np.uint64) << 32 | seq << 1) * _ODD
    rows["photo"] = photo.view("V32")[:, 0]
    return _copied(rows, who, session, utc_s)


def sign_in(dtype: np.dtype[Any], who: Who, utc_s: int) -> bytes:
    body = {"kind": SIGN_IN, "session": who.session, "role": 2, "person": 1, "instructor": 1}
    rows = _made(dtype, who, {**body, "course": COURSE, "face_id": 1, "online": 1}, who.session, utc_s)
    rows["person"], rows["instructor"] = who.trainee, who.instructor
    return _copied(rows, who, who.session, utc_s)


def sign_out(dtype: np.dtype[Any], who: Who, seq: int, utc_s: int, minutes: int) -> bytes:
    body = {"kind": SIGN_OUT, "session": who.session, "role": 2, "person": 1, "how": 1}
    rows = _made(dtype, who, {**body, "minutes": minutes, "distance_m": 360 * minutes}, seq, utc_s)
    rows["person"] = who.trainee
    return _copied(rows, who, who.session, utc_s)


def head(dtype: np.dtype[Any], who: Who, seq: int, utc_s: int, pairs: list[Ed25519PrivateKey]) -> bytes:
    body = {"kind": HEAD, "through": seq - 1, "head": bytes(32), "key": bytes(8), "signature": bytes(64)}
    rows = _made(dtype, who, body, seq, utc_s)
    for at, pair in enumerate(pairs):
        head = who.chain[at].tobytes()
        message = records.head_message(int(who.terminal[at]), seq - 1, head)
        key = hashlib.sha256(pair.public_key().public_bytes_raw()).digest()[:8]
        rows["head"][at], rows["key"][at], rows["signature"][at] = head, key, pair.sign(message)
    return _copied(rows, who, 0, utc_s)


def pair(car: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"bench %d" % car).digest())


def _chained(rows: Rows, who: Who) -> None:
    """Hang the rows on the cars' last records, and let the next ones hang on them."""
    rows["prev"] = who.chain.view("V32")[:, 0]
    body, size = rows.tobytes(), rows.itemsize
    digests = [_digest(body[at : at + size]) for at in range(0, len(body), size)]
    who.chain[:] = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 32)


def _digest(record: bytes) -> bytes:
    """As firmware.wire.records.digest has it; here every minute has all fixes."""
    if record[0] != MINUTE:
        return hashlib.sha256(record).digest()
    rest = hashlib.sha256(record[_COARSE_END:]).digest()
    return hashlib.sha256(record[:_COARSE_END] + rest).digest()


def minute(loops: Rows, who: Who, seq: int, minute: int, nth: int) -> bytes:
    # Each car of a ground is elsewhere on the circle.
    rows = loops[(nth + who.car * 7) % TEMPLATES].copy()
    _stamped(rows, who, seq, (minute + 1) * 60)
    rows["session"], rows["minute"] = who.session, minute
    rows["trainee"], rows["instructor"] = who.trainee, who.instructor
    rows["origin_lat_e7"] += who.shift_e7.astype(np.int32)
    silent = (nth + who.car) % SILENT_EVERY == 0
    for name in ("wheel_m", "rpm_max", "ignition_s"):
        rows[name][silent] = 0
    return _copied(rows, who, who.session, minute * 60)


def _copied(rows: Rows, who: Who, session: int, utc_s: int) -> bytes:
    size = rows.dtype.itemsize
    _chained(rows, who)
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
