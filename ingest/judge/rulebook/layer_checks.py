"""What is refused of a rulebook: two layers that say one thing at once, rule sets that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, combinations_with_replacement

from ingest.judge.rulebook.layers import Layer, Scope
from ingest.judge.rulebook.rule_set import NOT_ABOVE, RuleSet, effect_fault, fault_together, threshold_fault
from ingest.judge.rulebook.thresholds import MEASURED_BY

_MEASURED = {row.name for row in MEASURED_BY}


class RulebookError(ValueError):
    """A rulebook that cannot be: one sentence with the file, the layer, the key and what to do."""


def at_fault(layer: Layer, key: str, fault: str, remedy: str) -> RulebookError:
    """The sentence: file, layer, key, what is wrong, what to do."""
    where = f"{layer.source}: " if layer.source else ""
    told = f": {key}" if key else ""
    return RulebookError(f"{where}layer {layer.name}{told}: {fault}; {remedy}")


def check(layers: Sequence[Layer]) -> None:
    """Raise RulebookError for the first fault, in the order of the layers."""
    for layer in layers:
        _alone(layer)
    for one, other in combinations(layers, 2):
        if one.name == other.name:
            raise at_fault(other, "name", "another layer has this name", "give each layer its own")
        _not_at_once(one, other)
    _possible(layers)


def _alone(layer: Layer) -> None:
    from_s, to_s = layer.period_s
    if from_s >= to_s:
        raise at_fault(layer, "valid", "it ends before it begins", "let `to` be later than `from`")
    for key, told, fault_of in (
        ("thresholds", layer.thresholds, threshold_fault),
        ("effects", layer.effects, effect_fault),
    ):
        for name, value in sorted(told.items()):
            if fault := fault_of(name, value):
                raise at_fault(layer, f"{key}.{name}", fault, "correct it or leave it out")
    scoped = sorted(_MEASURED & set(layer.thresholds))
    if scoped and (layer.scope.rank or layer.valid_from_s is not None or layer.valid_to_s is not None):
        raise at_fault(
            layer,
            f"thresholds.{scoped[0]}",
            "evidence is measured by it before it is known whose minute it is",
            "set it in a layer without scope and dates",
        )


def _not_at_once(one: Layer, other: Layer) -> None:
    """Equal weight and a common place and time leave nothing to say which of the two would win."""
    if one.weight != other.weight or not _meeting(one, other):
        return
    for key in ("thresholds", "effects"):
        both = sorted(set(getattr(one, key)) & set(getattr(other, key)))
        if both:
            raise at_fault(
                other,
                f"{key}.{both[0]}",
                f"layer {one.name} says it for the same scope and date",
                "leave it out of one of the two",
            )


def _meeting(one: Layer, other: Layer) -> tuple[Scope, int, int] | None:
    """(where both hold, first second, first second after); None if never."""
    scope = one.scope.meet(other.scope)
    from_s = max(one.period_s[0], other.period_s[0])
    to_s = min(one.period_s[1], other.period_s[1])
    return (scope, from_s, to_s) if scope is not None and from_s < to_s else None


def _possible(layers: Sequence[Layer]) -> None:
    """No rule set may have thresholds that cannot go together.

    A pair of values stands together in some rule set only if it does so where their two layers meet and no
    more special place is asked, at the start of a layer's period: fewer layers hold there than anywhere else
    that both reach.
    """
    for pair in NOT_ABOVE:
        setting = [layer for layer in layers if set(pair) & set(layer.thresholds)]
        for one, other in combinations_with_replacement(setting, 2):
            if not (met := _meeting(one, other)):
                continue
            scope, from_s, to_s = met
            ends = (end for layer in layers for end in layer.period_s)
            starts = {from_s, *(end for end in ends if from_s < end < to_s)}
            for start in sorted(starts):
                held = [layer for layer in layers if layer.holds(scope, start)]
                if fault := fault_together(_thresholds(held)):
                    raise at_fault(other, f"thresholds.{pair[0]}", fault, "correct one of the two")


def _thresholds(layers: list[Layer]) -> dict[str, int | float]:
    numbers = dict(RuleSet().thresholds)
    for layer in layers:
        numbers.update(layer.thresholds)
    return numbers
