"""Inside, outside and in doubt, by each fix's own margin; the real fences once."""

from typing import Any

import numpy as np
import pytest

from ingest.judge.rulebook.rule_set import RuleSet
from ingest.measure.records import measure_records
from tests.ingest.measure.drives import PLANE, START, Field, drive, measured, minute_record
from tests.ingest.measure.grounds import SQUARE, field


def at(x_m: float, **changes: int) -> list[tuple[int, int, bytes]]:
    """A minute spent standing x_m metres east."""
    return drive(lambda t: (x_m, 0.0), **changes)


@pytest.mark.parametrize(
    ("x_m", "hdop_fifth", "counts"),
    [
        (-0.5, 4, (60, 0, 0)),
        (0.5, 4, (0, 0, 60)),
        (3.9, 4, (0, 0, 60)),
        (4.1, 4, (0, 60, 0)),
        # hdop 2.0 times 5 m is a margin of 10 m.
        (9.9, 10, (0, 0, 60)),
        (10.1, 10, (0, 60, 0)),
        (62.0, 63, (0, 0, 60)),
    ],
)
def test_each_fix_is_out_only_beyond_its_own_margin(
    x_m: float, hdop_fifth: int, counts: tuple[int, int, int]
) -> None:
    measures = measured(at(x_m, hdop_fifth=hdop_fifth), Field(edge_m=0.0))
    assert (measures.fix_in[0], measures.fix_out[0], measures.fix_doubt[0]) == counts
    assert measures.outside_m[0] == pytest.approx(max(x_m, 0), abs=0.05)


def test_fixes_are_counted_one_by_one() -> None:
    measures = measured(drive(lambda t: (t - 50, 0.0)), Field(edge_m=0.5))
    assert (measures.fix_in[0], measures.fix_out[0], measures.fix_doubt[0]) == (51, 5, 4)


def test_each_minute_by_its_own_part_and_time() -> None:
    part_3 = drive(lambda t: (0.0, 0.0), course=1213360000)
    assert measured(part_3).fence_in_force.tolist() == [False]
    expired = drive(lambda t: (0.0, 0.0), 3)
    measures = measured(expired, Field(until_s=(START + 2) * 60))
    assert measures.fence_in_force.tolist() == [True, True, False]
    assert (measures.fix_in[2], measures.fix_out[2], measures.fix_doubt[2]) == (0, 0, 0)
    assert measures.outside_m[2] == 0


def test_the_rule_set_gives_the_margin() -> None:
    wide = RuleSet(uere_m=20.0)
    assert measured(at(10.0), Field(edge_m=0.0), wide).fix_doubt.tolist() == [60]


@pytest.mark.parametrize("hdop_fifth", [3, 5, 8])
def test_a_car_parked_three_metres_outside_is_never_in(hdop_fifth: int) -> None:
    noise = np.random.default_rng(4).normal(0, 0.4, (600, 2))
    made = drive(lambda t: (3 + noise[int(t)][0], noise[int(t)][1]), 10, wheel_m=0, hdop_fifth=hdop_fifth)
    measures = measured(made, Field(edge_m=0.0))
    assert measures.fix_in.tolist() == [0] * 10
    assert (measures.out_s + measures.doubt_s).tolist() == [60] * 10


@pytest.mark.parametrize("seed", range(5))
def test_a_car_that_drives_along_the_edge_inside_is_never_out(seed: int) -> None:
    """One metre inside, with drift of some metres that comes and goes, and single stray fixes."""
    order = np.random.default_rng(seed)
    drift, error = 0.0, []
    for _ in range(1800):
        drift = 0.98 * drift + order.normal(0, 0.35)
        error.append(drift + order.normal(0, 0.5) + (12.0 if order.random() < 0.02 else 0.0))
    measures = measured(drive(lambda t: (error[int(t)] - 1, t * 4), 30, hdop_fifth=5), Field(edge_m=0.0))
    assert measures.fix_out.sum() > 10
    assert measures.out_s.max() < 5


def test_out_only_from_the_third_fix_in_a_row_and_on_into_the_next_minute() -> None:
    made = drive(lambda t: (20.0 if t >= 58 else -20.0, 0.0), 3)
    measures = measured(made, Field(edge_m=0.0))
    assert measures.fix_out.tolist() == [2, 60, 60]
    assert measures.out_s.tolist() == [0, 60, 60]
    assert measures.doubt_s.tolist() == [2, 0, 0]
    another = [made[0], *drive(lambda t: (20.0, 0.0), 3, session=9)[1:]]
    assert measured(another, Field(edge_m=0.0)).out_s.tolist() == [0, 58, 60]


def test_back_in_only_from_the_third_fix_in_a_row() -> None:
    made = drive(lambda t: (-20.0 if int(t) in (30, 31, 40, 41, 42) else 20.0, 0.0))
    measures = measured(made, Field(edge_m=0.0))
    # Two fixes in do not end it, three do: then two fixes out are in doubt again.
    assert (measures.fix_in[0], measures.out_s[0], measures.doubt_s[0]) == (5, 60 - 5 - 4, 4)


@pytest.mark.parametrize(
    ("every_s", "out_s", "doubt_s"),
    [
        # Out from second 20 to 49: 30 fixes; 15; 6 (20, 25, .. 45), the third and all after it count.
        (1, 28, 2),
        (2, 25, 4),
        (5, 16, 10),
        (10, 1, 20),
        # Neighbours further apart than track_link_s leave between them what nobody saw.
        (12, 1, 2),
    ],
)
def test_sparse_fixes_stand_for_the_seconds_between_them(every_s: int, out_s: int, doubt_s: int) -> None:
    def route(t: float) -> tuple[float, float]:
        return (20.0 if 20 <= t < 50 else -20.0, 0.0)

    measures = measured(drive(route, seconds=range(0, 60, every_s)), Field(edge_m=0.0))
    assert (measures.out_s[0], measures.doubt_s[0]) == (out_s, doubt_s)


def test_few_satellites_widen_the_margin() -> None:
    """Six metres outside, hdop 0.8: out with twelve satellites or an unknown number, in doubt with four."""
    for satellites, out, doubt in ((4, 0, 60), (0, 60, 0)):
        fixes = [(s, *(int(e7) for e7 in PLANE.to_e7(6.0, 0.0)), 0, 511, satellites, 4, 0) for s in range(60)]
        found = measured([(7, 1, minute_record(0, fixes))], Field(edge_m=0.0))
        assert (found.fix_out[0], found.fix_doubt[0]) == (out, doubt)
    assert measured(at(6.0), Field(edge_m=0.0)).fix_out[0] == 60


def test_another_part_class_or_school_is_told() -> None:
    """Bits of geofence.engine.Places: 1 another part, 2 another class, 16 another school."""
    for about, bit in (
        ({"parts": [3]}, 1),
        ({"vehicle_classes": [22]}, 2),
        ({"schools": ["0000000000000005"]}, 16),
    ):
        measures = measured(at(0.0), field(SQUARE, **about))
        assert (measures.fence_in_force[0], measures.elsewhere[0]) == (False, bit), about


def test_the_school_is_asked_for_each_terminal_and_minute() -> None:
    def school_of(terminal: Any, minute: Any) -> Any:
        assert set(terminal.tolist()) == {7}
        return np.where(minute > START, 5, 4)

    own = field(SQUARE, schools=["0000000000000005"])
    found = measure_records(drive(lambda t: (0.0, 0.0), 2), own, RuleSet(), school_of)
    assert found.fence_in_force.tolist() == [False, True]
    assert found.fix_in.tolist() == [0, 60]


def test_with_real_fences() -> None:
    measures = measured(drive(lambda t: (t + 49.5, 0.0)), field(SQUARE))
    assert (measures.fix_in[0], measures.fix_doubt[0], measures.fix_out[0]) == (51, 4, 5)
    assert measures.outside_m[0] == pytest.approx(8.5, abs=0.05)
