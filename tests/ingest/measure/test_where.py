"""Inside, outside and in doubt, by each fix's own margin; the real fences once."""

import pytest

from geofence.engine import FenceSet
from geofence.ground import load_fences
from ingest.judge.rule_set import RuleSet
from tests.ingest.measure.drives import PLANE, START, Field, drive, measured


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


def test_with_real_fences() -> None:
    lat, lon = PLANE.to_e7([-100, 100], [-100, 100])
    south, north, west, east = (float(value) / 1e7 for value in (*lat, *lon))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    text = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"fence": "F1",'
        ' "ground": "G", "kind": "field", "parts": [2], "valid_from": "2026-01-01", "valid_to": null},'
        f' "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}]}}'
    )
    fences = FenceSet(load_fences(text, "test"))
    measures = measured(drive(lambda t: (t + 49.5, 0.0)), fences)
    assert (measures.fix_in[0], measures.fix_doubt[0], measures.fix_out[0]) == (51, 4, 5)
    assert measures.outside_m[0] == pytest.approx(8.5, abs=0.05)
