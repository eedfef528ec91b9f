"""A minute lies between its sign-in and sign-out, was recorded when it happened, is of a course in a car."""

from typing import Any

import pytest

from ingest.judge import reasons
from tests.ingest.judge.make import INSTRUCTOR, START, TERMINAL, TRAINEE, Day, judged, minutes_with


def test_minutes_before_the_sign_in_or_after_the_sign_out_belong_to_no_session() -> None:
    day = Day()
    number = day.sign_in(START)
    for at in range(-2, 6):
        day.minute(START + at, number)
    day.sign_out(number, START + 3)
    for at in range(6, 8):
        day.minute(START + at, number)
    assert minutes_with(judged(day), reasons.SESSION_UNKNOWN) == [-2, -1, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(("own_s", "refused"), [(0, True), (24, True), (25, False), (30, False)])
def test_half_of_the_minute_lies_in_the_session(own_s: int, refused: bool) -> None:
    for late_s, until_s in ((60 - own_s, 120), (0, 60 + own_s)):
        day = Day()
        number = day.sign_in(START)
        day.marks[0]["utc_s"] += late_s
        for at in range(2):
            day.minute(START + at, number)
        day.sign_out(number, START)
        day.marks[-1]["utc_s"] += until_s
        bad = [0] if late_s else [1]
        assert minutes_with(judged(day), reasons.SESSION_UNKNOWN) == (bad if refused else [])


def test_the_earliest_sign_out_closes_the_session() -> None:
    day = Day()
    number = day.session(3)
    day.minute(START + 4, number)
    day.sign_out(number, START + 9)
    judgement = judged(day)
    assert minutes_with(judgement, reasons.SESSION_UNKNOWN) == [4]
    assert judgement.sessions[0].end_s == (START + 3) * 60


@pytest.mark.parametrize("number", [1, 4, 4000])
def test_a_session_bears_its_sign_in_s_own_number(number: int) -> None:
    day = Day()
    day.sign_in(START)
    day.marks[0]["session"] = number
    for at in range(5):
        day.minute(START + at, number)
    assert minutes_with(judged(day), reasons.SESSION_UNKNOWN) == [0, 1, 2, 3, 4]


def test_a_sign_in_without_time_opens_nothing() -> None:
    day = Day()
    number = day.sign_in(START)
    day.marks[0]["utc_s"] = 0
    day.minute(START, number)
    assert minutes_with(judged(day), reasons.SESSION_UNKNOWN) == [0]


def test_a_minute_recorded_before_its_sign_in_belongs_to_no_session() -> None:
    day = Day()
    day.minute(START, 4)
    assert day.sign_in(START) == 4
    assert minutes_with(judged(day), reasons.SESSION_UNKNOWN) == [0]


@pytest.mark.parametrize(
    ("changes", "conflict"),
    [
        ({"utc_s": (START + 1) * 60}, False),
        ({"utc_s": START * 60}, False),
        ({"utc_s": START * 60 - 1}, True),
        ({"utc_s": START * 60 + 180}, False),
        ({"utc_s": START * 60 + 181}, True),
        ({"utc_s": 0}, True),
        ({"clock": 0}, True),
        ({"clock": 1}, True),
        ({"clock": 2}, True),
    ],
)
def test_a_minute_is_recorded_at_its_end_by_satellite_time(changes: dict[str, int], conflict: bool) -> None:
    day = Day()
    day.minute(START, day.sign_in(START), **changes)
    assert minutes_with(judged(day), reasons.CLOCK_CONFLICT) == ([0] if conflict else [])


@pytest.mark.parametrize(
    ("course", "known"),
    [
        (1212360000, True),
        (1213360000, True),
        (1211360000, False),
        (1214360000, False),
        (2212360000, False),
        (3213360000, False),
        (212360000, False),
        (9992999999, False),
    ],
)
def test_only_courses_in_a_car(course: int, known: bool) -> None:
    day = Day()
    day.session(2, course=course)
    assert minutes_with(judged(day), reasons.COURSE_UNKNOWN) == ([] if known else [0, 1])


def test_a_course_no_car_can_give_neither_escapes_the_cap_nor_uses_it_up() -> None:
    day = Day()
    day.session(200, course=2214360000)
    day.session(250, START + 200)
    assert [session.minutes_accepted for session in judged(day).sessions] == [0, 240]


def test_a_minute_twice_counts_for_whoever_recorded_it_first() -> None:
    day = Day()
    number = day.sign_in(START)
    for changes in ({"jump_kmh": 999.0}, {}, {}):
        day.minute(START, number, **changes)
    judgement = judged(day)
    assert judgement.sessions[0].minutes_accepted == 0
    assert judgement.sessions[0].reasons == (
        (reasons.JUMP, 1),
        (reasons.MINUTE_TWICE, 2),
        (reasons.RATIO_LOW, 1),
    )


THIN: list[tuple[dict[str, Any], str]] = [
    ({"fix_n": 10, "covered_s": 25}, "accepted"),
    ({"fix_n": 10, "covered_s": 24}, "unsure"),
    ({"fix_n": 30, "fix_estimated": 30}, "accepted"),
    ({"fix_n": 29, "fix_estimated": 30}, "unsure"),
]


@pytest.mark.parametrize(("changes", "verdict"), THIN)
def test_a_minute_that_satellites_hardly_saw_is_unsure(changes: dict[str, Any], verdict: str) -> None:
    day = Day()
    day.minute(START, day.sign_in(START), gnss_m=150.0, **changes)
    judgement = judged(day)
    assert ["accepted", "refused", "unsure"][judgement.verdict[0]] == verdict
    assert minutes_with(judgement, reasons.GNSS_THIN) == ([0] if verdict == "unsure" else [])


def test_half_a_minute_at_either_end_of_a_session_is_seen_enough() -> None:
    day = Day()
    number = day.sign_in(START)
    day.marks[0]["utc_s"] += 30
    day.checks[1]["utc_s"] += 30
    for at in range(3):
        half = {"fix_n": 30, "fix_in": 30, "covered_s": 29, "ignition_s": 30, "wheel_m": 75}
        half |= {"gnss_m": 75.0, "speed_m": 75.0}
        day.minute(START + at, number, **(half if at != 1 else {}))
    day.marks.append(
        {**day.marks[0], "seq": day.seq(TERMINAL), "sign_in": False, "utc_s": (START + 2) * 60 + 30}
    )
    judgement = judged(day)
    assert (judgement.sessions[0].trainee, judgement.sessions[0].instructor) == (TRAINEE, INSTRUCTOR)
    assert judgement.sessions[0].minutes_accepted == 3
