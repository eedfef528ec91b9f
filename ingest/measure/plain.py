"""Many records without fixes at once: bytes of one kind in, numpy columns out.

decode_plain gives exactly what firmware.wire.records.decode gives, and leaves out exactly what it refuses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmware.wire.fields import MINUTE, MINUTE_THIN
from ingest.judge.columns import Ints
from ingest.measure.layout import Octets, columns_of, octets_of, outside, rows_of, type_of


@dataclass(frozen=True, eq=False)
class Plain:
    """Records of one kind. rows: which of those given can be read; columns and octets (n x size): theirs."""

    rows: Ints
    columns: dict[str, Ints]
    octets: dict[str, Octets]


def decode_plain(kind: int, buffer: bytes, starts: Ints, lengths: Ints) -> Plain:
    """Records of a kind in a buffer, each `lengths` long from `starts` on; of another kind, none is read.

    Raises ValueError for minutes: ingest.measure.decode is for them.
    """
    if kind in (MINUTE, MINUTE_THIN):
        raise ValueError("minutes have fixes: ingest.measure.decode")
    type_ = type_of(kind)
    rows = np.flatnonzero(lengths == type_.itemsize)
    fixed = rows_of(buffer, starts[rows], type_.itemsize).view(type_)[:, 0]
    columns = columns_of(fixed, kind)
    bad = columns["kind"] != kind
    for _, wrong in outside(columns, kind):
        bad |= wrong
    octets = octets_of(fixed, kind)
    if bad.any():
        rows, good = rows[~bad], ~bad
        columns = {name: column[good] for name, column in columns.items()}
        octets = {name: column[good] for name, column in octets.items()}
    return Plain(rows, columns, octets)
