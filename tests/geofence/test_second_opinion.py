"""The engine against a second implementation in exact integers, on random polygons with holes."""

import json
import math
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.engine import FenceKeys, FenceSet
from geofence.ground import load_fences
from tests.geofence.oracle import LAT_E7, LON_E7, grounds

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


def distances(fences, fixes):
    """Metres outside of each fix alone; in exactly when that is 0."""
    lon_e7, lat_e7 = np.array(fixes, dtype=np.int32).T[:, :, np.newaxis]
    minute_s, part = np.full(len(fixes), MINUTE_S), np.full(len(fixes), 2)
    keys = FenceKeys(part, 0 * part, 0 * part)
    present, margin_m = np.ones((len(fixes), 1), dtype=bool), np.zeros((len(fixes), 1))
    places = FenceSet(fences).classify(keys, minute_s, lat_e7, lon_e7, present, margin_m)
    assert ((places.zone[:, 0] == 0) == (places.outside_m == 0)).all()
    return places.outside_m


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
