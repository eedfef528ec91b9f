"""What a rule's effect does: to the minute, to its session, to nobody but the one who looks."""

import pytest

from ingest.judge import reasons
from ingest.judge.credit import credits
from ingest.judge.explain import minute_verdicts
from ingest.judge.flags import flags
from tests.ingest.judge.make import RULES, START, Day, facts, judged, verdicts

PARKED = {"wheel_m": 1, "gnss_m": 0.0, "speed_m": 0.0}


def two_sessions() -> Day:
    """Minutes 3 and 4 of the first of two sessions stand still."""
    day = Day()
    first = day.session(6)
    for row in day.minutes[3:5]:
        assert row["session"] == first
        row.update(PARKED)
    day.session(6, START + 20)
    return day


@pytest.mark.parametrize(
    ("effect", "expected", "flagged"),
    [
        ("minute", "aaarraaaaaaa", False),
        ("session", "rrrrrraaaaaa", False),
        ("unsure", "aaauuaaaaaaa", False),
        ("look", "aaaaaaaaaaaa", True),
        ("note", "aaaaaaaaaaaa", False),
        ("off", "aaaaaaaaaaaa", False),
    ],
)
def test_an_effect_does_what_it_says(effect: str, expected: str, flagged: bool) -> None:
    judgement = judged(two_sessions(), rules=RULES.with_(effects={"PARKED": effect}))
    assert "".join(name[0] for name in verdicts(judgement)) == expected
    told = [row.minute - START for row in minute_verdicts(judgement) if reasons.PARKED in row.reasons]
    assert told == {"session": list(range(6)), "off": []}.get(effect, [3, 4])
    assert [flag.reason for flag in flags(judgement)] == ([reasons.PARKED] if flagged else [])


@pytest.mark.parametrize(
    ("effect", "expected"), [("minute", "u"), ("session", "u"), ("unsure", "u"), ("note", "a")]
)
def test_a_doubt_never_refuses(effect: str, expected: str) -> None:
    day = Day()
    day.session(3)
    for row in day.minutes:
        row["clock"] = 1
    judgement = judged(day, facts(), RULES.with_(effects={"CLOCK_CONFLICT": effect}))
    assert "".join(name[0] for name in verdicts(judgement)) == expected * 3


def test_unsure_minutes_count_where_the_rule_set_says_so_and_never_beyond_the_cap() -> None:
    day = Day()
    day.session(8)
    for row in day.minutes[:5]:
        row.update(fix_doubt=9, doubt_s=9)
    for counts, cap, earned in ((0, 240, 3), (1, 240, 8), (1, 6, 6), (0, 2, 2)):
        rules = RULES.with_(unsure_counts=counts, day_cap_practice_min=cap)
        assert [credit.minutes for credit in credits(judged(day, rules=rules))] == [earned]
