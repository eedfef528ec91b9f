"""What a person should look at: one flag per session and reason, and both sides of every overlap."""

from typing import Any, Protocol

import numpy as np

from ingest.judge.case.case import Claims, Ruling
from ingest.judge.columns import Ints
from ingest.judge.judge import Judgement
from ingest.judge.outcome import Flag
from ingest.judge.own import Rulings
from ingest.judge.rules import overlap


class Judged(Protocol):
    """Minutes and their sessions, as ingest.judge.case.case.Case has them."""

    @property
    def sessions(self) -> Any: ...

    @property
    def minutes(self) -> Any: ...

    @property
    def row(self) -> Ints: ...


def flags(judgement: Judgement) -> tuple[Flag, ...]:
    """Flags in a fixed order, each once."""
    return flags_of(judgement.case, judgement.findings, judgement.claims)


def flags_of(case: Judged, rulings: Rulings, claims: Claims) -> tuple[Flag, ...]:
    """The same from any part of a judgement."""
    found: set[Flag] = set()
    for reason, ruling in rulings:
        found.update(_of_reason(case, claims, reason, ruling))
    return tuple(sorted(found, key=lambda flag: (flag.terminal, flag.session, flag.reason, repr(flag))))


def _of_reason(case: Judged, claims: Claims, reason: int, ruling: Ruling) -> list[Flag]:
    rows = np.flatnonzero(ruling.flagged)
    other = {
        overlap.trainee.number: claims.trainee,
        overlap.instructor.number: claims.instructor,
        overlap.car.number: claims.car,
    }.get(reason, np.full(len(case.minutes), -1, dtype=np.int64))[rows]
    if not len(rows):
        return []
    pairs = np.column_stack([case.row[rows], other])
    both, which = np.unique(pairs, axis=0, return_inverse=True)
    which = which.reshape(-1)
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=len(both)))
    made = []
    for (row, other_row), some in zip(both.tolist(), np.split(rows[order], ends[:-1]), strict=True):
        minutes = case.minutes.minute[some]
        made.append(_flag(case, reason, row, other_row, minutes))
        if other_row >= 0:
            made.append(_flag(case, reason, other_row, row, minutes))
    return made


def _flag(case: Judged, reason: int, row: int, other_row: int, minutes: Ints) -> Flag:
    sessions = case.sessions
    other = (0, 0)
    if other_row >= 0:
        other = (int(sessions.terminal[other_row]), int(sessions.session[other_row]))
    return Flag(
        reason,
        int(sessions.terminal[row]),
        int(sessions.session[row]),
        *other,
        len(minutes),
        int(minutes.min()),
        int(minutes.max()),
    )
