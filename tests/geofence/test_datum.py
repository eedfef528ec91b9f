"""Datums against the figures of two public libraries, and there and back again."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.datum import BD09, DATUMS, GCJ02, WGS84, from_wgs84, in_china, to_wgs84, vertices_to_wgs84

VECTORS = np.array(json.loads((Path(__file__).parents[1] / "vectors/datum.json").read_text())["rows"])
CHINESE = st.sampled_from([GCJ02, BD09])


@pytest.mark.parametrize(("datum", "column"), [(WGS84, 0), (GCJ02, 2), (BD09, 4)])
def test_the_figures_of_the_public_libraries(datum, column):
    lon, lat = from_wgs84(VECTORS[:, 0], VECTORS[:, 1], datum)
    assert np.abs(lon - VECTORS[:, column]).max() < 2e-10
    assert np.abs(lat - VECTORS[:, column + 1]).max() < 2e-10


def test_the_two_shifts_are_hundreds_of_metres_and_not_the_same():
    lon, lat = 104.065735, 30.659462
    gcj02, bd09 = np.array(from_wgs84(lon, lat, GCJ02)), np.array(from_wgs84(lon, lat, BD09))
    assert 1e-3 < np.abs(gcj02 - (lon, lat)).max() < 7e-3
    assert np.abs(bd09 - gcj02).min() > 5e-3


@given(lon=st.floats(72.05, 137.78), lat=st.floats(0.9, 55.78), datum=CHINESE)
def test_there_and_back_is_the_same_place(lon, lat, datum):
    back_lon, back_lat = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert abs(back_lon - lon) < 1e-9
    assert abs(back_lat - lat) < 1e-9


@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90), datum=CHINESE)
def test_outside_china_nothing_moves(lon, lat, datum):
    moved = from_wgs84(lon, lat, datum)
    if not in_china(lon, lat):
        assert moved == (lon, lat)
        assert to_wgs84(lon, lat, datum) == (lon, lat)
    else:
        assert moved != (lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat", "inside"),
    [
        (72.004, 30, True),
        (72.003, 30, False),
        (137.8347, 30, True),
        (137.8348, 30, False),
        (104, 0.8293, True),
        (104, 0.8292, False),
        (104, 55.8271, True),
        (104, 55.8272, False),
    ],
)
def test_the_rectangle_around_china(lon, lat, inside):
    assert bool(in_china(lon, lat)) is inside


@pytest.mark.parametrize("datum", [GCJ02, BD09])
def test_one_position_is_converted_as_it_is_among_many(datum):
    vertices_e7 = np.rint(VECTORS[:, :2] * 1e7)
    together = vertices_to_wgs84(vertices_e7, datum)
    apart = np.concatenate([vertices_to_wgs84(vertices_e7[row : row + 1], datum) for row in range(40)])
    assert (together == apart).all()
    assert (together == np.rint(together)).all()


def test_wgs84_stays_as_it_is_and_an_unknown_datum_is_refused():
    assert vertices_to_wgs84(np.array([[1.5, 2.5]]), WGS84).tolist() == [[1.5, 2.5]]
    for convert in (from_wgs84, to_wgs84):
        with pytest.raises(ValueError, match="datum 'amap' is not known; give one of wgs84, gcj02, bd09"):
            convert(104, 30, "amap")
    assert DATUMS == ("wgs84", "gcj02", "bd09")
