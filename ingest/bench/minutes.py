"""Sealed envelopes of full minutes, made quickly: one template record, patched, chained and sealed.

The bytes are those of firmware.wire, which would take about 200 us a record; a test compares them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from firmware.wire import records, topics
from firmware.wire.fields import MINUTE, WIRE_VERSION
from ingest.store.digests import digest

FIRST_TERMINAL = 1_000_000_000_000_001
FIXES = 60
_COURSE = 1_212_360_000
_START_MINUTE = 29_500_000  # in February 2026

_HEAD = Struct(">QI32sIII")
_HEAD_AT = 1
_MINUTE = Struct(">I")
_MINUTE_AT = 83
_FRAME = Struct(">BQBH")


class Sealed(NamedTuple):
    """One envelope of one record, ready to publish."""

    terminal: int
    seq: int
    topic: str
    record: bytes
    payload: bytes


def key_of(terminal: int) -> bytes:
    """The key of a terminal of the bench."""
    return hashlib.sha256(b"bench%d" % terminal).digest()


def template() -> bytes:
    """A full minute at about 20 km/h."""
    fixes = [(s, 312_000_000 + 500 * s, 1_214_000_000 + 300 * s, 200 + s, 31, 14, 4, 0) for s in range(FIXES)]
    values = {
        "kind": MINUTE,
        "terminal": FIRST_TERMINAL,
        "seq": 1,
        "prev": bytes(32),
        "boot": 1,
        "uptime_s": 0,
        "utc_s": 1,
        "clock": 3,
        "session": 1,
        "trainee": 2_000_000_000_000_001,
        "instructor": 3_000_000_000_000_001,
        "course": _COURSE,
        "minute": _START_MINUTE,
        "odometer_m": 0,
        "wheel_m": 333,
        "rpm_max": 2100,
        "ignition_s": 60,
        "counted_s": 60,
        "stops": 0,
        "fixes": fixes,
    }
    return bytes(records.encode(values))


def sealed(terminals: int, per_terminal: int) -> Iterator[Sealed]:
    """per_terminal envelopes of each of the terminals: everybody's first, then everybody's second, ..."""
    buffer = bytearray(template())
    numbers = [FIRST_TERMINAL + index for index in range(terminals)]
    prevs = [bytes(32)] * terminals
    keys = [key_of(number) for number in numbers]
    names = [topics.up(number) for number in numbers]
    for seq in range(1, per_terminal + 1):
        minute = _START_MINUTE + seq
        _MINUTE.pack_into(buffer, _MINUTE_AT, minute)
        for index, number in enumerate(numbers):
            _HEAD.pack_into(buffer, _HEAD_AT, number, seq, prevs[index], 1, seq * 60, (minute + 1) * 60)
            record = bytes(buffer)
            prevs[index] = digest(record)
            body = _FRAME.pack(WIRE_VERSION, number, 1, len(record)) + record
            payload = body + hmac.digest(keys[index], body, "sha256")
            yield Sealed(number, seq, names[index], record, payload)
