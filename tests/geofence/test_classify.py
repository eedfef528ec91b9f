"""FenceSet.classify: the same answers as the slow exact way, and as an oracle in integers."""

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.engine import FenceKeys, FenceSet
from geofence.ground import Fence
from geofence.projection import BAND_E7, LocalPlane
from tests.geofence.oracle import BAND_LAT_E7, LAT_E7, LON_E7, covers, fixes_around, grounds, polygon

MINUTE_S = 1_780_000_000
SCHOOL = 5_101_000_000_000_001


def fence(rings, name="f", **changes):
    """A fence of part 2 for everybody, around rings of whole (lon_e7, lat_e7)."""
    degrees = [[(lon / 1e7, lat / 1e7) for lon, lat in ring] for ring in rings]
    made = Fence(name, "g", "field", frozenset([2]), 0, None, shapely.Polygon(degrees[0], degrees[1:]))
    return dataclasses.replace(made, **changes)


def keys_of(rows):
    """FenceKeys of [(part, vehicle class, school), ...]."""
    return FenceKeys(*np.array(rows, dtype=np.int64).reshape(-1, 3).T)


def classify(fences, minutes, rows=None, minute_s=None, margin_m=1.0):
    """Places of minutes given as lists of (lon_e7, lat_e7) or None, of one length."""
    present = np.array([[fix is not None for fix in minute] for minute in minutes], dtype=bool)
    places = np.array([[fix or (0, 0) for fix in minute] for minute in minutes], dtype=np.int64)
    lon_e7, lat_e7 = np.moveaxis(places.reshape(*present.shape, 2), 2, 0).astype(np.int32)
    rows = rows or [(2, 21, SCHOOL)] * len(minutes)
    seconds = np.full(len(minutes), MINUTE_S) if minute_s is None else np.array(minute_s, dtype=np.int64)
    margin = np.broadcast_to(np.float64(margin_m), present.shape)
    fence_set = fences if isinstance(fences, FenceSet) else FenceSet(fences)
    return fence_set.classify(keys_of(rows), seconds, lat_e7, lon_e7, present, margin)


def slow_distance_m(fences, lon, lat):
    """Metres outside by each fence alone, no grid, no box, no tree."""
    plane = LocalPlane(lat // BAND_E7 * BAND_E7 + BAND_E7 // 2, 0)
    nearest_m = np.inf
    for one in fences:
        outline = shapely.transform(one.geometry, lambda vertices: np.rint(vertices * 1e7))
        if shapely.intersects_xy(outline, lon, lat):
            return 0.0
        metres = shapely.transform(
            shapely.boundary(outline), lambda v: np.column_stack(plane.to_metres(v[:, 1], v[:, 0]))
        )
        x_m, y_m = plane.to_metres(lat, lon)
        nearest_m = min(nearest_m, float(shapely.distance(metres, shapely.Point(x_m, y_m))))
    return 0.0 if nearest_m <= 0.001 else nearest_m


def slow(fences, minutes, margin_m):
    """(zone, outside_m) the slow exact way."""
    zone = np.full((len(minutes), len(minutes[0])), -1)
    outside_m = np.zeros(len(minutes))
    for row, minute in enumerate(minutes):
        for column, fix in enumerate(minute):
            if fix is not None and fences:
                found_m = slow_distance_m(fences, *fix)
                zone[row, column] = 0 if found_m == 0 else 1 + (found_m > margin_m)
                outside_m[row] = max(outside_m[row], found_m)
    return zone, outside_m


@st.composite
def days(draw, most=4):
    """(polygons, minutes of 6 fixes or None, margin): several minutes near the same fences."""
    polygons, fixes = draw(grounds(most))
    minute = st.lists(st.sampled_from([*fixes, None]), min_size=6, max_size=6)
    return (
        polygons,
        draw(st.lists(minute, min_size=1, max_size=4)),
        draw(st.sampled_from([0.0, 0.02, 3, 200])),
    )


@pytest.mark.parametrize("drawn_from", [1, 10**9])
@settings(max_examples=80, deadline=None)
@given(day=days())
def test_same_as_the_slow_exact_way_to_the_last_bit(day, drawn_from):
    polygons, minutes, margin_m = day
    fences = [fence(rings, f"f{number}") for number, rings in enumerate(polygons)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geofence.held._DRAWN_FROM", drawn_from)
        found = classify(fences, minutes, margin_m=margin_m)
    zone, outside_m = slow(fences, minutes, margin_m)
    assert found.zone.dtype == np.int8 and found.zone.tolist() == zone.tolist()
    assert found.outside_m.tolist() == outside_m.tolist()
    assert found.in_force.tolist() == [len(fences)] * len(minutes)


@settings(max_examples=80, deadline=None)
@given(grounds())
def test_inside_is_what_the_winding_number_says(ground):
    polygons, fixes = ground
    fences = [fence(rings, f"f{number}") for number, rings in enumerate(polygons)]
    # Minutes long enough for the grids to be drawn.
    zone = classify(fences, [fixes * (320 // len(fixes) + 1)], margin_m=0.0).zone[0]
    for (lon, lat), found in zip(fixes, zone.tolist(), strict=False):
        expected = any(covers(rings, lon, lat) for rings in polygons)
        # A fix one centimetre outside may lie within a millimetre of a slanted line: on it.
        assert (found == 0) == expected or (not expected and slow_distance_m(fences, lon, lat) == 0)


@settings(max_examples=40, deadline=None)
@given(days(), st.data())
def test_order_repeats_and_company_change_nothing(day, data):
    polygons, minutes, margin_m = day
    fences = [fence(rings, f"f{number}") for number, rings in enumerate(polygons)]
    expected = classify(fences, minutes, margin_m=margin_m)
    shuffled = data.draw(st.permutations(fences + fences[:2]))
    order = data.draw(st.permutations(range(len(minutes))))
    fence_set = FenceSet(shuffled, held_max=1)
    for _ in range(2):
        found = classify(fence_set, [minutes[row] for row in order], margin_m=margin_m)
        for name in ("zone", "outside_m", "in_force", "elsewhere"):
            assert getattr(found, name).tolist() == getattr(expected, name)[order].tolist()


@settings(max_examples=40, deadline=None)
@given(days())
def test_one_more_fence_never_puts_a_fix_further_outside(day):
    polygons, minutes, margin_m = day
    fences = [fence(rings, f"f{number}") for number, rings in enumerate(polygons)]
    fewer, more = (
        classify(fences[:-1], minutes, margin_m=margin_m),
        classify(fences, minutes, margin_m=margin_m),
    )
    asked = fewer.zone >= 0
    assert (more.zone[asked] <= fewer.zone[asked]).all()
    if len(fences) > 1:
        assert (more.outside_m <= fewer.outside_m).all()


SQUARE = [(LON_E7 + x, LAT_E7 + y) for x, y in ((0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0))]
# An L with its concave corner at (500, 500), and a hole that touches the outer ring at (0, 250).
ELL = [
    (LON_E7 + x, LAT_E7 + y)
    for x, y in ((0, 0), (1000, 0), (1000, 500), (500, 500), (500, 1000), (0, 1000), (0, 0))
]
TOUCHING = [(LON_E7 + x, LAT_E7 + y) for x, y in ((0, 250), (200, 100), (200, 400), (0, 250))]


@pytest.mark.parametrize(
    ("east", "north", "zone"),
    [
        (0, 0, 0), (500, 500, 0), (750, 500, 0), (1000, 250, 0),
        (501, 501, 2), (499, 501, 0), (501, 499, 0), (1001, 250, 2), (999, 250, 0), (-1, 600, 2),
        (0, 250, 0), (1, 250, 2), (-1, 250, 2), (0, 251, 0), (100, 250, 2), (200, 250, 0), (201, 250, 0),
        (199, 250, 2), (200, 100, 0), (0, 249, 0),
    ],
)  # fmt: skip
def test_corners_edges_one_centimetre_and_a_touching_hole(east, north, zone):
    fix = (LON_E7 + east, LAT_E7 + north)
    for length in (1, 400):
        found = classify([fence([ELL, TOUCHING])], [[fix] * length], margin_m=0.002)
        assert found.zone[0].tolist() == [zone] * length
        assert (found.outside_m[0] > 0) == (zone == 2)
    assert covers([ELL, TOUCHING], *fix) == (zone == 0)


def test_margins_are_those_of_each_fix():
    out = (LON_E7 + 2000, LAT_E7 + 500)
    place = np.array([[LON_E7 + 500, out[0], out[0], out[0]]], dtype=np.int32)
    lat_e7 = np.full((1, 4), out[1], dtype=np.int32)
    margin_m = np.array([[1.0, 9.0, 10.0, 11.0]])
    present = np.array([[True, True, True, True]])
    found = FenceSet([fence([SQUARE])]).classify(
        keys_of([(2, 21, SCHOOL)]), np.array([MINUTE_S]), lat_e7, place, present, margin_m
    )
    assert found.zone.tolist() == [[0, 2, 1, 1]] and 9 < found.outside_m[0] < 10


@pytest.mark.parametrize(
    ("changes", "key", "second", "bits"),
    [
        ({}, (2, 21, SCHOOL), 0, None),
        ({}, (2, 0, 0), 0, None),
        ({}, (3, 21, SCHOOL), 0, 1),
        ({"vehicle_classes": frozenset([21, 22])}, (2, 22, SCHOOL), 0, None),
        ({"vehicle_classes": frozenset([22])}, (2, 21, SCHOOL), 0, 2),
        ({"vehicle_classes": frozenset([22])}, (2, 0, SCHOOL), 0, 2),
        ({"state": "pending"}, (2, 21, SCHOOL), 0, 4),
        ({"state": "refused"}, (2, 21, SCHOOL), 0, 4),
        ({"state": "withdrawn"}, (3, 21, SCHOOL), 0, 1 | 4),
        ({"valid_from_s": MINUTE_S}, (2, 21, SCHOOL), 0, None),
        ({"valid_from_s": MINUTE_S}, (2, 21, SCHOOL), -1, 8),
        ({"valid_to_s": MINUTE_S + 60}, (2, 21, SCHOOL), 59, None),
        ({"valid_to_s": MINUTE_S + 60}, (2, 21, SCHOOL), 60, 8),
        ({"schools": frozenset([SCHOOL, 7])}, (2, 21, SCHOOL), 0, None),
        ({"schools": frozenset([7])}, (2, 21, SCHOOL), 0, 16),
        ({"schools": frozenset([7])}, (2, 21, 0), 0, 16),
        ({"schools": frozenset([7]), "parts": frozenset([3])}, (2, 21, SCHOOL), 0, 1 | 16),
        ({"schools": frozenset([7, SCHOOL]), "parts": frozenset([3])}, (2, 21, SCHOOL), 0, 1),
        ({"vehicle_classes": frozenset([22]), "parts": frozenset([3])}, (2, 22, SCHOOL), 0, 1),
        ({"vehicle_classes": frozenset([22]), "parts": frozenset([3])}, (2, 21, SCHOOL), 0, 1 | 2),
    ],
)
def test_a_fence_allows_by_part_class_school_state_and_dates(changes, key, second, bits):
    inside, gone = (LON_E7 + 500, LAT_E7 + 500), (LON_E7 + 50_000, LAT_E7)
    limited = fence([SQUARE], **changes)
    found = classify([limited], [[inside, None], [gone, None]], [key] * 2, [MINUTE_S + second] * 2)
    assert found.in_force.tolist() == [int(bits is None)] * 2
    assert found.zone[:, 0].tolist() == ([0, 2] if bits is None else [-1, -1])
    assert found.elsewhere.tolist() == [bits or 0, 0]
    # The same with another fence in force far away: the fix is out now, not without a fence.
    away = fence([[(lon - 90_000, lat) for lon, lat in SQUARE]], "away")
    found = classify([limited, away], [[inside, None]], [key], [MINUTE_S + second])
    if key[0] == 2:
        assert found.zone.tolist() == [[0 if bits is None else 2, -1]]
        assert found.elsewhere.tolist() == [bits or 0]


@st.composite
def crowds(draw):
    """(polygons of 17 to 30 fences, minutes): more than are asked one by one."""
    radius = draw(st.sampled_from([500, 20_000]))
    shapes = draw(st.lists(polygon(5 * radius, radius, BAND_LAT_E7), min_size=1, max_size=3))
    count = draw(st.integers(17, 30))
    shifts = draw(st.lists(st.integers(-20 * radius, 20 * radius), min_size=count, max_size=count))
    polygons = [
        [[(lon + shift, lat) for lon, lat in ring] for ring in shapes[number % len(shapes)]]
        for number, shift in enumerate(shifts)
    ]
    fixes = draw(fixes_around(polygons, 30 * radius, BAND_LAT_E7))
    far = draw(st.sampled_from([(LON_E7, LAT_E7), (LON_E7 + 400_000_000, 0), (-LON_E7, -LAT_E7)]))
    return polygons, [fixes, [*fixes[1:], far]]


@settings(max_examples=40, deadline=None)
@given(crowds(), st.sampled_from([0.0, 100.0]))
def test_many_fences_open_to_all_answer_as_one_by_one(crowd, margin_m):
    polygons, minutes = crowd
    dates = [
        {"valid_from_s": MINUTE_S + 1},
        {"valid_to_s": MINUTE_S},
        {},
        {"schools": frozenset([SCHOOL])},
        {},
    ]
    fences = [fence(rings, f"f{n}", **dates[n % len(dates)]) for n, rings in enumerate(polygons)]
    found = classify(fences, minutes, margin_m=margin_m)
    applied = [one for one in fences if one.in_force(2, MINUTE_S)]
    zone, outside_m = slow(applied, minutes, margin_m)
    assert found.zone.tolist() == zone.tolist()
    assert found.outside_m.tolist() == outside_m.tolist()
    assert found.in_force.tolist() == [len(applied)] * 2
    for row, minute in enumerate(minutes):
        outs = [fix for fix, at in zip(minute, zone[row].tolist(), strict=True) if at == 2]
        dated = [one for one in fences if one not in applied]
        inside = any(slow_distance_m([one], *fix) == 0 for one in dated for fix in outs)
        # Within a millimetre of a line counts as in, for elsewhere only what the integers say.
        assert found.elsewhere[row] in ({0, 8} if inside else {0})


def test_shapes_that_do_not_fit_are_refused():
    fixes = np.zeros((2, 60), dtype=np.int32)
    with pytest.raises(ValueError, match=r"have shapes \(3,\), \(2, 60\)"):
        FenceSet([]).classify(
            keys_of([(2, 0, 0)] * 3), np.zeros(3, dtype=np.int64), fixes, fixes, fixes == 0, fixes * 1.0
        )


@pytest.mark.parametrize("fences", [[], [fence([SQUARE])]])
@pytest.mark.parametrize(("minutes", "seconds"), [(0, 60), (3, 0), (3, 60)])
def test_no_minutes_and_minutes_without_fixes(fences, minutes, seconds):
    found = classify(fences, [[None] * seconds] * minutes) if minutes else None
    if found is None:
        nothing = np.zeros((0, 60), dtype=np.int32)
        found = FenceSet(fences).classify(
            keys_of([]), np.zeros(0, dtype=np.int64), nothing, nothing, nothing == 0, nothing * 1.0
        )
    assert found.zone.shape == (minutes, seconds) and (found.zone == -1).all()
    assert found.outside_m.tolist() == [0] * minutes
    assert found.in_force.tolist() == [len(fences)] * minutes
