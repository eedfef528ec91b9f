"""Everything but the evidence that a verdict depends on: facts, fences and rules; and its digests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any

from geofence.engine import FenceSet
from geofence.ground import Fence, read_fences
from ingest.judge.register.fact_index import FactIndex
from ingest.judge.register.facts import Facts
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judging.concern import Box, Concern, box_of, digest, fence_text, is_near, layer_text
from ingest.registry.facts import facts_of
from ingest.store import registry
from ingest.store.connection import Connection

__all__ = ["Box", "World", "box_of", "is_near"]


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
        """(kind, number) -> its entries as text; fences by id, layers of the rule book by name."""
        found: dict[tuple[str, str], list[str]] = {}
        for field in fields(self.facts):
            for fact in getattr(self.facts, field.name):
                number = 0 if field.name == "days" else next(iter(vars(fact).values()))
                found.setdefault((field.name, str(number)), []).append(repr(fact))
        for fence in self.fences:
            found.setdefault(("fences", fence.fence_id), []).append(fence_text(fence))
        if isinstance(self.rules, Rulebook):
            found.update({("rules", layer.name): [layer_text(layer)] for layer in self.rules.layers})
        found["kinds", "checked"] = [
            field.name for field in fields(self.facts) if getattr(self.facts, field.name)
        ]
        return {key: "\n".join(sorted(set(texts))) for key, texts in found.items()}

    @cached_property
    def digest(self) -> str:
        """Of all facts and fences (hexadecimal)."""
        return digest(f"{kind} {number} {text}" for (kind, number), text in sorted(self.beliefs.items()))

    @cached_property
    def concern(self) -> Concern:
        """What of it can have a say in a session."""
        return Concern(self.facts, self.fences, self.rules)
