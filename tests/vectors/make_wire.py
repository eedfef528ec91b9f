"""Writes wire.json: golden vectors of a second encoder (struct, hmac), made from the wire-format page alone.

Run from the checkout: python tests/vectors/make_wire.py
"""

import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

KEY = bytes(range(32))
TERMINAL = 4510234567890123
ZERO = bytes(32)
COMMON = {
    "terminal": TERMINAL,
    "prev": ZERO.hex(),
    "boot": 3,
    "uptime_s": 77,
    "utc_s": 1789430400,
    "clock": 3,
}


def header(v: dict[str, Any]) -> bytes:
    return (
        struct.pack(">BQI", v["kind"], v["terminal"], v["seq"])
        + bytes.fromhex(v["prev"])
        + struct.pack(">IIIB", v["boot"], v["uptime_s"], v["utc_s"], v["clock"])
    )


def course(code: int) -> bytes:
    return struct.pack(">Q", code)[3:]


def body(v: dict[str, Any]) -> bytes:
    match v["kind"]:
        case 1:
            return struct.pack(">IBII", v["firmware"], v["reset_cause"], v["unreceipted"], v["torn_bytes"])
        case 2:
            start = struct.pack(">IBQQ", v["session"], v["role"], v["person"], v["instructor"])
            return start + course(v["course"]) + struct.pack(">HB", v["face_id"], v["online"])
        case 3:
            start = struct.pack(
                ">IBBQQB", *(v[n] for n in ("session", "role", "moment", "expected", "matched", "outcome"))
            )
            return start + struct.pack(">HB", v["face_id"], v["score"]) + bytes.fromhex(v["photo"])
        case 4:
            return minute(v)
        case 5:
            return struct.pack(
                ">IBQBHI", *(v[n] for n in ("session", "role", "person", "how", "minutes", "distance_m"))
            )
        case 6:
            return struct.pack(">BBI", v["code"], v["state"], v["value"])
    raise ValueError(v["kind"])


def minute(v: dict[str, Any]) -> bytes:
    fixes = v["fixes"]
    lat, lon = (fixes[0][1], fixes[0][2]) if fixes else (0, 0)
    out = struct.pack(">IQQ", v["session"], v["trainee"], v["instructor"]) + course(v["course"])
    out += struct.pack(">IIHHB", v["minute"], v["odometer_m"], v["wheel_m"], v["rpm_max"], v["ignition_s"])
    bits = sum(1 << (63 - f[0]) for f in fixes)
    out += struct.pack(">iiBQ", lat, lon, v["shift"], bits)
    for _, f_lat, f_lon, speed, heading, satellites, hdop, estimated in fixes:
        unit = 1 << v["shift"]
        word = speed << 21 | heading << 12 | satellites << 7 | hdop << 1 | estimated
        out += struct.pack(">hhI", (f_lat - lat) // unit, (f_lon - lon) // unit, word)
    return out


def bodies() -> list[dict[str, Any]]:
    people = {"trainee": 4510987654321098, "instructor": 4510111122223333, "course": 1212360000}
    slow = [[s, 457000000 + 90 * s, 1266000000 - 120 * s, 153, 301, 14, 4, 0] for s in range(60)]
    fast = [
        [s, 457000000 + 8 * 700 * s, 1266000000 + 8 * 400 * s, 2047, 511, 31, 63, s % 2]
        for s in range(5, 60, 3)
    ]
    counters = {"odometer_m": 4000000000, "wheel_m": 255, "rpm_max": 2650, "ignition_s": 60}
    return [
        {"kind": 1, "firmware": 1002003, "reset_cause": 3, "unreceipted": 12, "torn_bytes": 5},
        {
            "kind": 2,
            "session": 0,
            "role": 1,
            "person": people["instructor"],
            "instructor": people["instructor"],
            "course": 0,
            "face_id": 7,
            "online": 1,
        },
        {
            "kind": 3,
            "session": 0,
            "role": 2,
            "moment": 1,
            "expected": 0,
            "matched": people["trainee"],
            "outcome": 0,
            "face_id": 8,
            "score": 91,
            "photo": bytes(range(100, 132)).hex(),
        },
        {
            "kind": 2,
            "session": 4,
            "role": 2,
            "person": people["trainee"],
            "instructor": people["instructor"],
            "course": 1212360000,
            "face_id": 8,
            "online": 0,
        },
        {"kind": 4, "session": 4, **people, "minute": 29823840, **counters, "shift": 0, "fixes": slow},
        {"kind": 4, "session": 4, **people, "minute": 29823841, **counters, "shift": 4, "fixes": fast},
        {"kind": 4, "session": 4, **people, "minute": 29823842, **counters, "shift": 0, "fixes": []},
        {
            "kind": 5,
            "session": 4,
            "role": 2,
            "person": people["trainee"],
            "how": 1,
            "minutes": 3,
            "distance_m": 765,
        },
        {"kind": 6, "code": 6, "state": 1, "value": 6},
    ]


def records() -> list[dict[str, Any]]:
    out = []
    prev = ZERO
    for seq, fields in enumerate(bodies(), 1):
        values = {**COMMON, "seq": seq, **fields, "prev": prev.hex()}
        raw = header(values) + body(values)
        prev = hashlib.sha256(raw).digest()
        shift = values.pop("shift", None)
        out.append({"values": values, "shift": shift, "bytes": raw.hex(), "digest": prev.hex()})
    return out


def sealed(data: bytes) -> str:
    return (data + hmac.digest(KEY, data, "sha256")).hex()


def main() -> None:
    made = records()
    raw = [bytes.fromhex(r["bytes"]) for r in made]
    envelopes = []
    for first, count in ((0, 1), (4, 1), (0, 4), (7, 2)):
        data = struct.pack(">BQB", 1, TERMINAL, count)
        for record in raw[first : first + count]:
            data += struct.pack(">H", len(record)) + record
        envelopes.append({"first": first, "count": count, "bytes": sealed(data)})
    head = made[-1]["digest"]
    receipt = sealed(struct.pack(">BBQI", 1, 1, TERMINAL, len(raw)) + bytes.fromhex(head))
    vectors = {
        "key": KEY.hex(),
        "terminal": TERMINAL,
        "records": made,
        "envelopes": envelopes,
        "receipt": {"through": len(raw), "head": head, "bytes": receipt},
        "up": "hourfence/1/up/4510234567890123",
        "down": "hourfence/1/down/4510234567890123",
    }
    Path(__file__).with_name("wire.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
