"""Local metres against Vincenty's inverse formula on the ellipsoid."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.projection import LocalPlane, band_of, metres_in_band


def vincenty_m(lat1_e7, lon1_e7, lat2_e7, lon2_e7):
    """Metres between two positions (T. Vincenty, Survey Review 23, 1975, inverse formula)."""
    a, f = 6378137.0, 1 / 298.257223563
    b = a * (1 - f)
    u1 = math.atan((1 - f) * math.tan(math.radians(lat1_e7 / 1e7)))
    u2 = math.atan((1 - f) * math.tan(math.radians(lat2_e7 / 1e7)))
    length = lam = math.radians((lon2_e7 - lon1_e7) / 1e7)
    for _ in range(50):
        sin_sigma = math.hypot(
            math.cos(u2) * math.sin(lam),
            math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam),
        )
        if sin_sigma == 0:
            return 0.0
        cos_sigma = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = math.cos(u1) * math.cos(u2) * math.sin(lam) / sin_sigma
        cos2_alpha = 1 - sin_alpha**2
        cos_2m = cos_sigma - 2 * math.sin(u1) * math.sin(u2) / cos2_alpha if cos2_alpha else 0.0
        c = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha))
        inner = sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2 * cos_2m**2 - 1))
        before, lam = lam, length + (1 - c) * f * sin_alpha * inner
        if abs(lam - before) < 1e-13:
            break
    u_squared = cos2_alpha * (a * a - b * b) / (b * b)
    big_a = 1 + u_squared / 16384 * (4096 + u_squared * (-768 + u_squared * (320 - 175 * u_squared)))
    big_b = u_squared / 1024 * (256 + u_squared * (-128 + u_squared * (74 - 47 * u_squared)))
    third = big_b / 6 * cos_2m * (4 * sin_sigma**2 - 3) * (4 * cos_2m**2 - 3)
    delta = big_b * sin_sigma * (cos_2m + big_b / 4 * (cos_sigma * (2 * cos_2m**2 - 1) - third))
    return b * big_a * (sigma - delta)


def test_the_formula_itself():
    # Geoscience Australia's worked example: Flinders Peak to Buninyong, 54972.271 m.
    flinders, buninyong = (-379510334, 1444248679), (-376528211, 1439264955)
    assert vincenty_m(*flinders, *buninyong) == pytest.approx(54972.271, abs=0.02)


@settings(deadline=None)
@given(
    lat=st.integers(-55_0000000, 55_0000000),
    lon=st.integers(-179_0000000, 179_0000000),
    bearing=st.floats(0, 2 * math.pi),
    distance_m=st.floats(10, 20_000),
)
def test_a_distance_from_the_origin_is_right_to_a_thousandth_within_20_km(lat, lon, bearing, distance_m):
    plane = LocalPlane(lat, lon)
    lat_e7, lon_e7 = plane.to_e7(distance_m * math.cos(bearing), distance_m * math.sin(bearing))
    x_m, y_m = plane.to_metres(lat_e7, lon_e7)
    true_m = vincenty_m(lat, lon, int(lat_e7), int(lon_e7))
    assert math.hypot(x_m, y_m) == pytest.approx(true_m, rel=0.001)


@settings(deadline=None)
@given(
    lat=st.integers(-55_0000000, 55_0000000),
    bearing=st.floats(0, 2 * math.pi),
    north_m=st.floats(-3000, 3000),
)
def test_a_short_distance_near_the_origin_has_the_documented_error(lat, bearing, north_m):
    plane = LocalPlane(lat, 1_040_000_000)
    lat_e7, lon_e7 = plane.to_e7([0, 500 * math.sin(bearing)], [north_m, north_m + 500 * math.cos(bearing)])
    (x0, x1), (y0, y1) = plane.to_metres(lat_e7, lon_e7)
    true_m = vincenty_m(*(int(value) for pair in zip(lat_e7, lon_e7, strict=True) for value in pair))
    bound = (abs(north_m) + 500) / 6_350_000 * math.tan(math.radians(abs(lat) / 1e7)) + 1e-6
    assert math.hypot(x1 - x0, y1 - y0) == pytest.approx(true_m, rel=bound)


@settings(deadline=None)
@given(
    lat=st.integers(-80_0000000, 80_0000000),
    lon=st.integers(-180_0000000, 180_0000000),
    offsets=st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6)), max_size=5),
)
def test_metres_come_back_as_the_same_integers(lat, lon, offsets):
    lat_e7 = np.array([lat + d for d, _ in offsets], dtype=np.int64)
    lon_e7 = np.array([lon + d for _, d in offsets], dtype=np.int64)
    plane = LocalPlane(lat, lon)
    back_lat_e7, back_lon_e7 = plane.to_e7(*plane.to_metres(lat_e7, lon_e7))
    assert (back_lat_e7 == lat_e7).all() and (back_lon_e7 == lon_e7).all()


def test_int32_arrays_of_any_shape_do_not_wrap():
    lat_e7 = np.array([[-900_000_000, 900_000_000]], dtype=np.int32)
    lon_e7 = np.array([[-1_800_000_000, 1_800_000_000]], dtype=np.int32)
    x_m, y_m = LocalPlane(0, 1_800_000_000).to_metres(lat_e7, lon_e7)
    assert x_m.shape == y_m.shape == (1, 2)
    assert x_m[0] == pytest.approx([-2 * math.pi * 6378137, 0])
    assert y_m[0, 0] == -y_m[0, 1]


@given(st.lists(st.tuples(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1)), max_size=9))
def test_the_bands_are_planes_of_a_twentieth_of_a_degree(places):
    lat_e7, lon_e7 = np.array(places, dtype=np.int32).reshape(-1, 2).T
    band = band_of(lat_e7)
    x_m, y_m = metres_in_band(band, lat_e7, lon_e7)
    for number, (lat, lon) in enumerate(places):
        assert band[number] == lat // 500_000
        expected = LocalPlane(lat // 500_000 * 500_000 + 250_000, 0).to_metres(lat, lon)
        # Beyond the pole the plane would turn round; a distance is the same.
        assert (abs(x_m[number]), y_m[number]) == (abs(expected[0]), expected[1])
