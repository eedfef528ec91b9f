"""What a person should look at: one flag per session and reason, and both sides of every overlap."""

import numpy as np

from ingest.judge.case import Ruling
from ingest.judge.columns import Ints
from ingest.judge.judge import Judgement
from ingest.judge.outcome import Flag
from ingest.judge.rules import overlap


def flags(judgement: Judgement) -> tuple[Flag, ...]:
    """Flags in a fixed order, each once."""
    found: set[Flag] = set()
    for reason, ruling in judgement.findings:
        found.update(_of_reason(judgement, reason, ruling))
    return tuple(sorted(found, key=lambda flag: (flag.terminal, flag.session, flag.reason, repr(flag))))


def _of_reason(judgement: Judgement, reason: int, ruling: Ruling) -> list[Flag]:
    case = judgement.case
    rows = np.flatnonzero(ruling.flagged)
    other = {
        overlap.trainee.number: judgement.claims.trainee,
        overlap.instructor.number: judgement.claims.instructor,
        overlap.car.number: judgement.claims.car,
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
        made.append(_flag(judgement, reason, row, other_row, minutes))
        if other_row >= 0:
            made.append(_flag(judgement, reason, other_row, row, minutes))
    return made


def _flag(judgement: Judgement, reason: int, row: int, other_row: int, minutes: Ints) -> Flag:
    sessions = judgement.case.sessions
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
