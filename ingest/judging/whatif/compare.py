"""Two judgements of a session beside one another, minute by minute."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ingest.judge.columns import Bools, Ints
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.reasons import BY_NUMBER
from ingest.judging.settle import both
from ingest.judging.whatif.settle import Shared, Sides
from ingest.store.whatif import Minutes

_NAME = 1


class MinuteChange(NamedTuple):
    """A minute whose verdict or reasons differ."""

    seq: int
    minute: int
    before: int
    after: int
    reasons_before: list[int]
    reasons_after: list[int]


class First(NamedTuple):
    """A reason told of minutes that are worse off: how many; the first of them, and what the rule looked at
    then, name with unit -> number."""

    minutes: int
    minute: int
    numbers: dict[str, Any]


@dataclass
class SessionChange:
    """Minutes of a session that differ. gained, lost: accepted minutes; to_unsure, from_unsure: minutes that
    wait for a human after and did not before, and the reverse; unsure_to_refused: those of from_unsure that
    are refused. appeared, disappeared: reason -> minutes; worst: reasons that appear on lost minutes
    (all that are told where none appears), and all of minutes refused instead of unsure."""

    gained: int = 0
    lost: int = 0
    to_unsure: int = 0
    from_unsure: int = 0
    unsure_to_refused: int = 0
    appeared: Counter[int] = field(default_factory=Counter)
    disappeared: Counter[int] = field(default_factory=Counter)
    worst: dict[int, First] = field(default_factory=dict)

    @property
    def worse(self) -> int:
        """Minutes that are worse off: lost, or refused where a human could have accepted them."""
        return self.lost + self.unsure_to_refused

    @property
    def is_any(self) -> bool:
        """Whether anything differs."""
        counts = self.gained or self.lost or self.to_unsure or self.from_unsure
        return bool(counts or self.appeared or self.disappeared)


@dataclass(frozen=True)
class _Side:
    """One judgement of a session's minutes: verdict and, by reason, which minutes it is told of."""

    verdict: Ints
    told: dict[int, Bools]


def session_change(sides: Sides) -> SessionChange:
    """What differs between a session's two sides."""
    found = SessionChange()
    if sides.own is None:
        return found
    before, after = _sides(sides)
    was, now = before.verdict, after.verdict
    lost, closed = (was == ACCEPTED) & (now != ACCEPTED), (was == UNSURE) & (now == REFUSED)
    found.lost = int(lost.sum())
    found.gained = int(((now == ACCEPTED) & (was != ACCEPTED)).sum())
    found.to_unsure = int(((now == UNSURE) & (was != UNSURE)).sum())
    found.from_unsure = int(((was == UNSURE) & (now != UNSURE)).sum())
    found.unsure_to_refused = int(closed.sum())
    # A reason need not be new to weigh more: of an unsure minute it may have been told before.
    whole = closed | (lost & ~_any_appears(before, after))
    for reason in sorted(before.told.keys() | after.told.keys()):
        said = [side.told.get(reason, np.zeros(len(was), dtype=bool)) for side in (before, after)]
        for counts, more, less in ((found.appeared, 1, 0), (found.disappeared, 0, 1)):
            if minutes := int((said[more] & ~said[less]).sum()):
                counts[reason] = minutes
        rows = np.flatnonzero(said[1] & ((lost & ~said[0]) | whole))
        if len(rows):
            found.worst[reason] = First(len(rows), *_first(sides, reason, int(rows[0])))
    return found


def _any_appears(before: _Side, after: _Side) -> Bools:
    """Minutes of which some reason is told after and was not before."""
    found = np.zeros(len(after.verdict), dtype=bool)
    for reason, told in after.told.items():
        found |= told & ~before.told[reason] if reason in before.told else told
    return found


def changed_minutes(sides: Sides) -> Iterator[MinuteChange]:
    """Every minute of a session whose verdict or reasons differ, in the order of time."""
    if sides.own is None:
        return
    before, after = _sides(sides)
    for row, seq in enumerate(sides.own[1].seq.tolist()):
        verdicts = int(before.verdict[row]), int(after.verdict[row])
        reasons = [[one for one in sorted(side.told) if side.told[one][row]] for side in (before, after)]
        if verdicts[0] != verdicts[1] or reasons[0] != reasons[1]:
            yield MinuteChange(seq, int(sides.own[1].minute[row]), *verdicts, *reasons)


def _sides(sides: Sides) -> tuple[_Side, _Side]:
    assert sides.own is not None
    if not np.array_equal(sides.own[0].seq, sides.own[1].seq):
        raise ValueError("a session's minutes differ between two judgements of one evidence")
    before, after = (_side(own, said) for own, said in zip(sides.own, sides.shared, strict=True))
    return before, after


def _side(own: Minutes, said: Shared) -> _Side:
    verdict, told = own.verdict, {}
    for reason, rows in own.reasons.items():
        told[reason] = np.zeros(len(verdict), dtype=bool)
        told[reason][rows] = True
    if said:
        verdict = verdict.copy()
        row_of = {seq: row for row, seq in enumerate(own.seq.tolist())}
        for seq, (shared, reasons, _) in said.items():
            row = row_of[seq]
            verdict[row] = both(int(verdict[row]), shared)
            for reason in reasons:
                told.setdefault(reason, np.zeros(len(verdict), dtype=bool))[row] = True
    return _Side(verdict, told)


def _first(sides: Sides, reason: int, row: int) -> tuple[int, dict[str, Any]]:
    """(minute, what the rule looked at then) under the draft."""
    assert sides.own is not None
    own, said = sides.own[1], sides.shared[1].get(int(sides.own[1].seq[row]))
    minute = int(own.minute[row])
    if said is not None and reason in said[1]:
        return minute, json.loads(said[2]).get(BY_NUMBER[reason][_NAME], {})
    at = int(np.searchsorted(own.reasons[reason], row))
    columns = own.numbers.get(reason, {})
    return minute, {name: column[at].item() for name, column in columns.items()}
