"""Many minute records at once: bytes in, numpy columns out, by the same table as firmware.wire.

decode_minutes gives exactly what firmware.wire.records.decode gives, and refuses exactly what it refuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from firmware.wire.errors import DecodeError
from firmware.wire.fields import (
    BODY,
    BODY_SIZES,
    COARSE_S,
    DIGEST_SIZE,
    FIX_SIZE,
    FIXES_MAX,
    HEADER,
    HEADER_SIZE,
    MINUTE,
    MINUTE_THIN,
    SIZES,
)
from firmware.wire.notes import FIX_BITS
from ingest.judge.columns import Bools, Ints

_FIELDS = (*HEADER, *BODY[MINUTE])
_FIXED = HEADER_SIZE + BODY_SIZES[MINUTE]
_FINE = np.arange(FIXES_MAX) % COARSE_S != 0
# Coarse fixes come first in a record, then the others.
_ORDER = np.argsort(_FINE, kind="stable")
_BYTES = ("b8", "b32")
_NUMPY = {"u8": "u1", "u16": ">u2", "u32": ">u4", "u64": ">u8", "i32": ">i4"}
_LAT_MAX_E7 = 900_000_000
_LON_MAX_E7 = 1_800_000_000


@dataclass(frozen=True, eq=False)
class DecodedMinutes:
    """n minute records: fixed fields by name; fixes as n x 60 arrays, 0 where present is False."""

    columns: dict[str, Ints]
    present: Bools
    fixes: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.present)


FIXED_TYPE = np.dtype(
    [(f[0], _NUMPY[f[1]]) if f[1] in _NUMPY else (f[0], "u1", (SIZES[f[1]],)) for f in _FIELDS]
)


def decode_minutes(records: Sequence[bytes]) -> DecodedMinutes:
    """Columns of the given minutes, whole or thinned, in their order; DecodeError names the first bad one.

    present says which fixes are there: of a thinned minute the coarse ones.
    """
    n = len(records)
    lengths = np.fromiter((len(record) for record in records), dtype=np.int64, count=n)
    _refuse(lengths < _FIXED, "cut short", records)
    fixed = np.frombuffer(b"".join([record[:_FIXED] for record in records]), dtype=FIXED_TYPE)
    columns = {name: _column(fixed[name], kind) for name, kind, *_ in _FIELDS if kind not in _BYTES}
    _check_ranges(columns, records)
    bits = np.unpackbits(fixed["seconds"], axis=1)
    _refuse(bits[:, FIXES_MAX:].any(axis=1), "a bit beyond second 59 is set", records)
    seen = bits[:, :FIXES_MAX].astype(bool)
    thin = columns["kind"] == MINUTE_THIN
    present = seen & ~(thin[:, None] & _FINE)
    ends = _FIXED + FIX_SIZE * present.sum(axis=1)
    _refuse(lengths != ends + DIGEST_SIZE * thin, "length and number of fixes disagree", records)
    dropped = (seen & ~present).sum(axis=1) * FIX_SIZE
    _refuse(thin & (dropped <= DIGEST_SIZE), "too few fixes to be dropped", records)
    flat = _unpack_fixes(b"".join([record[_FIXED:end] for record, end in zip(records, ends, strict=True)]))
    fixes = {name: _dense(values, present) for name, values in flat.items()}
    _place(fixes, columns, present)
    _check_fixes(fixes, columns, seen, present, records)
    return DecodedMinutes(columns, present, fixes)


def _column(values: npt.NDArray[Any], kind: str) -> Ints:
    if kind == "u40":
        return np.asarray(values.astype(np.int64) @ (256 ** np.arange(4, -1, -1, dtype=np.int64)))
    # A u64 beyond 2**63 turns negative here and so falls to the range check.
    return values.astype(np.int64)


def _unpack_fixes(raw: bytes) -> dict[str, Ints]:
    words = np.frombuffer(raw, dtype=">u8").astype(np.uint64)
    values: dict[str, Ints] = {}
    left = 8 * FIX_SIZE
    for name, bits, minimum, *_ in FIX_BITS:
        left -= bits
        value = ((words >> np.uint64(left)) & np.uint64((1 << bits) - 1)).astype(np.int64)
        if minimum < 0:
            value -= (value >> (bits - 1)) << bits
        values[name] = value
    return values


def _dense(values: Ints, present: Bools) -> Ints:
    dense = np.zeros(present.shape, dtype=np.int64)
    in_order = dense[:, _ORDER]
    in_order[present[:, _ORDER]] = values
    dense[:, _ORDER] = in_order
    return dense


def _place(fixes: dict[str, Ints], columns: dict[str, Ints], present: Bools) -> None:
    """Offsets become positions: lat_e7 and lon_e7 take the place of dlat and dlon."""
    shift = columns["shift"][:, None]
    for axis, limit in (("lat", _LAT_MAX_E7), ("lon", _LON_MAX_E7)):
        at = columns[f"origin_{axis}_e7"][:, None] + (fixes.pop(f"d{axis}") << shift)
        fixes[f"{axis}_e7"] = np.where(present, np.clip(at, -limit, limit), 0)


def _check_ranges(columns: dict[str, Ints], records: Sequence[bytes]) -> None:
    _refuse(~np.isin(columns["kind"], (MINUTE, MINUTE_THIN)), "not a minute record", records)
    for name, kind, minimum, maximum, *_ in _FIELDS:
        if kind not in _BYTES and minimum is not None and maximum is not None:
            values = columns[name]
            outside = (values < minimum) | (values > maximum)
            _refuse(outside, f"{name} is outside {minimum}..{maximum}", records)


def _check_fixes(
    fixes: dict[str, Ints], columns: dict[str, Ints], seen: Bools, present: Bools, records: Sequence[bytes]
) -> None:
    """seen: the seconds that had a fix, present: those whose fix is there."""
    heading = fixes["heading_deg"]
    _refuse(((heading >= 360) & (heading <= 510)).any(axis=1), "heading is neither 0..359 nor 511", records)
    some, first, rows = seen.any(axis=1), seen.argmax(axis=1), np.arange(len(present))
    lat, lon = columns["origin_lat_e7"], columns["origin_lon_e7"]
    off = (fixes["lat_e7"][rows, first] != lat) | (fixes["lon_e7"][rows, first] != lon)
    _refuse(present[rows, first] & off, "origin is not the first fix", records)
    _refuse(~some & ((lat != 0) | (lon != 0) | (columns["shift"] != 0)), "origin without fixes", records)


def _refuse(bad: Any, why: str, records: Sequence[bytes]) -> None:
    if bad.any():
        at = int(bad.argmax())
        raise DecodeError(f"minute record {at} ({len(records[at])} bytes): {why}")
