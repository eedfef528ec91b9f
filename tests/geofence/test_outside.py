"""How far the furthest fix lies outside, where boxes tell little: slanted slivers and fixes all far out."""

import dataclasses

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.geofence.oracle import LAT_E7, LON_E7
from tests.geofence.test_classify import classify, fence, slow

REACH = 200_000


def sliver(east, north, size, width, rising):
    """A thin triangle from corner to corner of its box: most of the box is far from it."""
    far = north + size if rising else north
    near = north if rising else north + size
    ring = [
        (east, near),
        (east + size, far),
        (east + size, far + (width if rising else -width)),
        (east, near),
    ]
    return [[(LON_E7 + x, LAT_E7 + y) for x, y in ring]]


@st.composite
def far_out(draw):
    """(slivers, a minute of fixes beyond them on all sides)."""
    place = st.integers(-REACH // 4, REACH // 4)
    shapes = st.builds(sliver, place, place, st.integers(20_000, 60_000), st.integers(1, 50), st.booleans())
    fix = st.tuples(st.integers(-REACH, REACH), st.integers(-REACH, REACH))
    fixes = draw(st.lists(fix, min_size=1, max_size=8))
    return draw(st.lists(shapes, min_size=1, max_size=3)), [(LON_E7 + x, LAT_E7 + y) for x, y in fixes]


# The first fix is nearer to the box, and further from what is in it, than the second.
NEAR, FAR = (LON_E7 + 60_100, LAT_E7 - 100), (LON_E7 - 9_000, LAT_E7 - 9_000)
CORNER = ([sliver(0, 0, 60_000, 5, True)], [NEAR, FAR])


@settings(max_examples=60, deadline=None)
@given(far_out())
@example(CORNER)
def test_the_furthest_of_fixes_that_are_all_out(drawn):
    rings, minute = drawn
    fences = [fence(one, f"f{number}") for number, one in enumerate(rings)]
    found = classify(fences, [minute], margin_m=5.0)
    zone, outside_m = slow(fences, [minute], 5.0)
    assert found.zone.tolist() == zone.tolist()
    assert found.outside_m.tolist() == outside_m.tolist()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_fix_beyond_the_one_with_the_greatest_bound(side, turned):
    # The first fix has the further corner of the strip, the second the further line.
    strip = [(0, 0), (100_000, 0), (100_000, 10), (0, 10), (0, 0)]
    fixes = [(90_000, side * 10_000), (85_000, side * 15_000)]
    ring, fixes = ([(y, x) if turned else (x, y) for x, y in of] for of in (strip, fixes))
    fences = [fence([[(LON_E7 + x, LAT_E7 + y) for x, y in ring]])]
    minute = [(LON_E7 + x, LAT_E7 + y) for x, y in fixes]
    assert classify(fences, [minute]).outside_m.tolist() == slow(fences, [minute], 1.0)[1].tolist()


@pytest.mark.parametrize("turned", [False, True])
def test_a_fix_beside_the_gap_between_two_polygons_of_one_fence(turned):
    def placed(x, y):
        return (LON_E7 + y, LAT_E7 + x) if turned else (LON_E7 + x, LAT_E7 + y)

    corners = ((0, 0), (1_000, 0), (1_000, 1_000), (0, 1_000))
    yards = [shapely.Polygon([placed(east + x, y) for x, y in corners]) for east in (0, 100_000)]
    degrees = shapely.transform(shapely.MultiPolygon(yards), lambda e7: e7 / 1e7)
    fences = [dataclasses.replace(fence([[placed(*corner) for corner in corners]]), geometry=degrees)]
    minute = [placed(-10_000, 500), placed(50_000, 5_000)]
    assert classify(fences, [minute]).outside_m.tolist() == slow(fences, [minute], 1.0)[1].tolist()
