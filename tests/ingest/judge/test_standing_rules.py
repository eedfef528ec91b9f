"""The rules about standing: parked, and the engine off."""

from typing import Any

import pytest

from ingest.judge import reasons
from tests.ingest.judge.make import START, Day, judged, minutes_with

STILL = {"wheel_m": 0, "gnss_m": 0.0, "speed_m": 0.0, "speed_max_kmh10": 0}
STANDING = [
    STILL,
    # The wheel says so: satellites drift or are spoofed.
    {"wheel_m": 9, "gnss_m": 40.0, "speed_m": 40.0},
    # The satellites say so: pulses come from a generator, or one fix says 3 km/h.
    {"wheel_m": 49, "gnss_m": 0.0, "speed_m": 5.0, "speed_max_kmh10": 3},
    {"wheel_m": 10, "gnss_m": 9.9, "speed_m": 9.9, "speed_max_kmh10": 30},
    {"wheel_m": 10, "gnss_m": 0.0, "speed_m": -1.0, "speed_max_kmh10": -1},
    {"wheel_m": 10, "gnss_m": 0.0, "speed_m": 0.0, "covered_s": 25, "fix_n": 10},
    # A pulse generator under a drifting sky: the trace wanders, Doppler says 0.
    {"wheel_m": 45, "gnss_m": 80.0, "speed_m": 0.0},
]


@pytest.mark.parametrize("still", STANDING)
@pytest.mark.parametrize(
    ("at", "refused"),
    [([3], []), ([3, 4], [3, 4]), ([3, 5], []), ([1, 2, 3, 7], [1, 2, 3]), ([0, 9], []), ([8, 9], [8, 9])],
)
def test_standing_counts_from_the_second_minute_in_a_row(
    still: dict[str, Any], at: list[int], refused: list[int]
) -> None:
    reason = reasons.PARKED
    day = Day()
    number = day.sign_in(START)
    for minute in range(10):
        day.minute(START + minute, number, **(still if minute in at else {}))
    assert minutes_with(judged(day), reason) == refused


@pytest.mark.parametrize(
    "moving",
    [
        {"wheel_m": 10, "gnss_m": 10.0, "speed_m": -1.0},
        {"wheel_m": 10, "gnss_m": 0.0, "speed_m": 10.0},
        # Reverse parking: too little to and fro for the trace, Doppler sees it.
        {"wheel_m": 25, "gnss_m": 0.0, "speed_m": 22.0},
        {"wheel_m": 10, "gnss_m": 0.0, "speed_m": 0.0, "covered_s": 24},
    ],
)
def test_slow_manoeuvring_is_not_standing(moving: dict[str, Any]) -> None:
    day = Day()
    day.session(5, **moving)
    assert minutes_with(judged(day), reasons.PARKED) == []


def off_minutes(off_s: list[int]) -> list[int]:
    """Minutes refused for the engine in a session whose minutes have it off for so many seconds."""
    day = Day()
    number = day.sign_in(START)
    for at, seconds in enumerate(off_s):
        day.minute(START + at, number, ignition_s=60 - seconds)
    return minutes_with(judged(day), reasons.ENGINE_OFF)


@pytest.mark.parametrize(
    ("off_s", "refused"),
    [
        ([0, 60, 59, 0, 0, 0], []),
        ([0, 60, 60, 0, 0, 0], [1, 2]),
        ([0, 31, 60, 29, 0, 0], [1, 2]),
        ([20] * 10, []),
        ([29] * 10, []),
        ([30] * 4, [0, 1, 2, 3]),
        ([59] * 4, [0, 1, 2, 3]),
        ([60, 0] * 5, [0, 2, 4, 6, 8]),
        ([59, 0] * 5, [0, 2, 4, 6, 8]),
        ([60, 0, 0, 0, 60, 0], [0, 4]),
        ([60, 0, 0, 0, 0, 60], []),
    ],
)
def test_the_engine_may_not_be_off_for_two_of_five_minutes(off_s: list[int], refused: list[int]) -> None:
    assert off_minutes(off_s) == refused


def test_an_engine_that_never_turned_was_off_and_time_outside_the_session_was_not() -> None:
    day = Day()
    day.session(5, rpm_max=0)
    assert minutes_with(judged(day), reasons.ENGINE_OFF) == [0, 1, 2, 3, 4]
    day = Day()
    number = day.sign_in(START)
    day.marks[0]["utc_s"] += 30
    for at, ignition_s in enumerate([30, 15, 15, 60, 30]):
        day.minute(START + at, number, ignition_s=ignition_s)
    day.sign_out(number, START + 4)
    day.marks[-1]["utc_s"] += 30
    assert minutes_with(judged(day), reasons.ENGINE_OFF) == []


def test_standing_does_not_run_from_one_session_into_the_next() -> None:
    day = Day()
    for start in (START, START + 1):
        number = day.sign_in(start)
        day.minute(start, number, rpm_max=0, **STILL)
        day.sign_out(number, start + 1)
    assert minutes_with(judged(day), reasons.ENGINE_OFF) == []
    assert minutes_with(judged(day), reasons.PARKED) == []


def test_part_of_a_minute_counts_as_standing_by_its_seconds() -> None:
    """Half a minute at the session's start and one more are no two minutes; 45 s and two more are."""
    for late_s, standing, refused in ((30, 2, []), (30, 3, [0, 1, 2])):
        day = Day()
        number = day.sign_in(START, late_s=late_s)
        for minute in range(8):
            still = STILL if minute < standing else {}
            short = {"ignition_s": 60 - late_s, "covered_s": 59 - late_s} if minute == 0 else {}
            day.minute(START + minute, number, **{**still, **short})
        assert minutes_with(judged(day), reasons.PARKED) == refused


def test_seconds_that_nobody_saw_are_not_engine_off() -> None:
    """A restart in the minute: 20 s are observed, all of them with ignition on."""
    day = Day()
    number = day.sign_in(START)
    for minute in range(8):
        restarted = {"ignition_s": 20, "covered_s": 19, "fix_n": 20} if minute in (2, 3, 4) else {}
        day.minute(START + minute, number, **restarted)
    assert minutes_with(judged(day), reasons.ENGINE_OFF) == []
