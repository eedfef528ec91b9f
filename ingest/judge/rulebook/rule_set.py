"""A rule set: every threshold and every rule's effect, under version names and one digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Any

NATIONAL = "national-2016"
NOT_ABOVE = (
    # What has not arrived yet speaks about no minute further back than face_around_min.
    ("window_min", "face_around_min"),
    ("track_floor_m", "track_floor_max_m"),
    ("hour_effective_min", "hour_min"),
)
"""Thresholds of which the first may not be above the second."""


class RuleSetError(ValueError):
    """A threshold or an effect that no rule set can have; one sentence."""


class RuleSet:
    """Thresholds as attributes, `rules.still_m`; effects by rule, `rules.effect("PARKED")`. Never changes.

    Without arguments it is the rules' own defaults, which are the national ones. Two with equal digests
    judge alike. Raises RuleSetError.
    """

    version: str
    thresholds: Mapping[str, int | float]
    effects: Mapping[str, str]

    def __init__(
        self, version: str = NATIONAL, effects: Mapping[str, str] | None = None, **thresholds: int | float
    ) -> None:
        numbers, defaults = _defaults()
        faults = [threshold_fault(*item) for item in thresholds.items()]
        faults += [effect_fault(*item) for item in (effects or {}).items()]
        fault = next(filter(None, faults), "") or fault_together({**numbers, **thresholds})
        if fault:
            raise RuleSetError(fault)
        kept = {"version": version, "thresholds": MappingProxyType({**numbers, **thresholds})}
        self.__dict__.update(kept, effects=MappingProxyType({**defaults, **(effects or {})}))

    def __getattr__(self, name: str) -> Any:
        if name in ("thresholds", "__dict__") or name not in self.thresholds:
            raise AttributeError(f"a rule set has no threshold {name}")
        return self.thresholds[name]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a rule set does not change: make another one by with_()")

    def effect(self, name: str) -> str:
        """The effect of the rule of that NAME under this rule set."""
        return self.effects[name]

    def with_(
        self, version: str | None = None, effects: Mapping[str, str] | None = None, **thresholds: int | float
    ) -> "RuleSet":
        """The same with some of it changed."""
        return RuleSet(
            self.version if version is None else version,
            {**self.effects, **(effects or {})},
            **{**self.thresholds, **thresholds},
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the version, all thresholds and all effects."""
        # 4 and 4.0 judge alike, so they read alike.
        numbers = {name: float(value) for name, value in self.thresholds.items()}
        whole = [self.version, numbers, dict(self.effects)]
        return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RuleSet) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.version, dict(self.effects), dict(self.thresholds))

    def __repr__(self) -> str:
        return f"RuleSet({self.version!r}, {self.digest[:12]})"


def _again(version: str, effects: dict[str, str], thresholds: dict[str, int | float]) -> RuleSet:
    return RuleSet(version, effects, **thresholds)


def _defaults() -> tuple[dict[str, int | float], dict[str, str]]:
    # The rules read rule sets, so they are looked up when one is made, not when this file is read.
    from ingest.judge.rules.table import RULES, THRESHOLDS

    return {row.name: row.default for row in THRESHOLDS.values()}, {one.name: one.effect for one in RULES}


def threshold_fault(name: str, value: object) -> str:
    """What is wrong with setting a threshold so, in a sentence without a full stop; empty for nothing."""
    from ingest.judge.rules.table import THRESHOLDS

    if name not in THRESHOLDS:
        return f"there is no threshold {name}{_like(name, THRESHOLDS)}"
    fault = THRESHOLDS[name].fault(value)
    return f"{name} {fault}, and is {value!r}" if fault else ""


def effect_fault(name: str, effect: object) -> str:
    """What is wrong with giving a rule this effect; empty for nothing."""
    from ingest.judge.rulebook.rule import EFFECTS
    from ingest.judge.rules.table import BY_NAME

    if name not in BY_NAME:
        return f"there is no rule {name}{_like(name, BY_NAME)}"
    if effect not in EFFECTS:
        return f"the effect of {name} must be one of {', '.join(EFFECTS)}, and is {effect!r}"
    return ""


def fault_together(thresholds: Mapping[str, int | float]) -> str:
    """What is wrong between the thresholds of one rule set; empty for nothing."""
    for least, most in NOT_ABOVE:
        if thresholds[least] > thresholds[most]:
            return f"{least} {thresholds[least]} must not be above {most} {thresholds[most]}"
    return ""


def _like(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f"; is {close[0]} meant?" if close else ""
