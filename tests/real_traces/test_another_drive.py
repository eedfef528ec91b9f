"""One journey held to the corridor of another on the same road, and fences read in the wrong datum."""

from __future__ import annotations

import numpy as np
import pytest

from geofence.datum_fit import fit
from geofence.ground import read_fences
from tests.real_traces.cases import read_in_wrong_datum, road
from tests.real_traces.drives import Drive
from tests.real_traces.fences import fence
from tests.real_traces.verdicts import told


def test_the_way_back_in_the_corridor_of_the_way_out(drives: dict[str, Drive]) -> None:
    """The bus takes other stops and a loop (minute 11: 134 m away) on its way back."""
    found = told(drives["bus-back"], road(drives["bus-out"], 25).geojson)
    assert {11, 15, 16, 22, 23} <= found.refused_by_fence()
    inside = [2, 3, 5, 7, 8, 12, 13, 14, 19, 20]
    assert {found.verdict[minute] for minute in inside} == {"A"}
    # Minute 4 runs along the edge: 12 fixes outside, none by more than 7 m.
    assert "FENCE_DOUBT" in found.reasons[4] and found.verdict[4] == "?"


def test_up_the_street_in_the_corridor_of_the_way_down(drives: dict[str, Drive]) -> None:
    """Twelve minutes in it; then on the other carriageway, 15 to 28 m beside it."""
    found = told(drives["street-back"], road(drives["street-out"], 25).geojson)
    assert set(found.letters(3, 17)) == {"A"}
    assert set(range(20, 25)) | {29, 30} <= found.refused_by_fence()
    assert found.verdict[26] == "?"


def test_a_wider_corridor_never_refuses_more(drives: dict[str, Drive]) -> None:
    for own, other in (("bus-back", "bus-out"), ("street-back", "street-out")):
        out = [
            told(drives[own], road(drives[other], width).geojson).refused_by_fence()
            for width in (15, 25, 40, 80)
        ]
        assert out[0] >= out[1] >= out[2] >= out[3]
        assert len(out[0]) > len(out[3])


@pytest.mark.parametrize("name", ["bus-out", "street-out", "bicycle"])
def test_a_road_read_in_the_wrong_datum(drives: dict[str, Drive], name: str) -> None:
    """All of it is refused, as it lies 500 m away, and the traces tell which datum it was drawn in."""
    one = drives[name]
    places = one.lat_e7.astype(np.int32), one.lon_e7.astype(np.int32)
    right = road(one)
    wrong = read_in_wrong_datum(right)
    found = told(one, wrong.geojson)
    assert "A" not in found.verdict.values()
    # Minute 21 of bus-out has no fix: nobody knows where it was.
    dark = {21} if name == "bus-out" else set()
    assert found.refused_by_fence() == found.verdict.keys() - dark
    (drawn,) = read_fences(fence(wrong.area_m, wrong.frame), "drawing")
    said = fit(drawn.geometry, *places)
    assert said.better_than("wgs84") == "gcj02" and said.inside["gcj02"] > 0.99
    assert said.better_than("gcj02") is None
    (drawn,) = read_fences(fence(right.area_m, right.frame), "drawing")
    assert fit(drawn.geometry, *places).better_than("wgs84") is None


def test_a_receiver_that_tells_no_accuracy_is_held_and_not_refused(drives: dict[str, Drive]) -> None:
    """Up to 63 m outside, as for the worst HDOP that can be told; never silently accepted."""
    bare = drives["street-back"].bare()
    corridor = road(drives["street-out"], 25).geojson
    found, told_well = told(bare, corridor), told(drives["street-back"], corridor)
    assert found.refused_by_fence() < told_well.refused_by_fence()
    for minute in told_well.refused_by_fence():
        assert found.verdict[minute] != "A"
