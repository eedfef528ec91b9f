"""What a draft would change, summed up: by school, ground, instructor and trainee, by reason, the worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ingest.judge.reasons import BY_NUMBER
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.whatif.compare import First, SessionChange, session_change
from ingest.judging.whatif.settle import Sides
from ingest.store.judged import Key
from ingest.store.whatif import Held

WORST = 10
_COUNTS = ("gained", "lost", "to_unsure", "from_unsure", "unsure_to_refused")


@dataclass(frozen=True)
class Row:
    """Minutes of somebody's sessions that differ, and how many of the sessions do; "" and 0: unknown.
    unsure_to_refused is part of from_unsure."""

    of: int | str
    gained: int
    lost: int
    to_unsure: int
    from_unsure: int
    unsure_to_refused: int
    sessions: int


@dataclass(frozen=True)
class ReasonRow:
    """Minutes that a reason would appear on, and those that it would disappear from."""

    number: int
    name: str
    english: str
    chinese: str
    appears: int
    disappears: int


@dataclass(frozen=True)
class Totals:
    """Minutes of all sessions looked at; credited is what they earn."""

    accepted: int
    refused: int
    unsure: int
    credited: int


@dataclass(frozen=True)
class Hours:
    """Whole training hours of a trainee, as a stage report counts them, where they differ."""

    trainee: int
    part: int
    mode: int
    before: int
    after: int


@dataclass(frozen=True)
class Example:
    """A session that would lose minutes, or have unsure ones refused: why, most minutes first; minute: Unix
    minute of the first of them, numbers: what the rule looked at then, name with unit -> number."""

    terminal: int
    session: int
    trainee: int
    instructor: int
    ground: str
    lost: int
    unsure_to_refused: int
    reasons: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class WhatIf:
    """What a draft would change. looked_at: sessions that it could touch, and those that share somebody with
    them; waiting: left out, as the judge has yet to come to them; judged: minutes judged again."""

    looked_at: int
    waiting: int
    judged: int
    changed: int
    gained: int
    lost: int
    to_unsure: int
    from_unsure: int
    unsure_to_refused: int
    before: Totals
    after: Totals
    schools: tuple[Row, ...]
    grounds: tuple[Row, ...]
    instructors: tuple[Row, ...]
    trainees: tuple[Row, ...]
    reasons: tuple[ReasonRow, ...]
    hours: tuple[Hours, ...]
    worst: tuple[Example, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON objects and lists."""
        return asdict(self)


def report(
    held: Mapping[Key, Held],
    sides: Mapping[Key, Sides],
    whole: Iterable[Held],
    rules: RuleSet,
    school: Callable[[Key], int],
    ground: Callable[[Key], str],
    counts: tuple[int, int],
) -> WhatIf:
    """The report. held: sessions looked at as the ledger has them; sides: those that may differ; whole: all
    sessions of the trainees concerned; counts: (sessions that wait, minutes judged again)."""
    changes = {key: change for key in sorted(sides) if (change := session_change(sides[key])).is_any}
    sums = [sum(getattr(change, name) for change in changes.values()) for name in _COUNTS]

    def rows(of: Callable[[Key], int | str]) -> tuple[Row, ...]:
        return _rows((of(key), change) for key, change in changes.items())

    return WhatIf(
        looked_at=len(held),
        waiting=counts[0],
        judged=counts[1],
        changed=len(changes),
        **dict(zip(_COUNTS, sums, strict=True)),
        before=_totals(held, sides, False),
        after=_totals(held, sides, True),
        schools=rows(school),
        grounds=rows(ground),
        instructors=rows(lambda key: held[key].instructor),
        trainees=rows(lambda key: held[key].trainee),
        reasons=_reasons(changes.values()),
        hours=_hours(whole, sides, rules),
        worst=_worst(changes, held, ground),
    )


def _rows(some: Iterable[tuple[int | str, SessionChange]]) -> tuple[Row, ...]:
    sums: dict[int | str, list[int]] = {}
    for of, change in some:
        row = sums.setdefault(of, [0] * (len(_COUNTS) + 1))
        for at, name in enumerate(_COUNTS):
            row[at] += getattr(change, name)
        row[-1] += 1
    made = [Row(of, *row) for of, row in sums.items()]
    return tuple(
        sorted(
            made,
            key=lambda row: (-row.lost - row.unsure_to_refused, -row.gained, -row.to_unsure, str(row.of)),
        )
    )


def _totals(held: Mapping[Key, Held], sides: Mapping[Key, Sides], after: bool) -> Totals:
    found = [0, 0, 0, 0]
    for key, one in held.items():
        side = sides.get(key) if after else None
        if side is None:
            row = (one.accepted, one.refused, one.unsure, one.credited)
        else:
            now = side.outcome
            row = (now.minutes_accepted, now.minutes_refused, now.minutes_unsure, side.credited)
        found = [total + minutes for total, minutes in zip(found, row, strict=True)]
    return Totals(*found)


def _reasons(changes: Iterable[SessionChange]) -> tuple[ReasonRow, ...]:
    appeared: Counter[int] = Counter()
    disappeared: Counter[int] = Counter()
    for one in changes:
        appeared.update(one.appeared)
        disappeared.update(one.disappeared)
    found = []
    for number in sorted(appeared.keys() | disappeared.keys()):
        _, name, _, english, chinese = BY_NUMBER[number]
        found.append(ReasonRow(number, name, english, chinese, appeared[number], disappeared[number]))
    return tuple(sorted(found, key=lambda row: (-row.appears - row.disappears, row.number)))


def _hours(whole: Iterable[Held], sides: Mapping[Key, Sides], rules: RuleSet) -> tuple[Hours, ...]:
    """As ingest.stage counts: a session that earned nothing brings no recorded minutes either."""
    sums: dict[tuple[int, int, int], list[int]] = {}
    for one in whole:
        row = sums.setdefault((one.trainee, one.part, one.mode), [0, 0, 0, 0])
        side = sides.get(one.key)
        for at, credited in ((0, one.credited), (2, one.credited if side is None else side.credited)):
            row[at] += one.recorded if credited else 0
            row[at + 1] += credited
    found = []
    for key, row in sorted(sums.items()):
        before, after = (
            min(recorded // rules.hour_min, credited // rules.hour_effective_min)
            for recorded, credited in (row[:2], row[2:])
        )
        if before != after:
            found.append(Hours(*key, before, after))
    return tuple(found)


def _worst(
    changes: Mapping[Key, SessionChange], held: Mapping[Key, Held], ground: Callable[[Key], str]
) -> tuple[Example, ...]:
    order = sorted((-change.worse, key) for key, change in changes.items() if change.worse)
    found = []
    for _, key in order[:WORST]:
        change, one = changes[key], held[key]
        why = sorted(change.worst.items(), key=lambda item: (-item[1].minutes, item[0]))
        reasons = tuple(_why(*told) for told in why)
        minutes = change.lost, change.unsure_to_refused
        found.append(Example(*key, one.trainee, one.instructor, ground(key), *minutes, reasons))
    return tuple(found)


def _why(number: int, first: First) -> dict[str, Any]:
    _, name, _, english, chinese = BY_NUMBER[number]
    said = {"number": number, "name": name, "english": english, "chinese": chinese}
    return {**said, "minutes": first.minutes, "minute": first.minute, "numbers": first.numbers}
