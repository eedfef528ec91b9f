"""True motion: physically possible, deterministic, and the wires agree with it."""

import numpy as np
import pytest

from simulators.car import IDLE_RPM
from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.itinerary import Period, periods
from simulators.scenario_model import Scenario


@pytest.fixture(scope="module")
def everything(plan: DayPlan) -> list[Period]:
    return [period for terminal in plan.terminals for period in periods(plan, terminal)]


def test_the_same_seed_gives_the_same_motion_and_another_seed_another(scenario: Scenario) -> None:
    def first(seed: int) -> Period:
        plan = build_day(scenario, seed, cars=1)
        return periods(plan, plan.terminals[0])[0]

    one, same, other = first(7), first(7), first(8)
    assert np.array_equal(one.motion.lat_e7, same.motion.lat_e7)
    assert np.array_equal(one.motion.pulses, same.motion.pulses)
    count = min(len(one.motion.x_m), len(other.motion.x_m))
    assert not np.array_equal(one.motion.x_m[:count], other.motion.x_m[:count])


def test_a_car_moves_as_a_car_does(everything: list[Period]) -> None:
    for period in everything:
        motion = period.motion
        step = np.hypot(np.diff(motion.x_m), np.diff(motion.y_m))
        speed = motion.speed_kmh10 / 36.0
        assert np.abs(np.diff(speed)).max() < 3.0
        assert np.abs(step - np.diff(motion.odometer_m)).max() < 1.0
        assert np.abs(step - (speed[1:] + speed[:-1]) / 2).max() < 1.2
        assert (np.diff(motion.odometer_m) >= 0).all()


def test_pulses_follow_the_distance_within_one_per_cent(everything: list[Period]) -> None:
    for period in everything:
        metres = period.motion.odometer_m[-1] - period.motion.odometer_m[0]
        pulses = int(period.motion.pulses[-1] - period.motion.pulses[0])
        assert pulses / 4.0 == pytest.approx(metres, rel=0.01)
        assert metres > 1500


def test_engine_idles_when_standing_and_is_off_when_parked(everything: list[Period]) -> None:
    for period in everything:
        motion = period.motion
        standing = (motion.speed_kmh10 == 0) & (motion.ignition == 1)
        assert np.abs(motion.rpm[standing] - IDLE_RPM).max() <= 15
        assert (motion.rpm[motion.ignition == 0] == 0).all()
        assert motion.rpm.max() < 4000


def test_natural_stops_are_short_except_for_the_parked_car(everything: list[Period]) -> None:
    for period in everything:
        session = period.sessions[0]
        inside = slice(session.start_s + 12 - period.begin_s, session.end_s - 12 - period.begin_s)
        still = period.motion.speed_kmh10[inside] == 0
        edges = np.flatnonzero(np.diff(np.concatenate([[0], still.astype(int), [0]])))
        longest = max((edges[1::2] - edges[::2]).tolist(), default=0)
        assert longest > 600 if session.anomaly == "parked_engine_off" else longest < 90


def test_a_car_goes_on_where_it_stopped(plan: DayPlan) -> None:
    for terminal in plan.terminals:
        first, second = periods(plan, terminal)
        assert (
            np.hypot(first.motion.x_m[-1] - second.motion.x_m[0], first.motion.y_m[-1] - second.motion.y_m[0])
            < 1.5
        )
        assert second.motion.pulses[0] >= first.motion.pulses[-1]
