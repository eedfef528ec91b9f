"""Faces asked for every 15 minutes: confirmed within 22, seven minutes around a
wrong one and on until the next match."""

from functools import partial
from typing import Any

import pytest

from ingest.judge import reasons
from tests.ingest.judge.make import INSTRUCTOR, RULES, START, TRAINEE, Day, judged, minutes_with

soon_judged = partial(judged, rules=RULES.with_(face_every_min=15))

ROLES = [
    (2, TRAINEE, reasons.FACE_MISSING_TRAINEE, reasons.FACE_MISMATCH_TRAINEE),
    (1, INSTRUCTOR, reasons.FACE_MISSING_INSTRUCTOR, reasons.FACE_MISMATCH_INSTRUCTOR),
]
NOBODY = {"matched": 0}


def hour(*checks: tuple[float, int, int, dict[str, Any]], steady: int, minutes: int = 60) -> Day:
    """A session in which the role `steady` is confirmed every ten minutes, and the given checks besides."""
    day = Day()
    number = day.sign_in(START)
    person = TRAINEE if steady == 2 else INSTRUCTOR
    for at in range(0, minutes, 10):
        day.check(START + at, steady, person, session=number)
    for minute, role, whom, changes in checks:
        day.check(START + minute, role, whom, **{"session": number, **changes})
    for at in range(minutes):
        day.minute(START + at, number)
    return day


@pytest.mark.parametrize(("role", "person", "missing", "mismatch"), ROLES)
def test_a_face_is_missing_from_the_22nd_minute_on(
    role: int, person: int, missing: int, mismatch: int
) -> None:
    judgement = soon_judged(hour(steady=3 - role, minutes=25))
    assert minutes_with(judgement, missing) == [22, 23, 24]
    assert minutes_with(judgement, mismatch) == []


@pytest.mark.parametrize(("role", "person", "missing", "mismatch"), ROLES)
def test_by_default_a_face_is_asked_for_every_30_minutes(
    role: int, person: int, missing: int, mismatch: int
) -> None:
    judgement = judged(hour((30, role, person, {}), steady=3 - role, minutes=69))
    assert minutes_with(judgement, missing) == [67, 68]
    assert minutes_with(judged(hour(steady=3 - role, minutes=39)), missing) == [37, 38]


@pytest.mark.parametrize(("role", "person", "missing", "mismatch"), ROLES)
def test_a_match_counts_from_the_minute_it_happens_in(
    role: int, person: int, missing: int, mismatch: int
) -> None:
    judgement = soon_judged(hour((25.5, role, person, {}), steady=3 - role, minutes=50))
    assert minutes_with(judgement, missing) == [22, 23, 24, 47, 48, 49]


@pytest.mark.parametrize("outcome", [4, 5, 6])
def test_no_face_time_out_and_fault_say_nothing_about_who_sat_there(outcome: int) -> None:
    day = hour((15, 2, TRAINEE, {"outcome": outcome, **NOBODY}), steady=1, minutes=25)
    assert minutes_with(soon_judged(day), reasons.FACE_MISMATCH_TRAINEE) == []
    assert minutes_with(soon_judged(day), reasons.FACE_MISSING_TRAINEE) == [22, 23, 24]


@pytest.mark.parametrize(("role", "person", "missing", "mismatch"), ROLES)
@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": 1, "matched": 99},
        {"outcome": 2, **NOBODY},
        {"outcome": 3, **NOBODY},
        {"outcome": 0, "matched": 99},
    ],
)
def test_seven_minutes_around_a_wrong_face(
    role: int, person: int, missing: int, mismatch: int, wrong: dict[str, Any]
) -> None:
    day = hour((15, role, person, wrong), (16, role, person, {}), steady=3 - role, minutes=38)
    judgement = soon_judged(day)
    assert minutes_with(judgement, mismatch) == list(range(8, 23))
    assert minutes_with(judgement, missing) == []


@pytest.mark.parametrize(("role", "person", "missing", "mismatch"), ROLES)
def test_a_wrong_face_stands_until_the_next_match(
    role: int, person: int, missing: int, mismatch: int
) -> None:
    wrong = {"outcome": 2, **NOBODY}
    day = hour((15, role, person, wrong), (30, role, person, {}), steady=3 - role, minutes=40)
    judgement = soon_judged(day)
    assert minutes_with(judgement, mismatch) == list(range(8, 30))
    assert minutes_with(judgement, missing) == []


def test_a_refused_sign_in_spoils_nobody() -> None:
    day = Day()
    day.check(START - 1, 2, TRAINEE, moment=1, outcome=2, **NOBODY)
    day.check(START - 1, 2, 0, moment=1, outcome=2, **NOBODY)
    day.session(5)
    assert minutes_with(soon_judged(day), reasons.FACE_MISMATCH_TRAINEE) == []


def test_checks_of_another_person_role_or_terminal_count_for_nothing() -> None:
    day = Day()
    number = day.sign_in(START)
    day.check(START + 15, 2, 99, session=number)
    day.check(START + 15, 1, TRAINEE, session=number)
    day.check(START + 15, 2, TRAINEE, terminal=8, session=number)
    day.check(START + 15, 2, TRAINEE, session=number, utc_s=0)
    for at in range(25):
        day.minute(START + at, number)
    assert minutes_with(soon_judged(day), reasons.FACE_MISSING_TRAINEE) == [22, 23, 24]


@pytest.mark.parametrize(
    ("pause", "missing"), [(0, [22, 23]), (30, [22, 23]), (60, [22, 23]), (61, list(range(24)))]
)
def test_an_instructor_who_stays_signed_in_counts_as_confirmed_at_the_next_sign_in(
    pause: int, missing: list[int]
) -> None:
    day = Day()
    day.check(START - pause, 1, INSTRUCTOR, moment=1, expected=0)
    number = day.sign_in(START)
    day.never(day.checks, 1)
    for at in range(24):
        day.minute(START + at, number)
        if at == 12:
            day.check(START + at, 2, TRAINEE, session=number)
    assert minutes_with(soon_judged(day), reasons.FACE_MISSING_INSTRUCTOR) == missing


def signed_in_by(*checks: tuple[float, dict[str, Any]], minutes: int = 30) -> list[int]:
    """Minutes without the trainee's face, whose check at the sign-in is replaced by these."""
    day = Day()
    for minute, changes in checks:
        day.check(START + minute, 2, TRAINEE, **{"moment": 1, "expected": 0, **changes})
    number = day.sign_in(START)
    day.never(day.checks)
    for at in range(minutes):
        if at and at % 10 == 0:
            day.check(START + at, 2, TRAINEE, session=number)
            day.check(START + at, 1, INSTRUCTOR, session=number)
        day.minute(START + at, number)
    return minutes_with(soon_judged(day), reasons.FACE_MISSING_TRAINEE)


@pytest.mark.parametrize(
    ("checks", "missing"),
    [
        ([(0, {})], 0),
        ([(-2, {})], 0),
        ([(-121 / 60, {})], 30),
        ([(1 / 60, {})], 30),
        ([(-59, {})], 30),
        ([(-1, {"moment": 2})], 30),
        ([(-1, {"session": 77})], 30),
        ([(-1, {"matched": TRAINEE + 1})], 30),
        ([], 30),
    ],
)
def test_a_trainee_s_own_face_opens_the_session_at_its_sign_in(
    checks: list[tuple[float, dict[str, Any]]], missing: int
) -> None:
    assert len(signed_in_by(*checks)) == missing
