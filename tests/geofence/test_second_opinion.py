"""The engine against a second implementation in exact integers, on random polygons with holes."""

import json
import math
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geofence.engine import FenceSet
from geofence.ground import load_fences

LAT_E7, LON_E7 = 306_600_000, 1_040_600_000
MINUTE_S = 1_780_000_000
# On the line is within a millimetre.
LINE_M = 0.00101


def covers(rings, lon, lat):
    """Whether a fix is inside by the parity of crossings, or on an edge. Integers only."""
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            cross = (x2 - x1) * (lat - y1) - (y2 - y1) * (lon - x1)
            if cross == 0 and min(x1, x2) <= lon <= max(x1, x2) and min(y1, y2) <= lat <= max(y1, y2):
                return True
            if (y1 > lat) != (y2 > lat) and (cross > 0) == (y2 > y1):
                odd = not odd
    return odd


def edge_m(rings, lon, lat):
    """Metres to the nearest edge, edge by edge, by the NIMA series for a degree at the fix's latitude."""
    phi = math.radians(lat / 1e7)
    north = (111132.92 - 559.82 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)) / 1e7
    east = (111412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi)) / 1e7
    nearest = math.inf
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            ax, ay, dx, dy = (x1 - lon) * east, (y1 - lat) * north, (x2 - x1) * east, (y2 - y1) * north
            square = dx * dx + dy * dy
            along = min(1.0, max(0.0, -(ax * dx + ay * dy) / square)) if square else 0.0
            nearest = min(nearest, math.hypot(ax + along * dx, ay + along * dy))
    return nearest


@st.composite
def star(draw, lon, lat, inner, outer):
    """A closed ring of 3 to 9 whole positions around a centre, between two radii."""
    count = draw(st.integers(3, 9))
    turn = draw(st.floats(0, 1))
    ring = []
    for index in range(count):
        radius = draw(st.integers(inner, outer))
        angle = 2 * math.pi * (index + turn) / count
        ring.append((lon + round(radius * math.cos(angle)), lat + round(radius * math.sin(angle))))
    return [*ring, ring[0]]


@st.composite
def polygon(draw, spread, radius):
    """Rings of a valid polygon with up to four holes. A ring is [(lon_e7, lat_e7), ...]."""
    lon, lat = LON_E7 + draw(st.integers(-spread, spread)), LAT_E7 + draw(st.integers(-spread, spread))
    rings = [draw(star(lon, lat, radius // 2, radius))]
    for east, north in draw(st.sets(st.sampled_from([(-1, -1), (-1, 1), (1, -1), (1, 1)]))):
        step = max(2, radius // 6)
        rings.append(draw(star(lon + east * step, lat + north * step, 1, step)))
    assume(shapely.Polygon(rings[0], rings[1:]).is_valid)
    assume(all(shapely.Polygon(ring).area > 0 for ring in rings))
    return rings


@st.composite
def grounds(draw):
    """(polygons, fixes): overlapping or apart, from half a metre to a kilometre across."""
    radius = draw(st.sampled_from([30, 2_000, 50_000]))
    polygons = draw(st.lists(polygon(2 * radius, radius), min_size=1, max_size=3))
    reach = 4 * radius
    anywhere = st.tuples(
        st.integers(LON_E7 - reach, LON_E7 + reach), st.integers(LAT_E7 - reach, LAT_E7 + reach)
    )
    vertices = [position for rings in polygons for ring in rings for position in ring]
    middles = [
        ((x1 + x2) // 2, (y1 + y2) // 2)
        for rings in polygons
        for ring in rings
        for (x1, y1), (x2, y2) in pairwise(ring)
    ]
    near = st.builds(
        lambda position, east, north: (position[0] + east, position[1] + north),
        st.sampled_from(vertices + middles),
        st.integers(-2, 2),
        st.integers(-2, 2),
    )
    return polygons, draw(st.lists(anywhere | near, min_size=1, max_size=20))


def load(shapes, **properties):
    features = [
        {
            "type": "Feature",
            "properties": {
                "fence": f"fence-{number}",
                "ground": "g",
                "kind": "field",
                "parts": [2],
                "valid_from": "2026-01-01",
                "valid_to": None,
                **properties,
            },
            "geometry": shape,
        }
        for number, shape in enumerate(shapes)
    ]
    return load_fences(json.dumps({"type": "FeatureCollection", "features": features}), "random")


def fence_set(polygons):
    rings = [[[[lon / 1e7, lat / 1e7] for lon, lat in ring] for ring in rings] for rings in polygons]
    return load({"type": "Polygon", "coordinates": coordinates} for coordinates in rings)


def distances(fences, fixes, depth=False):
    lon_e7 = np.array([[lon for lon, _ in fixes]], dtype=np.int32)
    lat_e7 = np.array([[lat for _, lat in fixes]], dtype=np.int32)
    minute_s = np.array([MINUTE_S], dtype=np.int64)
    present = np.ones(lat_e7.shape, dtype=bool)
    distance_m, _ = FenceSet(fences).signed_distance_m(2, minute_s, lat_e7, lon_e7, present, depth=depth)
    return distance_m[0]


@settings(max_examples=200, deadline=None)
@given(grounds())
def test_both_implementations_agree(ground):
    polygons, fixes = ground
    for (lon, lat), found_m in zip(fixes, distances(fence_set(polygons), fixes).tolist(), strict=True):
        if any(covers(rings, lon, lat) for rings in polygons):
            assert found_m == 0
        else:
            expected_m = min(edge_m(rings, lon, lat) for rings in polygons)
            assert abs(found_m - expected_m) <= LINE_M + 0.001 * expected_m


@settings(max_examples=100, deadline=None)
@given(grounds())
def test_depth_of_a_single_fence_is_the_distance_to_its_nearest_edge(ground):
    (rings, *_), fixes = ground
    found = distances(fence_set([rings]), fixes, depth=True).tolist()
    for (lon, lat), found_m in zip(fixes, found, strict=True):
        expected_m = edge_m(rings, lon, lat)
        if covers(rings, lon, lat):
            expected_m = -expected_m
        assert abs(found_m - expected_m) <= LINE_M + 0.001 * abs(expected_m)


@settings(max_examples=100, deadline=None)
@given(grounds(), st.data())
def test_order_and_repetition_of_fences_and_fixes_change_nothing(ground, data):
    polygons, fixes = ground
    fences = fence_set(polygons)
    expected = dict(zip(fixes, distances(fences, fixes).tolist(), strict=True))
    shuffled = data.draw(st.permutations(list(fences) + list(fences)[:1]))
    again = data.draw(st.permutations(fixes + fixes[:3]))
    for fix, found_m in zip(again, distances(shuffled, again).tolist(), strict=True):
        assert found_m == expected[fix]


@settings(max_examples=100, deadline=None)
@given(grounds())
def test_one_more_fence_never_puts_a_fix_further_outside(ground):
    polygons, fixes = ground
    fences = fence_set(polygons)
    for count in range(1, len(fences)):
        fewer, more = distances(fences[:count], fixes), distances(fences[: count + 1], fixes)
        assert (more <= fewer + 1e-6).all()
        assert (more[fewer <= 0] <= 0).all()


@st.composite
def lines(draw):
    """One or two lines of whole positions within about 300 m."""
    near = st.tuples(st.integers(LON_E7, LON_E7 + 30_000), st.integers(LAT_E7, LAT_E7 + 30_000))
    return draw(st.lists(st.lists(near, min_size=2, max_size=5, unique=True), min_size=1, max_size=2))


@settings(max_examples=200, deadline=None)
@given(
    lines(),
    st.floats(0.5, 200),
    st.lists(st.tuples(st.integers(-60_000, 60_000), st.integers(-60_000, 60_000)), min_size=1, max_size=20),
)
def test_a_corridor_is_what_lies_within_its_half_width(lines, half_width_m, offsets):
    fixes = [(LON_E7 + east, LAT_E7 + north) for east, north in offsets]
    degrees = [[[lon / 1e7, lat / 1e7] for lon, lat in line] for line in lines]
    shape = {"type": "MultiLineString", "coordinates": degrees}
    fences = load([shape], kind="road", half_width_m=half_width_m)
    vertices = shapely.get_coordinates(fences[0].geometry)
    assert (vertices == np.rint(vertices * 1e7) / 1e7).all()
    for (lon, lat), found_m in zip(fixes, distances(fences, fixes).tolist(), strict=True):
        expected_m = max(0.0, edge_m(lines, lon, lat) - half_width_m)
        # Chords for arcs, vertices rounded to a centimetre, and the scale of the plane.
        assert abs(found_m - expected_m) <= 0.02 + 0.0013 * half_width_m + 0.001 * expected_m


def test_a_fix_on_the_edge_of_a_union_is_inside_whatever_the_rounding():
    # Where edges cross, the union has a vertex that is no integer; the edges' own whole positions
    # then lie beside the line by that rounding, and are still on it.
    steps = [(LON_E7 + 7 * k, LAT_E7 + 3 * k) for k in range(0, 1001)]
    sail = [steps[0], steps[-1], (LON_E7, LAT_E7 + 3000), steps[0]]
    others = []
    for east in range(101, 700, 101):
        foot, top = (LON_E7 + east, LAT_E7 - 500), LAT_E7 + 17 * east
        others.append([foot, (LON_E7 + east + 911, top), (LON_E7 + east, top), foot])
    assert (distances(fence_set([[sail]] + [[other] for other in others]), steps) == 0).all()


def test_the_second_implementation_itself():
    shell = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
    pond = [(4, 4), (6, 4), (6, 6), (4, 6), (4, 4)]
    inside = {(lon, lat) for lon in range(-2, 13) for lat in range(-2, 13) if covers([shell, pond], lon, lat)}
    assert inside == {(lon, lat) for lon in range(11) for lat in range(11)} - {(5, 5)}
