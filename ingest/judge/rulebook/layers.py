"""A layer of a rulebook: thresholds and effects, where and when they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from ingest.judge.columns import Ints

_Code = TypeVar("_Code", int, Ints)
EVER_S = 1 << 40
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
        for name, told in of_course(self.course).items():
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
        ever = EVER_S if self.valid_to_s is None else self.valid_to_s
        return (-EVER_S if self.valid_from_s is None else self.valid_from_s), ever

    @property
    def weight(self) -> tuple[int, int]:
        """Of two layers that hold, the one with the higher weight wins: the more special, then the later."""
        return self.scope.rank, self.period_s[0]

    def holds(self, scope: Scope, utc_s: int) -> bool:
        """Does it hold at that place and second."""
        from_s, to_s = self.period_s
        return self.scope.covers(scope) and from_s <= utc_s < to_s


def of_course(course: _Code) -> dict[str, _Code]:
    """What a ten-digit course code says; nothing without one."""
    if isinstance(course, int) and not course:
        return {}
    told = {"mode": course // _MODE_UNIT, "part": course // _PART_UNIT % 10}
    return {**told, "vehicle_class": course // _CLASS_UNIT % 100}
