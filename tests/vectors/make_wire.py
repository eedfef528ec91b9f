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


STATUS = (
    *("moment", "firmware", "slot", "reset_cause", "self_test", "faults", "journal_size", "journal_free"),
    *("unreceipted", "photos", "temperature_c10", "supply_mv", "satellites", "antenna", "faces", "grounds"),
    "settings",
)


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
            return struct.pack(
                ">IBIIBB",
                *(v[n] for n in ("firmware", "reset_cause", "unreceipted", "torn_bytes", "slot", "stage")),
            )
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
        case 7:
            return struct.pack(">I", v["through"]) + b"".join(
                bytes.fromhex(v[n]) for n in ("head", "key", "signature")
            )
        case 8:
            return struct.pack(">Q", v["uptime_ms"])[3:] + struct.pack(
                ">IHBIH", *(v[n] for n in ("true_s", "true_ms", "source", "was_s", "weeks"))
            )
        case 9:
            return struct.pack(">IIII", *(v[n] for n in ("first_seq", "last_seq", "minutes", "dropped")))
        case 10:
            return struct.pack(">IBBI", *(v[n] for n in ("order", "code", "outcome", "value")))
        case 11:
            return struct.pack(">BIBBHHIIIHiHBBHII", *(v[n] for n in STATUS))
        case 13:
            start = struct.pack(">IBB", v["session"], v["role"], v["moment"])
            return start + bytes.fromhex(v["photo"]) + struct.pack(">I", v["size"])
    raise ValueError(v["kind"])


def minute(v: dict[str, Any]) -> bytes:
    fixes = v["fixes"]
    lat, lon = (fixes[0][1], fixes[0][2]) if fixes else (0, 0)
    out = struct.pack(">IQQ", v["session"], v["trainee"], v["instructor"]) + course(v["course"])
    out += struct.pack(
        ">IIHHBBH",
        *(v[n] for n in ("minute", "odometer_m", "wheel_m", "rpm_max", "ignition_s", "counted_s", "stops")),
    )
    bits = sum(1 << (63 - f[0]) for f in fixes)
    out += struct.pack(">iiBQ", lat, lon, v["shift"], bits)
    coarse_first = sorted(fixes, key=lambda fix: (fix[0] % 5 != 0, fix[0]))
    for _, f_lat, f_lon, speed, heading, satellites, hdop, estimated in coarse_first:
        unit = 1 << v["shift"]
        word = speed << 21 | heading << 12 | satellites << 7 | hdop << 1 | estimated
        out += struct.pack(">hhI", (f_lat - lat) // unit, (f_lon - lon) // unit, word)
    return out


PEOPLE = {"trainee": 4510987654321098, "instructor": 4510111122223333, "course": 1212360000}


def minutes() -> list[dict[str, Any]]:
    slow = [[s, 457000000 + 90 * s, 1266000000 - 120 * s, 153, 301, 14, 4, 0] for s in range(60)]
    fast = [
        [s, 457000000 + 8 * 700 * s, 1266000000 + 8 * 400 * s, 2047, 511, 31, 63, s % 2]
        for s in range(5, 60, 3)
    ]
    counters = {
        "odometer_m": 4000000000,
        "wheel_m": 255,
        "rpm_max": 2650,
        "ignition_s": 60,
        "counted_s": 41,
        "stops": 130,
    }
    return [
        {"kind": 4, "session": 4, **PEOPLE, "minute": 29823840, **counters, "shift": 0, "fixes": slow},
        {"kind": 4, "session": 4, **PEOPLE, "minute": 29823841, **counters, "shift": 4, "fixes": fast},
        {"kind": 4, "session": 4, **PEOPLE, "minute": 29823842, **counters, "shift": 0, "fixes": []},
    ]


def bodies() -> list[dict[str, Any]]:
    return [
        {
            "kind": 1,
            "firmware": 1002003,
            "reset_cause": 3,
            "unreceipted": 12,
            "torn_bytes": 5,
            "slot": 1,
            "stage": 9,
        },
        {
            "kind": 2,
            "session": 0,
            "role": 1,
            "person": PEOPLE["instructor"],
            "instructor": PEOPLE["instructor"],
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
            "matched": PEOPLE["trainee"],
            "outcome": 0,
            "face_id": 8,
            "score": 91,
            "photo": bytes(range(100, 132)).hex(),
        },
        {
            "kind": 2,
            "session": 4,
            "role": 2,
            "person": PEOPLE["trainee"],
            "instructor": PEOPLE["instructor"],
            "course": 1212360000,
            "face_id": 8,
            "online": 0,
        },
        *minutes(),
        {
            "kind": 5,
            "session": 4,
            "role": 2,
            "person": PEOPLE["trainee"],
            "how": 1,
            "minutes": 3,
            "distance_m": 765,
        },
        {"kind": 6, "code": 6, "state": 1, "value": 6},
    ]


def later_bodies() -> list[dict[str, Any]]:
    return [
        {
            "kind": 7,
            "through": 8,
            "head": bytes(range(32, 64)).hex(),
            "key": bytes(range(8)).hex(),
            "signature": bytes(range(64)).hex(),
        },
        {"kind": 8, "uptime_ms": 300_000_000_007, "true_s": 1789430400, "true_ms": 250, "source": 3}
        | {"was_s": 1169942400, "weeks": 1024},
        {"kind": 9, "first_seq": 5, "last_seq": 7, "minutes": 2, "dropped": 63},
        {"kind": 10, "order": 17, "code": 5, "outcome": 5, "value": 2},
        dict(
            zip(
                STATUS,
                (2, 1002003, 1, 6, 5, 128, 4194304, 99, 12, 3, -105, 12600, 14, 2, 8, 7, 3),
                strict=True,
            )
        )
        | {"kind": 11},
        {"kind": 13, "session": 4, "role": 2, "moment": 2, "photo": bytes(range(7, 39)).hex(), "size": 11321},
    ]


def records() -> list[dict[str, Any]]:
    out = []
    prev = ZERO
    for seq, fields in enumerate(bodies() + later_bodies(), 1):
        values = {**COMMON, "seq": seq, **fields, "prev": prev.hex()}
        raw = header(values) + body(values)
        prev = hashlib.sha256(raw).digest()
        vector = {}
        if values["kind"] == 4:
            coarse = sum(1 for fix in values["fixes"] if fix[0] % 5 == 0)
            cut = len(raw) - 8 * (len(values["fixes"]) - coarse)
            rest = hashlib.sha256(raw[cut:]).digest()
            prev = hashlib.sha256(raw[:cut] + rest).digest()
            vector["thin"] = (b"\x0c" + raw[1:cut] + rest).hex() if len(raw) - cut > 32 else None
        vector["shift"] = values.pop("shift", None)
        out.append({"values": values, "bytes": raw.hex(), "digest": prev.hex(), **vector})
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
    start = struct.pack(">BBQII", 1, 1, TERMINAL, 1789430405, 4) + bytes.fromhex(made[3]["digest"])
    ranges = struct.pack(">BII", 2, 6, 7) + bytes.fromhex(made[6]["digest"])
    receipt = sealed(start + ranges + struct.pack(">II", 9, len(raw)) + bytes.fromhex(head))
    order = sealed(struct.pack(">BBQIIBH", 1, 3, TERMINAL, 17, 1789434000, 4, 8) + struct.pack(">II", 5, 7))
    photo = bytes(range(7, 39))
    chunk = sealed(struct.pack(">BBQ", 1, 1, TERMINAL) + photo + struct.pack(">IIH", 11321, 1400, 3) + b"abc")
    photo_receipt = sealed(struct.pack(">BBQ", 1, 2, TERMINAL) + photo + struct.pack(">IB", 1403, 0))
    want = sealed(struct.pack(">BBQ", 1, 2, TERMINAL) + photo[:8] + struct.pack(">I", 2800))
    piece = sealed(struct.pack(">BBQ", 1, 4, TERMINAL) + photo[:8] + struct.pack(">IH", 2800, 4) + b"defg")
    message = b"hourfence head\x01" + struct.pack(">QI", TERMINAL, len(raw)) + bytes.fromhex(head)
    vectors = {
        "key": KEY.hex(),
        "terminal": TERMINAL,
        "records": made,
        "envelopes": envelopes,
        "receipt": {"through": 4, "utc_s": 1789430405, "ranges": [[6, 7], [9, len(raw)]], "bytes": receipt},
        "order": {"order": 17, "until_utc_s": 1789434000, "code": 4, "first": 5, "last": 7, "bytes": order},
        "chunk": chunk,
        "photo_receipt": photo_receipt,
        "want": want,
        "piece": piece,
        "head_message": message.hex(),
        "up": "hourfence/1/up/4510234567890123",
        "bulk": "hourfence/1/bulk/4510234567890123",
        "down": "hourfence/1/down/4510234567890123",
    }
    Path(__file__).with_name("wire.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
