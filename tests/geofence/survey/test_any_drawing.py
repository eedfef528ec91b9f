"""Whatever is drawn: the report says error when the reader refuses, and its repair can be read."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.datum import DATUMS
from geofence.errors import FenceError
from geofence.exchange.drawing import Drawings
from geofence.exchange.registry_form import registry_feature
from geofence.geojson import features_of
from geofence.ground import read_fences
from geofence.survey.limits import Limits
from geofence.survey.repair import collection
from geofence.survey.report import survey

# A grid of 20 m, so that positions repeat, edges cross and rings touch.
GRID = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(
    lambda at: [(1_040_000_000 + at[0] * 2000) / 1e7, (300_000_000 + at[1] * 2000) / 1e7]
)
RING = st.lists(GRID, min_size=1, max_size=9).flatmap(
    lambda ring: st.sampled_from([ring, [*ring, ring[0]], [*ring, ring[0]]])
)
POLYGON = st.lists(RING, min_size=1, max_size=3)
DRAWING = st.tuples(st.just("Polygon"), POLYGON) | st.tuples(
    st.just("MultiPolygon"), st.lists(POLYGON, min_size=1, max_size=2)
)


def drawings_of(*features):
    return Drawings(tuple(features_of({"type": "FeatureCollection", "features": list(features)}, "x")))


def refused(features):
    try:
        read_fences(collection(features), "x")
    except FenceError:
        return True
    return False


@settings(deadline=None, max_examples=80)
@given(drawn=DRAWING, datum=st.sampled_from(DATUMS))
def test_an_error_when_refused_and_a_repair_that_can_be_read(feature, drawn, datum):
    drawings = drawings_of(feature(*drawn, datum=datum))
    report = survey(drawings, "x")
    assert bool(report.errors) == refused(drawings.features)
    if 0 in report.repairs:
        again = survey(Drawings(report.mended()), "x")
        assert again.errors == ()
        assert not refused(report.mended())


def positions(value):
    return np.array(list(walk(value)))


def walk(value):
    if isinstance(value[0], float):
        yield value
    else:
        for inner in value:
            yield from walk(inner)


@settings(deadline=None, max_examples=60)
@given(drawn=DRAWING)
def test_a_repair_adds_no_place_beyond_the_drawing(feature, drawn):
    report = survey(drawings_of(feature(*drawn)), "x", properties_too=False)
    if 0 in report.repairs:
        mended = shapely.MultiPoint(positions(report.mended()[0].coordinates))
        hull = shapely.MultiPoint(positions(drawn[1])).convex_hull
        assert shapely.distance(hull, mended) <= 1e-9
        assert shapely.area(shapely.difference(mended.convex_hull, hull)) < 1e-12


@settings(deadline=None, max_examples=60)
@given(drawn=DRAWING, datum=st.sampled_from(DATUMS))
def test_the_registry_form_is_the_same_fence(feature, drawn, datum):
    drawings = drawings_of(feature(*drawn, datum=datum))
    if not refused(drawings.features):
        form = [registry_feature(f) for f in drawings.features]
        assert read_fences(collection(form), "x") == read_fences(collection(drawings.features), "x")
        assert "datum" not in form[0].properties


@pytest.mark.parametrize("datum", DATUMS)
def test_the_registry_form_of_a_corridor(feature, datum):
    lines = [[[104.0, 30.0, 9.0], [104.01, 30.0, 9.0]], [[104.0, 30.01], [104.01, 30.01]]]
    drawings = drawings_of(feature("MultiLineString", lines, half_width_m=6, datum=datum))
    form = [registry_feature(f) for f in drawings.features]
    assert form[0].shape == "MultiLineString"
    assert read_fences(collection(form), "x") == read_fences(collection(drawings.features), "x")


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(5, 40))
def test_a_good_outline_has_no_fault(feature, seed, corners):
    rng = np.random.default_rng(seed)
    angles = (np.arange(corners) + rng.uniform(0.1, 0.4, corners)) * 2 * np.pi / corners
    reach = rng.uniform(0.0018, 0.002, corners)
    ring = np.column_stack([104 + reach * np.cos(angles), 30 + reach * np.sin(angles)]).round(7).tolist()
    assert survey(drawings_of(feature("Polygon", [[*ring, ring[0]]])), "x", Limits()).faults == ()


def test_an_open_triangle_is_closed_and_stays_a_triangle(feature):
    triangle = [[104.0, 30.0], [104.001, 30.0], [104.001, 30.001]]
    document = {"type": "FeatureCollection", "features": [feature("Polygon", [triangle])]}
    (mended,) = survey(Drawings(tuple(features_of(document, "x"))), "x").mended()
    assert mended.coordinates == [[*triangle, triangle[0]]]
