"""Two judgements of a session beside one another, minute by minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ingest.judge.columns import Ints
from ingest.judge.outcome import ACCEPTED, UNSURE
from ingest.judging.settle import both
from ingest.judging.whatif_settle import Shared, Sides
from ingest.store.whatif import Minutes


class MinuteChange(NamedTuple):
    """A minute whose verdict or reasons differ. numbers: JSON objects (text) by reason NAME, of one or two
    rules' stages, as they are after."""

    seq: int
    minute: int
    before: int
    after: int
    reasons_before: list[int]
    reasons_after: list[int]
    numbers: list[str]

    @property
    def is_lost(self) -> bool:
        return self.before == ACCEPTED != self.after


@dataclass
class SessionChange:
    """Minutes of a session that differ. gained, lost: accepted minutes; to_unsure, from_unsure: minutes that
    wait for a human after and did not before, and the reverse. appeared, disappeared: reason -> minutes;
    worst: reasons that appear on lost minutes -> (how many, the first of them)."""

    gained: int = 0
    lost: int = 0
    to_unsure: int = 0
    from_unsure: int = 0
    appeared: Counter[int] = field(default_factory=Counter)
    disappeared: Counter[int] = field(default_factory=Counter)
    worst: dict[int, tuple[int, MinuteChange]] = field(default_factory=dict)

    @property
    def is_any(self) -> bool:
        return bool(
            self.gained
            or self.lost
            or self.to_unsure
            or self.from_unsure
            or self.appeared
            or self.disappeared
        )


def session_change(sides: Sides) -> SessionChange:
    """What differs between a session's two sides."""
    found = SessionChange()
    for one in changed_minutes(sides):
        found.gained += one.after == ACCEPTED != one.before
        found.lost += one.is_lost
        found.to_unsure += one.after == UNSURE != one.before
        found.from_unsure += one.before == UNSURE != one.after
        appeared = set(one.reasons_after) - set(one.reasons_before)
        found.appeared.update(appeared)
        found.disappeared.update(set(one.reasons_before) - set(one.reasons_after))
        if one.is_lost:
            for reason in appeared:
                count, first = found.worst.get(reason, (0, one))
                found.worst[reason] = count + 1, first
    return found


def changed_minutes(sides: Sides) -> Iterator[MinuteChange]:
    """Every minute of a session whose verdict or reasons differ, in the order of time."""
    if sides.own is None:
        return
    (before, after), (said_before, said_after) = sides.own, sides.shared
    if not np.array_equal(before.seq, after.seq):
        raise ValueError("a session's minutes differ between two judgements of one evidence")
    verdicts = _verdicts(before, said_before), _verdicts(after, said_after)
    rows = set(np.flatnonzero(verdicts[0] != verdicts[1]).tolist()) | before.said.keys() | after.said.keys()
    rows |= _rows(before.seq, said_before.keys() | said_after.keys())
    for row in sorted(rows):
        seq, was, now = int(after.seq[row]), int(verdicts[0][row]), int(verdicts[1][row])
        reasons_before, _ = _told(before, said_before, row, seq)
        reasons_after, numbers = _told(after, said_after, row, seq)
        if was != now or reasons_before != reasons_after:
            yield MinuteChange(seq, int(after.minute[row]), was, now, reasons_before, reasons_after, numbers)


def _verdicts(own: Minutes, said: Shared) -> Ints:
    verdict = own.verdict.copy()
    if said:
        for row in _rows(own.seq, said.keys()):
            verdict[row] = both(int(verdict[row]), said[int(own.seq[row])][0])
    return verdict


def _rows(seq: Ints, wanted: Iterable[int]) -> set[int]:
    some = np.fromiter(wanted, dtype=np.int64)
    return set(np.flatnonzero(np.isin(seq, some)).tolist()) if len(some) else set()


def _told(own: Minutes, said: Shared, row: int, seq: int) -> tuple[list[int], list[str]]:
    reasons, numbers = own.said.get(row, ([], "{}"))
    if seq not in said:
        return reasons, [numbers]
    return sorted([*reasons, *said[seq][1]]), [numbers, said[seq][2]]
