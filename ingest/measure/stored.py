"""Stored records in one buffer, as columns tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from ingest.judge.columns import Bools, Ints


class Row(Protocol):
    """What is asked of ingest.store.evidence.EvidenceRow."""

    @property
    def terminal(self) -> int: ...

    @property
    def seq(self) -> int: ...

    @property
    def kind(self) -> int: ...

    @property
    def record(self) -> bytes: ...


class Records(NamedTuple):
    """Stored records: the one of row n is body[start[n] : start[n] + size[n]]."""

    terminal: Ints
    seq: Ints
    kind: Ints
    start: Ints
    size: Ints
    body: bytes

    def take(self, rows: Ints | Bools) -> Records:
        """The rows that an index array or a mask names."""
        terminal, seq, kind, start, size = (column[rows] for column in self[:-1])
        return Records(terminal, seq, kind, start, size, self.body)

    def record(self, row: int) -> bytes:
        """The bytes of a row."""
        start = int(self.start[row])
        return self.body[start : start + int(self.size[row])]


def records_of(rows: Sequence[Row]) -> Records:
    """Rows joined."""
    columns = [[getattr(row, name) for row in rows] for name in ("terminal", "seq", "kind")]
    size = np.array([len(row.record) for row in rows], dtype=np.int64)
    terminal, seq, kind = (np.array(column, dtype=np.int64) for column in columns)
    return Records(terminal, seq, kind, np.cumsum(size) - size, size, b"".join(row.record for row in rows))
