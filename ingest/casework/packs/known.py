"""What of the registry a session's pack rests on, read when it is asked for: never the whole of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from enum import IntEnum
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from geofence.ground import Fence, read_fences
from geofence.properties import APPROVED
from ingest.judge.register.facts import Facts, TerminalFact
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judging.concern import NEAR_E7, Box, box_of, is_near
from ingest.judging.world import World
from ingest.registry.facts import facts_of
from ingest.store.connection import Connection
from ingest.store.desk.session import pack_registry
from ingest.store.registry_entries import TerminalEntry

_E7 = 1e7
_DRAWN_E7 = 1_000_000
"""Ten kilometres: no corridor is so wide, and no datum moves a vertex so far."""
_NEAREST = 20


class Reach(IntEnum):
    """Which fences: those near; with them the nearest ones that may allow the session; all."""

    NEAR = 0
    NEAREST = 1
    ALL = 2


class _Drawn(NamedTuple):
    """A fence's feature, and the box of its vertices as they are drawn."""

    feature: dict[str, Any]
    box: Box


class Asked(NamedTuple):
    """For which session fences are asked: its part, first and last second."""

    part: int
    first_s: int
    last_s: int


class Known:
    """The registry as believed now, of one terminal: its entries, cars, schools, operators, permitted days,
    and the people and fences asked for. rules: in force. conn: in one transaction throughout."""

    def __init__(self, conn: Connection, terminal: int, rules: RuleSet | Rulebook) -> None:
        self._conn, self.terminal, self.rules = conn, terminal, rules
        self._people: dict[frozenset[int], Facts] = {}

    @cached_property
    def _bound(self) -> list[TerminalEntry]:
        return pack_registry.entries(self._conn, {"terminal": {self.terminal}}, ()).terminals

    @cached_property
    def world(self) -> World:
        """The rules and the terminal's entries; nobody else and no fence."""
        entries = pack_registry.entries(self._conn, {}, ())
        return World(facts_of(entries._replace(terminals=self._bound)), (), self.rules)

    @property
    def terminals(self) -> tuple[TerminalFact, ...]:
        """The terminal's entries."""
        return self.world.facts.terminals

    @cached_property
    def schools(self) -> frozenset[int]:
        """Whose the terminal ever was."""
        return frozenset(fact.school for fact in self.terminals)

    @cached_property
    def checked(self) -> list[str]:
        """Kinds that the registry has entries of; only these are checked at all."""
        return pack_registry.checked(self._conn)

    def facts(self, people: Collection[int]) -> Facts:
        """Entries of the terminal and of all that it was ever bound to, and of these people."""
        named = frozenset(people)
        if named not in self._people:
            self._people[named] = self._read(named)
        return self._people[named]

    def fences(self, box: Box | None, reach: Reach, asked: Asked) -> list[dict[str, Any]]:
        """GeoJSON features around this box, whatever their dates."""
        if reach == Reach.ALL:
            return [drawn.feature for drawn in self._drawn]
        chosen = set(self._near(box)) if box else set()
        if reach == Reach.NEAREST:
            chosen |= set(islice(self._nearest(box, asked), _NEAREST))
        return [self._drawn[at].feature for at in sorted(chosen)]

    def _read(self, people: frozenset[int]) -> Facts:
        wanted = {
            "school": self.schools,
            "car": {entry.car for entry in self._bound},
            "operator": {entry.operator for entry in self._bound} - {None},
            "trainee": people,
            "instructor": people,
        }
        entries = pack_registry.entries(self._conn, wanted, self.schools)
        return facts_of(entries._replace(terminals=self._bound))

    @cached_property
    def _drawn(self) -> list[_Drawn]:
        features = (json.loads(text) for text in pack_registry.fences(self._conn))
        return [_Drawn(feature, _box_of(feature)) for feature in features]

    def _near(self, box: Box) -> Iterator[int]:
        for at, drawn in enumerate(self._drawn):
            # Most are told to be far by their vertices, without being laid out.
            if is_near(box, drawn.box, NEAR_E7 + _DRAWN_E7) and is_near(box, box_of(_fence(drawn.feature))):
                yield at

    def _nearest(self, box: Box | None, asked: Asked) -> Iterator[int]:
        """Places of those that may allow the session, the nearest first."""
        order = range(len(self._drawn))
        for at in sorted(order, key=lambda at: _away_e7(box, self._drawn[at].box)) if box else order:
            if self._may_allow(_fence(self._drawn[at].feature), asked):
                yield at

    def _may_allow(self, fence: Fence, asked: Asked) -> bool:
        return (
            fence.state == APPROVED
            and asked.part in fence.parts
            and fence.valid_from_s <= asked.last_s
            and (fence.valid_to_s is None or asked.first_s < fence.valid_to_s)
            and (fence.schools is None or not fence.schools.isdisjoint(self.schools))
        )


def _fence(feature: dict[str, Any]) -> Fence:
    (fence,) = read_fences({"type": "FeatureCollection", "features": [feature]}, "registry")
    return fence


def _box_of(feature: dict[str, Any]) -> Box:
    boxes = [_box_of_line(line) for line in _lines(feature["geometry"]["coordinates"])]
    south, north, west, east = zip(*boxes, strict=True)
    return min(south), max(north), min(west), max(east)


def _box_of_line(line: list[list[float]]) -> Box:
    # A vertex may tell its height behind the two.
    lons, lats, *_ = zip(*line, strict=False)
    return round(min(lats) * _E7), round(max(lats) * _E7), round(min(lons) * _E7), round(max(lons) * _E7)


def _lines(coordinates: list[Any]) -> Iterator[list[list[float]]]:
    """Lines and rings of a geometry, however deep they lie."""
    if not isinstance(coordinates[0][0], list):
        yield coordinates
        return
    for some in coordinates:
        yield from _lines(some)


def _away_e7(one: Box, other: Box) -> int:
    """How far two boxes lie apart at most in one direction, in 1e-7 degree; 0 where they meet."""
    return max(one[0] - other[1], other[0] - one[1], one[2] - other[3], other[2] - one[3], 0)
