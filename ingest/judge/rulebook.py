"""A rulebook: layers of thresholds and effects by place, course and date; the rule set at a minute."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import TypeVar

import numpy as np

from ingest.judge.columns import Bools, Columns, Ints
from ingest.judge.layer_checks import check
from ingest.judge.rule_set import NATIONAL, RuleSet

_Code = TypeVar("_Code", int, Ints)
_EVER_S = 1 << 40
_CLASS_UNIT, _PART_UNIT, _MODE_UNIT = 10_000_000, 1_000_000, 1_000_000_000


@dataclass(frozen=True)
class Scope:
    """Where a layer holds: 0 is anywhere. Codes as in facts.py and in the course code (its first digit is the
    mode: 1 in a car, 2 in a classroom, 3 on a simulator, 4 at a distance). A course says what its code says
    of the others too. Raises ValueError where it says something else.
    """

    mode: int = 0
    part: int = 0
    vehicle_class: int = 0
    course: int = 0
    province: int = 0
    city: int = 0
    school: int = 0

    def __post_init__(self) -> None:
        for name, told in _of_course(self.course).items():
            if getattr(self, name) not in (0, told):
                raise ValueError(f"the {name} of course {self.course} is {told}")
            object.__setattr__(self, name, told)

    @property
    def rank(self) -> int:
        """The higher, the more special: who comes before what, and in the order of the fields."""
        return sum(1 << at for at, one in enumerate(fields(self)) if getattr(self, one.name))

    def meet(self, other: "Scope") -> "Scope | None":
        """Where both hold; None if that is nowhere."""
        both = {}
        for one in fields(self):
            mine, its = getattr(self, one.name), getattr(other, one.name)
            if mine and its and mine != its:
                return None
            both[one.name] = mine or its
        return Scope(**both)

    def covers(self, other: "Scope") -> bool:
        """Does it hold wherever the other does."""
        return self.meet(other) == other


@dataclass(frozen=True)
class Layer:
    """Thresholds and effects that hold in a scope from valid_from_s to before valid_to_s (None: open).

    source: the file it was read from, for messages only.
    """

    name: str
    scope: Scope = field(default_factory=Scope)
    valid_from_s: int | None = None
    valid_to_s: int | None = None
    thresholds: Mapping[str, int | float] = field(default_factory=dict)
    effects: Mapping[str, str] = field(default_factory=dict)
    source: str = field(default="", compare=False)

    @property
    def period_s(self) -> tuple[int, int]:
        """(first second, first second after)."""
        ever = _EVER_S if self.valid_to_s is None else self.valid_to_s
        return (-_EVER_S if self.valid_from_s is None else self.valid_from_s), ever

    @property
    def weight(self) -> tuple[int, int]:
        """Of two layers that hold, the one with the higher weight wins: the more special, then the later."""
        return self.scope.rank, self.period_s[0]

    def holds(self, scope: Scope, utc_s: int) -> bool:
        """Does it hold at that place and second."""
        from_s, to_s = self.period_s
        return self.scope.covers(scope) and from_s <= utc_s < to_s


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
        check(self)

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
        return self.combined(layer for layer in self.layers if layer.weight == (0, -_EVER_S))

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of all layers; their files' names and order do not count."""
        rows = [asdict(layer) | {"source": ""} for layer in self.layers]
        return hashlib.sha256(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rulebook) and self.layers == other.layers

    def __hash__(self) -> int:
        return hash(self.digest)


def _of_course(course: _Code) -> dict[str, _Code]:
    """What a ten-digit course code says; nothing without one."""
    if isinstance(course, int) and not course:
        return {}
    told = {"mode": course // _MODE_UNIT, "part": course // _PART_UNIT % 10}
    return {**told, "vehicle_class": course // _CLASS_UNIT % 100}


def _holds(layer: Layer, places: Places) -> Bools | None:
    """Minutes at which a layer holds; None for all of them."""
    scope = layer.scope
    told = _of_course(places.course)
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
