"""Bad files: each refused whole, with the feature, the place and what to do."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.errors import FenceError
from geofence.ground import Fence, load_fences, read_fences

SQUARE = [[104.0, 30.0], [104.01, 30.0], [104.01, 30.01], [104.0, 30.01], [104.0, 30.0]]
LINE = [[104.0, 30.0], [104.02, 30.0]]
WITHOUT = object()


def box(west, south, side):
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


BROKEN_TEXTS = {
    "empty": ("", ["grounds.geojson: line 1 column 1: this is not JSON", "mend the file"]),
    "cut": ('{"type": "FeatureCollection",\n "features": [', ["line 2 column 15: this is not JSON"]),
    "comma": ('{"type": "FeatureCollection",\n\n  "features": [],}', ["line 3 column 1", "not JSON"]),
    "mark": ('\ufeff{"type": "FeatureCollection"}', ["line 1 column 1", "BOM"]),
    "deep": ("[" * 100_000, ["lists too deep to be read", "export the file again"]),
    "long": ('{"type": ' + "9" * 5000 + "}", ["a number too long", "export the file again"]),
    "nan": ('{"type": NaN}', ["NaN is not a number in JSON", "write a finite number"]),
    "infinity": ('{"type": -Infinity}', ["-Infinity is not a number in JSON"]),
    "twice": ('{"type": 1, "type": 2}', ['member "type": it is written twice', "keep one of the two"]),
    "list": ("[]", ["this is not a GeoJSON FeatureCollection", "wrap the features in one"]),
    "bare": ('{"type": "Feature"}', ["this is not a GeoJSON FeatureCollection"]),
    "none": ('{"type": "FeatureCollection"}', ["features: there is no list of features", "add a feature"]),
    "no fence": ('{"type": "FeatureCollection", "features": []}', ["features: there is no list of features"]),
    "member": (
        '{"type": "FeatureCollection", "feature": []}',
        ['the collection: "feature" is not a known member', "take it out"],
    ),
    "datum": (
        '{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:3857"}}}',
        ['crs: "EPSG:3857" is not WGS-84', "export the file as WGS-84"],
    ),
    "feature": ('{"type": "FeatureCollection", "features": [7]}', ["feature 1: it is not a GeoJSON Feature"]),
}


@pytest.mark.parametrize("name", BROKEN_TEXTS)
def test_a_broken_file_is_refused_with_its_place(name):
    text, parts = BROKEN_TEXTS[name]
    with pytest.raises(FenceError) as caught:
        load_fences(text, "grounds.geojson")
    assert str(caught.value).startswith("grounds.geojson: ")
    for part in parts:
        assert part in str(caught.value)


BROKEN_PROPERTIES = {
    "no id": ({"fence": WITHOUT}, "feature 2: properties.fence: it is missing; add it"),
    "id": ({"fence": 7}, "feature 2: properties.fence: 7 is not a name; write a text"),
    "blank id": ({"fence": " b"}, 'properties.fence: " b" is not a name; write a text without blanks'),
    "ground": ({"ground": ""}, 'properties.ground: "" is not a name; write a text'),
    "same id": ({"fence": "first"}, "properties.fence: another feature has the same fence id at the same"),
    "kind": ({"kind": "lake"}, 'properties.kind: "lake" is not a kind of fence; write "field" or "road"'),
    "no parts": ({"parts": []}, "properties.parts: [] is not a list of parts of training; write numbers"),
    "part": ({"parts": [2, 5]}, "properties.parts: [2, 5] is not a list of parts"),
    "true part": ({"parts": [True]}, "properties.parts: [true] is not a list of parts"),
    "part twice": ({"parts": [2, 2]}, "properties.parts: [2, 2] is not a list of parts"),
    "parts": ({"parts": 2}, "properties.parts: 2 is not a list of parts"),
    "no dates": ({"valid_to": WITHOUT}, "properties.valid_to: it is missing; add it (valid_to may be null)"),
    "null from": ({"valid_from": None}, "properties.valid_from: null is not a date; write a date like"),
    "no such day": ({"valid_from": "2026-02-30"}, 'properties.valid_from: "2026-02-30" is not a date'),
    "no such hour": ({"valid_from": "2026-02-03T25:00:00Z"}, '"2026-02-03T25:00:00Z" is not a date'),
    "week": ({"valid_from": "2026-W01-1"}, 'properties.valid_from: "2026-W01-1" is not a date'),
    "no offset": ({"valid_from": "2026-02-03T08:00:00"}, '"2026-02-03T08:00:00" is not a date; write'),
    "from = to": (
        {"valid_to": "2026-01-01"},
        'properties.valid_to: "2026-01-01" is not after valid_from "2026-01-01"; give a later one or null',
    ),
    "unknown": ({"valid_form": 1}, "properties.valid_form: no fence has such a property; the properties are"),
    "width": ({"half_width_m": 8}, "properties.half_width_m: a Polygon has no width; take it out"),
    "width 0": ({"half_width_m": 0}, "half_width_m: 0 is not a width in metres; write a number from 0.5"),
    "class": ({"vehicle_classes": [21, 100]}, "vehicle_classes: [21, 100] is not a list of vehicle classes"),
    "class twice": ({"vehicle_classes": [21, 21]}, "write the two digits of the course code, each once"),
    "no class": ({"vehicle_classes": []}, "properties.vehicle_classes: [] is not a list of vehicle classes"),
    "true class": ({"vehicle_classes": [True]}, "vehicle_classes: [true] is not a list of vehicle classes"),
    "school": (
        {"schools": [4401000000000001]},
        "schools: [4401000000000001] is not a list of schools; write",
    ),
    "school 0": ({"schools": ["0" * 16]}, "is not a list of schools; write their 16 digits as texts"),
    "school twice": ({"schools": ["4401000000000001"] * 2}, "is not a list of schools"),
    "no school": ({"schools": []}, "properties.schools: [] is not a list of schools"),
    "state": ({"state": "ok"}, 'state: "ok" is not a state of approval; write "approved", "pending", "re'),
    "cars": ({"capacity": 0}, "properties.capacity: 0 is not a number of cars; write a whole number"),
    "true car": ({"capacity": True}, "properties.capacity: true is not a number of cars"),
    "datum": ({"datum": "amap"}, 'properties.datum: "amap" is not a datum; write "wgs84", "gcj02" or "bd09"'),
    "two datums": (
        {"datum": "gcj02", "drawn_in": "bd09"},
        "properties.drawn_in: the coordinates are in gcj02, so they were not converted from bd09; keep only",
    ),
    "width text": ({"half_width_m": "8"}, 'half_width_m: "8" is not a width in metres; write a number'),
    "true width": ({"half_width_m": True}, "half_width_m: true is not a width in metres"),
    "wide": ({"half_width_m": 10**400}, "is not a width in metres; write a number from 0.5 to 200"),
}


def refusal(document):
    with pytest.raises(FenceError) as caught:
        read_fences(document, "grounds.geojson")
    assert caught.value.source == "grounds.geojson"
    assert str(caught.value).endswith(".")
    return caught.value


@pytest.mark.parametrize("name", BROKEN_PROPERTIES)
def test_a_wrong_property_is_named(feature, name):
    change, sentence = BROKEN_PROPERTIES[name]
    second = feature(fence="second")
    second["properties"].update(change)
    second["properties"] = {key: value for key, value in second["properties"].items() if value is not WITHOUT}
    error = refusal({"type": "FeatureCollection", "features": [feature(fence="first"), second]})
    assert error.feature.startswith("feature 2")
    assert sentence in str(error)


BROKEN_OUTLINES = {
    "point": ("Point", [104.0, 30.0], ["geometry: ", '"Point" cannot be a fence; use one of Polygon']),
    "empty": ("Polygon", [[]], ["outer ring: there is no list of positions; draw the fence again"]),
    "no rings": ("Polygon", {}, ["geometry: there is no list of rings"]),
    "no polygons": ("MultiPolygon", 3, ["geometry: there is no list of polygons"]),
    "flat": ("Polygon", SQUARE, ["outer ring, position 1: 104.0 is not a position; write each"]),
    "four": ("Polygon", [[[1, 2, 3, 4]]], ["outer ring, position 1: [1, 2, 3, 4] is not a position"]),
    "text": ("Polygon", [[["104", 30]]], ['outer ring, position 1: "104" is not a number; write each']),
    "true": ("Polygon", [[[104, True]]], ["outer ring, position 1: true is not a number"]),
    "nan": ("Polygon", [[[104, 30], [float("nan"), 30]]], ["outer ring, position 2: NaN is not a finite"]),
    "huge": ("Polygon", [[[10**400, 30]]], ["outer ring, position 1: longitude 1000", "-180 and 180"]),
    "east": ("Polygon", [[[181, 30]]], ["position 1: longitude 181 is not between -180 and 180; write"]),
    "north": ("Polygon", [[[0, 1000]]], ["position 1: latitude 1000 is not between -90 and 90; write each"]),
    "swapped": (
        "Polygon",
        [[lonlat[::-1] for lonlat in SQUARE]],
        ["position 1: latitude 104.0 is beyond 90, longitude and latitude look swapped; write"],
    ),
    "open": (
        "Polygon",
        [SQUARE[:-1]],
        ["outer ring: it begins at 104.0000000, 30.0000000 and ends at 104.0000000, 30.0100000; close"],
    ),
    "open hole": ("Polygon", [SQUARE, box(104.001, 30.001, 0.001)[:-1]], ["hole 1: it begins at 104.001"]),
    "short": ("Polygon", [[*SQUARE[:2], SQUARE[0]]], ["outer ring: it has 3 positions; a ring needs"]),
    "needle": (
        "Polygon",
        [[[104.0, 30.0], [104.01, 30.01], [104.005, 30.005], [104.0, 30.0]]],
        ["outer ring, at 104.0000000, 30.0000000: it encloses no area; draw it again or take it out"],
    ),
    "one place": ("Polygon", [SQUARE, [[104.005, 30.005]] * 4], ["hole 1, at 104.0050000, 30.0050000"]),
    "bow tie": (
        "Polygon",
        [[[104.0, 30.0], [104.01, 30.01], [104.01, 30.0], [104.0, 30.01], [104.0, 30.0]]],
        ["at 104.0050000, 30.0050000: its edges cross or overlap here; draw the outline without crossings"],
    ),
    "hole outside": (
        "Polygon",
        [SQUARE, box(104.02, 30.02, 0.001)],
        ["at 104.0200000, 30.0200000: a hole lies outside the outer ring; move the hole inside or take"],
    ),
    "hole across": ("Polygon", [SQUARE, box(104.009, 30.004, 0.002)], ["at 104.0100000, 30.00", "cross"]),
    "hole in hole": (
        "Polygon",
        [SQUARE, box(104.002, 30.002, 0.004), box(104.003, 30.003, 0.001)],
        ["a hole lies inside another hole; take the inner one out"],
    ),
    "hole = shell": ("Polygon", [SQUARE, SQUARE], ["at 104.0", "edges cross or overlap here"]),
    "shell in shell": (
        "MultiPolygon",
        [[SQUARE], [box(104.002, 30.002, 0.001)]],
        ["a polygon lies inside another one of the same fence; take the inner one out"],
    ),
    "overlap": ("MultiPolygon", [[SQUARE], [box(104.005, 30.005, 0.01)]], ["its edges cross or overlap"]),
    "second polygon": (
        "MultiPolygon",
        [[SQUARE], [box(104.02, 30.0, 0.001), [[104.0, 30.0]]]],
        ["polygon 2, hole 1: it has 1 positions; a ring needs at least 4"],
    ),
    "wide": (
        "Polygon",
        [[[104.0, 30.0], [140.0, 30.0], [104.0, 30.1], [104.0, 30.0]]],
        ["from 104.0000000, 30.0000000 to 140.0000000, 30.1000000: the fence is more than one degree"],
    ),
    "no width": ("LineString", LINE, ["half_width_m: it is missing, and a LineString is a corridor; give"]),
    "no widths": ("MultiLineString", [LINE], ["half_width_m: it is missing, and a MultiLineString is"]),
}


@pytest.mark.parametrize("name", BROKEN_OUTLINES)
def test_a_wrong_outline_is_placed(feature, name):
    shape, coordinates, parts = BROKEN_OUTLINES[name]
    broken = feature(shape, coordinates, fence="b")
    document = {"type": "FeatureCollection", "features": [feature(), broken]}
    sentence = str(refusal(document))
    assert sentence.startswith('grounds.geojson: feature 2 (fence "b"): ')
    for part in parts:
        assert part in sentence


@pytest.mark.parametrize(
    ("coordinates", "sentence"),
    [
        (3, "geometry: there is no list of lines; draw the fence again"),
        ([LINE, [[104.0, 30.0], [104.0, 30.0]]], "line 2, position 1: it has no length; a line needs two"),
        ([LINE, [[104.0, 30.0], [104.0]]], "line 2, position 2: [104.0] is not a position"),
        ([[[104.0, 30.0], [14.0, 30.0]]], "the fence is more than one degree across; look for a mistyped"),
    ],
)
def test_a_wrong_line_of_several_is_placed(feature, coordinates, sentence):
    broken = feature("MultiLineString", coordinates, half_width_m=8)
    assert sentence in str(refusal({"type": "FeatureCollection", "features": [broken]}))


def test_a_wrong_line_is_placed(feature):
    broken = feature("LineString", [[104.0, 30.0], [104.0]], half_width_m=8)
    sentence = 'grounds.geojson: feature 1 (fence "field-1"): line, position 2: [104.0] is not a position'
    assert sentence in str(refusal({"type": "FeatureCollection", "features": [broken]}))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"geometry": None}, 'feature 1 (fence "field-1"): geometry: it is missing; draw a Polygon'),
        ({"properties": None}, "feature 1: properties: they are missing; add the fence's properties"),
        ({"color": "red"}, 'the feature: "color" is not a known member; take it out'),
        ({"geometry": {"type": "Polygon"}}, "geometry: it has no coordinates; draw the fence again"),
    ],
)
def test_a_wrong_feature_is_numbered(feature, change, sentence):
    assert sentence in str(refusal({"type": "FeatureCollection", "features": [{**feature(), **change}]}))


def places(value, path=()):
    """Every path in a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(data=st.data())
def test_any_value_anywhere_loads_or_is_refused_with_a_sentence(feature, data):
    line = feature("LineString", LINE, fence="road", half_width_m=8)
    document = copy.deepcopy({"type": "FeatureCollection", "features": [feature(), line]})
    path = data.draw(st.sampled_from(list(places(document))))
    value = data.draw(JSON_VALUES)
    if path:
        inner = document
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
    else:
        document = value
    try:
        fences = load_fences(json.dumps(document), "x")
    except FenceError as error:
        assert str(error).startswith("x: ") and str(error).endswith(".")
    else:
        assert all(isinstance(fence, Fence) and fence.geometry.is_valid for fence in fences)


@settings(deadline=None)
@given(st.text())
def test_any_text_loads_or_is_refused(text):
    with pytest.raises(FenceError):
        load_fences(text, "x")
