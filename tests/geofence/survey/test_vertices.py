"""Where spikes, near vertices and swapped axes begin and end."""

import numpy as np
import pytest

from geofence.errors import FenceError, Where
from geofence.geojson import RawFeature
from geofence.projection import LocalPlane
from geofence.survey.drawn import Drawn, Path, read_drawn
from geofence.survey.limits import Limits
from geofence.survey.vertices import is_flat, near_vertices, path_faults, spikes
from geofence.survey.whereabouts import whereabouts_faults

PLANE = LocalPlane(300_000_000, 1_040_000_000)


def at_m(*metres):
    lat, lon = PLANE.to_e7(*np.array(metres, dtype=np.float64).T)
    return np.column_stack([lon, lat]).astype(np.float64)


def ring_with_tip(half_width_m, length_m):
    """A square of 100 m with a triangle of that base and height on its south side."""
    return at_m(
        (0, 0),
        (50 - half_width_m, 0),
        (50, -length_m),
        (50 + half_width_m, 0),
        (100, 0),
        (100, 100),
        (0, 100),
    )


@pytest.mark.parametrize(("half_width_m", "found"), [(2.5, [2]), (2.7, [])])
def test_a_spike_is_below_three_degrees(half_width_m, found):
    ring = ring_with_tip(half_width_m, 100)
    for positions in (ring, np.concatenate([ring, ring[:1]])):
        told = spikes(positions, Limits())
        assert [vertex for vertex, _, _ in told] == found
    for _, degrees, length_m in told:
        assert degrees == pytest.approx(2.865, abs=0.01)
        assert length_m == pytest.approx(100.03, abs=0.02)


def test_the_first_vertex_may_be_the_spike():
    ring = np.roll(ring_with_tip(1, 100), -2, axis=0)
    assert [vertex for vertex, _, _ in spikes(np.concatenate([ring, ring[:1]]), Limits())] == [0]


def test_a_short_spike_is_none_and_a_repeated_tip_is_one():
    limits = Limits(spike_m=100)
    assert spikes(ring_with_tip(1, 99), limits) == []
    assert len(spikes(ring_with_tip(1, 101), limits)) == 1
    ring = ring_with_tip(1, 101)
    assert [vertex for vertex, _, _ in spikes(np.insert(ring, 2, ring[2], axis=0), limits)] == [2]


def test_a_triangle_may_be_a_spike_too():
    thin = at_m((0, 0), (100, 1), (100, 0), (0, 0))
    drawn = Drawn(Where("x", "feature 1"), "f", ((Path(("outer ring", "外环"), thin),),), ())
    assert [(fault.kind, fault.vertex) for fault in path_faults(drawn, Limits())] == [("SPIKE", 1)]


def test_near_is_measured_from_the_last_that_was_kept():
    steps = at_m((0, 0), (0.06, 0), (0.12, 0), (0.18, 0), (5, 0))
    assert near_vertices(steps, 0.1).tolist() == [False, True, False, True, False]
    assert near_vertices(steps, 0).tolist() == [False] * 5
    assert near_vertices(steps[[0, 0, 1]], 0).tolist() == [False, True, False]
    assert near_vertices(steps[:1], 0.1).tolist() == [False]


def test_flat_is_on_one_line():
    assert is_flat(at_m((0, 0), (50, 0), (100, 0)))
    assert not is_flat(np.array([[0, 0], [50, 1], [100, 0]], dtype=np.float64))


def ring(positions):
    path = Path(("outer ring", "外环"), np.array(positions, dtype=np.float64) * 1e7)
    return Drawn(Where("x", "feature 1"), "f", ((path,),), ())


def kinds(drawn, datum="wgs84"):
    return [(fault.kind, fault.vertex) for fault in whereabouts_faults(drawn, datum)]


CHINA, SWAPPED, ABROAD, NOWHERE = [104.0, 30.0], [30.0, 104.0], [2.0, 48.0], [104.5, 95.0]


@pytest.mark.parametrize(
    ("positions", "datum", "found"),
    [
        ([CHINA, CHINA], "bd09", []),
        ([ABROAD, ABROAD], "wgs84", []),
        ([CHINA, ABROAD, ABROAD], "gcj02", [("OUT_OF_CHINA", 2), ("TOO_WIDE", None)]),
        ([SWAPPED, SWAPPED], "gcj02", [("AXES_SWAPPED", 1)]),
        ([[45.0, 87.0], [45.1, 87.1]], "wgs84", [("AXES_SWAPPED", 1)]),
        ([CHINA, SWAPPED], "wgs84", [("OUT_OF_RANGE", 2), ("TOO_WIDE", None)]),
        ([CHINA, SWAPPED, SWAPPED], "wgs84", [("AXES_SWAPPED", 1), ("TOO_WIDE", None)]),
        ([NOWHERE, [104.5, 90.0]], "wgs84", [("OUT_OF_RANGE", 1), ("TOO_WIDE", None)]),
        ([[104.5, -90.0], [104.5, -89.5]], "wgs84", []),
        ([[104.0, 30.0], [105.0, 31.0]], "wgs84", []),
        ([[104.0, 30.0], [104.0, 31.1]], "wgs84", [("TOO_WIDE", None)]),
    ],
)
def test_where_a_drawing_lies(positions, datum, found):
    assert kinds(ring(positions), datum) == found


def test_every_ring_is_looked_at_for_its_range():
    first, second = ring([CHINA, NOWHERE]), ring([NOWHERE, NOWHERE])
    both = Drawn(first.where, "f", (first.polygons[0] + second.polygons[0],), ())
    assert kinds(both) == [("OUT_OF_RANGE", 2), ("OUT_OF_RANGE", 1), ("TOO_WIDE", None)]


def test_a_line_that_turns_back_and_is_open_has_no_fault():
    line = Path(("line", "线"), at_m((0, 0), (100, 0), (0, 0.5)))
    assert list(path_faults(Drawn(Where("x"), "f", (), (line,)), Limits())) == []


@pytest.mark.parametrize(
    ("shape", "coordinates", "sentence"),
    [
        ("Polygon", [], "geometry: there is no list of rings; draw the fence again"),
        ("Polygon", [[]], "outer ring: there is no list of positions"),
        ("MultiPolygon", [[[[1, 2]]], []], "polygon 2, geometry: there is no list of rings"),
        ("MultiLineString", None, "geometry: there is no list of lines"),
        ("LineString", [[1, 2], [1]], "line, position 2: [1] is not a position; write each position as"),
        ("LineString", [[1, 2, 3, 4]], "line, position 1: [1, 2, 3, 4] is not a position"),
        ("LineString", [[1, True]], "line, position 1: [1, true] is not a position"),
        ("LineString", [[1, float("nan")]], "line, position 1: [1, NaN] is not a position on earth"),
        ("LineString", [[1, 2, float("inf")]], "is not a position on earth"),
        ("LineString", [[1, 180.5]], "line, position 1: [1, 180.5] is not a position on earth"),
        ("LineString", [[10**400, 2]], "is not a position on earth"),
    ],
)
def test_what_is_no_position_is_refused_with_its_place(shape, coordinates, sentence):
    with pytest.raises(FenceError) as caught:
        read_drawn(RawFeature(Where("x", "feature 1"), {}, shape, coordinates))
    assert sentence in str(caught.value)


def test_altitudes_are_left_aside_and_positions_are_whole():
    feature = RawFeature(Where("x"), {"fence": 7}, "LineString", [[1.00000004, 2, 900], [180, -180]])
    drawn = read_drawn(feature)
    assert drawn.lines[0].positions.tolist() == [[10_000_000, 20_000_000], [1_800_000_000, -1_800_000_000]]
    assert drawn.fence == ""


def test_the_limits_that_the_page_names():
    limits = Limits()
    assert (limits.near_m, limits.spike_degrees, limits.spike_m) == (0.1, 3.0, 1.0)
    assert (limits.min_area_m2, limits.max_area_m2, limits.overlap_m2) == (100.0, 5_000_000.0, 1.0)
