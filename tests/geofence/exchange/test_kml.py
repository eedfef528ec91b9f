"""KML: Placemarks with names and data, and nothing that XML could smuggle in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.errors import FenceError
from geofence.exchange.kml import read_kml

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
RING = "<LinearRing><coordinates>\n104,30,0 104.01,30,0\t104.01,30.01 104,30\n</coordinates></LinearRing>"
POLYGON = f"<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs></Polygon>"
HOLED = POLYGON.replace("</Polygon>", f"<innerBoundaryIs>{RING}</innerBoundaryIs></Polygon>")
LINE = "<LineString><coordinates>104,30 104.02,30</coordinates></LineString>"
POSITIONS = [[104, 30], [104.01, 30], [104.01, 30.01], [104, 30]]


def kml(*placemarks):
    return f"{HEAD}{''.join(placemarks)}</Document></kml>".encode()


def placemark(inner, name="North field"):
    return f"<Placemark><name>{name}</name>{inner}</Placemark>"


@pytest.mark.parametrize(
    ("inner", "shape", "coordinates"),
    [
        (POLYGON, "Polygon", [POSITIONS]),
        (HOLED, "Polygon", [POSITIONS, POSITIONS]),
        (LINE, "LineString", [[104, 30], [104.02, 30]]),
        (f"<MultiGeometry>{POLYGON}{HOLED}</MultiGeometry>", "MultiPolygon", [[POSITIONS], [POSITIONS] * 2]),
        (
            f"<MultiGeometry><MultiGeometry>{LINE}</MultiGeometry>{LINE}</MultiGeometry>",
            "MultiLineString",
            None,
        ),
    ],
)
def test_what_a_placemark_draws(inner, shape, coordinates):
    (feature,) = read_kml(kml("<Folder>", placemark(inner), "</Folder>"), "x.kml").features
    assert feature.shape == shape
    assert feature.coordinates == (coordinates or [[[104, 30], [104.02, 30]]] * 2)
    assert feature.properties == {"name": "North field"}
    assert feature.where.feature == 'Placemark 1 ("North field"), line 2'


def test_data_are_read_by_the_property_they_name():
    data = "".join(
        f'<Data name="{name}"><value>{value}</value></Data>'
        for name, value in {
            "fence": "7",
            "parts": "2, 3",
            "schools": "4401000000000001",
            "colour": "red",
        }.items()
    )
    simple = '<SchemaData><SimpleData name="half_width_m">7.5</SimpleData></SchemaData>'
    extended = f"<ExtendedData>{data}{simple}</ExtendedData>"
    (feature,) = read_kml(kml(placemark(extended + LINE, name="")), "x.kml").features
    assert feature.properties == {
        "fence": "7",
        "parts": [2, 3],
        "schools": ["4401000000000001"],
        "colour": "red",
        "half_width_m": 7.5,
    }


def test_what_is_no_fence_is_told():
    flag = "<Point><coordinates>104,30</coordinates></Point>"
    drawings = read_kml(kml(placemark(flag, "Gate"), placemark(POLYGON)), "x.kml")
    assert len(drawings.features) == 1
    (left,) = drawings.left_out
    assert (left.place, left.what) == ('Placemark 1 ("Gate"), line 2, line 2', "a Point")


BOMB = '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><kml>&b;</kml>'
OUTSIDE = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]><kml><name>&x;</name></kml>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (BOMB.encode(), "x.kml: line 1 column 15: it declares a document type, which a drawing does not"),
        (
            OUTSIDE.encode(),
            "it declares a document type, which a drawing does not need; take the DOCTYPE out",
        ),
        (b"<kml>&undefined;</kml>", "line 1 column 6: this is not XML (undefined entity); mend the file"),
        (b"<kml>", "this is not XML (no element found); mend the file or export it again"),
        (b"", "this is not XML (no element found)"),
        (b"PK\x03\x04", "this is a zipped KML (KMZ); unzip it and give the doc.kml inside"),
        (b"<gpx/>", 'line 1: "gpx" is not KML; export the file as KML'),
        (b"<a>" * 200 + b"</a>" * 200, "elements are more than 100 deep; export the file again"),
        (kml(), "no Placemark of it is a Polygon or a LineString; draw the fences"),
        (kml(placemark(POLYGON + LINE)), "it holds areas and lines together"),
        (kml(placemark("<Polygon></Polygon>")), "line 2: the Polygon has 0 outer rings; a Polygon has one"),
        (kml(placemark(LINE.replace("104,30 ", "104;30 "))), 'position 1: "104;30" is not a position; write'),
    ],
)
def test_a_broken_file_is_refused_with_its_place(data, sentence):
    with pytest.raises(FenceError) as caught:
        read_kml(data, "x.kml")
    assert sentence in str(caught.value)


@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: f"<kml>{text}</kml>".encode()))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(FenceError):
        read_kml(data, "x.kml")


DEGREES = st.integers(-1_800_000_000, 1_800_000_000).map(lambda value: value / 1e7)


@given(st.lists(st.tuples(DEGREES, DEGREES), min_size=2, max_size=8))
def test_coordinates_are_read_as_they_were_written(positions):
    written = " ".join(f"{lon!r},{lat!r}" for lon, lat in positions)
    line = f"<LineString><coordinates>{written}</coordinates></LineString>"
    (feature,) = read_kml(kml(placemark(line)), "x.kml").features
    assert feature.coordinates == [list(position) for position in positions]
