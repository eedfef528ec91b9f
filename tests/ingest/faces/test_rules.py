"""What a second look says is shown to a person and changes no verdict, unless a rule set says so."""

from dataclasses import replace

import pytest

from ingest.judge.flags import flags
from ingest.judge.judge import Judgement, judge
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rules.table import RULES
from ingest.judge.suspicions import KINDS, PHOTO_KINDS, Suspicions
from tests.ingest.judge.make import RULES as DEFAULT
from tests.ingest.judge.make import START, TERMINAL, Day, facts, verdicts


def judged_with(kind: int, score: int, rules: RuleSet = DEFAULT) -> Judgement:
    day = Day()
    session = day.session(10)
    rows = [(TERMINAL, session, kind, score, START + 2, START + 4, 8, 5)]
    return judge(replace(day.evidence(), suspicions=Suspicions.of_rows(rows)), facts(), rules)


@pytest.mark.parametrize("kind", PHOTO_KINDS)
def test_it_is_shown_from_its_score_on_and_decides_nothing(kind: int) -> None:
    row = next(one for one in RULES if one.number == kind)
    least = int(DEFAULT.thresholds[row.thresholds[0].name])
    shown = judged_with(kind, least)
    assert verdicts(shown) == ["accepted"] * 10
    assert [flag.reason for flag in flags(shown)] == [kind]
    assert dict(shown.findings)[kind].numbers["score"].tolist() == [0, 0, least, least, least, 0, 0, 0, 0, 0]
    below = judged_with(kind, least - 1)
    assert verdicts(below) == ["accepted"] * 10 and flags(below) == ()


@pytest.mark.parametrize("kind", PHOTO_KINDS)
def test_a_rule_set_may_hold_the_minutes(kind: int) -> None:
    name = next(one.name for one in RULES if one.number == kind)
    held = judged_with(kind, 1000, RuleSet(effects={name: "unsure"}))
    assert verdicts(held) == ["accepted"] * 2 + ["unsure"] * 3 + ["accepted"] * 5


def test_the_screening_and_the_second_look_write_different_kinds() -> None:
    assert not set(KINDS) & set(PHOTO_KINDS)
    assert all(row.effect == "look" for row in RULES if row.number in PHOTO_KINDS)
