"""Photos: at the sign-in, each quarter of an hour, at a sign-out by hand; one missing, two, none."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge import reasons
from ingest.judge.explain import minute_verdicts
from ingest.judge.outcome import ACCEPTED
from tests.ingest.judge.make import RULES, START, TERMINAL, TRAINEE, Day, judged, minutes_with, verdicts

MISSING, TWO, NONE = reasons.PHOTO_MISSING, reasons.PHOTO_TWO_MISSING, reasons.PHOTO_NONE


def drive(photos: list[float], length: int, how: int = 2, sign_in: bool = True, **changes: Any) -> Day:
    """One session with plain photos at these minutes; faces are seen without one every quarter of an hour."""
    day = Day()
    number = day.sign_in(START)
    for check in day.checks:
        check["photo"] = int(sign_in and check["role"] == 2)
    for at in range(length):
        if at and at % 15 == 0:
            day.check(START + at, 2, TRAINEE, session=number, photo=0)
            day.check(START + at, 1, 11, session=number, photo=0)
        for taken in (taken for taken in photos if at <= taken < at + 1):
            day.photo(START + taken, number)
        day.minute(START + at, number, **changes)
    day.sign_out(number, START + length, how=how)
    return day


@pytest.mark.parametrize(
    ("photos", "length", "missing"),
    [
        ([15, 30], 40, []),
        ([18, 36], 40, []),
        ([18.1], 33, list(range(8, 11))),
        ([], 18, []),
        ([], 19, list(range(8, 19))),
        ([30], 40, list(range(8, 22))),
        ([15, 25, 41], 50, []),
        ([15, 25, 44], 50, list(range(33, 36))),
    ],
)
def test_minutes_without_a_photo_near_them(photos: list[float], length: int, missing: list[int]) -> None:
    judgement = judged(drive(photos, length))
    assert minutes_with(judgement, MISSING) == missing
    assert minutes_with(judgement, TWO) == minutes_with(judgement, NONE) == []


@pytest.mark.parametrize(
    ("photos", "two"), [([33], False), ([33.1], True), ([15, 48], False), ([15, 49], True)]
)
def test_two_in_a_row_void_the_session(photos: list[float], two: bool) -> None:
    judgement = judged(drive(photos, 50))
    assert bool(minutes_with(judgement, TWO)) == two
    assert (judgement.sessions[0].minutes_accepted == 0) == two


def test_the_photo_of_the_sign_in_is_due() -> None:
    assert minutes_with(judged(drive([15], 20, sign_in=False)), MISSING) == list(range(7))
    assert minutes_with(judged(drive([2], 12, sign_in=False)), MISSING) == []
    assert minutes_with(judged(drive([19], 20, sign_in=False)), TWO) == list(range(20))


def test_a_sign_in_s_photo_is_from_right_before_it() -> None:
    for early_s, missing in ((120, []), (121, list(range(7)))):
        day = drive([15], 20)
        for check in day.checks[:2]:
            check["utc_s"] -= early_s
        assert minutes_with(judged(day), MISSING) == missing


def test_the_photo_of_a_sign_out_by_hand_is_due() -> None:
    assert minutes_with(judged(drive([], 12, how=1)), MISSING) == [8, 9, 10, 11]
    assert minutes_with(judged(drive([11.9], 12, how=1)), MISSING) == []
    assert minutes_with(judged(drive([], 12, how=1), rules=RULES.with_(photo_at_sign_out=0)), MISSING) == []
    assert minutes_with(judged(drive([15], 34, how=1)), TWO) == list(range(34))


def test_no_photo_at_all_voids_the_session() -> None:
    judgement = judged(drive([], 3, sign_in=False))
    assert minutes_with(judgement, NONE) == [0, 1, 2]
    assert minutes_with(judgement, MISSING) == minutes_with(judgement, TWO) == []
    assert minutes_with(judged(drive([2], 3, sign_in=False)), NONE) == []


def test_a_city_without_cameras_asks_for_none() -> None:
    judgement = judged(drive([], 30, sign_in=False), rules=RULES.with_(photo_every_min=0))
    assert not minutes_with(judgement, NONE) and not minutes_with(judgement, MISSING)


def test_a_parked_car_takes_no_photos() -> None:
    day = drive([40], 50)
    for row in day.minutes[10:38]:
        row.update(ignition_s=0, rpm_max=0)
    judgement = judged(day)
    assert minutes_with(judgement, MISSING) == minutes_with(judgement, TWO) == []
    day.minutes[37].update(ignition_s=60)
    for row in day.minutes[31:37]:
        row.update(ignition_s=60)
    assert minutes_with(judged(day), MISSING) == list(range(8, 32))


def test_a_power_cut_is_not_the_trainee_s() -> None:
    """Nothing was recorded between; the first photo after it is of the check that a restart asks for."""
    day = Day()
    number = day.sign_in(START)
    for at in (*range(14), *range(50, 60)):
        if at == 50:
            day.check(START + at, 2, TRAINEE, session=number, moment=5)
            day.check(START + at, 1, 11, session=number, moment=5)
        day.minute(START + at, number)
    day.sign_out(number, START + 60)
    judgement = judged(day)
    assert minutes_with(judgement, MISSING) == minutes_with(judgement, TWO) == []
    for check in day.checks:
        check["moment"] = min(check["moment"], 2)
    assert len(minutes_with(judged(day), TWO)) == 24


def test_a_photo_that_has_not_arrived_leaves_a_doubt() -> None:
    day = drive([15, 30], 40)
    photo = day.photos.pop(0)
    day.others = [row for row in day.others if row["seq"] != photo["seq"]]
    judgement = judged(day)
    verdicts = {row.minute - START: row.verdict for row in minute_verdicts(judgement)}
    assert {at for at in range(8, 23) if verdicts[at] != 2} == set()
    assert 1 not in verdicts.values()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 699), max_size=8, unique=True),
    st.data(),
    st.integers(1, 70),
    st.booleans(),
)
def test_a_photo_less_never_helps(tenths: list[int], data: st.DataObject, length: int, sign_in: bool) -> None:
    photos = sorted(tenth / 10 for tenth in tenths if tenth < length * 10)
    day = drive(photos, length, how=data.draw(st.sampled_from([1, 2, 4])), sign_in=sign_in)
    for row in day.minutes:
        row["ignition_s"] = 60 if data.draw(st.integers(0, 5)) else 0
    before = {row.seq: row.verdict for row in minute_verdicts(judged(day))}
    if day.photos:
        day.never(day.photos, data.draw(st.integers(0, len(day.photos) - 1)))
    for row in minute_verdicts(judged(day)):
        assert row.verdict != ACCEPTED or before[row.seq] == ACCEPTED


def test_another_session_s_photos_do_not_count() -> None:
    day = drive([], 30)
    for at in (10, 20):
        day.photo(START + at, 999, TERMINAL)
        day.photo(START + at, day.minutes[0]["session"], TERMINAL + 1)
    assert minutes_with(judged(day), MISSING) == list(range(8, 30))


def test_a_picture_shown_again_is_no_photo() -> None:
    """Every quarter of an hour the sign-in's picture; then every other time a fresh one."""
    again = drive([15, 30, 45], 50)
    for photo in again.photos:
        photo["photo"] = 1
    assert minutes_with(judged(again), TWO) == list(range(50))
    again.photos[1]["photo"] = 2
    judgement = judged(again)
    assert minutes_with(judgement, TWO) == []
    assert minutes_with(judgement, MISSING) == [*range(8, 22), *range(38, 50)]


def test_a_picture_announced_twice_in_one_second_counts_once_and_counts() -> None:
    day = drive([15, 15, 30], 40)
    day.photos[1]["photo"] = day.photos[0]["photo"]
    assert minutes_with(judged(day), MISSING) == []


def test_a_sign_out_withheld_is_worth_no_minute() -> None:
    """17 minutes, signed out by hand without a photo: 8 accepted; without the sign-out no more."""
    day = Day()
    number = day.sign_in(START)
    for at in range(17):
        day.minute(START + at, number)
    day.sign_out(number, START + 17, how=1)
    assert verdicts(judged(day)) == ["accepted"] * 8 + ["refused"] * 9
    day.marks.pop()
    assert verdicts(judged(day)) == ["accepted"] * 8 + ["unsure"] * 9
