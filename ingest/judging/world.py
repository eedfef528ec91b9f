"""Everything but the evidence that a verdict depends on: facts, fences and rules; and its digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any

from geofence.engine import FenceSet
from geofence.ground import Fence, read_fences
from ingest.judge.fact_index import FactIndex
from ingest.judge.facts import Facts
from ingest.judge.rule_set import RuleSet
from ingest.judge.rulebook import Rulebook
from ingest.registry.facts import facts_of
from ingest.store import registry
from ingest.store.connection import Connection

_NEAR_E7 = 500_000
"""Some kilometres: what lies further off says nothing of a minute wholly inside a fence."""
_SHOWN = 16
Box = tuple[int, int, int, int]
"""South, north, west, east in 1e-7 degrees."""


class World:
    """Facts, fences and rules of one run; can be sent to another process."""

    def __init__(self, facts: Facts, features: Sequence[dict[str, Any]], rules: RuleSet | Rulebook) -> None:
        self.facts = facts
        self.features = tuple(features)
        self.rules = rules

    @classmethod
    def believed(cls, conn: Connection, rules: RuleSet | Rulebook) -> World:
        """The registry as believed now."""
        known = registry.snapshot(conn)
        return cls(facts_of(known), known.grounds["features"], rules)

    def __reduce__(self) -> tuple[Any, ...]:
        return World, (self.facts, self.features, self.rules)

    @property
    def measuring(self) -> RuleSet:
        """The rule set that evidence is measured by."""
        return self.rules if isinstance(self.rules, RuleSet) else self.rules.measuring

    @property
    def rules_name(self) -> str:
        """Version and digest of the rules, to be shown."""
        version = self.rules.version if isinstance(self.rules, RuleSet) else "book"
        return f"{version} {self.rules.digest[:12]}"

    @cached_property
    def index(self) -> FactIndex:
        """The facts laid out for columns."""
        return FactIndex(self.facts)

    @cached_property
    def fences(self) -> tuple[Fence, ...]:
        """Every entry of every fence, whatever its dates."""
        # One by one: a fence that changed has two entries with one id, which a file may not have.
        whole = ({"type": "FeatureCollection", "features": [feature]} for feature in self.features)
        return tuple(fence for one in whole for fence in read_fences(one, "registry"))

    @cached_property
    def fence_set(self) -> FenceSet:
        """The engine over them."""
        return FenceSet(self.fences)

    @cached_property
    def public_keys(self) -> dict[int, list[str]]:
        """Terminal -> its public keys, hexadecimal, in the order of its entries."""
        keys: dict[int, list[str]] = {}
        for fact in self.facts.terminals:
            known = keys.setdefault(fact.terminal, []) if fact.public_key else []
            if fact.public_key and fact.public_key not in known:
                known.append(fact.public_key)
        return keys

    @cached_property
    def beliefs(self) -> dict[tuple[str, str], str]:
        """(kind, number) -> its entries as text; fences by id."""
        found: dict[tuple[str, str], list[str]] = {}
        for field in fields(self.facts):
            for fact in getattr(self.facts, field.name):
                number = 0 if field.name == "days" else next(iter(vars(fact).values()))
                found.setdefault((field.name, str(number)), []).append(repr(fact))
        for fence in self.fences:
            found.setdefault(("fences", fence.fence_id), []).append(_fence_text(fence))
        if isinstance(self.rules, Rulebook):
            found["rules", "book"] = [self.rules.digest]
        return {key: "\n".join(sorted(set(texts))) for key, texts in found.items()}

    @cached_property
    def digest(self) -> str:
        """Of all facts and fences (hexadecimal)."""
        return _digest(f"{kind} {number} {text}" for (kind, number), text in sorted(self.beliefs.items()))

    @cached_property
    def _by_belief(self) -> dict[tuple[str, str], str]:
        return {key: _digest([text]) for key, text in self.beliefs.items()}

    @cached_property
    def _boxes(self) -> list[tuple[Box, str]]:
        return [(box_of(fence), _digest([_fence_text(fence)])) for fence in self.fences]

    @cached_property
    def _terminal_keys(self) -> dict[int, list[tuple[str, str]]]:
        keys: dict[int, list[tuple[str, str]]] = {}
        for fact in self.facts.terminals:
            of = keys.setdefault(fact.terminal, [])
            of += [("cars", str(fact.car)), ("schools", str(fact.school)), ("operators", str(fact.operator))]
        return keys

    def registry_digest(self, terminal: int, trainee: int, instructor: int, box: Box | None) -> str:
        """Of the facts and fences that concern a session (hexadecimal); box: where it was driven."""
        wanted = {("terminals", str(terminal)), ("trainees", str(trainee)), ("days", "0")}
        wanted |= {("instructors", str(instructor)), *self._terminal_keys.get(terminal, ())}
        found = [self._by_belief.get(key, "") for key in sorted(wanted)]
        near = [text for fence, text in self._boxes if box is not None and is_near(box, fence)]
        return _digest([*found, *sorted(set(near))])[:_SHOWN]


def box_of(fence: Fence) -> Box:
    """Where a fence lies."""
    west, south, east, north = (round(degree * 1e7) for degree in fence.geometry.bounds)
    return south, north, west, east


def is_near(one: Box, other: Box, near_e7: int = _NEAR_E7) -> bool:
    """Whether two boxes come as near as some kilometres."""
    return (
        one[0] - near_e7 <= other[1]
        and other[0] <= one[1] + near_e7
        and one[2] - near_e7 <= other[3]
        and other[2] <= one[3] + near_e7
    )


def _fence_text(fence: Fence) -> str:
    said = {field.name: getattr(fence, field.name) for field in fields(fence)}
    for name, value in said.items():
        if isinstance(value, frozenset):
            said[name] = sorted(value)
    said["geometry"] = fence.geometry.wkb_hex
    return repr(said)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
