"""Records that a terminal told lost: they leave a few minutes unsure, not all that come after."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge import reasons
from tests.ingest.judge.make import INSTRUCTOR, START, TERMINAL, TRAINEE, Day, judged, minutes_with, verdicts

LENGTH = 60


def day_that_lost(*minutes: int) -> tuple[Day, list[int]]:
    """A session without the records of these minutes; their seqs."""
    day = Day()
    day.session(LENGTH)
    gone = [row["seq"] for row in day.minutes if row["minute"] - START in minutes]
    day.minutes = [row for row in day.minutes if row["minute"] - START not in minutes]
    return day, gone


def test_seven_minutes_on_either_side_of_what_it_may_be_from() -> None:
    day, (seq,) = day_that_lost(20)
    assert minutes_with(judged(day), reasons.SEQ_GAP)[-1] == LENGTH - 1
    day.tell_lost(seq)
    # From the end of minute 19 to the end of 21.
    assert minutes_with(judged(day), reasons.SEQ_GAP) == [*range(13, 20), *range(21, 29)]
    assert verdicts(judged(day)).count("accepted") == LENGTH - 1 - 15


def test_half_a_hole_told_is_still_a_hole() -> None:
    day, (first, last) = day_that_lost(20, 21)
    day.tell_lost(first)
    assert minutes_with(judged(day), reasons.SEQ_GAP)[-1] == LENGTH - 1
    day.tell_lost(last)
    assert minutes_with(judged(day), reasons.SEQ_GAP) == [*range(13, 20), *range(22, 30)]


def test_another_terminal_explains_nothing_and_is_not_touched() -> None:
    day, (seq,) = day_that_lost(20)
    other = TERMINAL + 1
    day.session(LENGTH, START, other, trainee=TRAINEE + 1, instructor=INSTRUCTOR + 1)
    day.tell_lost(seq, other)
    found = judged(day)
    assert [session.minutes_unsure for session in found.sessions] == [7 + LENGTH - 21, 0]


def test_a_record_that_came_after_all_leaves_nothing_unsure() -> None:
    day = Day()
    day.session(LENGTH)
    day.tell_lost(day.minutes[20]["seq"])
    assert minutes_with(judged(day), reasons.SEQ_GAP) == []


def test_lost_after_the_last_minute_and_before_the_first() -> None:
    day = Day()
    before = day.seq(TERMINAL)
    day.session(20)
    after = day.seq(TERMINAL)
    day.tell_lost(before)
    day.tell_lost(after)
    assert minutes_with(judged(day), reasons.SEQ_GAP) == [*range(8), *range(13, 20)]


def test_another_face_that_was_lost_is_accepted_nowhere_near() -> None:
    """What the lost check would have refused around itself is at least unsure without it."""
    day = Day()
    number = day.sign_in(START)
    for at in range(40):
        if at == 15:
            day.check(START + at + 0.5, 2, TRAINEE, session=number, outcome=1, matched=66)
        if at in (16, 31):
            day.check(START + at, 1, INSTRUCTOR, session=number)
            day.check(START + at, 2, TRAINEE, session=number)
        day.minute(START + at, number)
    bad = next(row for row in day.checks if row["outcome"] == 1)
    refused = minutes_with(judged(day), reasons.FACE_MISMATCH_TRAINEE)
    day.checks.remove(bad)
    day.tell_lost(bad["seq"])
    unsure = minutes_with(judged(day), reasons.SEQ_GAP)
    assert refused and set(refused) <= set(unsure)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, LENGTH - 1), max_size=8))
def test_whatever_is_lost_only_what_is_near_is_unsure(lost: set[int]) -> None:
    day, seqs = day_that_lost(*lost)
    for seq in seqs:
        day.tell_lost(seq)
    reach = 8 + len(lost)
    near = {at for at in range(LENGTH) if any(abs(at - one) <= reach for one in lost)}
    assert set(minutes_with(judged(day), reasons.SEQ_GAP)) <= near
