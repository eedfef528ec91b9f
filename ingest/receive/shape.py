"""Whether a record is one that firmware.wire.records.decode would take, found out cheaply.

A full decode of a 60-fix minute takes about 90 us, which alone would hold the server to 10,000 a second. So a
minute is first looked at with sure signs only; whatever is not surely well formed goes to decode itself.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from firmware.wire import records
from firmware.wire.fields import (
    BODY,
    BODY_SIZES,
    COARSE_S,
    COURSE_MAX,
    DIGEST_SIZE,
    FIX_SIZE,
    FIXES_MAX,
    HEADER_SIZE,
    MINUTE,
    MINUTE_THIN,
    NUMBER_MAX,
    UTC_MINUTE_MAX,
)

# Header, then the body of a minute up to the seconds' bits; course is u40: u8 and u32.
_MINUTE = Struct(">BQI32s8xIBIQQBII6xHBBHiiB8s")
_MINUTE_SIZE = HEADER_SIZE + BODY_SIZES[MINUTE]

_LAT_MAX = 900_000_000
_LON_MAX = 1_800_000_000
_SHIFT_MAX = 16
_STOPS_MAX = next(row[3] for row in BODY[MINUTE] if row[0] == "stops")
_COARSE = sum(1 << 63 - second for second in range(0, FIXES_MAX, COARSE_S))
_MINUTES = (MINUTE, MINUTE_THIN)


def _lanes(bits: int) -> tuple[int, ...]:
    """The same 64-bit word n times over, as one integer, for n = 0..60."""
    word = bits.to_bytes(FIX_SIZE, "big")
    return tuple(int.from_bytes(word * n, "big") for n in range(FIXES_MAX + 1))


# The heading is bits 12..20 of a fix; adding carries into bit 21 exactly when it is at least 360 (or 511).
_HEADING = _lanes(511 << 12)
_FROM_360 = _lanes((512 - 360) << 12)
_FROM_511 = _lanes(1 << 12)
_CARRY = _lanes(1 << 21)


class Shape(NamedTuple):
    """What the chain and the store need of a record. session 0: none; utc_s 0: unknown."""

    kind: int
    terminal: int
    seq: int
    prev: bytes
    session: int
    utc_s: int


def of_record(record: bytes) -> Shape:
    """The shape of a well-formed record; raises DecodeError for any other."""
    if record and record[0] in _MINUTES and len(record) >= _MINUTE_SIZE:
        shape = _sure_minute(record)
        if shape is not None:
            return shape
    values = records.decode(record)
    utc_s = values["minute"] * 60 if values["kind"] in _MINUTES else values["utc_s"]
    return Shape(
        values["kind"], values["terminal"], values["seq"], values["prev"], values.get("session", 0), utc_s
    )


def _sure_minute(record: bytes) -> Shape | None:
    (
        kind,
        terminal,
        seq,
        prev,
        _utc_s,
        clock,
        session,
        trainee,
        instructor,
        course_high,
        course_low,
        minute,
        _rpm,
        ignition_s,
        counted_s,
        stops,
        lat_e7,
        lon_e7,
        shift,
        seconds,
    ) = _MINUTE.unpack_from(record)
    bits = int.from_bytes(seconds, "big")
    coarse, fixes, rest = (bits & _COARSE).bit_count(), bits.bit_count(), 0
    if kind == MINUTE_THIN:
        if (fixes - coarse) * FIX_SIZE <= DIGEST_SIZE:
            return None
        fixes, rest = coarse, DIGEST_SIZE
    # The high bit is second 0, so the higher of the two has the earliest second.
    first = 0 if bits & _COARSE > bits & ~_COARSE else coarse
    if (
        0 < terminal <= NUMBER_MAX
        and seq
        and clock <= 3
        and 0 < trainee <= NUMBER_MAX
        and 0 < instructor <= NUMBER_MAX
        and (course_high << 32 | course_low) <= COURSE_MAX
        and minute <= UTC_MINUTE_MAX
        and ignition_s <= 60
        and counted_s <= 60
        and stops <= _STOPS_MAX
        and not bits & 15
        and len(record) == _MINUTE_SIZE + FIX_SIZE * fixes + rest
        and _sure_fixes(record, fixes, first, lat_e7, lon_e7, shift)
    ):
        return Shape(kind, terminal, seq, prev, session, minute * 60)
    return None


def _sure_fixes(record: bytes, fixes: int, first: int, lat_e7: int, lon_e7: int, shift: int) -> bool:
    """first: where among the record's fixes the minute's earliest stands; fixes or more: it is not there."""
    if shift > _SHIFT_MAX or abs(lat_e7) > _LAT_MAX or abs(lon_e7) > _LON_MAX:
        return False
    if first < fixes:
        # The earliest fix is the origin: no offset.
        at = _MINUTE_SIZE + FIX_SIZE * first
        if record[at : at + 4] != b"\0\0\0\0":
            return False
    elif record[0] == MINUTE and (lat_e7 or lon_e7 or shift):
        return False
    packed = int.from_bytes(record[_MINUTE_SIZE : _MINUTE_SIZE + FIX_SIZE * fixes], "big")
    headings = packed & _HEADING[fixes]
    from_360 = headings + _FROM_360[fixes] & _CARRY[fixes]
    from_511 = headings + _FROM_511[fixes] & _CARRY[fixes]
    return from_360 == from_511
