"""A score holds minutes for a human from its hold threshold on, shows them from look on, refuses nothing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge.flags import flags
from ingest.judge.judge import Judgement, judge
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rules import suspected
from ingest.judge.rules.table import BY_NAME, RULES
from ingest.judge.suspicions import KINDS, TRACE_REPLAYED, Suspicions
from tests.ingest.judge.make import RULES as DEFAULT
from tests.ingest.judge.make import START, TERMINAL, Day, facts, judged, minutes_with, verdicts

SUSPICIOUS = suspected.suspicious.number


def judged_with(rows: list[tuple[int, ...]], rules: RuleSet = DEFAULT, minutes: int = 10) -> Judgement:
    day = Day()
    day.session(minutes)
    evidence = replace(day.evidence(), suspicions=Suspicions.of_rows(rows))
    return judge(evidence, facts(), rules)


def row(kind: int, score: int, first: int = 0, last: int = 99, session: int = 3) -> tuple[int, ...]:
    return (TERMINAL, session, kind, score, START + first, START + last, 8, 5)


def test_the_make_believe_session_has_the_number_that_the_rows_name() -> None:
    day = Day()
    assert day.session(10) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_score_of_hold_holds_and_a_lower_one_only_shows(kind: int) -> None:
    rule = next(one for one in RULES if one.number == kind)
    hold, look = (DEFAULT.thresholds[threshold.name] for threshold in rule.thresholds)
    assert look < hold
    held = verdicts(judged_with([row(kind, int(hold))]))
    assert held == ["accepted" if rule.effect == "look" else "unsure"] * 10
    shown = judged_with([row(kind, int(hold) - 1)])
    assert verdicts(shown) == ["accepted"] * 10
    assert [flag.reason for flag in flags(shown)] == [SUSPICIOUS]
    passed = judged_with([row(kind, int(look) - 1)])
    assert verdicts(passed) == ["accepted"] * 10 and flags(passed) == ()


def test_only_the_minutes_that_it_speaks_about_are_held() -> None:
    told = judged_with([row(TRACE_REPLAYED, 1000, first=2, last=4)])
    assert minutes_with(told, TRACE_REPLAYED) == [2, 3, 4]
    assert verdicts(told) == ["accepted"] * 2 + ["unsure"] * 3 + ["accepted"] * 5
    finding = dict(told.findings)[TRACE_REPLAYED]
    assert finding.numbers["score"].tolist() == [0, 0, 1000, 1000, 1000, 0, 0, 0, 0, 0]
    assert finding.numbers["other_terminal"].tolist()[2] == 8


def test_another_session_and_another_terminal_are_left_alone() -> None:
    elsewhere = (9, 3, TRACE_REPLAYED, 1000, START, START + 99, 0, 0)
    told = judged_with([row(TRACE_REPLAYED, 1000, session=4), elsewhere])
    assert verdicts(told) == ["accepted"] * 10


def test_session_0_is_the_whole_terminal() -> None:
    assert verdicts(judged_with([row(TRACE_REPLAYED, 1000, session=0)])) == ["unsure"] * 10


def test_of_several_the_highest_counts() -> None:
    rows = [row(TRACE_REPLAYED, 1000, last=3), row(TRACE_REPLAYED, 400), row(TRACE_REPLAYED, 800, first=3)]
    finding = dict(judged_with(rows).findings)[TRACE_REPLAYED]
    assert finding.numbers["score"].tolist() == [1000] * 4 + [800] * 6


def test_a_rule_set_may_refuse() -> None:
    strict = DEFAULT.with_(effects={"TRACE_REPLAYED": "session"})
    assert verdicts(judged_with([row(TRACE_REPLAYED, 1000, last=0)], strict)) == ["refused"] * 10
    mild = DEFAULT.with_(trace_replayed_hold_score=1001, trace_replayed_look_score=1001)
    assert verdicts(judged_with([row(TRACE_REPLAYED, 1000)], mild)) == ["accepted"] * 10


def test_no_suspicion_changes_nothing() -> None:
    day = Day()
    day.session(10)
    assert verdicts(judged(day)) == verdicts(judged_with([]))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 1000)), max_size=8))
def test_more_suspicion_never_refuses_and_never_adds_credit(found: list[tuple[int, int]]) -> None:
    rows = [row(kind, score) for kind, score in found]
    before, after = verdicts(judged_with(rows[:-1])), verdicts(judged_with(rows))
    assert "refused" not in after
    assert not any(old == "unsure" and new == "accepted" for old, new in zip(before, after, strict=True))


def test_the_numbers_of_the_kinds_are_the_numbers_of_the_rules() -> None:
    by_number = {one.number: one.name for one in RULES}
    for kind in KINDS:
        assert BY_NAME[by_number[kind]].find is not None
        assert getattr(suspected, by_number[kind].lower()).number == kind
