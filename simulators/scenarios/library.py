"""The families of the library: registered by decorators, found by listing the package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulators import scenarios
from simulators.worlds.world import Day, World

TUNING_SEEDS = range(1, 6)
HELD_OUT_SEEDS = range(101, 106)

Build = Callable[[World], None]


@dataclass(frozen=True)
class Family:
    """name; says: what happens, one sentence; days: (name of the day, builder). fraud: whether its first day
    is one, and the last its honest twin."""

    name: str
    says: str
    days: tuple[tuple[str, Build], ...]
    fraud: bool

    def made(self, seed: int) -> Iterator[tuple[str, Day]]:
        """(name of the day, the day) one after another; the same seed gives the same bytes."""
        for name, build in self.days:
            world = World(seed, name)
            build(world)
            yield name, world.day()


_found: dict[str, Family] = {}


def honest(build: Build) -> Build:
    """An honest day; the function's name and docstring are the family's."""
    _take(Family(build.__name__, _sentence(build), ((build.__name__, build),), False))
    return build


def fraud(twin: Build) -> Callable[[Build], Build]:
    """A day of fraud, and the honest day that looks like it."""

    def take(build: Build) -> Build:
        name = build.__name__
        days = ((name, build), (f"{name}, honest twin: {twin.__name__}", twin))
        _take(Family(name, f"{_sentence(build)} Twin: {_sentence(twin)}", days, True))
        return build

    return take


def families() -> tuple[Family, ...]:
    """All of them: honest ones first, each kind by name."""
    for module in pkgutil.iter_modules(scenarios.__path__):
        importlib.import_module(f"{scenarios.__name__}.{module.name}")
    return tuple(sorted(_found.values(), key=lambda family: (family.fraud, family.name)))


def _take(family: Family) -> None:
    if family.name in _found:
        raise ValueError(f"two families are called {family.name}")
    _found[family.name] = family


def _sentence(build: Build) -> str:
    return " ".join((build.__doc__ or "").split())
