"""Which form a file has, and how its drawings come by their properties."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.errors import FenceError
from geofence.exchange.drawings import format_of, read_drawings
from geofence.exchange.property_text import value_of
from geofence.ground import read_fences
from geofence.survey.repair import collection

SQUARE = "104,30;104.001,30;104.001,30.001;104,30.001"
GIVEN = {"ground": "G", "kind": "field", "parts": [2], "valid_from": "2026-01-01", "valid_to": None}


@pytest.mark.parametrize(
    ("source", "data", "form"),
    [
        ("a.GeoJSON", b"", "geojson"),
        ("a.json", b"", "geojson"),
        ("a.wkt", b"", "wkt"),
        ("a.kml", b"", "kml"),
        ("a.kmz", b"", "kml"),
        ("a.txt", b'\xef\xbb\xbf {"type"', "geojson"),
        ("a", b"[", "geojson"),
        ("a", b"\n<kml>", "kml"),
        ("a", b"PK\x03\x04", "kml"),
        ("a", b" multipolygon (((", "wkt"),
        ("a", b"srid=4326;POLYGON", "wkt"),
        ("a", b"104,30;", "list"),
        ("a.txt", "北场: 104,30".encode(), "list"),
        ("a", b"", "list"),
    ],
)
def test_the_form_is_told_by_the_name_or_the_beginning(source, data, form):
    assert format_of(data, source) == form


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("fence", " 7 ", "7"),
        ("fence", "null", "null"),
        ("ground", "", ""),
        ("valid_to", "null", None),
        ("valid_from", "2026-01-01", "2026-01-01"),
        ("half_width_m", "7.5", 7.5),
        ("half_width_m", "wide", "wide"),
        ("half_width_m", "007", "007"),
        ("capacity", "12", 12),
        ("parts", "2, 3", [2, 3]),
        ("parts", "[2,3]", [2, 3]),
        ("parts", "2,x", [2, "x"]),
        ("vehicle_classes", "all", None),
        ("vehicle_classes", "", None),
        ("schools", '["4401000000000001"]', ["4401000000000001"]),
        ("schools", "4401000000000001, 4401000000000002", ["4401000000000001", "4401000000000002"]),
        ("state", "pending", "pending"),
    ],
)
def test_a_text_is_read_as_its_property(name, text, value):
    found = value_of(name, text)
    assert found == value
    assert type(found) is type(value)


def properties_of(text, given, form="list"):
    return [feature.properties for feature in read_drawings(text.encode(), "x", form, given).features]


def test_what_is_given_fills_in_and_never_replaces():
    geometry = {"type": "LineString", "coordinates": [[104, 30], [105, 30]]}
    own = {"fence": "f", "ground": "H", "valid_to": None, "half_width_m": 3}
    feature = {"type": "Feature", "properties": own, "geometry": geometry}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    given = {**GIVEN, "fence": "x", "valid_to": "2027-01-01", "half_width_m": 5}
    assert properties_of(text, given, "geojson") == [{**GIVEN, **own}]


def test_a_width_is_for_lines_only():
    text = "POLYGON ((1 2)) LINESTRING (1 2)"
    area, line = properties_of(text, {"half_width_m": 5}, "wkt")
    assert "half_width_m" not in area
    assert line["half_width_m"] == 5
    assert read_drawings(SQUARE.encode(), "x", "list", {"half_width_m": 5}).features[0].shape == "LineString"
    assert read_drawings(SQUARE.encode(), "x", "list", {"half_width_m": None}).features[0].shape == "Polygon"


@pytest.mark.parametrize(
    ("text", "given", "names"),
    [
        (SQUARE, {}, ["fence"]),
        (SQUARE, {"ground": "G"}, ["G"]),
        (SQUARE, {"ground": "G", "fence": "F"}, ["F"]),
        (f"{SQUARE}\n{SQUARE}", {"ground": "G"}, ["G-1", "G-2"]),
        (f"N: {SQUARE}\n{SQUARE}", {"ground": "G"}, ["N", "G-2"]),
        (f"N: {SQUARE}\n{SQUARE}", {"fence": "F"}, ["F-1", "F-2"]),
    ],
)
def test_a_fence_without_an_id_gets_one(text, given, names):
    assert [properties["fence"] for properties in properties_of(text, given)] == names


def test_the_place_names_the_fence():
    (feature,) = read_drawings(f"N: {SQUARE}".encode(), "x", "list", {}).features
    assert feature.where.feature == 'line 1 (fence "N")'


def test_properties_that_no_fence_has_are_left_out_and_told():
    feature = {
        "type": "Feature",
        "properties": {"fence": None, "name": "N", "fill": "red", "parts": [2]},
        "geometry": {"type": "LineString", "coordinates": [[104, 30], [105, 30]]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    drawings = read_drawings(text.encode(), "x", "geojson", {})
    assert [(left.place, left.what) for left in drawings.left_out] == [("feature 1", 'the property "fill"')]
    assert drawings.features[0].properties == {"fence": "N", "parts": [2]}


def test_a_mark_at_the_beginning_is_passed_over_and_other_bytes_are_refused():
    assert properties_of("\ufeff" + SQUARE, {}) == [{"fence": "fence"}]
    with pytest.raises(FenceError, match="x: byte 5: this is not UTF-8 text; save"):
        read_drawings(b"104,\xff", "x", "list", {})


def test_a_drawing_knows_its_file_and_the_fence_it_was_given():
    (drawn,) = read_drawings(SQUARE.encode(), "yard.txt", "list", {**GIVEN, "fence": "b"}).features
    assert drawn.where.source == "yard.txt" and drawn.where.feature.endswith('(fence "b")')


CORNER = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(
    lambda at: (104 + at[0] / 1e4, 30 + at[1] / 1e4)
)


@settings(deadline=None, max_examples=60)
@given(
    corners=st.lists(st.tuples(CORNER, st.integers(5, 40)), min_size=1, max_size=4),
    line=st.booleans(),
)
def test_every_form_tells_the_same_fences(corners, line):
    """GeoJSON, WKT, KML and lists of the same triangles, or lines, read to the same fences."""
    drawn = [
        [[x, y], [round(x + side / 1e4, 7), y], [x, round(y + side / 1e4, 7)], [x, y]]
        for (x, y), side in corners
    ]
    given = {**GIVEN, **({"half_width_m": 5} if line else {})}
    shape = "LineString" if line else "Polygon"
    texts = {"geojson": [], "wkt": [], "kml": [], "list": []}
    for number, ring in enumerate(drawn):
        pairs = [f"{lon!r} {lat!r}" for lon, lat in ring]
        commas = [pair.replace(" ", ",") for pair in pairs]
        coordinates = ring if line else [ring]
        geometry = {"type": shape, "coordinates": coordinates}
        texts["geojson"].append(
            {"type": "Feature", "properties": {"name": f"n{number}"}, "geometry": geometry}
        )
        texts["wkt"].append(f"LINESTRING ({','.join(pairs)})" if line else f"POLYGON (({','.join(pairs)}))")
        body = f"<coordinates>{' '.join(commas)}</coordinates>"
        ring_kml = f"<LinearRing>{body}</LinearRing>"
        inner = (
            f"<LineString>{body}</LineString>"
            if line
            else f"<Polygon><outerBoundaryIs>{ring_kml}</outerBoundaryIs></Polygon>"
        )
        texts["kml"].append(f"<Placemark><name>n{number}</name>{inner}</Placemark>")
        texts["list"].append(f"n{number}: {';'.join(commas)}")
    files = {
        "geojson": json.dumps({"type": "FeatureCollection", "features": texts["geojson"]}),
        "wkt": "\n".join(texts["wkt"]),
        "kml": f"<kml>{''.join(texts['kml'])}</kml>",
        "list": "\n".join(texts["list"]),
    }
    read = {
        form: read_fences(collection(read_drawings(text.encode(), "x", form, given).features), "x")
        for form, text in files.items()
    }
    geometries = {form: [fence.geometry for fence in fences] for form, fences in read.items()}
    assert geometries["geojson"] == geometries["wkt"] == geometries["kml"] == geometries["list"]
    assert read["geojson"] == read["kml"] == read["list"]
