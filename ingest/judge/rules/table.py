"""All rules, found by listing this package; and all thresholds, their own and the shared ones."""

import importlib
import pkgutil

import ingest.judge.rules as package
from ingest.judge.rulebook.rule import CAP, LAST, OVERLAP, OWN, Rule, Threshold
from ingest.judge.rulebook.thresholds import SHARED


def _found() -> tuple[Rule, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names if name != "table"]
    rules = {id(one): one for module in modules for one in vars(module).values() if isinstance(one, Rule)}
    ordered = sorted(rules.values(), key=lambda one: one.number)
    for what in ("number", "name"):
        told = [getattr(one, what) for one in ordered]
        twice = sorted({str(one) for one in told if told.count(one) > 1})
        if twice:
            raise ValueError(f"two rules have the {what} {', '.join(twice)}")
    return tuple(ordered)


def _thresholds(rules: tuple[Rule, ...]) -> dict[str, Threshold]:
    known: dict[str, Threshold] = {}
    for row in (*SHARED, *(threshold for one in rules for threshold in one.thresholds)):
        if known.setdefault(row.name, row) != row:
            raise ValueError(f"two thresholds have the name {row.name} and differ")
    return dict(sorted(known.items()))


RULES = _found()
"""In the order of their numbers."""

OWN_RULES, LAST_RULES, OVERLAPS, CAPS = (
    tuple(one for one in RULES if one.stage == stage) for stage in (OWN, LAST, OVERLAP, CAP)
)
"""Overlaps are asked about what no own rule refused: a minute that is worth nothing takes nothing from
others. Caps count what the others left standing, each after the one above it."""

BY_NAME = {one.name: one for one in RULES}
THRESHOLDS = _thresholds(RULES)
