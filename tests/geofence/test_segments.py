"""FenceSet.cut_m: how far the straight lines between fixes run outside."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.engine import FenceSet
from geofence.projection import BAND_E7, LocalPlane
from tests.geofence.oracle import BAND_LAT_E7, LAT_E7, LON_E7, fixes_around, polygon
from tests.geofence.test_classify import MINUTE_S, SCHOOL, fence, keys_of

PLANE = LocalPlane(LAT_E7 // BAND_E7 * BAND_E7 + BAND_E7 // 2, 0)


def cut(fences, minute, margin_m=1.0, second_s=None, link_s=5):
    """(zone, cut_m) of one minute of fixes (lon_e7, lat_e7) or None; the fence set is asked twice."""
    present = np.array([[fix is not None for fix in minute]], dtype=bool)
    lon_e7, lat_e7 = np.array([fix or (0, 0) for fix in minute], dtype=np.int32).reshape(-1, 1, 2).T
    margin = np.full(present.shape, float(margin_m))
    seconds = np.arange(len(minute)) if second_s is None else np.array(second_s)
    fence_set = fences if isinstance(fences, FenceSet) else FenceSet(fences)
    keys, minute_s = keys_of([(2, 21, SCHOOL)]), np.array([MINUTE_S])
    zone = fence_set.classify(keys, minute_s, lat_e7, lon_e7, present, margin).zone
    found = fence_set.cut_m(keys, minute_s, lat_e7, lon_e7, zone, margin, seconds, link_s)
    assert found.shape == (1,) and found.dtype == np.float64
    return zone[0].tolist(), float(found[0])


def square(east, north, side):
    corners = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return [(LON_E7 + east + x, LAT_E7 + north + y) for x, y in corners]


# A yard of 200 m with a pond of 60 m in its middle, in 1e-7 degrees.
YARD = [square(0, 0, 20_000), square(7_000, 7_000, 6_000)]
WEST, EAST = (LON_E7 + 6_900, LAT_E7 + 10_000), (LON_E7 + 13_100, LAT_E7 + 10_000)
HALF_POND_M = 3_000 * PLANE.x_m_per_e7


def test_a_short_cut_across_the_pond_is_seen():
    zone, found_m = cut([fence(YARD)], [WEST, EAST])
    assert zone == [0, 0]
    assert found_m == pytest.approx(HALF_POND_M, abs=0.01) and found_m <= HALF_POND_M + 1e-6


@pytest.mark.parametrize(
    ("minute", "second_s", "margin_m", "seen"),
    [
        ([WEST, None, None, EAST], None, 1, True),
        ([WEST, EAST], [0, 5], 1, True),
        ([WEST, EAST], [0, 6], 1, False),
        ([WEST, None, EAST], [[-3, 0, 2]], 1, True),
        ([WEST, EAST], None, 28, True),
        ([WEST, EAST], None, 29, False),
        ([WEST, (LON_E7 + 6_900, LAT_E7 + 6_000), (LON_E7 + 13_100, LAT_E7 + 6_000), EAST], None, 1, False),
        ([WEST, (LON_E7 + 10_000, LAT_E7 + 10_000), EAST], None, 1, False),
        ([WEST, None], None, 1, False),
        ([None, None], None, 1, False),
        ([], None, 1, False),
    ],
)
def test_which_lines_count(minute, second_s, margin_m, seen):
    _, found_m = cut([fence(YARD)], minute, margin_m, second_s)
    assert (found_m > 0) == seen


def test_a_bridge_and_a_neighbour_make_the_line_inside():
    bridge = [(x, min(y, LAT_E7 + 10_100)) for x, y in square(6_850, 9_900, 6_300)]
    assert cut([fence(YARD), fence([bridge], "bridge")], [WEST, EAST])[1] == 0
    # Two yards that share an edge: the line crosses from one to the other and is never outside.
    pair = [fence([square(0, 0, 10_000)], "a"), fence([square(10_000, 0, 10_000)], "b")]
    assert cut(pair, [(LON_E7 + 9_000, LAT_E7 + 50), (LON_E7 + 11_000, LAT_E7 + 9_000)], margin_m=0)[1] == 0


def test_a_line_within_the_margin_of_an_end_in_doubt():
    doubt = (LON_E7 - 400, LAT_E7 + 5_000)
    zone, found_m = cut([fence(YARD)], [doubt, (LON_E7 - 400, LAT_E7 + 5_500)], margin_m=5)
    assert zone == [1, 1] and found_m == 0
    # From the yard's south side around its corner: both ends in doubt, the line further out than either.
    corners = ((0, 0), (9_000, 0), (10_000, 9_000), (11_000, 0), (20_000, 0), (20_000, 9_999), (0, 9_999))
    notch = [[(LON_E7 + x, LAT_E7 + y) for x, y in (*corners, corners[0])]]
    zone, found_m = cut([fence(notch)], [(LON_E7 + 9_000, LAT_E7 - 30), (LON_E7 + 11_000, LAT_E7 - 30)], 5)
    assert zone == [1, 1] and 5 < found_m < 11


def outside_m(polygons, a, b, band, samples=1500):
    """Depth of a line by sampling it against the union in metres: (deepest, spacing of the samples)."""
    plane = LocalPlane(band * BAND_E7 + BAND_E7 // 2, 0)

    def metres(ring):
        lon, lat = np.array(ring, dtype=np.float64).T
        return np.column_stack(plane.to_metres(lat, lon))

    shapes = [shapely.Polygon(metres(rings[0]), [metres(hole) for hole in rings[1:]]) for rings in polygons]
    ends = metres([a, b])
    places = shapely.points(ends[0] + np.linspace(0, 1, samples)[:, None] * (ends[1] - ends[0]))
    depths = np.min([shapely.distance(shape, places) for shape in shapes], axis=0)
    return float(depths.max()), float(np.hypot(*(ends[1] - ends[0]))) / samples


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from([0.0, 0.5, 4.0]), st.booleans(), st.sampled_from([1, 10**9]))
def test_the_deepest_place_of_a_line(data, margin_m, crowd, drawn_from):
    polygons = data.draw(st.lists(polygon(4_000, 2_500, BAND_LAT_E7), min_size=1, max_size=3))
    fixes = data.draw(fixes_around(polygons, 4_000, BAND_LAT_E7))
    fences = [fence(rings, f"f{number}") for number, rings in enumerate(polygons)]
    if crowd:
        far = [[(lon + 900_000, lat) for lon, lat in ring] for ring in polygons[0]]
        fences += [fence(far, f"far{number}") for number in range(17)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geofence.held._DRAWN_FROM", drawn_from)
        zone, found_m = cut(fences, fixes, margin_m)
    expected_m, slack_m = 0.0, 0.02
    for (a, b), (first, second) in zip(pairwise(fixes), pairwise(zone), strict=True):
        if first < 2 and second < 2:
            depth_m, spacing_m = outside_m(polygons, a, b, (a[1] + b[1]) // 2 // BAND_E7)
            expected_m, slack_m = max(expected_m, depth_m), max(slack_m, 0.02 + spacing_m)
    if found_m == 0:
        assert expected_m <= margin_m + slack_m
    else:
        assert found_m > margin_m and abs(found_m - expected_m) <= slack_m


def shifted(rings, east):
    return [[(lon + east, lat) for lon, lat in ring] for ring in rings]


@pytest.mark.parametrize("crowd", [0, 17])
@pytest.mark.parametrize("name", ["0", "b", "z"])
def test_a_fence_that_does_not_apply_fills_no_pond(crowd, name):
    # Two schools, one with a yard, one with two; a crowd open to all, far away; and over every pond a fence
    # that no longer holds, first, amid or last of all.
    other, far, gap = SCHOOL + 1, 900_000, 100
    over = fence([square(-50_000, -50_000, 1_000_000)], name, valid_to_s=MINUTE_S)
    fences = [over, fence(YARD, "a", schools=frozenset([SCHOOL]))]
    fences += [fence(shifted(YARD, at), f"c{at}", schools=frozenset([other])) for at in (0, 30_000)]
    fences += [fence(shifted(YARD, far), f"far{number:02}") for number in range(crowd)]
    cross = [WEST, EAST]
    both = [(lon + far, lat) for lon, lat in cross] if crowd else cross
    minutes = np.array([[*cross, *both], [*both, *cross], [*cross, *cross]], dtype=np.int32)
    lon_e7, lat_e7 = np.moveaxis(minutes, 2, 0)
    keys = keys_of([(2, 21, SCHOOL), (2, 21, other), (2, 21, SCHOOL)])
    zone, margin_m = np.zeros(lat_e7.shape, dtype=np.int8), np.ones(lat_e7.shape)
    seconds = np.array([0, 1, gap, gap + 1])
    found = FenceSet(fences).cut_m(keys, np.full(3, MINUTE_S), lat_e7, lon_e7, zone, margin_m, seconds, 5)
    assert found.tolist() == pytest.approx([HALF_POND_M] * 3, abs=0.01)
