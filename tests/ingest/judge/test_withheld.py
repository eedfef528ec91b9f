"""Records that have not arrived: nothing behind a hole is accepted, nor what the hole may speak about."""

import pytest

from ingest.judge import reasons
from ingest.judge.flags import flags
from ingest.judge.judge import Judgement
from tests.ingest.judge.make import INSTRUCTOR, START, TERMINAL, TRAINEE, Day, judged, minutes_with, verdicts


def day_without(minute: int, length: int = 40) -> Day:
    """A session of 40 minutes with one minute's record withheld."""
    day = Day()
    day.session(length)
    day.minutes = [row for row in day.minutes if row["minute"] != START + minute]
    return day


def accepted(judgement: Judgement) -> list[int]:
    return (judgement.case.minutes.minute[judgement.verdict == 0] - START).tolist()


def test_behind_a_hole_and_seven_minutes_before_it_all_is_unsure() -> None:
    judgement = judged(day_without(20))
    unsure = [*range(13, 20), *range(21, 40)]
    assert minutes_with(judgement, reasons.SEQ_GAP) == unsure
    assert accepted(judgement) == list(range(13))
    assert verdicts(judgement).count("unsure") == len(unsure)
    assert [(flag.reason, flag.records) for flag in flags(judgement)] == [(reasons.SEQ_GAP, len(unsure))]


def test_the_first_record_missing_leaves_nothing() -> None:
    day = Day()
    day.seq(TERMINAL)
    day.session(5)
    assert verdicts(judged(day)) == ["unsure"] * 5


def test_a_hole_filled_is_no_hole() -> None:
    day = day_without(20)
    last = max(row["seq"] for row in day.minutes if row["minute"] < START + 20)
    day.others.append({"terminal": TERMINAL, "seq": last + 1})
    assert minutes_with(judged(day), reasons.SEQ_GAP) == []


def test_records_not_yet_sent_leave_no_hole() -> None:
    day = Day()
    day.session(20)
    day.marks.pop()
    assert verdicts(judged(day)) == ["accepted"] * 20


def test_a_hole_spoils_no_session_that_was_over_before_it_and_no_other_terminal() -> None:
    day = Day()
    day.session(10)
    day.seq(TERMINAL)
    day.session(10, START + 10)
    day.session(10, START, TERMINAL + 1, trainee=TRAINEE + 1, instructor=INSTRUCTOR + 1)
    judgement = judged(day)
    assert [session.minutes_unsure for session in judgement.sessions] == [0, 10, 0]


def test_a_sign_out_withheld_spoils_the_last_seven_minutes() -> None:
    day = Day()
    day.session(10)
    day.marks.pop()
    day.session(5, START + 12)
    assert minutes_with(judged(day), reasons.SEQ_GAP) == [*range(3, 10), *range(12, 17)]


def with_another_face(withheld: bool) -> Judgement:
    """Another face at minute 15, the right one again from 17 on."""
    day = Day()
    number = day.sign_in(START)
    for at in range(40):
        if at == 15:
            day.check(START + at, 1, INSTRUCTOR, session=number)
            day.check(START + at, 2, TRAINEE, session=number, outcome=1, matched=66)
            bad = day.checks[-1]
        if at in (17, 32):
            day.check(START + at, 1, INSTRUCTOR, session=number)
            day.check(START + at, 2, TRAINEE, session=number)
        day.minute(START + at, number)
    day.sign_out(number, START + 40)
    if withheld:
        day.checks.remove(bad)
    return judged(day)


def test_withholding_another_face_gains_nothing() -> None:
    assert set(accepted(with_another_face(withheld=True))) <= set(accepted(with_another_face(withheld=False)))


@pytest.mark.parametrize("changes", [{"rpm_max": 0}, {"wheel_m": 0}, {"wheel_m": 195}])
def test_withholding_the_neighbours_of_a_bad_minute_gains_nothing(changes: dict[str, int]) -> None:
    day = Day()
    number = day.sign_in(START)
    for at in range(20):
        day.minute(START + at, number, **(changes if 10 <= at < 15 else {}))
    day.sign_out(number, START + 20)
    whole = set(accepted(judged(day)))
    assert not whole & set(range(10, 15))
    for one in range(10, 15):
        less = Day()
        less.checks, less.marks = day.checks, day.marks
        kept = {*range(10), one, *range(15, 20)}
        less.minutes = [row for row in day.minutes if row["minute"] - START in kept]
        assert set(accepted(judged(less))) <= whole
