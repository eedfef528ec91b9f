"""Reasons as sentences with their numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.explain.explained import Limits, said
from ingest.explain.number_values import metres_text, written
from ingest.explain.number_words import LIMITS, NUMBERS, SCORES, UNTOLD, limit_words
from ingest.judge.reasons import BY_NUMBER
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rules.table import RULES

RULE_SET = RuleSet()
LIMITS_IN_FORCE = Limits(RULE_SET.thresholds, RULE_SET.effects, 480)
CHINESE = re.compile("[一-鿿]")


def test_a_minute_outside_says_how_long_how_far_and_what_the_limit_was() -> None:
    numbers = {"out_s": 34, "fix_out": 34, "outside_m": 61.4}
    told = said(20, numbers, LIMITS_IN_FORCE)
    assert told.english == (
        "The car was outside the training ground: 34 s outside, 34 positions outside, furthest 61.4 m;"
        " limit 5 s."
    )
    assert (
        told.chinese == "车辆不在教学区域内：在区域外 34 秒，34 个定位点在区域外，最远 61.4 米；限值 5 秒。"
    )
    assert told.effect == "minute"
    assert told.limits[0][:3] == ("fence_out_s", 5, "s")


def test_far_away_is_told_in_kilometres_and_no_other_session_not_at_all() -> None:
    told = said(20, {"out_s": 34, "outside_m": 14_052_246.0}, LIMITS_IN_FORCE)
    assert "furthest 14052 km" in told.english and "最远 14052 公里" in told.chinese
    assert metres_text(9_999.4) == ("9999 m", "9999 米") and metres_text(10_000) == ("10 km", "10 公里")
    alone = said(82, {"score": 700, "other_terminal": 0, "other_session": 0}, LIMITS_IN_FORCE)
    assert "session 0" not in alone.english and "其培训" not in alone.chinese
    assert "its session 6" in said(80, {"other_session": 6}, LIMITS_IN_FORCE).english


def test_limits_are_those_of_the_rule_set_that_judged() -> None:
    strict = RULE_SET.with_("strict", {"OUT_OF_FENCE": "unsure"}, fence_out_s=10)
    told = said(20, {"out_s": 34}, Limits(strict.thresholds, strict.effects, 480))
    assert told.english.endswith("34 s outside; limit 10 s.")
    assert told.effect == "unsure"


def test_moments_are_told_in_local_time_and_never_is_a_word() -> None:
    assert "found at 09:41:12" in said(23, {"mismatch_utc_s": 1789436472}, LIMITS_IN_FORCE).english
    assert "last match never" in said(22, {"since_match_min": -1}, LIMITS_IN_FORCE).english
    assert "上次通过：从未" in said(22, {"since_match_min": -1}, LIMITS_IN_FORCE).chinese


def test_what_the_register_says_is_told_in_words() -> None:
    numbers = {
        "car": 7,
        "car_state": -1,
        "inspected_to_s": 1788192000,
        "car_class": 22,
        "course_class": 21,
        "car_school": 0,
        "school": 5,
    }
    told = said(64, numbers, LIMITS_IN_FORCE).english
    assert "car 0000000000000007" in told and "not in force at this time" in told
    assert "inspected until 2026-08-31" in told and "car of class C2, course for C1" in told
    assert "car's school" not in told


def test_a_reason_without_numbers_is_its_own_sentence() -> None:
    assert said(1, None, LIMITS_IN_FORCE).english == "The terminal is not registered."
    assert said(1, {}, LIMITS_IN_FORCE).chinese == "计时终端未备案。"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_number_and_threshold_of_every_rule_has_words_in_both_languages(rule) -> None:  # type: ignore[no-untyped-def]
    for name in rule.numbers:
        words = NUMBERS[name]
        assert words.english.count("{}") == words.chinese.count("{}") == 1
        for value in (0, 1, 3):
            written(words.how, value, 480)
    for threshold in rule.thresholds:
        words_of = limit_words(rule.name, threshold.name)
        shown = written(threshold.unit, threshold.default, 480)
        assert words_of is None or (shown and all(text.count("{}") == 1 for text in words_of))
    told = said(rule.number, dict.fromkeys(rule.numbers, 1), LIMITS_IN_FORCE)
    assert CHINESE.search(told.chinese) and not CHINESE.search(told.english)
    assert "{" not in told.english + told.chinese


def test_words_are_there_for_nothing_else() -> None:
    thresholds = {one.name for rule in RULES for one in rule.thresholds}
    assert set(LIMITS) <= thresholds
    assert set(NUMBERS) == {name for rule in RULES for name in rule.numbers}
    assert all(any(name.endswith(end) for name in thresholds) for end in SCORES)
    of_rules = {rule.name: {one.name for one in rule.thresholds} for rule in RULES}
    assert all(set(some) <= of_rules[name] for name, some in UNTOLD.items())


@given(
    st.sampled_from(sorted(BY_NUMBER)),
    st.dictionaries(st.sampled_from(sorted(NUMBERS)), st.integers(-3, 2**40) | st.floats(0, 1e6)),
)
def test_no_number_breaks_a_sentence(reason: int, numbers: dict[str, float]) -> None:
    told = said(reason, numbers, LIMITS_IN_FORCE)
    assert told.english.endswith(".") and told.chinese.endswith("。")
