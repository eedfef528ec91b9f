"""Whether a record is one that firmware.wire.records.decode would take, found out cheaply.

A full decode of a 60-fix minute takes about 90 us, which alone would hold the server to 10,000 a second. So a
minute is first looked at with sure signs only; whatever is not surely well formed goes to decode itself.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from firmware.wire import records
from firmware.wire.fields import (
    BODY_SIZES,
    COURSE_MAX,
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
_STOPS_MAX = 511


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
    if record and record[0] == MINUTE and len(record) >= _MINUTE_SIZE:
        shape = _sure_minute(record)
        if shape is not None:
            return shape
    values = records.decode(record)
    is_minute = values["kind"] in (MINUTE, MINUTE_THIN)
    utc_s = values["minute"] * 60 if is_minute else values["utc_s"]
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
    fixes = bits.bit_count()
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
        and len(record) == _MINUTE_SIZE + FIX_SIZE * fixes
        and _sure_fixes(record, fixes, lat_e7, lon_e7, shift)
    ):
        return Shape(kind, terminal, seq, prev, session, minute * 60)
    return None


def _sure_fixes(record: bytes, fixes: int, lat_e7: int, lon_e7: int, shift: int) -> bool:
    if not fixes:
        return not (lat_e7 or lon_e7 or shift)
    # The first fix is the origin: no offset. Where a coarse fix is not the first, decode has to look.
    if record[_MINUTE_SIZE : _MINUTE_SIZE + 4] != b"\0\0\0\0":
        return False
    if shift > _SHIFT_MAX or abs(lat_e7) > _LAT_MAX or abs(lon_e7) > _LON_MAX:
        return False
    headings = int.from_bytes(record[_MINUTE_SIZE:], "big") & _HEADING[fixes]
    from_360 = headings + _FROM_360[fixes] & _CARRY[fixes]
    from_511 = headings + _FROM_511[fixes] & _CARRY[fixes]
    return from_360 == from_511
