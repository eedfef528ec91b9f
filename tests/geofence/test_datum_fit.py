"""The datum of a drawing, told from traces."""

import numpy as np
import pytest
import shapely

from geofence.datum import DATUMS, from_wgs84
from geofence.datum_fit import MIN_FIXES, fit, fit_sentence

FIELD = shapely.box(104.0, 30.0, 104.002, 30.002)


def drawn_in(datum):
    return shapely.transform(FIELD, lambda v: np.column_stack(from_wgs84(v[:, 0], v[:, 1], datum)))


def trace(count, seed=1, spread=0.001):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(-spread, spread, (2, count)) + np.array([[104.001], [30.001]])
    return np.rint(lat * 1e7).astype(np.int32), np.rint(lon * 1e7).astype(np.int32)


@pytest.mark.parametrize("datum", DATUMS)
@pytest.mark.parametrize("stated", DATUMS)
def test_the_datum_it_was_drawn_in_fits_best(datum, stated):
    found = fit(drawn_in(datum), *trace(500))
    assert found.inside[datum] > 0.99
    assert found.better_than(stated) == (None if stated == datum else datum)
    assert (fit_sentence(found, stated) is None) == (stated == datum)


def test_the_sentence_names_both_datums_and_the_shares():
    english, chinese = fit_sentence(fit(drawn_in("gcj02"), *trace(500)), "wgs84")
    assert english == "100 % of 500 fixes lie inside if it was drawn in GCJ-02, 0 % in WGS-84 as stated"
    assert "GCJ-02" in chinese and "500 个定位点中有 100%" in chinese and "WGS-84 只有 0%" in chinese


def test_few_fixes_and_fixes_elsewhere_say_nothing():
    assert fit_sentence(fit(drawn_in("gcj02"), *trace(MIN_FIXES - 1)), "wgs84") is None
    lat, lon = trace(500)
    far = fit(drawn_in("gcj02"), lat + 10_000_000, lon)
    assert (far.fixes, set(far.inside.values()), far.better_than("wgs84")) == (0, {0.0}, None)


def test_fixes_elsewhere_do_not_count():
    lat, lon = trace(500)
    more_lat = np.concatenate([lat, lat + 10_000_000]).astype(np.int32)
    found = fit(drawn_in("wgs84"), more_lat, np.concatenate([lon, lon]))
    assert found.fixes == 500
    assert found.inside["wgs84"] == 1.0


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_road_of_real_traces_drawn_on_a_chinese_map(shared_data, datum):
    paths = sorted((shared_data / "geolife").glob("*.plt"))
    assert paths
    for path in paths:
        rows = path.read_text().splitlines()[6:]
        lat, lon = np.array([row.split(",")[:2] for row in rows], dtype=np.float64).T
        drawn = np.column_stack(from_wgs84(lon[::10], lat[::10], datum))
        # About 30 m to each side.
        road = shapely.buffer(shapely.LineString(drawn), 0.0003)
        found = fit(road, np.rint(lat * 1e7).astype(np.int32), np.rint(lon * 1e7).astype(np.int32))
        assert found.inside[datum] > 0.9
        assert found.better_than("wgs84") == datum
        assert found.better_than(datum) is None
