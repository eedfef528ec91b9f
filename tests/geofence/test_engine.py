"""Fences whose answer is known by hand, from files."""

import dataclasses
import math

import numpy as np
import pytest
import shapely

from geofence.engine import FenceKeys, FenceSet
from geofence.errors import FenceError
from geofence.ground import load_fences

BEGIN_S = 1_767_196_800  # 2026-01-01 00:00:00 +08:00
# Metres per degree at 30.005 N, from the series of the US National Imagery and Mapping Agency.
LAT_M = 111132.92 - 559.82 * math.cos(math.radians(60.01)) + 1.175 * math.cos(math.radians(120.02))
LON_M = 111412.84 * math.cos(math.radians(30.005)) - 93.5 * math.cos(math.radians(90.015))


def square(west, south, side):
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def classify(ground, minute_s, lat_e7, lon_e7, present, part=2, margin_m=0.0):
    keys = FenceKeys(np.full(len(minute_s), part), *np.zeros((2, len(minute_s)), dtype=np.int64))
    return ground.classify(keys, minute_s, lat_e7, lon_e7, present, np.full(lat_e7.shape, margin_m))


def at(ground, *positions, part=2, utc_s=BEGIN_S):
    """([(zone, metres outside), ...] of minutes of one fix (lon, lat) or None, fences in force)."""
    present = np.array([[position is not None] for position in positions])
    degrees = np.array([position or (0, 0) for position in positions], dtype=float).reshape(-1, 2)
    lon_e7, lat_e7 = np.rint(degrees * 1e7).astype(np.int32).T[:, :, np.newaxis]
    places = classify(ground, np.full(len(positions), utc_s), lat_e7, lon_e7, present, part)
    assert places.zone.dtype == np.int8 and places.outside_m.dtype == np.float64
    assert places.in_force.dtype == places.elsewhere.dtype == np.int64
    (in_force,) = set(places.in_force.tolist())
    return list(zip(places.zone[:, 0].tolist(), places.outside_m.tolist(), strict=True)), in_force


def outside_m(ground, *positions, **how):
    """Metres outside of each position; it is in exactly where that is 0."""
    found, _ = at(ground, *positions, **how)
    assert [zone for zone, _ in found] == [2 if metres else 0 for _, metres in found]
    return [metres for _, metres in found]


@pytest.fixture
def fences(feature, collection):
    """fences(*features): the set of them."""
    return lambda *features: FenceSet(load_fences(collection(*features), "x"))


def test_outside_is_metres_inside_is_zero_and_absent_is_neither(fences, feature):
    ground = fences(feature(coordinates=square(104.0, 30.0, 0.01)))
    found, in_force = at(
        ground, (104.005, 30.005), (104.011, 30.005), (104.005, 29.999), (104.01, 30.005), None, (104.0, 30.0)
    )
    assert in_force == 1
    assert [zone for zone, _ in found] == [0, 2, 2, 0, -1, 0]
    metres = [0, 0.001 * LON_M, 0.001 * LAT_M, 0, 0, 0]
    assert [metre for _, metre in found] == pytest.approx(metres, rel=0.001)


def test_the_pond_is_outside(fences, feature):
    ground = fences(feature())
    found = outside_m(ground, (104.005, 30.005), (104.004, 30.005), (104.0045, 30.005), (104.003, 30.005))
    assert found == pytest.approx([0.001 * LON_M, 0, 0.0005 * LON_M, 0], rel=0.001)


def test_a_bridge_over_the_pond_is_inside(fences, feature):
    bridge = feature("LineString", [[104.003, 30.005], [104.007, 30.005]], fence="bridge", half_width_m=5)
    ground = fences(feature(), bridge)
    assert at(ground, (104.005, 30.005)) == ([(0, 0)], 2)
    assert outside_m(ground, (104.005, 30.0055)) == pytest.approx([0.0005 * LAT_M - 5], abs=0.1)


def test_between_the_polygons_of_a_multipolygon(fences, feature):
    parts = [square(104.0, 30.0, 0.01), square(104.014, 30.0, 0.01)]
    ground = fences(feature("MultiPolygon", parts))
    found = outside_m(ground, (104.011, 30.005), (104.013, 30.005), (104.02, 30.005))
    assert found == pytest.approx([0.001 * LON_M, 0.001 * LON_M, 0], rel=0.001)


def test_a_corridor_is_round_at_its_end(fences, feature):
    ground = fences(feature("LineString", [[104.0, 30.005], [104.01, 30.005]], half_width_m=10))
    beside, end = (104.005, 30.005 + 15 / LAT_M), (104.01 + 15 / LON_M, 30.005)
    corner, within = (104.01 + 9 / LON_M, 30.005 + 9 / LAT_M), (104.005, 30.005 + 9.9 / LAT_M)
    found = outside_m(ground, beside, end, corner, within)
    assert found == pytest.approx([5, 5, math.hypot(9, 9) - 10, 0], abs=0.04)


def test_an_edge_shared_by_two_fences_is_inside(fences, feature):
    west = feature(fence="west", coordinates=square(104.0, 30.0, 0.01))
    east = feature(fence="east", coordinates=square(104.01, 30.0, 0.01))
    assert at(fences(west, east), (104.01, 30.004)) == ([(0, 0)], 2)


def test_overlapping_fences_count_as_one_area(fences, feature):
    low = feature(fence="low", coordinates=square(104.0, 30.0, 0.006))
    high = feature(fence="high", coordinates=square(104.004, 30.004, 0.006))
    both = fences(low, high)
    found = outside_m(both, (104.005, 30.005), (104.001, 30.001), (104.009, 30.009), (104.001, 30.009))
    assert found == pytest.approx([0, 0, 0, min(0.003 * LAT_M, 0.003 * LON_M)], rel=0.001)


def test_dates_hold_to_the_second(fences, feature):
    end_s = BEGIN_S + 86400
    ground = fences(feature(valid_from="2026-01-01", valid_to="2026-01-02"))
    inside = (104.001, 30.001)
    assert at(ground, inside, None, utc_s=BEGIN_S - 1) == ([(-1, 0), (-1, 0)], 0)
    assert at(ground, inside, utc_s=BEGIN_S) == ([(0, 0)], 1)
    assert at(ground, inside, utc_s=end_s - 1) == ([(0, 0)], 1)
    assert at(ground, inside, utc_s=end_s) == ([(-1, 0)], 0)


def test_each_minute_is_held_to_the_fences_of_its_time(fences, feature):
    old = feature(fence="old", valid_to="2026-02-01", coordinates=square(104.0, 30.0, 0.01))
    new = feature(fence="new", valid_from="2026-02-01", coordinates=square(104.02, 30.0, 0.01))
    other = feature(fence="other", valid_from="2026-01-15", parts=[3], coordinates=square(104.02, 30.0, 0.01))
    ground = fences(old, new, other)
    switch_s = BEGIN_S + 31 * 86400
    minute_s = np.array([switch_s, BEGIN_S - 60, switch_s - 60, switch_s + 60], dtype=np.int64)
    lon_e7 = np.full((4, 2), 1_040_050_000, dtype=np.int32)
    lon_e7[:, 1] = 1_040_250_000
    lat_e7 = np.full((4, 2), 300_050_000, dtype=np.int32)
    places = classify(ground, minute_s, lat_e7, lon_e7, np.ones((4, 2), dtype=bool))
    assert places.in_force.tolist() == [1, 0, 1, 1]
    assert places.zone.tolist() == [[2, 0], [-1, -1], [0, 2], [2, 0]]
    # 8: it lies in the fence of another time; 1: in that of another part.
    assert places.elsewhere.tolist() == [8, 8 | 1, 8 | 1, 8]
    assert [fence.fence_id for fence in ground.in_force(2, switch_s - 1)] == ["old"]
    assert [fence.fence_id for fence in ground.in_force(2, switch_s)] == ["new"]
    assert [fence.fence_id for fence in ground.in_force(3, switch_s)] == ["other"]


def test_a_second_fence_counts_from_its_first_second(fences, feature):
    first = feature(fence="a", coordinates=square(104.0, 30.0, 0.01))
    second = feature(fence="b", valid_from="2026-02-01", coordinates=square(104.02, 30.0, 0.01))
    ground = fences(first, second)
    where = [(104.005, 30.005), (104.025, 30.005)]
    before, count = at(ground, *where)
    assert ([zone for zone, _ in before], count) == ([0, 2], 1)
    assert at(ground, *where, utc_s=BEGIN_S + 31 * 86400) == ([(0, 0), (0, 0)], 2)


def test_a_part_without_a_fence_has_none_in_force(fences, feature):
    assert at(fences(feature(parts=[2])), (104.001, 30.001), part=3) == ([(-1, 0)], 0)
    assert at(FenceSet(()), (104.001, 30.001)) == ([(-1, 0)], 0)


def test_grounds_far_apart_are_measured_each_at_its_own_latitude(fences, feature):
    south = feature(fence="south", coordinates=square(104.0, 20.0, 0.01))
    north = feature(fence="north", coordinates=square(104.0, 50.0, 0.01))
    found = outside_m(fences(south, north), (104.011, 20.005), (104.011, 50.005))
    for found_m, latitude in zip(found, (20.005, 50.005), strict=True):
        phi = math.radians(latitude)
        degree_m = 111412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi)
        assert found_m == pytest.approx(0.001 * degree_m, rel=0.001)


def test_a_fence_made_by_hand_must_be_valid(feature, collection):
    (fence,) = load_fences(collection(feature()), "x")
    bow_tie = shapely.Polygon([(104, 30), (104.01, 30.01), (104.01, 30), (104, 30.01)])
    with pytest.raises(FenceError, match=r"fence field-1: at 104\.0050000, 30\.0050000: its edges cross"):
        FenceSet([dataclasses.replace(fence, geometry=bow_tie)])
