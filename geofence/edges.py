"""The lines of fences in metres, each in the band of latitude where it is asked."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.projection import band_of, band_scales, metres_in_band

# Preparing pays for long lines; for short ones it takes ten times the memory for nothing.
_PREPARED_FROM = 100

Ints = NDArray[np.int64]
Fixes = NDArray[np.int32]
Floats = NDArray[np.float64]


class Edges:
    """Lines of outlines [f] given in 1e-7 degrees; made when first asked, let go all at once if too many."""

    def __init__(self, outlines_e7: NDArray[np.object_], held_max: int) -> None:
        self._outlines_e7 = outlines_e7
        self._held_max = held_max
        self._keys = np.zeros(0, dtype=np.int64)
        self._lines = np.zeros(0, dtype=object)

    def trim(self) -> None:
        """Let all lines go if there are more than may be held."""
        if len(self._keys) > self._held_max:
            self._keys, self._lines = self._keys[:0], self._lines[:0]

    def distance_m(
        self, fence: Ints, lat_e7: Fixes | Floats, lon_e7: Fixes | Floats, band: Ints | None = None
    ) -> Floats:
        """Places [q] with a fence each -> metres to its line, in the place's own band or in a given one."""
        lines, x_m, y_m = self._asked(fence, lat_e7, lon_e7, band_of(lat_e7) if band is None else band)
        return np.asarray(shapely.distance(lines, shapely.points(x_m, y_m)))

    def feet(self, fence: Ints, lat_e7: Fixes, lon_e7: Fixes) -> tuple[Floats, Floats]:
        """The places (lat_e7, lon_e7) on the lines that are nearest to the fixes, nearly."""
        band = band_of(lat_e7)
        lines, x_m, y_m = self._asked(fence, lat_e7, lon_e7, band)
        foot = shapely.get_coordinates(shapely.shortest_line(lines, shapely.points(x_m, y_m)))[::2]
        x_scale, y_scale = band_scales(band)
        return lat_e7 + (foot[:, 1] - y_m) / y_scale, lon_e7 + (foot[:, 0] - x_m) / x_scale

    def _asked(
        self, fence: Ints, lat_e7: Fixes | Floats, lon_e7: Fixes | Floats, bands: Ints
    ) -> tuple[NDArray[np.object_], Floats, Floats]:
        x_m, y_m = metres_in_band(bands, lat_e7, lon_e7)
        key = bands * len(self._outlines_e7) + fence
        at = np.searchsorted(self._keys, key)
        known = at < len(self._keys)
        known[known] = self._keys[at[known]] == key[known]
        if not known.all():
            self._make(np.unique(key[~known]))
            at = np.searchsorted(self._keys, key)
        return self._lines[at], x_m, y_m

    def _make(self, keys: Ints) -> None:
        band, fence = np.divmod(keys, len(self._outlines_e7))
        lines = shapely.boundary(self._outlines_e7[fence])
        vertices, of = shapely.get_coordinates(lines, return_index=True)
        metres = metres_in_band(band[of], vertices[:, 1], vertices[:, 0])
        lines = shapely.set_coordinates(lines, np.column_stack(metres))
        shapely.prepare(lines[shapely.get_num_coordinates(lines) >= _PREPARED_FROM])
        every = np.concatenate([self._keys, keys])
        order = np.argsort(every, kind="stable")
        self._keys, self._lines = every[order], np.concatenate([self._lines, lines])[order]
