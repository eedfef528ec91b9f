"""Terminals for the tests: they make real records, chained, and seal them with the wire's own code."""

from __future__ import annotations

import hashlib
from typing import Any

from firmware.wire import bulk, envelope, records, topics
from firmware.wire.fields import BOOT, DIAGNOSTIC, FACE_CHECK, MINUTE, ORDER, PHOTO, SIGN_IN

START_UTC_S = 1_772_000_040  # 2026-02-25, at a whole minute


def key_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


class Terminal:
    """One terminal and its journal: records[i] has seq i + 1."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.key = key_of(number)
        self.records: list[bytes] = []

    @property
    def topic(self) -> str:
        return topics.up(self.number)

    def write(self, kind: int, **fields: Any) -> bytes:
        record = records.encode(self.header(kind) | fields)
        self.records.append(record)
        return record

    def header(self, kind: int, seq: int | None = None) -> dict[str, Any]:
        seq = len(self.records) + 1 if seq is None else seq
        prev = records.digest(self.records[seq - 2]) if seq > 1 else bytes(32)
        utc_s = START_UTC_S + seq * 60
        return {
            "kind": kind,
            "terminal": self.number,
            "seq": seq,
            "prev": prev,
            "boot": 1,
            "uptime_s": seq * 60,
            "utc_s": utc_s,
            "clock": 3,
        }

    def boot(self) -> bytes:
        return self.write(BOOT, firmware=1, reset_cause=1, unreceipted=0, torn_bytes=0, slot=255, stage=0)

    def sign_in(self) -> bytes:
        seq = len(self.records) + 1
        return self.write(
            SIGN_IN, session=seq, role=2, person=2, instructor=3, course=1_212_360_000, face_id=1, online=1
        )

    def diagnostic(self, value: int = 0) -> bytes:
        return self.write(DIAGNOSTIC, code=1, state=1, value=value)

    def minute(self, **fields: Any) -> bytes:
        return self.write(MINUTE, **(minute_fields(len(self.records) + 1) | fields))

    def face_check(self, photo: bytes = bytes(32)) -> bytes:
        who = {"session": 2, "role": 2, "moment": 2, "expected": 2, "matched": 2, "outcome": 0}
        return self.write(FACE_CHECK, face_id=1, score=90, photo=photo, **who)

    def photo(self, photo: bytes, size: int) -> bytes:
        return self.write(PHOTO, session=2, role=2, moment=2, photo=photo, size=size)

    def done(self, order: int, code: int, outcome: int = 0, value: int = 0) -> bytes:
        return self.write(ORDER, order=order, code=code, outcome=outcome, value=value)

    def last(self) -> tuple[str, bytes]:
        """The newest record, on its way."""
        return self.topic, self.payload(len(self.records), len(self.records))

    def chunk(self, data: bytes, offset: int, length: int = 1400) -> tuple[str, bytes]:
        """A piece of a photo, on its way."""
        photo, piece = hashlib.sha256(data).digest(), data[offset : offset + length]
        payload = bulk.encode_chunk(self.number, photo, len(data), offset, piece, self.key)
        return topics.bulk(self.number), payload

    def payload(self, first: int, last: int) -> bytes:
        """The sealed envelope of the records first..last."""
        return self.seal(self.records[first - 1 : last])

    def seal(self, chosen: list[bytes]) -> bytes:
        return envelope.seal(self.number, chosen, self.key)


def minute_fields(seq: int, fixes: int = 60) -> dict[str, Any]:
    trace = [(s, 312_000_000 + 40 * s, 1_214_000_000 + 30 * s, 200, 31, 14, 4, 0) for s in range(fixes)]
    return {
        "session": 2,
        "trainee": 2,
        "instructor": 3,
        "course": 1_212_360_000,
        "minute": START_UTC_S // 60 + seq,
        "odometer_m": seq * 300,
        "wheel_m": 300,
        "rpm_max": 2000,
        "ignition_s": 60,
        "counted_s": 60,
        "stops": 0,
        "fixes": trace,
    }


def terminal_with(number: int, minutes: int) -> Terminal:
    """A terminal with a boot, a sign-in and so many minutes in its journal."""
    terminal = Terminal(number)
    terminal.boot()
    terminal.sign_in()
    for _ in range(minutes):
        terminal.minute()
    return terminal


def registry_of(*numbers: int, revoked: tuple[int, ...] = ()) -> dict[str, Any]:
    """A registry document with these terminals."""
    school, car = "9" * 16, "8" * 16
    return {
        "schools": [{"number": school, "name": "南山驾校"}],
        "cars": [{"number": car, "plate": "沪A0001学", "school": school}],
        "terminals": [
            {
                "number": f"{number:016d}",
                "key_hex": key_of(number).hex(),
                "car": car,
                "school": school,
                "revoked_at": "2026-01-01T00:00:00Z" if number in revoked else None,
            }
            for number in numbers
        ],
    }
