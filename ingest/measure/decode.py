"""Many minute records at once: bytes in, numpy columns out, by the same table as firmware.wire.

decode_minutes gives exactly what firmware.wire.records.decode gives, and refuses exactly what it refuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from firmware.wire.errors import DecodeError
from firmware.wire.fields import (
    BODY_SIZES,
    COARSE_S,
    DIGEST_SIZE,
    FIX_SIZE,
    FIXES_MAX,
    HEADER_SIZE,
    MINUTE,
    MINUTE_THIN,
)
from firmware.wire.notes import FIX_BITS
from ingest.judge.columns import Bools, Ints
from ingest.measure.layout import columns_of, outside, rows_of, type_of

Ints32 = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint32]

_FIXED = HEADER_SIZE + BODY_SIZES[MINUTE]
_WHOLE = _FIXED + FIX_SIZE * FIXES_MAX
_FINE = np.arange(FIXES_MAX) % COARSE_S != 0
# Coarse fixes come first in a record, then the others.
_ORDER = np.argsort(_FINE, kind="stable")
_PLACE = np.argsort(_ORDER)
_ALL_SECONDS = (1 << FIXES_MAX) - 1 << (64 - FIXES_MAX)
_LAT_MAX_E7 = 900_000_000
_LON_MAX_E7 = 1_800_000_000
_OFFSET_MAX = 2**15
_WORD = 32


def _bit_places() -> dict[str, tuple[int, int, int]]:
    """Field of a fix -> (its 32-bit word, bits to its right in it, its width); none lies across both."""
    places, left = {}, 8 * FIX_SIZE
    for name, bits, *_ in FIX_BITS:
        left -= bits
        places[name] = (0 if left >= _WORD else 1, left % _WORD, bits)
    return places


_BIT_PLACES = _bit_places()


@dataclass(frozen=True, eq=False)
class DecodedMinutes:
    """n minute records: fixed fields by name; fixes as n x 60 arrays, 0 where present is False.

    words: the second half of each packed fix, which fix() unpacks. The n x 60 arrays lie second by second
    in memory, so that array[:, second] is in one piece.
    """

    columns: dict[str, Ints]
    present: Bools
    lat_e7: Ints32
    lon_e7: Ints32
    words: Words

    def __len__(self) -> int:
        return len(self.present)

    @cached_property
    def fixes(self) -> dict[str, Ints]:
        """All fields of the fixes by name, lat_e7 and lon_e7 in place of dlat and dlon, n x 60."""
        plain = {"lat_e7": self.lat_e7.astype(np.int64), "lon_e7": self.lon_e7.astype(np.int64)}
        low = (name for name, (word, *_) in _BIT_PLACES.items() if word == 1)
        return {**plain, **{name: self.fix(name).astype(np.int64) for name in low}}

    def fix(self, name: str) -> npt.NDArray[np.uint16]:
        """n x 60 values of a field other than the position, as firmware.wire.notes.FIX_BITS has it."""
        return field_of(self.words, name)


def field_of(words: Words, name: str) -> npt.NDArray[np.uint16]:
    """That field out of the second halves of packed fixes."""
    _, right, bits = _BIT_PLACES[name]
    values = words >> np.uint32(right)
    values &= np.uint32((1 << bits) - 1)
    return values.astype(np.uint16)


def decode_minutes(records: Sequence[bytes]) -> DecodedMinutes:
    """Columns of the given minutes, whole or thinned, in their order; DecodeError names the first bad one.

    present says which fixes are there: of a thinned minute the coarse ones.
    """
    lengths = np.fromiter((len(record) for record in records), dtype=np.int64, count=len(records))
    return decode_joined(b"".join([*records, bytes(_WHOLE)]), lengths)


def decode_joined(buffer: bytes, lengths: Ints, starts: Ints | None = None) -> DecodedMinutes:
    """The same for records that lie in one buffer, each `lengths` long from `starts` on.

    Without starts they follow one another from the buffer's beginning. Raises ValueError for a record that
    does not lie in the buffer.
    """
    if starts is None:
        starts = np.cumsum(lengths) - lengths
    if len(lengths) and ((starts < 0).any() or int((starts + lengths).max()) > len(buffer)):
        raise ValueError(f"records of {len(buffer)} bytes do not hold these starts and lengths")
    _refuse(lengths < _FIXED, "cut short", lengths)
    block = _rows(buffer, starts)
    fixed = block[:, :_FIXED].view(type_of(MINUTE))[:, 0]
    columns = columns_of(fixed, MINUTE)
    _check_ranges(columns, lengths)
    seen, present, whole = _seconds(fixed, columns["kind"], lengths)
    packed = block[:, _FIXED:].view(">u4")
    high, words = (_dense(packed[:, half::2], present, whole) for half in (0, 1))
    lat_e7 = _place(high, "lat", columns, present, whole)
    lon_e7 = _place(high, "lon", columns, present, whole)
    decoded = DecodedMinutes(columns, present, lat_e7, lon_e7, words)
    _check_fixes(decoded, seen, lengths)
    return decoded


def _rows(buffer: bytes, starts: Ints) -> npt.NDArray[np.uint8]:
    """n x _WHOLE bytes from each start on; what lies behind a record's end means nothing."""
    if len(starts) and int(starts.max()) + _WHOLE > len(buffer):
        buffer += bytes(_WHOLE)
    return rows_of(buffer, starts, _WHOLE)


def _seconds(fixed: npt.NDArray[Any], kind: Ints, lengths: Ints) -> tuple[Bools, Bools, Bools]:
    """n x 60 seconds that had a fix, n x 60 those whose fix is there, and which rows have all sixty."""
    thin = kind == MINUTE_THIN
    number = np.ascontiguousarray(fixed["seconds"]).view(">u8")[:, 0]
    whole: Bools = (number == np.uint64(_ALL_SECONDS)) & ~thin
    if whole.all():
        seen = np.ones((FIXES_MAX, len(kind)), dtype=bool).T
        _refuse(lengths != _WHOLE, "length and number of fixes disagree", lengths)
        return seen, seen, whole
    bits = np.asfortranarray(np.unpackbits(fixed["seconds"], axis=1))
    _refuse(bits[:, FIXES_MAX:].any(axis=1), "a bit beyond second 59 is set", lengths)
    seen = bits[:, :FIXES_MAX].view(bool)
    present = seen & ~(thin[:, None] & _FINE) if thin.any() else seen
    n = present.sum(axis=1)
    _refuse(
        lengths != _FIXED + FIX_SIZE * n + DIGEST_SIZE * thin, "length and number of fixes disagree", lengths
    )
    dropped = (seen.sum(axis=1) - n) * FIX_SIZE
    _refuse(thin & (dropped <= DIGEST_SIZE), "too few fixes to be dropped", lengths)
    return seen, present, whole


def _dense(packed: npt.NDArray[Any], present: Bools, whole: Bools) -> Words:
    """n x 60 words in the order of the seconds, from n x 60 in the order of the record."""
    dense = np.ascontiguousarray(packed.T)[_PLACE].astype(np.uint32)
    patchy = np.flatnonzero(~whole)
    if len(patchy):
        there = present[patchy][:, _ORDER]
        stored = np.arange(FIXES_MAX) < there.sum(axis=1)[:, None]
        in_order = np.zeros(there.shape, dtype=np.uint32)
        in_order[there] = packed[patchy][stored]
        dense[:, patchy] = in_order[:, _PLACE].T
    return dense.T


def _place(high: Words, axis: str, columns: dict[str, Ints], present: Bools, whole: Bools) -> Ints32:
    """Positions from the offsets from the first fix."""
    _, right, bits = _BIT_PLACES[f"d{axis}"]
    limit = _LAT_MAX_E7 if axis == "lat" else _LON_MAX_E7
    origin, shift = columns[f"origin_{axis}_e7"], columns["shift"]
    reach = _OFFSET_MAX << int(shift.max(initial=0))
    offset = (high << np.uint32(_WORD - bits - right)).view(np.int32)
    offset >>= np.int32(_WORD - bits)
    within = len(origin) == 0 or int(np.abs(origin).max()) + reach <= limit
    if within:
        if shift.any():
            offset <<= shift.astype(np.int32)[:, None]
        offset += origin.astype(np.int32)[:, None]
    else:
        at = (offset.astype(np.int64) << shift[:, None]) + origin[:, None]
        offset = np.clip(at, -limit, limit).astype(np.int32)
    if not whole.all():
        offset *= present
    return offset


def _check_ranges(columns: dict[str, Ints], lengths: Ints) -> None:
    _refuse(~np.isin(columns["kind"], (MINUTE, MINUTE_THIN)), "not a minute record", lengths)
    for what, wrong in outside(columns, MINUTE):
        _refuse(wrong, what, lengths)


def _check_fixes(decoded: DecodedMinutes, seen: Bools, lengths: Ints) -> None:
    """seen: the seconds that had a fix, decoded.present those whose fix is there."""
    heading, columns = decoded.fix("heading_deg"), decoded.columns
    # Beyond 359 only 511 is a heading: 360..510 become 0..150 here, all others more.
    wrong = (heading - np.uint16(360)) <= np.uint16(150)
    _refuse(wrong.any(axis=1), "heading is neither 0..359 nor 511", lengths)
    some, first, rows = seen.any(axis=1), seen.argmax(axis=1), np.arange(len(seen))
    lat, lon = columns["origin_lat_e7"], columns["origin_lon_e7"]
    off = (decoded.lat_e7[rows, first] != lat) | (decoded.lon_e7[rows, first] != lon)
    _refuse(decoded.present[rows, first] & off, "origin is not the first fix", lengths)
    _refuse(~some & ((lat != 0) | (lon != 0) | (columns["shift"] != 0)), "origin without fixes", lengths)


def _refuse(bad: Any, why: str, lengths: Ints) -> None:
    if bad.any():
        at = int(bad.argmax())
        raise DecodeError(f"minute record {at} ({int(lengths[at])} bytes): {why}")
