"""Nobody in the seat, and somebody else since the sign-in: a doubt until a match says better."""

from typing import Any

import pytest

from ingest.judge import reasons
from tests.ingest.judge.make import START, TRAINEE, Day, judged, minutes_with, verdicts

NOT_FOUND, NOT_SINCE = reasons.FACE_NOT_FOUND, reasons.FACE_NOT_SINCE_SIGN_IN
NOBODY = {"outcome": 4, "matched": 0}
OTHER = {"outcome": 1, "matched": 99}


def hour(*checks: tuple[float, dict[str, Any]], minutes: int = 36) -> Day:
    """A session with these checks of the trainee and a photo each quarter of an hour."""
    day = Day()
    number = day.sign_in(START)
    for at in range(minutes):
        for _, changes in (check for check in checks if at <= check[0] < at + 1):
            day.check(START + at, 2, TRAINEE, session=number, **changes)
        if at % 15 == 14:
            day.photo(START + at, number)
        day.minute(START + at, number)
    day.sign_out(number, START + minutes)
    return day


@pytest.mark.parametrize(
    ("checks", "held"),
    [
        (((10, NOBODY),), list(range(10, 36))),
        (((10, NOBODY), (12, {})), []),
        (((10, NOBODY), (18, {})), [10]),
        (((10, NOBODY), (18, NOBODY), (20, {})), [10, 11, 12]),
        (((10, {}), (20, NOBODY), (21, NOBODY)), list(range(20, 36))),
    ],
)
def test_no_face_is_a_doubt_until_one_matches_soon(
    checks: tuple[tuple[float, dict[str, Any]], ...], held: list[int]
) -> None:
    judgement = judged(hour(*checks))
    assert minutes_with(judgement, NOT_FOUND) == held
    assert verdicts(judgement) == ["unsure" if at in held else "accepted" for at in range(36)]


@pytest.mark.parametrize(
    ("checks", "held"),
    [
        (((15, OTHER),), list(range(36))),
        (((15, OTHER), (17, {})), list(range(17))),
        (((10, {}), (25, OTHER), (27, {})), []),
        (((10, NOBODY), (25, OTHER), (27, {})), list(range(27))),
        (((2, {}),), []),
    ],
)
def test_nobody_knows_since_when_where_the_first_check_finds_another(
    checks: tuple[tuple[float, dict[str, Any]], ...], held: list[int]
) -> None:
    judgement = judged(hour(*checks))
    assert [at for at in minutes_with(judgement, NOT_SINCE) if at < 27] == [at for at in held if at < 27]
    beyond = [at for at in held if at < 15 - 7 and (10, NOBODY) not in checks]
    assert all(verdicts(judgement)[at] == "unsure" for at in beyond)


def test_a_record_that_is_missing_may_be_that_check() -> None:
    day = hour((20, {}), (30, {}))
    day.checks.pop(-2)
    judgement = judged(day)
    assert minutes_with(judgement, NOT_SINCE) == list(range(20))
    assert "accepted" not in verdicts(judgement)
