"""WGS-84, GCJ-02 and BD-09: the datum of satellites, of Chinese maps, and of Baidu's maps.

GCJ-02 shifts a position by 100 to 700 m, by a sum of sines around 105 E, 35 N on the ellipsoid of Krasovsky
1940; BD-09 turns and moves that again. The formulas are those that the public conversion libraries share
(eviltransform, prcoords, coordtransform); neither datum has an official specification. Both leave positions
outside a rectangle around China as they are; this rectangle holds parts of its neighbours.

Arrays of any shape in degrees, float64. The way back has no formula: it is found by iteration, to below
1e-9 degree.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geofence.positions import E7

WGS84, GCJ02, BD09 = "wgs84", "gcj02", "bd09"
DATUMS = (WGS84, GCJ02, BD09)

KRASOVSKY_SEMI_MAJOR_M = 6_378_245.0
KRASOVSKY_ECCENTRICITY_SQUARED = 0.00669342162296594323
CHINA_WEST, CHINA_EAST, CHINA_SOUTH, CHINA_NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD09_TURN = math.pi * 3000 / 180
_BD09_LON, _BD09_LAT = 0.0065, 0.006
# Each round shrinks the error at least a hundredfold, except at the kink of sqrt at 105 E and 35 N.
_ROUNDS = 8

Degrees = NDArray[np.float64]


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Whether positions lie in the rectangle that GCJ-02 and BD-09 shift."""
    east, north = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    inside = (east >= CHINA_WEST) & (east <= CHINA_EAST) & (north >= CHINA_SOUTH) & (north <= CHINA_NORTH)
    return np.asarray(inside, dtype=np.bool_)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> tuple[Degrees, Degrees]:
    """WGS-84 degrees -> (lon, lat) in `datum`. Raises ValueError for a datum that is not one of DATUMS."""
    east, north = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    _check(datum)
    if datum == WGS84:
        return east, north
    shifted = _gcj02(east, north) if datum == GCJ02 else _bd09(*_gcj02(east, north))
    inside = in_china(east, north)
    return np.where(inside, shifted[0], east), np.where(inside, shifted[1], north)


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> tuple[Degrees, Degrees]:
    """Degrees in `datum` -> WGS-84 (lon, lat). Whether a position is in China is asked of what is given.

    Raises ValueError for a datum that is not one of DATUMS.
    """
    east, north = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    _check(datum)
    if datum == WGS84:
        return east, north
    inside = in_china(east, north)
    # Far outside, the polynomials run away.
    asked_east, asked_north = np.where(inside, east, 105.0), np.where(inside, north, 35.0)
    back_east, back_north = asked_east, asked_north
    for _ in range(_ROUNDS):
        there = _gcj02(back_east, back_north)
        if datum == BD09:
            there = _bd09(*there)
        back_east, back_north = back_east - (there[0] - asked_east), back_north - (there[1] - asked_north)
    return np.where(inside, back_east, east), np.where(inside, back_north, north)


def vertices_to_wgs84(vertices_e7: Degrees, datum: str) -> Degrees:
    """Vertices [n, 2] of (lon_e7, lat_e7) in `datum` -> the same in WGS-84, whole numbers."""
    if datum == WGS84:
        return vertices_e7
    lon, lat = to_wgs84(vertices_e7[:, 0] / E7, vertices_e7[:, 1] / E7, datum)
    return np.rint(np.column_stack([lon, lat]) * E7)


def _check(datum: str) -> None:
    if datum not in DATUMS:
        raise ValueError(f"datum {datum!r} is not known; give one of {', '.join(DATUMS)}.")


def _gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 105, lat - 35
    common = (20 * np.sin(6 * math.pi * x) + 20 * np.sin(2 * math.pi * x)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + common
    north_m = north_m + (20 * np.sin(math.pi * y) + 40 * np.sin(math.pi * y / 3)) * 2 / 3
    north_m = north_m + (160 * np.sin(math.pi * y / 12) + 320 * np.sin(math.pi * y / 30)) * 2 / 3
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + common
    east_m = east_m + (20 * np.sin(math.pi * x) + 40 * np.sin(math.pi * x / 3)) * 2 / 3
    east_m = east_m + (150 * np.sin(math.pi * x / 12) + 300 * np.sin(math.pi * x / 30)) * 2 / 3
    radians = lat / 180 * math.pi
    factor = 1 - KRASOVSKY_ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    prime_vertical_m = KRASOVSKY_SEMI_MAJOR_M / np.sqrt(factor)
    meridian_m = prime_vertical_m * (1 - KRASOVSKY_ECCENTRICITY_SQUARED) / factor
    return (
        lon + east_m * 180 / (prime_vertical_m * np.cos(radians) * math.pi),
        lat + north_m * 180 / (meridian_m * math.pi),
    )


def _bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD09_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD09_TURN)
    return radius * np.cos(angle) + _BD09_LON, radius * np.sin(angle) + _BD09_LAT
