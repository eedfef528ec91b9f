"""How long and far a session went, how it ended, when, with whom, and how much of it was good."""

from dataclasses import replace
from typing import Any

import pytest

from ingest.judge import reasons
from ingest.judge.judge import Judgement
from ingest.judge.register.facts import DaysFact, Facts, TerminalFact
from ingest.judge.rules.instructor import BACK
from tests.ingest.judge.make import (
    INSTRUCTOR,
    RULES,
    START,
    TERMINAL,
    Day,
    facts,
    judged,
    minutes_with,
    verdicts,
)


def with_(day: Day, name: str, known: Facts | None = None, **thresholds: Any) -> list[int]:
    judgement = judged(day, known, RULES.with_(**thresholds))
    return minutes_with(judgement, getattr(reasons, name))


def drive(length: int, **changes: Any) -> Day:
    day = Day()
    day.session(length, **changes)
    return day


def letters(judgement: Judgement) -> str:
    return "".join(name[0] for name in verdicts(judgement))


@pytest.mark.parametrize(
    ("wheels", "told"),
    [
        ([9, 0, 0, 9, 0, 9], [1, 2]),
        ([9, 0, 9, 0, 9, 0], []),
        ([0, 0, 0, 1, 9, 9], [0, 1, 2]),
    ],
)
def test_no_mileage(wheels: list[int], told: list[int]) -> None:
    day = drive(len(wheels))
    for row, wheel_m in zip(day.minutes, wheels, strict=True):
        row["wheel_m"] = wheel_m
    assert with_(day, "NO_MILEAGE") == told
    assert with_(day, "NO_MILEAGE", no_mileage_min=4) == []


def test_a_short_distance_voids_the_session() -> None:
    day = drive(4, wheel_m=25, gnss_m=25.0, speed_m=25.0)
    assert letters(judged(day)) == "aaaa"
    assert with_(day, "SESSION_TOO_SHORT_DIST") == []
    assert with_(day, "SESSION_TOO_SHORT_DIST", session_distance_m=101) == [0, 1, 2, 3]
    day.minutes[2]["wheel_m"] = 24
    assert with_(day, "SESSION_TOO_SHORT_DIST") == [0, 1, 2, 3]
    assert letters(judged(day)) == "rrrr"


@pytest.mark.parametrize("gone", ["sign-out", "minute"])
def test_a_distance_that_is_not_known_yet_is_a_doubt(gone: str) -> None:
    day = drive(9, wheel_m=11, gnss_m=11.0, speed_m=11.0)
    (day.marks if gone == "sign-out" else day.minutes).pop(-1 if gone == "sign-out" else 4)
    judgement = judged(day, rules=RULES.with_(effects={"SEQ_GAP": "off"}))
    assert set(letters(judgement)) == {"u"}


def test_a_session_s_cap() -> None:
    day = drive(12)
    assert with_(day, "SESSION_CAP", session_cap_min=12) == []
    assert with_(day, "SESSION_CAP", session_cap_min=10) == [10, 11]
    assert RULES.session_cap_min == 480


@pytest.mark.parametrize(("length", "told"), [(4, [3]), (5, [])])
def test_a_short_session_is_noted(length: int, told: list[int]) -> None:
    day = drive(length)
    assert with_(day, "SESSION_SHORT") == told
    assert letters(judged(day)) == "a" * length
    day.marks.pop()
    assert with_(day, "SESSION_SHORT") == []


def test_a_session_that_nobody_closed_is_noted_once_another_begins() -> None:
    day = drive(6)
    day.marks.pop()
    assert with_(day, "SESSION_UNCLOSED") == []
    day.session(6, START + 30)
    assert with_(day, "SESSION_UNCLOSED") == [5]
    assert with_(drive(6), "SESSION_UNCLOSED") == []


@pytest.mark.parametrize(("how", "told"), [(1, []), (3, []), (4, [5])])
def test_a_forced_sign_out_is_noted(how: int, told: list[int]) -> None:
    day = drive(6)
    day.marks[-1]["how"] = how
    judgement = judged(day)
    assert minutes_with(judgement, reasons.FORCED_SIGN_OUT) == told
    assert letters(judgement) == "aaaaaa"


def test_of_two_sign_outs_the_first_says_how() -> None:
    day = drive(6)
    day.sign_out(day.minutes[0]["session"], START + 8, how=4)
    assert with_(day, "FORCED_SIGN_OUT") == []


# 09:00 local is START.
NINE = 9 * 60


@pytest.mark.parametrize(
    ("windows", "banned", "hours", "dates"),
    [
        (((NINE, NINE + 4),), (), [4, 5], []),
        (((NINE + 1, NINE + 3), (NINE + 4, 1440)), (), [0, 3], []),
        ((), ((START + 480) // 1440,), [], [0, 1, 2, 3, 4, 5]),
        ((), ((START + 480) // 1440 + 1,), [], []),
    ],
)
def test_hours_and_dates(windows: Any, banned: Any, hours: list[int], dates: list[int]) -> None:
    known = replace(facts(), days=(DaysFact(0, windows=windows, banned=banned),))
    assert with_(drive(6), "OUT_OF_HOURS", known) == hours
    assert with_(drive(6), "BANNED_DATE", known) == dates
    assert set(letters(judged(drive(6), known))) <= {"a", "r"}


def instructor_mark(day: Day, minute: float, sign_in: bool, person: int = INSTRUCTOR) -> None:
    row = {"terminal": TERMINAL, "seq": day.seq(TERMINAL), "session": 0, "sign_in": sign_in, "role": 1}
    bare = {"person": person, "instructor": person, "course": 0, "utc_s": int(minute * 60), "how": 1}
    day.marks.append({**row, **bare})


@pytest.mark.parametrize(
    ("left", "back", "told"),
    [(None, None, []), (2, None, [2, 3, 4, 5]), (2.5, None, [3, 4, 5]), (2, 4, [2, 3]), (6, None, [])],
)
def test_minutes_after_the_instructor_left(left: float | None, back: float | None, told: list[int]) -> None:
    day = Day()
    instructor_mark(day, START - 5, True)
    number = day.sign_in(START)
    for at in range(6):
        for when, sign_in in ((left, False), (back, True)):
            if when is not None and at <= when < at + 1:
                instructor_mark(day, START + when, sign_in)
        day.minute(START + at, number)
    day.sign_out(number, START + 6)
    assert with_(day, "INSTRUCTOR_LEFT") == told


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ([(INSTRUCTOR, False), (12, True)], [2, 3, 4]),
        ([(12, True), (INSTRUCTOR, False)], [2, 3, 4]),
        ([(INSTRUCTOR, False), (12, True), (INSTRUCTOR, True)], []),
        ([(12, True), (12, False)], []),
        ([(12, True)], []),
    ],
)
def test_it_is_the_minute_s_own_instructor_who_left(marks: list[tuple[int, bool]], told: list[int]) -> None:
    day = Day()
    instructor_mark(day, START - 5, True)
    number = day.sign_in(START)
    for at in range(5):
        for person, sign_in in marks if at == 2 else []:
            instructor_mark(day, START + at, sign_in, person)
        day.minute(START + at, number)
    day.sign_out(number, START + 5)
    assert with_(day, "INSTRUCTOR_LEFT") == told


@pytest.mark.parametrize(("between", "told"), [(BACK - 4, [0, 1]), (BACK + 4, [])])
def test_how_far_back_an_instructor_s_sign_out_counts(between: int, told: list[int]) -> None:
    day = Day()
    instructor_mark(day, START - 5, False)
    for _ in range(between):
        day.diagnostic(1, 0)
    day.session(2)
    assert with_(day, "INSTRUCTOR_LEFT") == told


@pytest.mark.parametrize(("trainee", "told"), [(INSTRUCTOR, [0, 1, 2]), (INSTRUCTOR + 1, [])])
def test_nobody_teaches_himself(trainee: int, told: list[int]) -> None:
    day = Day()
    day.session(3, trainee=trainee)
    assert with_(day, "TRAINEE_IS_INSTRUCTOR") == told
    assert ("refused" in verdicts(judged(day))) == bool(told)


def test_another_terminal_s_instructor_does_not_count() -> None:
    day = Day()
    day.session(4)
    day.session(4, terminal=TERMINAL + 1)
    instructor_mark(day, START - 1, False)
    assert with_(day, "INSTRUCTOR_LEFT") == []


@pytest.mark.parametrize(("bad", "told"), [(2, []), (3, [7])])
def test_a_low_share_is_noted(bad: int, told: list[int]) -> None:
    day = drive(8)
    for row in day.minutes[:bad]:
        row["jump_kmh"] = 300.0
    judgement = judged(day)
    assert minutes_with(judgement, reasons.RATIO_LOW) == told
    assert letters(judgement) == "r" * bad + "a" * (8 - bad)
    void = judged(day, rules=RULES.with_(effects={"RATIO_LOW": "session"}))
    assert (letters(void) == "rrrrrrrr") == bool(told)


@pytest.mark.parametrize(("out", "told"), [(2, []), (3, [7])])
def test_a_session_much_outside_is_looked_at(out: int, told: list[int]) -> None:
    day = drive(8)
    for row in day.minutes[:out]:
        row.update(fix_out=9, out_s=9)
    assert with_(day, "OUT_OF_FENCE_SHARE") == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"wheel_m": 600, "speed_m": 266.0}, True),
        ({"wheel_m": 600, "speed_m": 268.0}, False),
        ({"wheel_m": 0, "speed_m": 334.0}, True),
        ({"wheel_m": 0, "speed_m": 333.0}, False),
        ({"wheel_m": 0, "speed_m": 334.0, "covered_s": 50}, True),
        ({"wheel_m": 0, "speed_m": 334.0, "covered_s": 49}, False),
        ({"wheel_m": 600, "speed_m": -1.0}, False),
        ({"wheel_m": 600, "speed_m": 500.0, "covered_s": 50}, False),
    ],
)
def test_two_speeds_that_disagree(changes: dict[str, Any], told: bool) -> None:
    day = drive(5)
    day.minutes[2].update(changes)
    assert with_(day, "SPEED_CONFLICT") == ([2] if told else [])


def test_a_cut_antenna_leaves_minutes_unsure_until_it_is_well() -> None:
    day = Day()
    number = day.sign_in(START)
    for at in range(6):
        if at in (2, 4):
            day.diagnostic(8, int(at == 2))
        if at == 1:
            day.diagnostic(9, 1)
            day.diagnostic(8, 1, TERMINAL + 1)
        day.minute(START + at, number)
    day.sign_out(number, START + 6)
    judgement = judged(day, Facts((TerminalFact(TERMINAL, 1, 0),)))
    assert minutes_with(judgement, reasons.GNSS_CUT) == [2, 3]
    assert letters(judgement) == "aauuaa"
