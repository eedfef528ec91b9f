"""Every rule and threshold has its row: stable, in both languages, with source, units and a page."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge import reasons
from ingest.judge.rulebook.rule import EFFECTS, Rule, Threshold
from ingest.judge.rulebook.rule_set import NOT_ABOVE, RuleSet, RuleSetError
from ingest.judge.rules.table import OWN_RULES, RULES, THRESHOLDS
from ingest.reference import reason_codes
from tests.ingest.judge.make import Day, judged

TOGETHER = {name for pair in NOT_ABOVE for name in pair}
FREE = sorted(set(THRESHOLDS) - TOGETHER)
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "reason-codes.md"
NEVER_CHANGE = {
    1: "TERM_UNKNOWN",
    2: "TERM_REVOKED",
    3: "SEAL_BAD",
    4: "TOPIC_MISMATCH",
    5: "MALFORMED",
    6: "CHAIN_BROKEN",
    7: "SEQ_FORK",
    20: "OUT_OF_FENCE",
    21: "FENCE_NONE",
    22: "FACE_MISSING_TRAINEE",
    23: "FACE_MISMATCH_TRAINEE",
    24: "FACE_MISSING_INSTRUCTOR",
    25: "FACE_MISMATCH_INSTRUCTOR",
    26: "ENGINE_OFF",
    27: "PARKED",
    28: "GNSS_NONE",
    29: "JUMP",
    30: "ODO_TRACK_CONFLICT",
    31: "OVERLAP_TRAINEE",
    32: "OVERLAP_INSTRUCTOR",
    33: "OVERLAP_CAR",
    34: "DAY_CAP_PRACTICE",
    35: "FENCE_DOUBT",
    36: "SEQ_GAP",
    37: "SESSION_UNKNOWN",
    38: "GNSS_THIN",
    39: "CLOCK_CONFLICT",
    40: "COURSE_UNKNOWN",
    41: "MINUTE_TWICE",
    42: "SIGNATURE_MISSING",
    43: "SIGNATURE_BAD",
    44: "MINUTE_SHORT",
    45: "PHOTO_MISSING",
    46: "PHOTO_TWO_MISSING",
    47: "PHOTO_NONE",
    48: "NO_MILEAGE",
    49: "SESSION_TOO_SHORT_DIST",
    50: "SESSION_CAP",
    51: "SESSION_SHORT",
    52: "OUT_OF_HOURS",
    53: "BANNED_DATE",
    54: "INSTRUCTOR_LEFT",
    55: "SESSION_UNCLOSED",
    56: "FORCED_SIGN_OUT",
    57: "RATIO_LOW",
    58: "OUT_OF_FENCE_SHARE",
    59: "SPEED_CONFLICT",
    60: "INSTRUCTOR_UNKNOWN",
    61: "INSTRUCTOR_STATE",
    62: "INSTRUCTOR_CLASS",
    63: "INSTRUCTOR_OTHER_SCHOOL",
    64: "CAR_STATE",
    65: "TRAINEE_UNKNOWN",
    66: "TRAINEE_STATE",
    67: "PART_PASSED",
    68: "SCHOOL_STATE",
    69: "TERMINAL_STATE",
    70: "TRAVEL_IMPOSSIBLE_TRAINEE",
    71: "TRAVEL_IMPOSSIBLE_INSTRUCTOR",
    80: "TRACE_REPLAYED",
    81: "TRACE_SHARED",
    82: "WHEEL_WITHOUT_TRACE",
    83: "TRACE_WITHOUT_WHEEL",
    84: "PULSES_TOO_EVEN",
    85: "SIGNAL_TOO_CLEAN",
    86: "CLOCKWORK",
    87: "NUDGED",
    88: "TERMINAL_CLONED",
    89: "PHOTO_REUSED",
    90: "SCORES_REPEATED",
    91: "QUOTA_EXACT",
    92: "RECORDS_INSERTED",
    93: "HANDOVER_IMPOSSIBLE",
    97: "SIGNAL_BY_DICE",
    99: "SUSPICIOUS",
    100: "FENCE_PART_MISMATCH",
    101: "FENCE_CLASS_MISMATCH",
    102: "FENCE_SCHOOL_MISMATCH",
    103: "FENCE_NOT_APPROVED",
    104: "FENCE_EXPIRED",
    105: "CUT_ACROSS",
    120: "GNSS_CUT",
    121: "FACE_NOT_FOUND",
    122: "FACE_NOT_SINCE_SIGN_IN",
    123: "TRAINEE_IS_INSTRUCTOR",
    124: "TRAINING_BANNED",
}


def test_numbers_never_change_their_name() -> None:
    told = {number: row[1] for number, row in reasons.BY_NUMBER.items()}
    assert {number: told[number] for number in NEVER_CHANGE} == NEVER_CHANGE
    assert len(set(told.values())) == len(told)
    assert NEVER_CHANGE[reasons.PARKED] == "PARKED"
    with pytest.raises(AttributeError, match="NO_SUCH_REASON"):
        _ = reasons.NO_SUCH_REASON


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.name)
def test_a_rule_s_row_is_whole(one: Rule) -> None:
    assert one.english.endswith(".") and one.english.isascii()
    assert one.chinese.endswith("。") and not one.chinese.isascii()
    assert one.source and one.effect in EFFECTS
    assert all(one.numbers.values())
    assert all(THRESHOLDS[row.name] == row for row in one.thresholds)


@pytest.mark.parametrize("row", THRESHOLDS.values(), ids=lambda row: row.name)
def test_a_threshold_s_row_is_whole(row: Threshold) -> None:
    assert row.unit and row.source and row.english.isascii() and not row.chinese.isascii()
    assert not row.fault(row.default) and not row.fault(row.least) and not row.fault(row.most)
    assert row.fault(row.most + 1) and row.fault(row.least - 1) and row.fault("1") and row.fault(True)


def test_rules_look_at_the_numbers_that_they_name() -> None:
    day = Day()
    day.session(3)
    rulings = dict(judged(day).findings)
    for one in OWN_RULES:
        assert set(rulings[one.number].numbers) == set(one.numbers), one.name


def test_every_rule_and_threshold_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == reason_codes.render()
    for one in RULES:
        assert f"| {one.number} | `{one.name}` |" in page and one.chinese in page
    for name in THRESHOLDS:
        assert f"| `{name}` |" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stil_m": 4}, "there is no threshold stil_m; is still_m meant?"),
        ({"still_m": -1}, "still_m must be from 0.0 to 200.0 m, and is -1"),
        ({"stand_min": 2.5}, "stand_min must be a whole number, and is 2.5"),
        ({"effects": {"PARKD": "off"}}, "there is no rule PARKD; is PARKED meant?"),
        ({"effects": {"PARKED": "maybe"}}, "the effect of PARKED must be one of minute, session"),
    ],
)
def test_a_rule_set_refuses_what_no_rule_reads(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(RuleSetError) as told:
        RuleSet(**changes)  # type: ignore[arg-type]
    assert str(told.value).startswith(sentence)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_rule_set_is_what_it_was_made_of(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(FREE), unique=True, max_size=4))
    values = {
        name: data.draw(st.sampled_from([THRESHOLDS[name].least, THRESHOLDS[name].most])) for name in names
    }
    effects = data.draw(
        st.dictionaries(st.sampled_from([one.name for one in RULES]), st.sampled_from(EFFECTS))
    )
    made = RuleSet("made", effects, **values)
    assert all(getattr(made, name) == value for name, value in values.items())
    assert all(made.effect(name) == effect for name, effect in effects.items())
    assert made == RuleSet().with_("made", effects, **values) and hash(made) == hash(made.with_())
