"""What lies across sessions: overlaps, the day's cap, credit, training hours, flags."""

from dataclasses import replace

import pytest

from ingest.judge import reasons
from ingest.judge.credit import credits, training_hours, training_hours_of
from ingest.judge.flags import flags
from ingest.judge.outcome import Credit
from ingest.judge.register.facts import Facts, TerminalFact
from tests.ingest.judge.make import (
    INSTRUCTOR,
    RULES,
    START,
    TERMINAL,
    TRAINEE,
    Day,
    facts,
    judged,
    minutes_with,
)

OTHER = 5


def both(first: dict[str, int], second: dict[str, int]) -> Day:
    """Ten minutes on TERMINAL from START, ten on OTHER from START + 6."""
    day = Day()
    day.session(10, START, TERMINAL, **first)
    day.session(10, START + 6, OTHER, **second)
    return day


@pytest.mark.parametrize(
    ("reason", "second"),
    [
        (reasons.OVERLAP_TRAINEE, {"instructor": INSTRUCTOR + 1}),
        (reasons.OVERLAP_INSTRUCTOR, {"trainee": TRAINEE + 1}),
    ],
)
def test_the_session_that_started_later_loses_the_minutes_both_claim(
    reason: int, second: dict[str, int]
) -> None:
    judgement = judged(both({}, second))
    assert minutes_with(judgement, reason) == [6, 7, 8, 9]
    accepted = {session.terminal: session.minutes_accepted for session in judgement.sessions}
    assert accepted == {TERMINAL: 10, OTHER: 6}
    finding = dict(judgement.findings)[reason]
    assert set(finding.numbers["other_terminal"][finding.refused].tolist()) == {TERMINAL}


def test_two_terminals_in_one_car() -> None:
    day = both({}, {"trainee": TRAINEE + 1, "instructor": INSTRUCTOR + 1})
    one_car = Facts((TerminalFact(TERMINAL, 1, 0), TerminalFact(OTHER, 1, 0)))
    assert minutes_with(judged(day, one_car), reasons.OVERLAP_CAR) == [6, 7, 8, 9]
    assert minutes_with(judged(day), reasons.OVERLAP_CAR) == []
    assert minutes_with(judged(day, Facts(())), reasons.OVERLAP_CAR) == []


def test_of_two_that_start_together_the_lower_terminal_number_holds() -> None:
    day = Day()
    for terminal in (TERMINAL, OTHER):
        day.session(3, START, terminal, trainee=TRAINEE + terminal)
    accepted = {session.terminal: session.minutes_accepted for session in judged(day).sessions}
    assert accepted == {OTHER: 3, TERMINAL: 0}


def test_sessions_one_after_the_other_do_not_overlap() -> None:
    day = Day()
    day.session(10)
    day.session(10, START + 10, OTHER)
    assert all(session.minutes_accepted == 10 for session in judged(day).sessions)


def test_a_minute_recorded_twice_counts_once() -> None:
    day = Day()
    number = day.sign_in(START)
    for _ in range(2):
        day.minute(START, number)
    judgement = judged(day)
    assert judgement.sessions[0].minutes_accepted == 1
    assert judgement.sessions[0].reasons == ((reasons.MINUTE_TWICE, 1),)
    assert [(flag.reason, flag.session) for flag in flags(judgement)] == [(reasons.MINUTE_TWICE, number)]


def capped(*starts: int, length: int, **who: int) -> list[int]:
    """Accepted minutes of sessions of one trainee, each on its own terminal."""
    day = Day()
    for number, start in enumerate(starts):
        day.session(length, start, TERMINAL + number, **who)
    return [session.minutes_accepted for session in judged(day).sessions]


def test_the_day_is_full_after_240_accepted_minutes() -> None:
    day = Day()
    day.session(241)
    judgement = judged(day)
    assert minutes_with(judgement, reasons.DAY_CAP_PRACTICE) == [240]
    assert judgement.sessions[0].minutes_accepted == 240


def test_the_cap_counts_in_the_order_of_time_over_all_sessions() -> None:
    assert capped(START + 200, START, length=150) == [90, 150]


def test_the_day_begins_at_the_school_s_midnight() -> None:
    midnight = START - 9 * 60
    assert capped(midnight - 200, midnight, length=200) == [200, 200]
    assert capped(midnight, midnight + 200, length=200) == [200, 40]


def test_refused_and_unsure_minutes_use_up_nothing() -> None:
    day = Day()
    number = day.sign_in(START)
    for at in range(260):
        if at % 15 == 0:
            day.check(START + at, 2, TRAINEE, session=number)
            day.check(START + at, 1, INSTRUCTOR, session=number)
        spoilt = {"jump_kmh": 300.0} if at < 10 else {"fix_doubt": 9} if at < 20 else {}
        day.minute(START + at, number, **spoilt)
    judgement = judged(day)
    assert judgement.sessions[0].minutes_accepted == 240
    assert minutes_with(judgement, reasons.DAY_CAP_PRACTICE) == []


def test_credit_is_the_accepted_minutes() -> None:
    judgement = judged(both({}, {"trainee": TRAINEE + 1}))
    assert credits(judgement) == (Credit(OTHER, 3, TRAINEE + 1, 2, 6), Credit(TERMINAL, 3, TRAINEE, 2, 10))


@pytest.mark.parametrize(
    ("recorded", "accepted", "hours"),
    [(59, 59, 0), (60, 44, 0), (60, 45, 1), (119, 119, 1), (120, 90, 2), (120, 89, 1), (180, 60, 1)],
)
def test_a_training_hour_is_60_minutes_with_45_effective(recorded: int, accepted: int, hours: int) -> None:
    day = Day()
    day.session(1)
    session = replace(judged(day).sessions[0], minutes_recorded=recorded, minutes_accepted=accepted)
    assert training_hours(session, RULES) == hours


@pytest.mark.parametrize(
    ("sessions", "hours"),
    [
        ([(59, 59), (59, 59)], 1),
        ([(45, 45), (45, 45), (30, 30)], 2),
        ([(60, 45), (60, 44)], 1),
        ([(60, 45), (60, 45)], 2),
        # Refused minutes fill an hour only as far as a third of the accepted ones of their session.
        ([(45, 45), (60, 0)], 0),
        ([(59, 59), (60, 0)], 0),
        ([(45, 45), (60, 11)], 0),
        ([(45, 45), (60, 12)], 1),
        ([(0, 0)], 0),
    ],
)
def test_training_hours_are_put_together_from_all_sessions(
    sessions: list[tuple[int, int]], hours: int
) -> None:
    day = Day()
    day.session(1)
    (plain,) = judged(day).sessions
    made = [replace(plain, minutes_recorded=long, minutes_accepted=good) for long, good in sessions]
    assert training_hours_of(made, RULES) == {(TRAINEE, 2): hours}
    assert training_hours_of(reversed(made), RULES) == {(TRAINEE, 2): hours}


def test_training_hours_of_each_trainee_and_part_are_apart() -> None:
    day = Day()
    day.session(30)
    day.session(30, START + 30, course=1213360000)
    day.session(60, START, OTHER, trainee=TRAINEE + 1, instructor=INSTRUCTOR + 1)
    hours = training_hours_of(judged(day).sessions, RULES)
    assert hours == {(TRAINEE, 2): 0, (TRAINEE, 3): 0, (TRAINEE + 1, 2): 1}


def test_both_sides_of_an_overlap_are_flagged() -> None:
    raised = flags(judged(both({}, {"trainee": TRAINEE + 1})))
    sides = {(flag.terminal, flag.other_terminal, flag.reason, flag.records) for flag in raised}
    assert sides == {
        (TERMINAL, OTHER, reasons.OVERLAP_INSTRUCTOR, 4),
        (OTHER, TERMINAL, reasons.OVERLAP_INSTRUCTOR, 4),
    }
    assert {(flag.first_minute, flag.last_minute) for flag in raised} == {(START + 6, START + 9)}


def test_doubt_is_flagged_and_an_honest_day_is_not() -> None:
    day = Day()
    day.session(10, fix_doubt=20)
    assert [(flag.reason, flag.records) for flag in flags(judged(day))] == [(reasons.FENCE_DOUBT, 10)]
    day = Day()
    day.session(10)
    assert flags(judged(day)) == ()


def test_a_session_without_a_minute_is_still_told() -> None:
    day = Day()
    day.sign_in(START)
    (session,) = judged(day, facts()).sessions
    assert (session.trainee, session.minutes_recorded) == (TRAINEE, 0)
