"""WKT against shapely's own writer, and refusals with their place."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.errors import FenceError
from geofence.exchange.wkt import read_wkt

E7 = st.integers(-1_800_000_000, 1_800_000_000).map(lambda value: value / 10_000_000)
LINE = st.lists(st.tuples(E7, E7), min_size=2, max_size=6)
RING = st.lists(st.tuples(E7, E7), min_size=3, max_size=6).map(lambda ring: [*ring, ring[0]])
POLYGON = st.lists(RING, min_size=1, max_size=3).map(lambda rings: shapely.Polygon(rings[0], rings[1:]))
GEOMETRY = (
    LINE.map(shapely.LineString)
    | st.lists(LINE, min_size=1, max_size=3).map(shapely.MultiLineString)
    | POLYGON
    | st.lists(POLYGON, min_size=1, max_size=3).map(shapely.MultiPolygon)
)


def as_lists(value):
    return [as_lists(inner) for inner in value] if isinstance(value, list | tuple) else value


@settings(max_examples=40, deadline=None)
@given(st.lists(GEOMETRY, min_size=1, max_size=3), st.sampled_from(["\n", ";", " ;\n", ";\n\n"]))
def test_what_shapely_writes_is_read_as_it_was(geometries, between):
    text = between.join(shapely.to_wkt(geometry, rounding_precision=7) for geometry in geometries)
    features = read_wkt(text, "x.wkt").features
    assert [(f.shape, f.coordinates) for f in features] == [
        (told["type"], as_lists(told["coordinates"]))
        for told in (shapely.geometry.mapping(geometry) for geometry in geometries)
    ]
    assert [f.where.feature for f in features] == [f"geometry {n}" for n in range(1, len(features) + 1)]


@pytest.mark.parametrize(
    "text",
    [
        "polygon((1 2,3 4,5 6,1 2))",
        "SRID=4326;POLYGON Z ((1 2 9, 3 4 9, 5 6 9, 1 2 9))",
        "POLYGON ZM ((1 2 9 9, 3 4 9 9, 5 6 9 9, 1 2 9 9))",
        "POLYGON\n(\n(1.0 2e0, +3 4., 5 .6e1, 1 2)\n)\n;\n",
        "POLYGON ((1 2 9, 3 4 9, 5 6 9, 1 2 9))",
    ],
)
def test_the_ways_to_write_a_polygon(text):
    (feature,) = read_wkt(text, "x").features
    assert (feature.shape, feature.coordinates) == ("Polygon", [[[1, 2], [3, 4], [5, 6], [1, 2]]])


def test_an_open_ring_is_read_for_the_report_to_tell():
    (feature,) = read_wkt("POLYGON ((1 2, 3 4, 5 6))", "x").features
    assert feature.coordinates == [[[1, 2], [3, 4], [5, 6]]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "x: line 1 column 1: there is no geometry in it; write POLYGON"),
        ("POINT (1 2)", 'line 1 column 1: "POINT" cannot be a fence; use one of LINESTRING, POLYGON'),
        ("POLYGON EMPTY", "line 1 column 9: the geometry is empty; draw the fence again or take it out"),
        ("SRID=3857;POLYGON ((1 2))", 'line 1 column 6: SRID "3857" is not WGS-84; export it as 4326'),
        ("POLYGON ((1 2,\n 3 x))", "line 2 column 4: a position before here has 1 numbers; write each as"),
        ("POLYGON ((1 2, 3 4)", 'column 20: the end of the text stands where ")" should; mend the text'),
        ("POLYGON (1 2, 3 4)", 'column 10: "1" stands where "(" should'),
        ("LINESTRING Z (1 2, 3 4)", "column 18: a position before here has 2 numbers"),
        ("LINESTRING (1 2, 3 4) 7", 'column 23: "7" cannot be a fence'),
        ("LINESTRING (1 2, 3 4", 'the end of the text stands where ")" should'),
    ],
)
def test_a_broken_text_is_refused_with_line_and_column(text, sentence):
    with pytest.raises(FenceError) as caught:
        read_wkt(text, "x")
    assert sentence in str(caught.value)


@given(st.text(alphabet="POLYGNMUTISRED()=,;. 0123456789-eZ\n", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        assert read_wkt(text, "x").features
    except FenceError as error:
        assert str(error).startswith("x: line ")
