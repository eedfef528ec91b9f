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

import numpy as np
from numpy.typing import ArrayLike, NDArray

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
RADIANS_PER_E7 = math.pi / 180 / 10_000_000


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
