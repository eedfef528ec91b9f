"""A reason as a sentence with its numbers: "The car was outside the training ground: 34 s outside, furthest
61 m; limit 5 s." In both languages, from the rule's row of data and the rule set it was judged under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ingest.explain.number_values import Both, written
from ingest.explain.number_words import NUMBERS, limit_words
from ingest.judge.reasons import BY_NUMBER
from ingest.judge.rulebook.rule import Rule
from ingest.judge.rules.table import BY_NAME


class Said(NamedTuple):
    """A reason of a minute. effect: what it did under the rule set that judged (ingest.judge.rulebook.rule).

    english, chinese: the sentence with its numbers. numbers: as the rule told them. limits: (threshold,
    value, unit, English, Chinese) of every threshold that the rule reads.
    """

    reason: int
    name: str
    effect: str
    english: str
    chinese: str
    numbers: dict[str, Any]
    limits: tuple[tuple[str, float | int, str, str, str], ...]


class Limits(NamedTuple):
    """What minutes were judged by: thresholds by name, effects by rule; minutes that local time is ahead."""

    thresholds: Mapping[str, int | float]
    effects: Mapping[str, str]
    utc_offset_min: int


def said(reason: int, numbers: Mapping[str, Any] | None, limits: Limits) -> Said:
    """The reason explained. numbers: what the rule looked at, None where the verdict kept none."""
    _, name, effect, english, chinese = BY_NUMBER.get(reason, (reason, f"REASON_{reason}", "", "", ""))
    rule = BY_NAME.get(name)
    told = dict(numbers or {})
    return Said(
        reason,
        name,
        limits.effects.get(name, effect),
        _sentence(english.rstrip("."), _phrases(rule, told, limits, 0), ": ", ", ", "; ", "."),
        _sentence(chinese.rstrip("。"), _phrases(rule, told, limits, 1), "：", "，", "；", "。"),
        told,
        () if rule is None else _thresholds(rule, limits),
    )


def _sentence(
    what: str, phrases: tuple[list[str], list[str]], colon: str, comma: str, semicolon: str, stop: str
) -> str:
    parts = [comma.join(some) for some in phrases if some]
    return f"{what}{colon}{semicolon.join(parts)}{stop}" if parts else f"{what}{stop}"


def _phrases(
    rule: Rule | None, numbers: Mapping[str, Any], limits: Limits, language: int
) -> tuple[list[str], list[str]]:
    """The numbers in the order of the rule's row, and the limits they were held to."""
    order = list(rule.numbers) if rule else []
    names = [*(name for name in order if name in numbers), *sorted(set(numbers) - set(order))]
    found = []
    for name in names:
        words = NUMBERS.get(name)
        value = written(words.how, numbers[name], limits.utc_offset_min) if words else None
        if words and value:
            found.append(words[language].format(value[language]))
    # Without a number there is nothing that a limit could be a limit of.
    return found, _limit_phrases(rule, limits, language) if found and rule else []


def _limit_phrases(rule: Rule, limits: Limits, language: int) -> list[str]:
    found = []
    for threshold in rule.thresholds:
        words, value = limit_words(rule.name, threshold.name), limits.thresholds.get(threshold.name)
        if words is None or value is None:
            continue
        shown = written(threshold.unit, value, limits.utc_offset_min)
        if shown:
            found.append(words[language].format(shown[language]))
    return found


def _thresholds(rule: Rule, limits: Limits) -> tuple[tuple[str, float | int, str, str, str], ...]:
    return tuple(
        (one.name, limits.thresholds.get(one.name, one.default), one.unit, one.english, one.chinese)
        for one in rule.thresholds
    )


def range_text(first: str, last: str) -> Both:
    """A stretch of time in both languages; one moment where both are the same."""
    return (first, first) if first == last else (f"{first} to {last}", f"{first} 至 {last}")
