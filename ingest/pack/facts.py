"""Registry facts, rules and shares as JSON values and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from ingest.judge.register.facts import (
    CarFact,
    DaysFact,
    Facts,
    InstructorFact,
    OperatorFact,
    SchoolFact,
    TerminalFact,
    TraineeFact,
)
from ingest.judge.rulebook.layers import Layer, Scope
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judge.shared import SPAN_MIN, Shares
from ingest.judge.suspicions import Suspicions

KINDS: dict[str, type[Any]] = {
    "terminals": TerminalFact,
    "schools": SchoolFact,
    "instructors": InstructorFact,
    "trainees": TraineeFact,
    "cars": CarFact,
    "operators": OperatorFact,
    "days": DaysFact,
}
_NOBODY = -1
_BITS = ("creditable", "accepted")
SHARE = tuple(field.name for field in fields(Shares) if field.name != "rule_set")
SUSPICION = tuple(field.name for field in fields(Suspicions))


def facts_of(terminals: Sequence[Mapping[str, Any]], registry: Mapping[str, Any]) -> Facts:
    """Facts of a pack. A kind that the registry checks and of which nothing concerns the session gets an
    entry of nobody: without any entry it would not be checked at all."""
    entries = {**registry["entries"], "terminals": terminals}
    if set(entries) != set(KINDS) or not set(registry["checked"]) <= set(KINDS):
        raise ValueError("kinds of entries")
    made: dict[str, tuple[Any, ...]] = {}
    for kind, fact in KINDS.items():
        some = [_fact(fact, entry) for entry in entries[kind]]
        if kind in registry["checked"] and not some and kind != "days":
            number = fields(fact)[0].name
            some = [fact(**{number: _NOBODY, "valid_from_s": 0}, **_of_nobody(kind))]
        made[kind] = tuple(some)
    return Facts(**made)


def _of_nobody(kind: str) -> dict[str, int]:
    missing = {"terminals": {"car": 0}, "instructors": {"school": 0}, "trainees": {"school": 0}}
    return {**missing, "cars": {"school": 0}}.get(kind, {})


def _fact(kind: type[Any], entry: Mapping[str, Any]) -> Any:
    if set(entry) != {field.name for field in fields(kind)}:
        raise ValueError(f"an entry of {kind.__name__}")
    values = dict(entry)
    if kind is DaysFact:
        values["windows"] = tuple((int(first), int(past)) for first, past in values["windows"])
        values["banned"] = tuple(int(day) for day in values["banned"])
    for name, value in values.items():
        if name not in ("windows", "banned", "public_key") and not (value is None or type(value) is int):
            raise ValueError(f"{name} is no number")
    return kind(**values)


def rules_written(rules: RuleSet | Rulebook) -> dict[str, Any]:
    """A rule set by itself, or the layers of a rule book."""
    if isinstance(rules, RuleSet):
        return {"rule_set": rule_set_written(rules)}
    return {"layers": [{**asdict(layer), "source": ""} for layer in rules.layers]}


def rules_read(told: Mapping[str, Any]) -> RuleSet | Rulebook:
    """Inverse of rules_written. Raises ValueError, RuleSetError or RulebookError."""
    if "rule_set" in told:
        return rule_set_read(told["rule_set"])
    return Rulebook(Layer(**{**layer, "scope": Scope(**layer["scope"])}) for layer in told["layers"])


def rule_set_written(rules: RuleSet) -> dict[str, Any]:
    """Every threshold and every effect, and the digest over them."""
    return {
        "version": rules.version,
        "digest": rules.digest,
        "thresholds": {name: float(value) for name, value in rules.thresholds.items()},
        "effects": dict(rules.effects),
    }


def rule_set_read(told: Mapping[str, Any]) -> RuleSet:
    """Inverse of rule_set_written. Raises ValueError where it is not what its digest says."""
    numbers = {
        name: int(value) if value == int(value) else value for name, value in told["thresholds"].items()
    }
    made = RuleSet(told["version"], told["effects"], **numbers)
    if made.digest != told["digest"]:
        raise ValueError(f"rule set {told['version']} is not what its digest says")
    return made


def shares_read(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Columns of shares, "rules" among them (digest of the rule set), as ingest.judge.shared has them. Raises
    ValueError."""
    columns: dict[str, list[Any]] = {name: [] for name in (*SHARE, "rules")}
    for row in rows:
        if set(row) != set(columns):
            raise ValueError("a share")
        for name, column in columns.items():
            column.append(bytes.fromhex(row[name]) if name in _BITS else row[name])
        # Longer ones would be minutes by the million.
        spans = 0 <= row["last_minute"] - row["first_minute"] < SPAN_MIN
        if not spans or any(len(row[name]) > SPAN_MIN // 4 for name in _BITS):
            raise ValueError("a share of more than a day")
    return columns


def shares_of(columns: Mapping[str, Sequence[Any]], digests: Sequence[str]) -> Shares:
    """Such columns as a table; digests: of the rule sets, in the order that rule_set is to mean."""
    made: dict[str, Any] = {}
    for name in SHARE:
        if name in _BITS:
            made[name] = np.empty(len(columns[name]), dtype=object)
            made[name][:] = columns[name]
        else:
            made[name] = np.array(columns[name], dtype=np.int64)
    made["rule_set"] = np.array([digests.index(rules) for rules in columns["rules"]], dtype=np.int64)
    return Shares(**made)


def suspicions_of(rows: Iterable[Mapping[str, Any]]) -> Suspicions:
    """Suspicions as the judge takes them in."""
    return Suspicions.of_rows([tuple(row[name] for name in SUSPICION) for row in rows])
