"""The registry's facts laid out once, so that any number of columns can be looked up in them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from ingest.judge.columns import Ints
from ingest.judge.register.facts import Facts, OperatorFact, SchoolFact, TerminalFact, key_number
from ingest.judge.register.periods import NONE_COVERS, NUMBER_UNKNOWN, Entry, Periods

NOT_CHECKED = -3
"""A state where the registry has no entry of the kind at all."""
EVER_S = 1 << 40
"""A time that never comes: what never expires."""

Kind = TypeVar("Kind", bound=Entry)
Columns = Mapping[str, tuple[Callable[[Any], int], int]]
"""Name -> (what of an entry, what where no entry holds)."""

_STATE: Columns = {"state": (lambda fact: fact.state, NOT_CHECKED)}
_TERMINAL: Columns = {
    **_STATE,
    "car": (lambda fact: fact.car, 0),
    "school": (lambda fact: fact.school, 0),
    "operator": (lambda fact: fact.operator, 0),
    "revoked_s": (lambda fact: EVER_S if fact.revoked_s is None else fact.revoked_s, -1),
    "key": (lambda fact: key_number(fact.public_key) if fact.public_key else 0, 0),
}
_SCHOOL: Columns = {
    **_STATE,
    "province": (lambda fact: fact.province, 0),
    "city": (lambda fact: fact.city, 0),
}
_INSTRUCTOR: Columns = {
    **_STATE,
    "school": (lambda fact: fact.school, 0),
    "classes": (lambda fact: fact.vehicle_classes, 0),
    "to_s": (lambda fact: _first_s(fact.licence_to_s, fact.permit_to_s), EVER_S),
}
_TRAINEE: Columns = {
    **_STATE,
    "school": (lambda fact: fact.school, 0),
    "vehicle_class": (lambda fact: fact.vehicle_class, 0),
    "enrolled_s": (lambda fact: fact.enrolled_s, 0),
    "passed": (lambda fact: fact.parts_passed, 0),
}
_CAR: Columns = {
    **_STATE,
    "school": (lambda fact: fact.school, 0),
    "vehicle_class": (lambda fact: fact.vehicle_class, 0),
    "inspected_to_s": (lambda fact: _first_s(fact.inspected_to_s), EVER_S),
}


class Table:
    """Entries of one kind, searchable by number and time."""

    def __init__(self, entries: Sequence[Kind], number_of: Callable[[Kind], int], columns: Columns) -> None:
        self._periods = Periods(entries, number_of)
        self._checked = len(entries) > 0
        self._columns = {
            # The last two answer for the entry numbers NUMBER_UNKNOWN (-2) and NONE_COVERS (-1).
            name: np.array([*map(value, entries), none, none], dtype=np.int64)
            for name, (value, none) in columns.items()
        }
        if self._checked:
            self._columns["state"][-2:] = NUMBER_UNKNOWN, NONE_COVERS

    def at(self, number: Ints, time_s: Ints) -> "Found":
        """The entries that hold for these numbers at these times."""
        return Found(self._columns, self._periods.at(number, time_s))


class Found:
    """Entries found, as columns by name."""

    def __init__(self, columns: Mapping[str, Ints], entry: Ints) -> None:
        self._columns = columns
        self.entry = entry

    def __getitem__(self, name: str) -> Ints:
        found: Ints = self._columns[name][self.entry]
        return found


class FactIndex:
    """All tables of Facts; facts is what it was made of."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.terminals = Table(facts.terminals, _terminal, _TERMINAL)
        self.schools = Table(facts.schools, _school, _SCHOOL)
        self.instructors = Table(facts.instructors, lambda fact: fact.instructor, _INSTRUCTOR)
        self.trainees = Table(facts.trainees, lambda fact: fact.trainee, _TRAINEE)
        self.cars = Table(facts.cars, lambda fact: fact.car, _CAR)
        self.operators = Table(facts.operators, _operator, _STATE)
        self.bound_twice = Table(_bound_twice(facts.terminals), _terminal, {**_STATE, "twice": (_one, 0)})


def index_of(facts: "Facts | FactIndex") -> FactIndex:
    """The index itself, or one made of the facts."""
    return facts if isinstance(facts, FactIndex) else FactIndex(facts)


def _bound_twice(terminals: Sequence[TerminalFact]) -> list[TerminalFact]:
    """The periods in which two entries bind a terminal to different cars."""
    by_terminal: dict[int, list[TerminalFact]] = {}
    for fact in terminals:
        by_terminal.setdefault(fact.terminal, []).append(fact)
    twice = []
    for facts in by_terminal.values():
        for at, one in enumerate(facts):
            for other in facts[at + 1 :]:
                from_s = max(one.valid_from_s, other.valid_from_s)
                to_s = min(_end_s(one), _end_s(other))
                if one.car != other.car and from_s < to_s:
                    twice.append(TerminalFact(one.terminal, 0, from_s, to_s))
    return twice


def _end_s(fact: TerminalFact) -> int:
    return _first_s(fact.valid_to_s, fact.revoked_s)


def _first_s(*times_s: int | None) -> int:
    return min([EVER_S, *(time_s for time_s in times_s if time_s is not None)])


def _terminal(fact: TerminalFact) -> int:
    return fact.terminal


def _school(fact: SchoolFact) -> int:
    return fact.school


def _operator(fact: OperatorFact) -> int:
    return fact.operator


def _one(fact: TerminalFact) -> int:
    return 1
