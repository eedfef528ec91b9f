"""Trace length, speeds and jumps of drives whose truth is known."""

import math
from itertools import pairwise

import numpy as np
import pytest

from ingest.judge.evidence import MinuteMeasures
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.records import measure_blocks
from tests.ingest.measure.drives import PLANE, Field, drive, measured, minute_record

SIDE_M = 100.0


def square(t: float) -> tuple[float, float]:
    """Round a square of 100 m sides at 5 m/s: one round in 80 s."""
    along = t * 5 % (4 * SIDE_M)
    side, rest = divmod(along, SIDE_M)
    return [(rest, 0.0), (SIDE_M, rest), (SIDE_M - rest, SIDE_M), (0.0, SIDE_M - rest)][int(side)]


def test_a_square_drive_has_the_length_of_the_square() -> None:
    measures = measured(drive(square, 4))
    # The first minute has no fix before it: 59 steps. Strides of 10 m cut the corners by a hundredth.
    assert measures.gnss_m.tolist() == pytest.approx([295, 300, 300, 300], rel=0.015)
    assert measures.covered_s.tolist() == [59, 60, 60, 60]
    assert measures.fix_n.tolist() == [60, 60, 60, 60]


@pytest.mark.parametrize("speed_ms", [1.0, 2.0, 5.0, 20.0, 40.0])
def test_a_straight_drive_at_any_speed(speed_ms: float) -> None:
    measures = measured(drive(lambda t: (0.0, t * speed_ms), 3))
    assert measures.gnss_m[1:].tolist() == pytest.approx([speed_ms * 60] * 2, abs=0.1)
    assert measures.jump_kmh.max() <= speed_ms * 3.6


def test_drift_at_standstill_adds_no_distance() -> None:
    """A random walk of a metre's scale about the true place, and a slow turn on a 3 m radius."""
    noise = np.random.default_rng(1).normal(0, 1.0, (600, 2))
    drift = np.zeros(2)
    wander = [tuple((drift := 0.95 * drift + 0.3 * step).tolist()) for step in noise]
    assert measured(drive(lambda t: wander[int(t)], 10)).gnss_m.tolist() == [0] * 10
    turn = drive(lambda t: (3 * math.cos(t / 9), 3 * math.sin(t / 9)), 5)
    assert measured(turn).gnss_m.tolist() == [0] * 5


def test_noise_on_a_moving_car_adds_little() -> None:
    noise = np.random.default_rng(2).normal(0, 1.0, (300, 2))
    noisy = drive(lambda t: (square(t)[0] + noise[int(t)][0], square(t)[1] + noise[int(t)][1]), 5)
    assert measured(noisy).gnss_m[1:].tolist() == pytest.approx([300] * 4, rel=0.1)


def test_poor_accuracy_raises_the_floor() -> None:
    shuttle = drive(lambda t: (10.0 * (int(t) % 2), 0.0), 2)
    assert measured(shuttle).gnss_m[1] > 500
    poor = drive(lambda t: (10.0 * (int(t) % 2), 0.0), 2, hdop_fifth=12)
    assert measured(poor).gnss_m.tolist() == [0, 0]


def test_unknown_accuracy_hides_no_walk() -> None:
    """One fix in five seconds without hdop, as older recordings have them, at 1 m/s and standing."""
    walk = drive(lambda t: (0.0, t), 3, seconds=range(0, 60, 5), hdop_fifth=63)
    assert measured(walk).gnss_m[1:].tolist() == pytest.approx([60, 60], abs=0.1)
    drift = drive(lambda t: (7 * math.cos(t), 7 * math.sin(t)), 3, hdop_fifth=63)
    assert measured(drift).gnss_m.tolist() == [0, 0, 0]


def test_gaps_in_the_fixes_shorten_what_is_covered() -> None:
    measures = measured(drive(square, 2, seconds=[*range(0, 20), *range(50, 60)]))
    assert measures.covered_s.tolist() == [19 + 9, 1 + 19 + 9]
    assert measures.fix_n.tolist() == [30, 30]
    # Ten seconds apart is close enough, eleven is not; of a step only what lies in the minute counts.
    assert measured(drive(square, 2, seconds=range(5, 60, 10))).covered_s.tolist() == [50, 6 + 50]
    assert measured(drive(square, 2, seconds=range(5, 60, 11))).covered_s.tolist() == [0, 0]
    assert measured(drive(square, 2, seconds=range(0, 60, 5))).covered_s.tolist() == [55, 56]


def leap(metres: float, at: float = 30.0, **changes: int) -> MinuteMeasures:
    """Standing, then `metres` to the east from second `at` on."""
    return measured(drive(lambda t: (0.0 if t < at else metres, 0.0), 2, **changes))


def test_a_jump_is_told_less_the_margins_of_both_fixes() -> None:
    # hdop 0.8 gives 4 m, the least margin, on both sides.
    assert leap(100.0).jump_kmh.tolist() == pytest.approx([(100 - 8) * 3.6, 0], abs=0.1)
    assert leap(100.0, hdop_fifth=63).jump_kmh.tolist() == [0, 0]


def test_a_jump_between_two_minutes_belongs_to_the_later_one() -> None:
    assert leap(100.0, at=60.0).jump_kmh.tolist() == pytest.approx([0, 92 * 3.6], abs=0.1)


@pytest.mark.parametrize("seconds", [[*range(20), *range(28, 60)], [*range(5), *range(55, 60)], [0, 59]])
def test_a_jump_is_told_over_any_gap(seconds: list[int]) -> None:
    gap_s = max(later - earlier for earlier, later in pairwise(seconds))
    measures = measured(drive(lambda t: (0.0 if t < 25 else 9e3, 0.0), 1, seconds))
    assert measures.jump_kmh.tolist() == pytest.approx([(9e3 - 8) / gap_s * 3.6], rel=1e-3)


@pytest.mark.parametrize("missing_min", [0, 1, 30])
@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("session", [1, 9])
def test_a_jump_is_told_over_missing_and_empty_minutes_and_from_session_to_session(
    missing_min: int, empty: bool, session: int
) -> None:
    (_, _, first), *_ = drive(lambda t: (0.0, 0.0))
    here = [(second, *(int(e7) for e7 in PLANE.to_e7(50e3, 0.0)), 0, 511, 12, 4, 0) for second in range(60)]
    middle = [(7, 2 + at, minute_record(1 + at, [])) for at in range(missing_min if empty else 0)]
    later = minute_record(1 + missing_min, here, session=session, seq=50)
    measures = measured([(7, 1, first), *middle, (7, 50, later)])
    expected = (50e3 - 8) / (1 + 60 * missing_min) * 3.6
    assert measures.jump_kmh[-1] == pytest.approx(expected, rel=1e-3)
    assert measures.jump_kmh[:-1].max() == 0
    if missing_min or session != 1:
        assert (measures.gnss_m[-1], measures.covered_s[-1]) == (0, 59)


def test_a_minute_whose_time_went_back_is_a_jump_at_once() -> None:
    (_, _, first), *_ = drive(lambda t: (0.0, 0.0))
    here = [(second, *(int(e7) for e7 in PLANE.to_e7(1e3, 0.0)), 0, 511, 12, 4, 0) for second in range(60)]
    measures = measured([(7, 1, first), (7, 2, minute_record(-5, here, seq=2))])
    assert measures.jump_kmh[1] == pytest.approx((1e3 - 8) * 3.6, rel=1e-3)


@pytest.mark.parametrize("change", [{"session": 9}, {"terminal": 8}, {"minute": 29_540_222}])
def test_minutes_that_do_not_follow_one_another_are_measured_alone(change: dict[str, int]) -> None:
    made = drive(square, 2)
    _, _, first = made[0]
    alone = measured([made[0], *[(8, 2, record) for _, _, record in drive(square, 2, **change)[1:]]])
    assert alone.covered_s.tolist() == [59, 59]
    assert measured(made).covered_s.tolist() == [59, 60]


def test_speed_unknown_is_not_a_speed() -> None:
    assert measured(drive(square)).speed_max_kmh10.tolist() == [-1]
    assert measured(drive(square)).speed_m.tolist() == [-1.0]
    told = measured(drive(square, 2, speed_kmh10=180))
    assert told.speed_max_kmh10.tolist() == [180, 180]
    assert told.speed_m.tolist() == pytest.approx([295, 300])


def test_dead_reckoned_fixes_are_not_counted() -> None:
    lost = (1_210_000_000, 900, 511, 0, 63, 1)
    fixes = [(second, 310_000_000 + second * 99_000, *lost) for second in range(60)]
    measures = measured([(7, 1, minute_record(0, fixes))])
    assert measures.fix_n[0] == measures.gnss_m[0] == measures.jump_kmh[0] == measures.covered_s[0] == 0
    assert (measures.speed_max_kmh10[0], measures.fix_estimated[0]) == (-1, 60)
    assert measures.fix_in[0] == measures.fix_out[0] == measures.fix_doubt[0] == 0


def test_a_minute_without_fixes_measures_nothing() -> None:
    measures = measured([(7, 1, minute_record(0, []))])
    assert (measures.fix_n[0], measures.gnss_m[0], measures.speed_max_kmh10[0]) == (0, 0, -1)


@pytest.mark.parametrize("cuts", [[1], [3, 4], [1, 2, 3, 4, 5], [5]])
def test_how_minutes_are_cut_into_blocks_changes_nothing(cuts: list[int]) -> None:
    made = drive(square, 6)
    made[2] = (7, 3, minute_record(2, []))
    whole = measured(made)
    bounds = [0, *cuts, 6]
    blocks = [[record for _, _, record in made[low:high]] for low, high in pairwise(bounds)]
    parts = MinuteMeasures.concat(list(measure_blocks(blocks, Field(), RuleSet())))
    for name, column in vars(whole).items():
        assert getattr(parts, name).tolist() == column.tolist(), name


def test_order_and_repeats_change_nothing() -> None:
    made = drive(square, 5)
    whole, mixed = measured(made), measured([*made[::-1], *made[2:4]])
    for name, column in vars(whole).items():
        assert getattr(mixed, name).tolist() == column.tolist(), name


def test_the_ends_of_a_minute_are_its_first_and_last_measured_fix() -> None:
    there = [(s, 310_000_000 + s, 1_210_000_000 - s, 0, 511, 12, 4, int(s in (0, 59))) for s in range(60)]
    measures = measured([(7, 1, minute_record(0, there)), (7, 2, minute_record(1, []))])
    assert measures.first_lat_e7.tolist() == [310_000_001, 0]
    assert measures.first_lon_e7.tolist() == [1_209_999_999, 0]
    assert measures.last_lat_e7.tolist() == [310_000_058, 0]
    assert measures.last_lon_e7.tolist() == [1_209_999_942, 0]
