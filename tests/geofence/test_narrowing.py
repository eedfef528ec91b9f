"""Many fences: the nearest line need not be that of the nearest box."""

import pytest

from geofence.binding import SMALL
from tests.geofence.oracle import LAT_E7, LON_E7
from tests.geofence.test_classify import classify, fence, slow_distance_m


def box(east, north, size):
    corners = ((0, 0), (size, 0), (size, size), (0, size), (0, 0))
    return [[(LON_E7 + east + x, LAT_E7 + north + y) for x, y in corners]]


# A sliver across 22 km whose box holds the fix, and squares far off.
CORNERS = ((0, 0), (2_000_000, 2_000_000), (2_000_000, 2_000_050), (0, 0))
SLIVER = [[(LON_E7 + x, LAT_E7 + y) for x, y in CORNERS]]
FAR = [box(60_000_000 + 10_000 * number, 0, 5_000) for number in range(SMALL + 1)]
FIX = (LON_E7 + 1_900_000, LAT_E7 + 100_000)


@pytest.mark.parametrize("beside", [box(1_990_000, 100_000, 5_000), box(2_200_000, 100_000, 5_000), None])
def test_a_box_around_the_fix_does_not_end_the_search(beside):
    rings = [SLIVER, *FAR, *([beside] if beside else [])]
    fences = [fence(one, f"f{number}") for number, one in enumerate(rings)]
    found = classify(fences, [[FIX]])
    assert found.outside_m.tolist() == [slow_distance_m(fences, *FIX)]
    assert found.zone.tolist() == [[2]] and found.in_force.tolist() == [len(fences)]


def test_every_fence_of_a_crowd_is_asked():
    fences = [fence(one, f"f{number:02}") for number, one in enumerate(FAR)]
    inside = [(rings[0][0][0] + 2_500, rings[0][0][1] + 2_500) for rings in FAR]
    assert classify(fences, [inside]).zone.tolist() == [[0] * len(FAR)]
    assert classify(fences, [[fix] for fix in inside]).zone.tolist() == [[0]] * len(FAR)
