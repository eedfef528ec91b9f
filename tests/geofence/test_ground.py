"""Good files: what a fence holds."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from geofence.datum import from_wgs84
from geofence.errors import FenceError
from geofence.ground import load_fences, read_fences
from geofence.projection import LocalPlane


def seconds(*date):
    return int(datetime(*date, tzinfo=UTC).timestamp())


def test_a_polygon_with_a_pond(feature, collection):
    (fence,) = load_fences(collection(feature(parts=[2, 3], kind="field")), "grounds.geojson")
    assert (fence.fence_id, fence.ground, fence.kind) == ("field-1", "North ground", "field")
    assert fence.parts == frozenset({2, 3})
    assert fence.geometry.geom_type == "Polygon"
    assert fence.geometry.contains(shapely.Point(104.001, 30.001))
    assert not fence.geometry.intersects(shapely.Point(104.005, 30.005))
    assert fence.geometry.bounds == (104.0, 30.0, 104.01, 30.01)


def test_features_keep_the_order_of_the_file(feature, collection):
    text = collection(*(feature(fence=name) for name in ("c", "a", "b")))
    assert [fence.fence_id for fence in load_fences(text, "x")] == ["c", "a", "b"]


def test_a_parsed_document_loads_as_its_text_does(feature, collection):
    text = collection(feature())
    assert read_fences(json.loads(text), "registry.json") == load_fences(text, "registry.json")


def test_members_that_drawing_programs_add_are_accepted(feature, collection):
    document = json.loads(collection(feature()))
    document["name"] = "grounds"
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    document["features"][0]["id"] = 7
    for position in document["features"][0]["geometry"]["coordinates"][0]:
        position.append(512.5)
    assert read_fences(document, "x") == load_fences(collection(feature()), "x")


def test_vertices_lie_on_whole_e7_degrees(feature, collection):
    ring = [[104.00000004, 30.0], [104.01, 30.0], [104.01, 30.01], [104.00000004, 30.0]]
    (fence,) = load_fences(collection(feature(coordinates=[ring])), "x")
    assert fence.geometry.exterior.coords[0] == (104.0, 30.0)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-01", seconds(2026, 2, 28, 16, 0, 0)),
        ("2026-03-01T00:00:00Z", seconds(2026, 3, 1)),
        ("2026-03-01T08:30:05+08:00", seconds(2026, 3, 1, 0, 30, 5)),
        ("2026-02-28T19:00:00-05:00", seconds(2026, 3, 1)),
        ("1969-12-31", -86400 - 8 * 3600),
    ],
)
def test_dates_are_china_midnights_and_stamps_are_exact(feature, collection, written, expected):
    (fence,) = load_fences(collection(feature(valid_from="1960-01-01", valid_to=written)), "x")
    assert fence.valid_to_s == expected
    (fence,) = load_fences(collection(feature(valid_from=written)), "x")
    assert fence.valid_from_s == expected
    assert fence.valid_to_s is None


def test_the_offset_of_bare_dates_is_a_parameter(feature, collection):
    text = collection(feature(valid_from="2026-03-01"), feature(fence="b", valid_from="2026-03-01T00:00:00Z"))
    day, stamp = load_fences(text, "x", utc_offset_s=0)
    assert day.valid_from_s == stamp.valid_from_s == seconds(2026, 3, 1)


def test_a_multipolygon_keeps_its_polygons(feature, collection):
    far = [[[104.02, 30.0], [104.03, 30.0], [104.03, 30.01], [104.02, 30.0]]]
    near = [[[104.0, 30.0], [104.01, 30.0], [104.01, 30.01], [104.0, 30.0]]]
    (fence,) = load_fences(collection(feature("MultiPolygon", [near, far])), "x")
    assert fence.geometry.geom_type == "MultiPolygon"
    assert len(fence.geometry.geoms) == 2


def test_a_corridor_is_its_half_width_to_each_side_and_round_at_the_ends(feature, collection):
    line = [[104.0, 30.0], [104.02, 30.0]]
    (fence,) = load_fences(collection(feature("LineString", line, kind="road", half_width_m=8)), "x")
    plane = LocalPlane(300_000_000, 1_040_000_000)
    lon, lat = shapely.get_coordinates(fence.geometry).T
    x_m, y_m = plane.to_metres(np.rint(lat * 1e7), np.rint(lon * 1e7))
    length_m = float(plane.to_metres(0, 1_040_200_000)[0])
    # Every vertex of the outline is 8 m from the line, to the centimetre of its rounding.
    assert np.hypot(x_m - np.clip(x_m, 0, length_m), y_m) == pytest.approx(8, abs=0.03)
    assert x_m.min() == pytest.approx(-8, abs=0.02)
    assert x_m.max() == pytest.approx(length_m + 8, abs=0.02)


def test_corridors_may_cross_themselves_and_be_in_pieces(feature, collection):
    eight = [[104.0, 30.0], [104.01, 30.01], [104.01, 30.0], [104.0, 30.01]]
    apart = [[104.05, 30.0], [104.06, 30.0]]
    text = collection(feature("MultiLineString", [eight, apart], half_width_m=0.5))
    (fence,) = load_fences(text, "x")
    assert fence.geometry.is_valid
    assert len(fence.geometry.geoms) == 2
    assert len(fence.geometry.geoms[0].interiors) + len(fence.geometry.geoms[1].interiors) == 1


def test_a_file_without_the_newer_properties_is_open_to_all_and_approved(feature, collection):
    (fence,) = load_fences(collection(feature()), "x")
    told = (fence.vehicle_classes, fence.schools, fence.state, fence.capacity, fence.datum)
    assert told == (None, None, "approved", None, "wgs84")


def test_classes_schools_and_capacity_are_held(feature, collection):
    text = collection(feature(vehicle_classes=[22, 21], schools=["4401000000000002"], capacity=12))
    (fence,) = load_fences(text, "x")
    assert fence.vehicle_classes == frozenset({21, 22})
    assert fence.schools == frozenset({4401000000000002})
    assert fence.capacity == 12
    everyone = collection(feature(vehicle_classes=None, schools=None, capacity=None))
    assert load_fences(everyone, "x") == load_fences(collection(feature()), "x")


@pytest.mark.parametrize("state", ["approved", "pending", "refused", "withdrawn"])
def test_only_what_is_approved_is_ever_in_force(feature, collection, state):
    (fence,) = load_fences(collection(feature(state=state)), "x")
    assert fence.state == state
    assert fence.in_force(2, seconds(2026, 3, 1)) is (state == "approved")


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_drawing_in_a_chinese_datum_is_held_in_wgs84(feature, collection, datum):
    corridor = ("LineString", [[104.0, 30.0], [104.02, 30.0]])
    for shape, coordinates, more in (("Polygon", None, {}), (*corridor, {"half_width_m": 8})):
        drawn, plain = (
            load_fences(collection(feature(shape, coordinates, **more, **stated)), "x")[0]
            for stated in ({"datum": datum}, {})
        )
        assert (drawn.datum, plain.datum) == (datum, "wgs84")
        middle, expected = drawn.geometry.centroid, plain.geometry.centroid
        lon, lat = from_wgs84(middle.x, middle.y, datum)
        assert (float(lon), float(lat)) == pytest.approx((expected.x, expected.y), abs=3e-5)
        assert abs(middle.x - expected.x) > 1e-3


def test_what_was_converted_before_is_not_converted_again(feature, collection):
    (fence,) = load_fences(collection(feature(datum="wgs84", drawn_in="gcj02")), "x")
    assert fence.geometry.bounds == (104.0, 30.0, 104.01, 30.01)
    assert fence.datum == "gcj02"


@pytest.mark.parametrize(
    ("valid_to", "valid_from", "taken"),
    [("2026-06-01", "2026-06-01", True), ("2026-06-02", "2026-06-01", False), (None, "2026-06-01", False)],
)
def test_a_fence_may_follow_its_older_self_but_not_meet_it(feature, collection, valid_to, valid_from, taken):
    older = feature(parts=[2], valid_to=valid_to)
    newer = feature(parts=[3], valid_from=valid_from, valid_to="2027-01-01")
    for features in ((older, newer), (newer, older)):
        if taken:
            assert len(load_fences(collection(*features), "x")) == 2
        else:
            with pytest.raises(
                FenceError, match="the same fence id at the same time; give each fence its own"
            ):
                load_fences(collection(*features), "x")
