"""From the bytes of minute records to verdicts: attacks that no single measure shows, and honest drives."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from firmware.wire import records
from ingest.judge import reasons
from ingest.judge.judge import judge
from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.rulebook.rule_set import RuleSet
from tests.ingest.judge.make import COURSE, INSTRUCTOR, START, TERMINAL, TRAINEE, Day, facts
from tests.ingest.measure.drives import Route, drive, measured

MINUTES = 12


def outcome(route: Route, seconds: Sequence[int] = range(60), **changes: Any) -> tuple[set[str], set[int]]:
    """Verdicts and reasons of a signed-in session whose car goes along the route."""
    day = Day()
    number = day.sign_in(START)
    made = []
    for at, (_, _, record) in enumerate(drive(route, MINUTES, seconds, changes.pop("speed_kmh10", 2047))):
        values = {**records.decode(record), "session": number, "seq": day.seq(TERMINAL), **changes}
        values |= {"terminal": TERMINAL, "trainee": TRAINEE, "instructor": INSTRUCTOR, "course": COURSE}
        values |= {"utc_s": (START + at) * 60 + 60, "clock": 3, "ignition_s": 60}
        values |= {"counted_s": changes.get("counted_s", 60), "stops": changes.get("stops", 0)}
        made.append((TERMINAL, values["seq"], records.encode(values)))
    day.photo(START + MINUTES, number)
    plain = day.evidence()
    judgement = judge(replace(plain, minutes=measured(made)), facts(TERMINAL), RuleSet())
    (session,) = judgement.sessions
    assert session.minutes_recorded == MINUTES
    return {VERDICT_NAMES[value] for value in judgement.verdict}, {reason for reason, _ in session.reasons}


def standing(t: float) -> tuple[float, float]:
    return 0.0, 0.0


def to_and_fro(t: float) -> tuple[float, float]:
    """20 km there and back every 12 s."""
    return 20_000.0 * (int(t) // 12 % 2), 0.0


@pytest.mark.parametrize("wheel_m", [9, 10, 49, 50, 51, 800])
@pytest.mark.parametrize(
    "seconds",
    [range(60), [0, *range(7, 60)], [s for s in range(60) if s % 12 > 3], range(0, 60, 5)],
)
@pytest.mark.parametrize("speed_kmh10", [0, 3, 2047])
def test_pulses_of_a_car_that_stands(wheel_m: int, seconds: Sequence[int], speed_kmh10: int) -> None:
    verdicts, why = outcome(standing, seconds, wheel_m=wheel_m, speed_kmh10=speed_kmh10)
    assert (verdicts, reasons.PARKED in why) == ({"refused"}, True)


@pytest.mark.parametrize(
    "seconds", [[s for s in range(60) if s % 12 < 2], [0, 1, 2, 3, 4, 15, 16, 17, 18, 19]]
)
def test_a_place_that_changes_while_nobody_looks(seconds: list[int]) -> None:
    verdicts, why = outcome(to_and_fro, seconds)
    assert (verdicts, reasons.JUMP in why) == ({"refused"}, True)


def test_ten_seconds_of_each_minute_are_not_enough() -> None:
    verdicts, why = outcome(lambda t: (0.0, t * 2.5), range(10))
    assert (verdicts, why) == ({"unsure"}, {reasons.GNSS_THIN})


@pytest.mark.parametrize("seconds", [range(60), range(0, 60, 5), range(15, 60), range(0, 40)])
@pytest.mark.parametrize("speed_ms", [0.5, 1.0, 2.5, 10.0])
def test_an_honest_drive(seconds: Sequence[int], speed_ms: float) -> None:
    speed_kmh10 = int(speed_ms * 36)
    found = outcome(
        lambda t: (0.0, t * speed_ms), seconds, wheel_m=int(speed_ms * 60), speed_kmh10=speed_kmh10
    )
    assert found == ({"accepted"}, set())


@pytest.mark.parametrize(
    ("counted_s", "stops", "short"), [(25, 0, False), (24, 0, True), (24, 128 + 256, True), (0, 1, False)]
)
def test_a_minute_that_a_power_cut_took_the_half_of(counted_s: int, stops: int, short: bool) -> None:
    _, why = outcome(lambda t: (0.0, t * 2.5), wheel_m=150, counted_s=counted_s, stops=stops)
    assert (reasons.MINUTE_SHORT in why) == short


def reverse_parking(t: float) -> tuple[float, float]:
    """5 m back and forth at 2 km/h, half of the time standing."""
    phase = t % 36
    return (0.0, 5 * phase / 9) if phase < 9 else (0.0, 5.0) if phase < 18 else back(phase - 18)


def back(phase: float) -> tuple[float, float]:
    return (0.0, 5 - 5 * phase / 9) if phase < 9 else (0.0, 0.0)


def test_reverse_parking() -> None:
    """The trace sees none of it; wheel and Doppler see some 17 m a minute."""
    verdicts, why = outcome(reverse_parking, wheel_m=17, speed_kmh10=10)
    assert (verdicts, why) == ({"accepted"}, set())


@pytest.mark.parametrize(
    ("counted_s", "stops", "banned"), [(0, 64, True), (24, 64 | 1, True), (25, 64, False), (0, 1, False)]
)
def test_a_minute_under_a_training_ban(counted_s: int, stops: int, banned: bool) -> None:
    verdict, why = outcome(lambda t: (0.0, t * 2.5), wheel_m=150, counted_s=counted_s, stops=stops)
    assert (reasons.TRAINING_BANNED in why) == banned
    assert ("refused" in verdict) == banned
