"""The packed grounds, asked by the terminal's integers, against shapely's answers on the same fences."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firmware.terminal.fence.fence import Grounds
from geofence.compact import order_bodies, pack_grounds
from geofence.datum import to_wgs84
from geofence.engine import FenceKeys, FenceSet
from geofence.errors import FenceError
from geofence.ground import read_fences
from geofence.projection import LocalPlane

ROOT = Path(__file__).resolve().parents[2]
DEMO = json.loads((ROOT / "simulators/scenarios/demo_ground.geojson").read_text())
NOW_S = 1790000000
BAND_M = 0.5


def document(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def star(plane, rng, corners, radius_m, at_m=(0.0, 0.0)):
    """A ring of so many corners in any direction, never crossing itself."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    reach = rng.uniform(0.3, 1.0, corners) * radius_m
    lat, lon = plane.to_e7(at_m[0] + reach * np.cos(angles), at_m[1] + reach * np.sin(angles))
    ring = [[x / 1e7, y / 1e7] for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    return ring + ring[:1]


def ground_of(feature, plane, rng, corners, radius_m):
    """An area with a hole, a second area and a corridor."""
    area = [star(plane, rng, corners, radius_m), star(plane, rng, 5, radius_m * 0.1)]
    other = [star(plane, rng, corners, radius_m * 0.5, (radius_m * 2, 0.0))]
    line = star(plane, rng, max(corners // 2, 3), radius_m * 3)[:-1]
    return document(
        feature("MultiPolygon", [area, other], fence="a", parts=[2]),
        feature("LineString", line, fence="b", kind="road", parts=[2, 3], half_width_m=7.5),
    )


def around(grounds, rng, count):
    """Places in and about the bounding box, many of them near an edge."""
    shape = shapely.union_all([fence.geometry for fence in grounds])
    west, south, east, north = shape.bounds
    lon = rng.uniform(west - 0.001, east + 0.001, count)
    lat = rng.uniform(south - 0.001, north + 0.001, count)
    edge = shapely.get_coordinates(shape.boundary)
    near = rng.integers(0, len(edge), count // 2)
    lon[: count // 2] = edge[near, 0] + rng.normal(0, 1.5e-4, count // 2)
    lat[: count // 2] = edge[near, 1] + rng.normal(0, 1.5e-4, count // 2)
    return np.rint(lat * 1e7).astype(np.int32), np.rint(lon * 1e7).astype(np.int32)


def signed_distances_m(fences, part, lat, lon):
    """Metres to the union of the fences of a part by shapely, in the plane of the union's middle: below 0
    inside."""
    union = shapely.union_all([fence.geometry for fence in fences if part in fence.parts])
    west, south, east, north = union.bounds
    plane = LocalPlane(round((south + north) * 5e6), round((west + east) * 5e6))

    def project(degrees):
        return np.column_stack(plane.to_metres(degrees[:, 1] * 1e7, degrees[:, 0] * 1e7))

    metres = shapely.transform(union, project)
    fixes = shapely.points(*plane.to_metres(lat, lon))
    distance = shapely.distance(metres.boundary, fixes)
    return np.where(shapely.intersects(metres, fixes), -distance, distance)


def check(text, margin_m, part, rng, count=120):
    fences = read_fences(text, "test")
    lat, lon = around(fences, rng, count)
    distance = signed_distances_m(fences, part, lat, lon)
    keys = FenceKeys(*np.array([[part], [0], [0]]))
    present, margin = np.ones((1, count), dtype=bool), np.full((1, count), float(margin_m))
    zone = FenceSet(fences).classify(keys, np.array([NOW_S]), lat[None], lon[None], present, margin).zone[0]
    grounds = Grounds(pack_grounds(text, "test", 1))
    asked = 0
    for metres, at, y, x in zip(distance.tolist(), zone.tolist(), lat.tolist(), lon.tolist(), strict=True):
        if abs(metres - margin_m) > BAND_M and (margin_m or abs(metres) > 0.02):
            asked += 1
            said = grounds.inside(y, x, part, NOW_S, margin_m * 100)
            assert said == (metres <= margin_m), (metres, y, x)
            assert at == (0 if metres <= 0 else 1 + (metres > margin_m)), (metres, y, x)
    assert asked > count // 2


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    corners=st.integers(4, 24),
    radius_m=st.sampled_from([30.0, 200.0, 3000.0]),
    lat_e7=st.integers(-530000000, 530000000),
    lon_e7=st.integers(-1790000000, 1790000000),
    margin_m=st.sampled_from([0, 5, 10, 50]),
    part=st.sampled_from([2, 3]),
)
def test_the_terminal_agrees_with_the_engine(
    feature, seed, corners, radius_m, lat_e7, lon_e7, margin_m, part
):
    rng = np.random.default_rng(seed)
    text = ground_of(feature, LocalPlane(lat_e7, lon_e7), rng, corners, radius_m)
    try:
        read_fences(text, "test")
    except FenceError:
        assume(False)
    check(text, margin_m, part, rng)


@pytest.mark.parametrize("part", [2, 3])
@pytest.mark.parametrize("margin_m", [0, 10])
def test_the_demo_ground_agrees(part, margin_m):
    check(DEMO, margin_m, part, np.random.default_rng(7), 2000)


def test_a_ground_of_twelve_vertices_takes_less_than_120_bytes(feature):
    plane = LocalPlane(300000000, 1040000000)
    ring = star(plane, np.random.default_rng(1), 12, 250.0)
    assert len(pack_grounds(document(feature("Polygon", [ring])), "test", 1)) < 120


def test_only_grounds_still_in_force_are_packed_and_their_dates_hold(feature):
    text = document(
        feature(fence="old", valid_to="2026-02-01"),
        feature(fence="now", valid_from="2026-03-01", valid_to="2026-04-01", parts=[3]),
    )
    begin_s, end_s = 1772294400, 1774972800
    grounds = Grounds(pack_grounds(text, "test", 5, from_s=begin_s))
    assert (grounds.version, grounds.count) == (5, 1)
    lat, lon = 300020000, 1040020000
    seconds = (begin_s - 1, begin_s, end_s - 1, end_s)
    assert [grounds.inside(lat, lon, 3, second) for second in seconds] == [False, True, True, False]
    assert [grounds.knows(3, second) for second in seconds] == [False, True, True, False]
    assert not grounds.knows(2, begin_s) and not grounds.inside(lat, lon, 2, begin_s)


def test_only_what_is_approved_is_packed_and_a_chinese_datum_is_converted(feature):
    states = [feature(fence=state, state=state) for state in ("pending", "refused", "withdrawn")]
    grounds = Grounds(pack_grounds(document(*states, feature(datum="gcj02")), "test", 5))
    assert grounds.count == 1
    lon, lat = to_wgs84(104.001, 30.001, "gcj02")
    assert grounds.inside(round(float(lat) * 1e7), round(float(lon) * 1e7), 2, NOW_S)
    assert not grounds.inside(300099000, 1040099000, 2, NOW_S)


def test_a_broken_blob_is_refused_whole():
    blob = pack_grounds(DEMO, "demo", 3)
    for at in range(len(blob)):
        with pytest.raises(ValueError, match="grounds:"):
            Grounds(blob[:at] + bytes([blob[at] ^ 0x40]) + blob[at + 1 :])
        with pytest.raises(ValueError, match="grounds:"):
            Grounds(blob[:at])


def test_what_a_terminal_cannot_hold_is_refused_with_a_sentence(feature):
    plane = LocalPlane(300000000, 1040000000)
    rng = np.random.default_rng(3)
    many = [feature("Polygon", [star(plane, rng, 40, 250.0)], fence=f"f{n}") for n in range(100)]
    with pytest.raises(FenceError, match="a terminal holds 16384"):
        pack_grounds(document(*many), "many.geojson", 1)
    with pytest.raises(ValueError, match="version of the grounds 0"):
        pack_grounds(DEMO, "demo", 0)


def test_orders_carry_the_blob_in_parts():
    blob = pack_grounds(DEMO, "demo", 3)
    bodies = order_bodies(blob, 50)
    assert b"".join(body[6:] for body in bodies) == blob
    assert [body[:6] for body in bodies] == [
        b"\0\0\0\x03" + bytes([part, len(bodies)]) for part in range(1, len(bodies) + 1)
    ]
