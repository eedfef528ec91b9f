"""Local metres around one origin: the simulators' own small WGS-84 projection.

Kept apart from geofence.projection on purpose: truth must not share code with what it checks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_A_M = 6378137.0
_E2 = 6.69437999014e-3


@dataclass(frozen=True)
class LocalMetres:
    """Equirectangular metres east (x) and north (y) of an origin; good to 1e-4 within 10 km.

    Scale from the ellipsoid's radii of curvature at the origin (meridian M, prime vertical N).
    """

    lat_deg: float
    lon_deg: float

    @property
    def _scales(self) -> tuple[float, float]:
        sine = math.sin(math.radians(self.lat_deg))
        root = math.sqrt(1.0 - _E2 * sine * sine)
        meridian = _A_M * (1.0 - _E2) / root**3
        vertical = _A_M / root
        return (
            math.radians(1.0) * vertical * math.cos(math.radians(self.lat_deg)),
            math.radians(1.0) * meridian,
        )

    def to_metres(self, lon_deg: Floats, lat_deg: Floats) -> tuple[Floats, Floats]:
        """Degrees to metres, element by element."""
        per_lon, per_lat = self._scales
        return (lon_deg - self.lon_deg) * per_lon, (lat_deg - self.lat_deg) * per_lat

    def to_e7(self, x_m: Floats, y_m: Floats) -> tuple[Ints, Ints]:
        """Metres to (lat_e7, lon_e7), rounded to 1e-7 degree."""
        per_lon, per_lat = self._scales
        lat = np.rint((y_m / per_lat + self.lat_deg) * 1e7).astype(np.int64)
        lon = np.rint((x_m / per_lon + self.lon_deg) * 1e7).astype(np.int64)
        return lat, lon
