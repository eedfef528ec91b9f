"""Lists "lon,lat;lon,lat": names, pieces, closing, lines, refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.errors import FenceError
from geofence.exchange.lists import read_lists

SQUARE = "104,30;104.01,30;104.01,30.01;104,30.01"
RING = [[104, 30], [104.01, 30], [104.01, 30.01], [104, 30.01], [104, 30]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (SQUARE, None),
        (SQUARE + ";104,30", None),
        (SQUARE + ";\n", None),
        ("\ufeff# grounds\n\n" + SQUARE, None),
        ("North: " + SQUARE, "North"),
        ("North\t" + SQUARE, "North"),
        ("北场：" + SQUARE.replace(",", "，").replace(";", "；"), "北场"),
        (" 104 , 30 ; 104.01, 30;104.01,30.01,512;104,30.01 ", None),
    ],
)
def test_the_ways_to_write_a_square(text, name):
    (feature,) = read_lists(text, "x.txt").features
    assert (feature.shape, feature.coordinates) == ("Polygon", [RING])
    assert feature.properties == ({} if name is None else {"name": name})


def test_pieces_are_one_fence_and_lines_are_several():
    first, second = read_lists(f"{SQUARE}|{SQUARE}\n\n{SQUARE}", "x").features
    assert (first.shape, first.coordinates) == ("MultiPolygon", [[RING], [RING]])
    assert (second.shape, second.where.feature) == ("Polygon", "line 3")


def test_with_a_width_a_list_is_a_line_and_is_not_closed():
    one, two = read_lists(f"{SQUARE}\n{SQUARE}|{SQUARE}", "x", lines=True).features
    assert (one.shape, one.coordinates) == ("LineString", RING[:-1])
    assert (two.shape, two.coordinates) == ("MultiLineString", [RING[:-1]] * 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "x: there is no list of positions in it; write lon,lat;lon,lat;... in degrees."),
        ("\n104,30;east", 'x: line 2: piece 1, position 2: "east" is not a position; write lon,lat'),
        ("104,30|104", 'x: line 1: piece 2, position 1: "104" is not a position'),
        ("104,30;1,2,3,4", 'piece 1, position 2: "1,2,3,4" is not a position'),
        ("104,30;;104,30", 'piece 1, position 2: "" is not a position'),
    ],
)
def test_a_broken_list_is_refused_with_its_place(text, sentence):
    with pytest.raises(FenceError) as caught:
        read_lists(text, "x")
    assert sentence in str(caught.value)


POSITION = st.tuples(*[st.integers(-1_800_000_000, 1_800_000_000).map(lambda v: v / 1e7)] * 2)


@given(st.lists(POSITION, min_size=1, max_size=8))
def test_a_list_is_read_as_it_was_written(positions):
    text = ";".join(f"{lon!r},{lat!r}" for lon, lat in positions)
    (feature,) = read_lists(text, "x", lines=True).features
    assert feature.coordinates == [list(position) for position in positions]
