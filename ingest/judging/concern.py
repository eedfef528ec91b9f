"""What of the registry, the fences and the rules can have a say in a session, as digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np

from geofence.ground import Fence
from geofence.properties import APPROVED
from ingest.judge.register.facts import Facts, TerminalFact
from ingest.judge.rulebook.layers import Layer
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.store.judged import JudgedSession

NEAR_E7 = 500_000
"""Some kilometres: what lies further off says nothing of a minute wholly inside a fence."""
_SHOWN = 16
Box = tuple[int, int, int, int]
"""South, north, west, east in 1e-7 degrees."""


class Concern:
    """Facts, fences and layers by whom they concern."""

    def __init__(self, facts: Facts, fences: Sequence[Fence], rules: RuleSet | Rulebook) -> None:
        self._entries: dict[tuple[str, int], list[Any]] = {}
        for field in fields(facts):
            for fact in getattr(facts, field.name):
                number = 0 if field.name == "days" else next(iter(vars(fact).values()))
                self._entries.setdefault((field.name, number), []).append(fact)
        # A kind without any entry is not checked: the first one concerns everybody.
        self._checked = " ".join(field.name for field in fields(facts) if getattr(facts, field.name))
        self._texts: dict[Any, str] = {}
        self._fences = fences
        self._boxes = np.array([box_of(fence) for fence in fences], dtype=np.int64).reshape(-1, 4)
        self._fence_texts = [digest([fence_text(fence)]) for fence in fences]
        self._layers = rules.layers if isinstance(rules, Rulebook) else ()
        self._layer_texts = [digest([layer_text(layer)]) for layer in self._layers]

    def of(self, one: JudgedSession, course: int) -> str:
        """Two digests (hexadecimal): of the facts that concern a session and of the fences near it; and of
        the fences further off and the layers of the rule book that may have a say in it.

        course: of all its minutes, 0 where they have several.
        """
        bound = self._entries.get(("terminals", one.terminal), [])
        near = self._near(one)
        facts = [self._checked, *self._facts(one, bound)]
        facts += sorted({self._fence_texts[at] for at in near.tolist()})
        reach = self._far(one, bound, set(near.tolist())) if one.not_inside else []
        reach += self._rules(one, bound, course)
        return f"{digest(facts)[:_SHOWN]} {digest(reach)[:_SHOWN]}"

    def _facts(self, one: JudgedSession, bound: Sequence[TerminalFact]) -> list[str]:
        wanted = {("terminals", one.terminal), ("trainees", one.trainee), ("instructors", one.instructor)}
        for fact in bound:
            wanted |= {("cars", fact.car), ("schools", fact.school), ("operators", fact.operator)}
        found = [self._text(key, one.first_minute * 60, one.last_minute * 60) for key in sorted(wanted)]
        # Signatures are checked against every key a terminal ever had, and permitted days have no period.
        return [*found, *sorted({str(fact.public_key) for fact in bound}), self._text(("days", 0), 0, 0)]

    def _text(self, key: tuple[str, int], first_s: int, last_s: int) -> str:
        """The entries that hold in these seconds; what becomes of them later is left out."""
        entries = self._entries.get(key, [])
        if key[0] == "days":
            held = tuple((at, False, False) for at in range(len(entries)))
        else:
            held = tuple(
                (at, _is_after(entry.valid_to_s, last_s), _is_after(_revoked_s(entry), last_s))
                for at, entry in enumerate(entries)
                if entry.valid_from_s <= last_s and (entry.valid_to_s is None or entry.valid_to_s > first_s)
            )
        text = self._texts.get((key, held))
        if text is None:
            texts = [_entry_text(entries[at], *later) for at, *later in held]
            text = digest([*map(str, key), str(len(entries) > 0), *sorted(set(texts))])
            self._texts[key, held] = text
        return text

    def _near(self, one: JudgedSession) -> Any:
        south, north, west, east = box = (one.south_e7, one.north_e7, one.west_e7, one.east_e7)
        if not any(box):
            return np.zeros(0, dtype=np.int64)
        boxes = self._boxes
        near = (south - NEAR_E7 <= boxes[:, 1]) & (boxes[:, 0] <= north + NEAR_E7)
        near &= (west - NEAR_E7 <= boxes[:, 3]) & (boxes[:, 2] <= east + NEAR_E7)
        return np.flatnonzero(near)

    def _far(self, one: JudgedSession, bound: Sequence[TerminalFact], near: set[int]) -> list[str]:
        """How far outside a minute was, and whether any fence was in force, any fence may change."""
        schools = {fact.school for fact in bound}
        return sorted(
            {
                self._fence_texts[at]
                for at, fence in enumerate(self._fences)
                if at not in near
                and fence.state == APPROVED
                and _meets(fence.valid_from_s, fence.valid_to_s, one)
                and (fence.schools is None or fence.schools & schools)
            }
        )

    def _rules(self, one: JudgedSession, bound: Sequence[TerminalFact], course: int) -> list[str]:
        return [
            text
            for layer, text in zip(self._layers, self._layer_texts, strict=True)
            if _meets(*layer.period_s, one) and _covers(layer, course) and self._is_there(layer, bound)
        ]

    def _is_there(self, layer: Layer, bound: Sequence[TerminalFact]) -> bool:
        """Whether the terminal was ever where the layer holds."""
        scope = layer.scope
        if not (scope.school or scope.province or scope.city):
            return True
        return any(
            scope.school in (0, fact.school)
            and (
                not (scope.province or scope.city)
                or any(
                    scope.province in (0, place.province) and scope.city in (0, place.city)
                    for place in self._entries.get(("schools", fact.school), [])
                )
            )
            for fact in bound
        )


def _covers(layer: Layer, course: int) -> bool:
    # A session's minutes may name another course than its sign-in; a course not told may be any.
    scope = layer.scope
    return not course or all(
        want in (0, told)
        for want, told in (
            (scope.course, course),
            (scope.mode, course // 1_000_000_000),
            (scope.part, course // 1_000_000 % 10),
            (scope.vehicle_class, course // 10_000_000 % 100),
        )
    )


def _meets(from_s: int, to_s: int | None, one: JudgedSession) -> bool:
    return from_s < (one.last_minute + 1) * 60 and (to_s is None or to_s > one.first_minute * 60)


def _revoked_s(entry: Any) -> int | None:
    return getattr(entry, "revoked_s", None)


def _is_after(at_s: int | None, last_s: int) -> bool:
    return at_s is None or at_s > last_s


def _entry_text(entry: Any, ends_later: bool, revoked_later: bool) -> str:
    if ends_later:
        entry = replace(entry, valid_to_s=None)
    if revoked_later and hasattr(entry, "revoked_s"):
        entry = replace(entry, revoked_s=None)
    return repr(entry)


def box_of(fence: Fence) -> Box:
    """Where a fence lies."""
    west, south, east, north = (round(degree * 1e7) for degree in fence.geometry.bounds)
    return south, north, west, east


def is_near(one: Box, other: Box, near_e7: int = NEAR_E7) -> bool:
    """Whether two boxes come as near as some kilometres."""
    return (
        one[0] - near_e7 <= other[1]
        and other[0] <= one[1] + near_e7
        and one[2] - near_e7 <= other[3]
        and other[2] <= one[3] + near_e7
    )


def fence_text(fence: Fence) -> str:
    """Everything a fence says."""
    said = {field.name: getattr(fence, field.name) for field in fields(fence)}
    for name, value in said.items():
        if isinstance(value, frozenset):
            said[name] = sorted(value)
    said["geometry"] = fence.geometry.wkb_hex
    return repr(said)


def layer_text(layer: Layer) -> str:
    """Everything a layer says, but not in which file."""
    return json.dumps(asdict(layer) | {"source": ""}, sort_keys=True, separators=(",", ":"))


def digest(texts: Iterable[str]) -> str:
    """SHA-256 (hexadecimal) of some lines."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
