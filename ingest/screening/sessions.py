"""Minutes grouped by training session, and what a detector says of sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.suspicions import SCORE_MAX, Suspicions
from ingest.screening.signs import MinuteSigns

Numbers = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Sessions:
    """Minutes of training sessions in (terminal, session, minute, seq) order, of a minute twice the first.

    start: each session's first row, ascending; row: each minute's session.
    """

    minutes: MinuteSigns
    start: Ints
    row: Ints

    def __len__(self) -> int:
        return len(self.start)

    @property
    def first(self) -> MinuteSigns:
        """Each session's first minute."""
        return self.minutes.take(self.start)

    @property
    def last(self) -> MinuteSigns:
        """Each session's last minute."""
        return self.minutes.take(np.append(self.start[1:], len(self.minutes))[: len(self.start)] - 1)

    def sum(self, values: Ints | Bools) -> Ints:
        """Sum of a whole-number column over each session."""
        if not len(self.start):
            return np.zeros(0, dtype=np.int64)
        sums: Ints = np.add.reduceat(values.astype(np.int64), self.start)
        return sums

    @property
    def minute_n(self) -> Ints:
        """Minutes of each session."""
        return self.sum(np.ones(len(self.minutes), dtype=np.int64))


@dataclass(frozen=True)
class Scored:
    """Suspicions and, row by row, the numbers behind each (name with unit -> number)."""

    suspicions: Suspicions
    numbers: tuple[dict[str, float | int], ...]

    @staticmethod
    def concat(parts: Sequence[Scored]) -> Scored:
        """All of them, one after another."""
        numbers = tuple(row for part in parts for row in part.numbers)
        return Scored(Suspicions.concat([part.suspicions for part in parts]), numbers)


def sessions_of(minutes: MinuteSigns) -> Sessions:
    """The minutes within training sessions, whatever their order."""
    inside = minutes.take(np.flatnonzero(minutes.session > 0))
    inside = inside.take(np.lexsort((inside.seq, inside.minute, inside.session, inside.terminal)))
    same = np.zeros(len(inside), dtype=bool)
    same[1:] = (np.diff(inside.terminal) == 0) & (np.diff(inside.session) == 0)
    once = ~(same & (np.diff(inside.minute, prepend=0) == 0))
    new = ~same[once]
    return Sessions(inside.take(once), np.flatnonzero(new).astype(np.int64), np.cumsum(new) - 1)


def graded(value: Floats | Ints, nothing: float, full: float) -> Ints:
    """A score that rises in a straight line from 0 at `nothing` to SCORE_MAX at `full`; full may be lower."""
    share = (np.asarray(value, dtype=np.float64) - nothing) / (full - nothing)
    return np.rint(np.clip(share, 0.0, 1.0) * SCORE_MAX).astype(np.int64)


def of_sessions(
    sessions: Sessions, kind: int, score: Ints, span: Bools | None = None, **numbers: Any
) -> Scored:
    """A row for every session with a score. span: the minutes it speaks about, default the whole session."""
    rows = np.flatnonzero(score > 0)
    first, last = sessions.first.minute.copy(), sessions.last.minute.copy()
    if span is not None:
        at = np.flatnonzero(span)
        last[sessions.row[at]] = sessions.minutes.minute[at]
        first[sessions.row[at[::-1]]] = sessions.minutes.minute[at[::-1]]
    names = sessions.first
    nobody = np.zeros(len(rows), dtype=np.int64)
    kinds = np.full(len(rows), kind, dtype=np.int64)
    made = Suspicions(
        names.terminal[rows], names.session[rows], kinds, score[rows], first[rows], last[rows], nobody, nobody
    )
    return Scored(made, rows_of({name: column[rows] for name, column in numbers.items()}, len(rows)))


def rows_of(numbers: Numbers, count: int) -> tuple[dict[str, float | int], ...]:
    """Columns of numbers as one mapping a row; fractions rounded to thousandths."""
    columns = {
        name: (np.round(column, 3) if column.dtype.kind == "f" else column).tolist()
        for name, column in numbers.items()
    }
    return tuple({name: column[row] for name, column in columns.items()} for row in range(count))
