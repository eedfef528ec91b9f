"""The union of some fences, and how far fixes are from it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.projection import BAND_E7, band_plane

# A fix this near the line is on it: far below the resolution of a fix, far above the union's rounding.
ON_THE_LINE_M = 0.001


class Cover:
    """The union of outlines given in 1e-7 degree (longitude, latitude)."""

    def __init__(self, outlines_e7: Iterable[shapely.Geometry]) -> None:
        self._union_e7 = shapely.union_all(list(outlines_e7))
        shapely.prepare(self._union_e7)
        self._edges_m: dict[int, shapely.Geometry] = {}

    def signed_distance_m(
        self, lat_e7: NDArray[np.int32], lon_e7: NDArray[np.int32], depth: bool
    ) -> NDArray[np.float64]:
        """Fixes [k] -> metres [k]: above 0 outside, 0 on the line; inside 0, or below 0 with `depth`."""
        # Inside or not is decided on the integers themselves: no projection, no rounding.
        inside = shapely.intersects_xy(self._union_e7, lon_e7.astype(np.float64), lat_e7.astype(np.float64))
        distance_m = np.zeros(len(lat_e7))
        asked = np.arange(len(lat_e7)) if depth else np.flatnonzero(~inside)
        bands = lat_e7[asked] // BAND_E7
        for band in np.unique(bands).tolist():
            some = asked[bands == band]
            x_m, y_m = band_plane(band).to_metres(lat_e7[some], lon_e7[some])
            distance_m[some] = shapely.distance(self._edge_m(band), shapely.points(x_m, y_m))
        distance_m[distance_m <= ON_THE_LINE_M] = 0
        if depth:
            np.negative(distance_m, where=inside & (distance_m > 0), out=distance_m)
        return distance_m

    def _edge_m(self, band: int) -> shapely.Geometry:
        edge_m = self._edges_m.get(band)
        if edge_m is None:
            plane = band_plane(band)

            def project(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
                return np.column_stack(plane.to_metres(vertices[:, 1], vertices[:, 0]))

            edge_m = shapely.transform(shapely.boundary(self._union_e7), project)
            shapely.prepare(edge_m)
            self._edges_m[band] = edge_m
        return edge_m
