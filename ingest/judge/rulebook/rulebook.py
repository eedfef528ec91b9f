"""A rulebook: layers of thresholds and effects by place, course and date; the rule set at a minute."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from functools import cached_property

import numpy as np

from ingest.judge.columns import Bools, Columns, Ints
from ingest.judge.rulebook.layer_checks import check
from ingest.judge.rulebook.layers import EVER_S, Layer, Scope, of_course
from ingest.judge.rulebook.rule_set import NATIONAL, RuleSet


@dataclass(frozen=True, eq=False)
class Places(Columns):
    """Where and in which course each minute is, as columns; 0 not known."""

    province: Ints
    city: Ints
    school: Ints
    course: Ints
    minute: Ints


class Rulebook:
    """Layers over the rules' own defaults. Raises RulebookError when two say one thing at once, or make a
    rule set that cannot be."""

    def __init__(self, layers: Iterable[Layer] = ()) -> None:
        self.layers = tuple(sorted(layers, key=lambda layer: (layer.weight, layer.name)))
        check(self.layers)

    @classmethod
    def join(cls, books: Iterable["Rulebook"]) -> "Rulebook":
        """All their layers in one book, whatever the order; a layer that several have counts once."""
        distinct = {(layer.name, repr(layer)): layer for book in books for layer in book.layers}
        return cls(distinct.values())

    def resolve(self, scope: Scope, minute: int) -> RuleSet:
        """The rule set in force at that place and Unix minute, named after the layers that hold."""
        return self.combined(layer for layer in self.layers if layer.holds(scope, minute * 60))

    def sets_at(self, places: Places) -> tuple[tuple[RuleSet, ...], Ints]:
        """(the rule sets in force at any of these minutes by digest, each minute's index among them)."""
        group = np.zeros(len(places), dtype=np.int64)
        for layer in self.layers:
            if (mask := _holds(layer, places)) is not None:
                # Renumbered at every step, so that the numbers stay small however many layers there are.
                group = np.unique(group << 1 | mask, return_inverse=True)[1].astype(np.int64)
        _, first = np.unique(group, return_index=True)
        found = [self.resolve(*_place(places, row)) for row in first.tolist()]
        sets = sorted(set(found), key=lambda one: one.digest)
        index: Ints = np.array([sets.index(one) for one in found], dtype=np.int64)
        return tuple(sets), index[group] if len(group) else group

    def combined(self, layers: Iterable[Layer]) -> RuleSet:
        """The rule set of these layers, the later ones over the earlier."""
        thresholds: dict[str, int | float] = {}
        effects: dict[str, str] = {}
        names = []
        for layer in layers:
            thresholds.update(layer.thresholds)
            effects.update(layer.effects)
            names.append(layer.name)
        return RuleSet("+".join(names) or NATIONAL, effects, **thresholds)

    @property
    def measuring(self) -> RuleSet:
        """The rule set that evidence is measured by: what holds everywhere and always."""
        return self.combined(layer for layer in self.layers if layer.weight == (0, -EVER_S))

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of all layers; their files' names and order do not count."""
        rows = [asdict(layer) | {"source": ""} for layer in self.layers]
        return hashlib.sha256(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rulebook) and self.layers == other.layers

    def __hash__(self) -> int:
        return hash(self.digest)


def _holds(layer: Layer, places: Places) -> Bools | None:
    """Minutes at which a layer holds; None for all of them."""
    scope = layer.scope
    told = of_course(places.course)
    masks = []
    for one in fields(scope):
        if wanted := getattr(scope, one.name):
            column = told[one.name] if one.name in told else getattr(places, one.name)
            masks.append(column == wanted)
    if layer.valid_from_s is not None:
        masks.append(places.minute * 60 >= layer.valid_from_s)
    if layer.valid_to_s is not None:
        masks.append(places.minute * 60 < layer.valid_to_s)
    return np.logical_and.reduce(masks) if masks else None


def _place(places: Places, row: int) -> tuple[Scope, int]:
    names = ("course", "province", "city", "school")
    return Scope(**{name: int(getattr(places, name)[row]) for name in names}), int(places.minute[row])
