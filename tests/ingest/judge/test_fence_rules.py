"""Rules of the fence: by seconds out and in doubt, why a minute was out, and short cuts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge import reasons
from ingest.judge.judge import Judgement
from ingest.judge.rulebook.rule_set import RuleSet
from tests.ingest.judge.make import Day, judged, minutes_with, verdicts

BITS = {
    reasons.FENCE_PART_MISMATCH: 1,
    reasons.FENCE_CLASS_MISMATCH: 2,
    reasons.FENCE_NOT_APPROVED: 4,
    reasons.FENCE_EXPIRED: 8,
    reasons.FENCE_SCHOOL_MISMATCH: 16,
}


def third_minute(rules: RuleSet | None = None, **changes: Any) -> Judgement:
    """Five honest minutes, the third changed."""
    day = Day()
    day.session(5)
    day.minutes[2] |= changes
    return judged(day, rules=rules or RuleSet())


def said(judgement: Judgement) -> set[int]:
    """What is said of the third minute by the rules of the fence."""
    ours = {*BITS, reasons.OUT_OF_FENCE, reasons.FENCE_DOUBT, reasons.FENCE_NONE, reasons.CUT_ACROSS}
    return {reason for reason in ours if 2 in minutes_with(judgement, reason)}


@pytest.mark.parametrize(
    ("out_s", "doubt_s", "verdict", "reason"),
    [
        (4, 0, "accepted", None),
        (5, 0, "refused", reasons.OUT_OF_FENCE),
        (60, 0, "refused", reasons.OUT_OF_FENCE),
        (4, 1, "unsure", reasons.FENCE_DOUBT),
        (0, 4, "accepted", None),
        (0, 5, "unsure", reasons.FENCE_DOUBT),
        (0, 60, "unsure", reasons.FENCE_DOUBT),
        (5, 55, "refused", reasons.OUT_OF_FENCE),
    ],
)
def test_seconds_out_and_in_doubt(out_s: int, doubt_s: int, verdict: str, reason: int | None) -> None:
    judgement = third_minute(out_s=out_s, doubt_s=doubt_s)
    assert verdicts(judgement)[2] == verdict
    assert said(judgement) == ({reason} if reason else set())


def test_fixes_out_that_the_measures_doubt_refuse_nothing() -> None:
    """Five stray fixes, never three in a row."""
    assert verdicts(third_minute(fix_out=5, out_s=0, doubt_s=4))[2] == "accepted"
    assert verdicts(third_minute(fix_out=60, out_s=0, doubt_s=60))[2] == "unsure"


@pytest.mark.parametrize(("reason", "bit"), BITS.items())
def test_why_a_minute_was_out(reason: int, bit: int) -> None:
    assert said(third_minute(out_s=9, elsewhere=bit)) == {reasons.OUT_OF_FENCE, reason}
    nowhere = third_minute(fence_in_force=False, elsewhere=bit)
    assert said(nowhere) == {reasons.FENCE_NONE, reason}
    assert verdicts(nowhere)[2] == "refused"
    assert said(third_minute(out_s=2, elsewhere=bit)) == set()
    assert verdicts(third_minute(out_s=2, elsewhere=bit))[2] == "accepted"


def test_all_of_why_is_told() -> None:
    assert said(third_minute(out_s=9, elsewhere=31)) == {reasons.OUT_OF_FENCE, *BITS}


def test_why_a_minute_was_out_may_refuse_by_itself() -> None:
    """A rule set that leaves all of the fence to a human but not a ground that was never approved."""
    rules = RuleSet(effects={"OUT_OF_FENCE": "unsure", "FENCE_NOT_APPROVED": "minute"})
    assert verdicts(third_minute(rules, out_s=9))[2] == "unsure"
    assert verdicts(third_minute(rules, out_s=9, elsewhere=4))[2] == "refused"


@pytest.mark.parametrize(("cut_m", "verdict"), [(0.0, "accepted"), (2.9, "accepted"), (3.0, "unsure")])
def test_a_short_cut_waits_for_a_human(cut_m: float, verdict: str) -> None:
    judgement = third_minute(cut_m=cut_m)
    assert verdicts(judgement)[2] == verdict
    assert said(judgement) == ({reasons.CUT_ACROSS} if verdict == "unsure" else set())


def test_without_a_fence_there_is_nothing_to_cut() -> None:
    assert said(third_minute(cut_m=9.0, fence_in_force=False)) == {reasons.FENCE_NONE}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60))
def test_fewer_seconds_out_never_make_it_worse(out_s: int, doubt_s: int, less: int) -> None:
    """Seconds that turn from out to doubt, or from doubt to in, as another fence makes them."""
    rank = {"accepted": 0, "unsure": 1, "refused": 2}

    def verdict(out: int, doubt: int) -> int:
        return rank[verdicts(third_minute(out_s=out, doubt_s=doubt))[2]]

    before = verdict(out_s, doubt_s)
    assert verdict(max(out_s - less, 0), doubt_s + min(less, out_s)) <= before
    assert verdict(out_s, max(doubt_s - less, 0)) <= before


@pytest.mark.parametrize(("fix_out", "covered_s", "doubt"), [(1, 30, 1), (1, 55, 1), (1, 56, 0), (0, 30, 0)])
def test_beside_a_fix_outside_the_unseen_seconds_may_be_outside(
    fix_out: int, covered_s: int, doubt: int
) -> None:
    judgement = third_minute(fix_out=fix_out, covered_s=covered_s)
    assert said(judgement) == ({reasons.FENCE_DOUBT} if doubt else set())
    assert verdicts(judgement)[2] == ("unsure" if doubt else "accepted")
