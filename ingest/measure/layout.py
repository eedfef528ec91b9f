"""The fixed fields of records as numpy sees them, by the same table as firmware.wire."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from firmware.wire.fields import BODY, HEADER, SIZES
from ingest.judge.columns import Bools, Ints

Octets = npt.NDArray[np.uint8]

_OCTETS = ("b8", "b32", "b64")
_NUMPY = {"u8": "u1", "u16": ">u2", "u32": ">u4", "u64": ">u8", "i32": ">i4"}
_TYPE_RANGE = {"u8": (0, 2**8 - 1), "u16": (0, 2**16 - 1), "u32": (0, 2**32 - 1), "u40": (0, 2**40 - 1)}


@cache
def type_of(kind: int) -> np.dtype[Any]:
    """Header and body of a kind of record; octets and u40 as arrays of bytes."""
    rows = (*HEADER, *BODY[kind])
    return np.dtype([(f[0], _NUMPY[f[1]]) if f[1] in _NUMPY else (f[0], "u1", (SIZES[f[1]],)) for f in rows])


def columns_of(fixed: npt.NDArray[Any], kind: int) -> dict[str, Ints]:
    """The integers of n records of type_of(kind), by name."""
    rows = (*HEADER, *BODY[kind])
    return {name: _column(fixed[name], type_) for name, type_, *_ in rows if type_ not in _OCTETS}


def octets_of(fixed: npt.NDArray[Any], kind: int) -> dict[str, Octets]:
    """The fields that are bytes as they are, n x size, by name."""
    return {name: fixed[name] for name, type_, *_ in (*HEADER, *BODY[kind]) if type_ in _OCTETS}


def outside(columns: dict[str, Ints], kind: int) -> Iterator[tuple[str, Bools]]:
    """(what is wrong, which rows) for every field whose range is not its type's."""
    for name, type_, minimum, maximum, *_ in (*HEADER, *BODY[kind]):
        if type_ not in _OCTETS and (minimum, maximum) != _TYPE_RANGE.get(type_):
            wrong = (columns[name] < minimum) | (columns[name] > maximum)
            yield f"{name} is outside {minimum}..{maximum}", wrong


def rows_of(buffer: bytes, starts: Ints, size: int) -> Octets:
    """n x size bytes from each start on, all of which must lie in the buffer."""
    if not len(starts):
        return np.zeros((0, size), dtype=np.uint8)
    return np.lib.stride_tricks.sliding_window_view(np.frombuffer(buffer, dtype=np.uint8), size)[starts]


def _column(values: npt.NDArray[Any], type_: str) -> Ints:
    if type_ == "u40":
        return np.asarray(values.astype(np.int64) @ (256 ** np.arange(4, -1, -1, dtype=np.int64)))
    # A u64 beyond 2**63 turns negative here and so falls to the range check.
    return values.astype(np.int64)
