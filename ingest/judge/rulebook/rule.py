"""What a rule is: one pure function with its row of data, and the thresholds it reads, each a row too."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.judge.case.case import Finding

MINUTE, SESSION, UNSURE, LOOK, NOTE, OFF = "minute", "session", "unsure", "look", "note", "off"
EFFECTS = (MINUTE, SESSION, UNSURE, LOOK, NOTE, OFF)
"""Refuses the minute; all minutes of its session; leaves it to a human; is flagged; is told; is not asked."""

OWN, LAST, OVERLAP, CAP = "own", "last", "overlap", "cap"
STAGES = (OWN, LAST, OVERLAP, CAP)
"""Asked of a terminal's evidence alone; of what those left of it; of what sessions claim from one another;
of what is left then."""

_NAME = re.compile(r"[A-Z][A-Z0-9_]*[A-Z0-9]")
_THRESHOLD = re.compile(r"[a-z][a-z0-9_]*[a-z0-9]")


@dataclass(frozen=True)
class Threshold:
    """One number that rules read, by name (unit in the name); a rule set may set it from least to most.

    A default that is an int makes it a whole number. english, chinese: what it is, one phrase each.
    """

    name: str
    default: int | float
    unit: str
    least: int | float
    most: int | float
    source: str
    english: str
    chinese: str

    def __post_init__(self) -> None:
        if not _THRESHOLD.fullmatch(self.name) or not self.least <= self.default <= self.most:
            raise ValueError(f"threshold {self.name}: a lower-case name, and least <= default <= most")

    def fault(self, value: object) -> str:
        """What is wrong with a value for it, in one phrase; empty when nothing is."""
        wanted = int if isinstance(self.default, int) else int | float
        if isinstance(value, bool) or not isinstance(value, wanted):
            return "must be a whole number" if wanted is int else "must be a number"
        if not self.least <= value <= self.most:
            return f"must be from {self.least} to {self.most} {self.unit}"
        return ""


@dataclass(frozen=True)
class Rule:
    """A rule's row and its function `find`.

    Own rules are called as find(case, rules) and must look at nothing but the minutes' own sessions; last
    ones as find(case, rules, standing), with the minutes that no own rule refuses. number and name never
    change their meaning. flagged: a person should look at it, whatever its effect does to the minute.
    numbers: what a Finding's columns are, name -> unit.
    """

    number: int
    name: str
    effect: str
    english: str
    chinese: str
    source: str
    numbers: Mapping[str, str]
    thresholds: tuple[Threshold, ...]
    stage: str
    flagged: bool
    find: Callable[..., Finding]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.effect not in EFFECTS or self.stage not in STAGES:
            raise ValueError(f"rule {self.number}: NAME in capitals, effect of EFFECTS, stage of STAGES")

    def __call__(self, *args: Any) -> Finding:
        return self.find(*args)


def rule(
    number: int,
    name: str,
    effect: str,
    english: str,
    chinese: str,
    source: str,
    *,
    numbers: Mapping[str, str] | None = None,
    thresholds: tuple[Threshold, ...] = (),
    stage: str = OWN,
    flagged: bool = False,
) -> Callable[[Callable[..., Finding]], Rule]:
    """Decorates a rule's function with its row; rules/table.py finds it wherever it stands in rules/."""

    def made(find: Callable[..., Finding]) -> Rule:
        row = (number, name, effect, english, chinese, source, numbers or {}, thresholds, stage, flagged)
        return Rule(*row, find=find)

    return made
