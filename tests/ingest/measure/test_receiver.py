"""What a receiver says of itself, and how far it wanders while the wheel stands."""

import math

import pytest

from ingest.judge.evidence import MinuteMeasures
from tests.ingest.measure.drives import Field, drive, measured, minute_record


def told(speeds: list[int], satellites: list[int], hdop: list[int], estimated: int = 0) -> MinuteMeasures:
    fixes = [
        (second, 310_000_000, 1_210_000_000, speed, 511, sats, fifths, estimated)
        for second, (speed, sats, fifths) in enumerate(zip(speeds, satellites, hdop, strict=True))
    ]
    return measured([(7, 1, minute_record(0, fixes))])


def test_speeds() -> None:
    measures = told([0, 0, 1, 50, 51, 2047, 400], [9] * 7, [4] * 7)
    assert (measures.still_s[0], measures.slow_s[0], measures.speed_sum[0]) == (2, 4, 502)
    assert measures.speed_max_kmh10[0] == 400
    assert measures.speed_m[0] == pytest.approx(502 / 6 / 36 * 6)


def test_satellites_and_hdop() -> None:
    measures = told([0] * 4, [12, 4, 31, 9], [63, 3, 5, 8])
    assert (measures.sats_min[0], measures.sats_max[0]) == (4, 31)
    assert (measures.hdop_min[0], measures.hdop_max[0]) == (3, 63)


def test_zero_satellites_are_a_number() -> None:
    measures = told([2047] * 2, [0, 0], [0, 0])
    assert (measures.sats_min[0], measures.sats_max[0], measures.hdop_min[0]) == (0, 0, 0)


def test_without_a_measured_fix_nothing_is_told() -> None:
    for measures in (told([5] * 3, [9] * 3, [4] * 3, estimated=1), measured([(7, 1, minute_record(0, []))])):
        assert (measures.still_s[0], measures.slow_s[0], measures.speed_sum[0]) == (0, 0, 0)
        assert (measures.sats_min[0], measures.sats_max[0]) == (-1, -1)
        assert (measures.hdop_min[0], measures.hdop_max[0], measures.wander_m[0]) == (-1, -1, 0)


@pytest.mark.parametrize(("wheel_m", "wander_m"), [(0, 59.0), (4, 59.0), (5, 0.0)])
def test_only_a_car_that_stands_wanders(wheel_m: int, wander_m: float) -> None:
    measures = measured(drive(lambda t: (t, 0.0), wheel_m=wheel_m))
    assert measures.wander_m[0] == pytest.approx(wander_m, abs=0.5)


def test_a_way_over_seconds_without_a_fix_is_straight() -> None:
    zigzag = drive(lambda t: (0.0, 10.0 * (int(t) % 2)), seconds=[1, 2, 5, 9, 30], wheel_m=0)
    assert measured(zigzag).wander_m[0] == pytest.approx(10 + 10 + 0 + 10, abs=0.1)


def test_wandering_widens_the_margin_of_a_standing_car_alone() -> None:
    """Round a circle of 8 m that lies 9 m outside: hdop alone would say out, from 1 to 17 m."""

    def wandering(t: float) -> tuple[float, float]:
        return 9 + 8 * math.cos(t / 9), 8 * math.sin(t / 9)

    stands = measured(drive(wandering, wheel_m=0), Field(edge_m=0.0))
    rolls = measured(drive(wandering, wheel_m=60), Field(edge_m=0.0))
    assert (stands.fix_out[0], stands.fix_doubt[0]) == (0, 60)
    assert rolls.fix_out[0] > 30
    far = measured(drive(lambda t: (t * 10, 0.0), wheel_m=0), Field(edge_m=-31.0))
    assert far.fix_out[0] == 60
