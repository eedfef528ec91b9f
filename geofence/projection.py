"""Local metres around an origin: equirectangular on the WGS-84 ellipsoid.

    x_m = N(lat0) cos(lat0) (lon - lon0)      y_m = M(lat0) (lat - lat0)

with M the meridian and N the prime-vertical radius of curvature (Torge, Geodesy, 4.1.3). The map is
linear, so straight fence edges stay straight and inside stays inside, whatever the origin.

Error of a distance from the origin: about 0.39 d / (2 R) tan(lat), below 0.1 % for d <= 20 km and
|lat| <= 55 degrees. Error of a short distance that lies h metres north or south of the origin:
about h / R tan(lat). Longitudes are not wrapped at 180 degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
RADIANS_PER_E7 = math.pi / 180 / 10_000_000
# Distances are taken in the plane of the fix's own band of latitude, 0.05 degree high, so that they do not
# depend on what fences there are; within a band the scale is right to 0.06 % (below 53 degrees).
BAND_E7 = 500_000


@dataclass(frozen=True)
class LocalPlane:
    """A plane in metres, x to the east and y to the north of the origin (1e-7 degree)."""

    origin_lat_e7: int
    origin_lon_e7: int

    @property
    def y_m_per_e7(self) -> float:
        """Metres to the north per 1e-7 degree of latitude."""
        factor = 1 - ECCENTRICITY_SQUARED * math.sin(self.origin_lat_e7 * RADIANS_PER_E7) ** 2
        meridian_m = SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / (factor * math.sqrt(factor))
        return meridian_m * RADIANS_PER_E7

    @property
    def x_m_per_e7(self) -> float:
        """Metres to the east per 1e-7 degree of longitude."""
        latitude = self.origin_lat_e7 * RADIANS_PER_E7
        prime_vertical_m = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_SQUARED * math.sin(latitude) ** 2)
        return prime_vertical_m * math.cos(latitude) * RADIANS_PER_E7

    def to_metres(
        self, lat_e7: ArrayLike, lon_e7: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Positions in 1e-7 degree, any shape -> (x_m, y_m), float64 of that shape."""
        # float64 holds every int32 exactly; a difference of two int32 would wrap.
        x_m = (np.asarray(lon_e7, dtype=np.float64) - self.origin_lon_e7) * self.x_m_per_e7
        y_m = (np.asarray(lat_e7, dtype=np.float64) - self.origin_lat_e7) * self.y_m_per_e7
        return x_m, y_m

    def to_e7(self, x_m: ArrayLike, y_m: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Metres, any shape -> (lat_e7, lon_e7), rounded to whole 1e-7 degrees (about a centimetre)."""
        lat_e7 = np.rint(np.asarray(y_m, dtype=np.float64) / self.y_m_per_e7) + self.origin_lat_e7
        lon_e7 = np.rint(np.asarray(x_m, dtype=np.float64) / self.x_m_per_e7) + self.origin_lon_e7
        return lat_e7.astype(np.int64), lon_e7.astype(np.int64)


@cache
def band_plane(band: int) -> LocalPlane:
    """The plane for fixes with lat_e7 // BAND_E7 == band: true to scale in the band's middle."""
    return LocalPlane(band * BAND_E7 + BAND_E7 // 2, 0)


def band_of(lat_e7: NDArray[np.int32] | NDArray[np.float64]) -> NDArray[np.int64]:
    """The band of each latitude, of that shape."""
    return np.asarray(lat_e7 // BAND_E7, dtype=np.int64)


def band_scales(band: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres per 1e-7 degree (east, north) in each band, of that shape."""
    x_scale, y_scale = _scales()
    return x_scale[band - _BANDS_FROM], y_scale[band - _BANDS_FROM]


def metres_in_band(
    band: NDArray[np.int64], lat_e7: ArrayLike, lon_e7: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places, each with a band -> (x_m, y_m) as band_plane of that band has it."""
    x_scale, y_scale = band_scales(band)
    x_m = np.asarray(lon_e7, dtype=np.float64) * x_scale
    y_m = (np.asarray(lat_e7, dtype=np.float64) - (band * BAND_E7 + BAND_E7 // 2)) * y_scale
    return x_m, y_m


# Every int32 has a band, so that a latitude beyond the pole is measured too, not refused.
_BANDS_FROM = -(2**31) // BAND_E7


@cache
def _scales() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    planes = [band_plane(band) for band in range(_BANDS_FROM, (2**31 - 1) // BAND_E7 + 1)]
    x_scale = np.abs([plane.x_m_per_e7 for plane in planes])
    return x_scale, np.array([plane.y_m_per_e7 for plane in planes])
