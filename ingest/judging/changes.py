"""Minutes gained and lost between two judgements, by school, instructor and trainee."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.judge.register.facts import Facts
from ingest.judging.settle import Change


@dataclass(frozen=True)
class Row:
    """Accepted minutes that somebody's sessions gained and lost, each by itself; number 0: unknown."""

    number: int
    gained: int
    lost: int
    sessions: int


@dataclass(frozen=True)
class Diff:
    """What changed: sessions whose accepted minutes did, and by whom; those with most minutes first."""

    sessions: int
    gained: int
    lost: int
    schools: tuple[Row, ...]
    instructors: tuple[Row, ...]
    trainees: tuple[Row, ...]


def diff_of(changes: Iterable[Change], facts: Facts) -> Diff:
    """The changes summed up. A session counts for the school that its terminal last belonged to."""
    school = {fact.terminal: fact.school for fact in sorted(facts.terminals, key=lambda f: f.valid_from_s)}
    some = [one for one in changes if (one.before or 0) != (one.after or 0)]
    steps = [(one.after or 0) - (one.before or 0) for one in some]
    return Diff(
        len(some),
        sum(step for step in steps if step > 0),
        -sum(step for step in steps if step < 0),
        _rows([school.get(one.terminal, 0) for one in some], steps),
        _rows([one.instructor for one in some], steps),
        _rows([one.trainee for one in some], steps),
    )


def _rows(numbers: list[int], steps: list[int]) -> tuple[Row, ...]:
    gained: dict[int, int] = {}
    lost: dict[int, int] = {}
    sessions: dict[int, int] = {}
    for number, step in zip(numbers, steps, strict=True):
        gained[number] = gained.get(number, 0) + max(step, 0)
        lost[number] = lost.get(number, 0) + max(-step, 0)
        sessions[number] = sessions.get(number, 0) + 1
    rows = (Row(number, gained[number], lost[number], sessions[number]) for number in sessions)
    return tuple(sorted(rows, key=lambda row: (-row.gained - row.lost, row.number)))
