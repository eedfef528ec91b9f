"""Which datum a drawing was made in, asked of the traces of the cars that train there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.datum import DATUMS, vertices_to_wgs84
from geofence.positions import E7

# Fewer fixes than two minutes, or a smaller difference, say nothing.
MIN_FIXES = 120
MIN_GAIN = 0.1

NAMES = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}


@dataclass(frozen=True)
class DatumFit:
    """How the fixes near a drawing lie in it: `inside`, the share of them (0 to 1) for each datum.

    fixes: how many lie in the rectangle around all readings of the drawing; the others say nothing.
    """

    fixes: int
    inside: Mapping[str, float]

    def better_than(self, stated: str) -> str | None:
        """The datum in which clearly more of the fixes lie inside than in the stated one, or None."""
        best = max(DATUMS, key=lambda datum: self.inside[datum])
        gained = self.inside[best] - self.inside[stated] >= MIN_GAIN
        return best if gained and self.fixes >= MIN_FIXES else None


def fit(drawn: shapely.Geometry, lat_e7: NDArray[np.int32], lon_e7: NDArray[np.int32]) -> DatumFit:
    """A drawing in degrees as it was given, and WGS-84 fixes [n] -> how they lie in each reading of it."""
    readings = {datum: _read_as(drawn, datum) for datum in DATUMS}
    bounds = shapely.bounds(list(readings.values()))
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    near = (lon_e7 >= west) & (lon_e7 <= east) & (lat_e7 >= south) & (lat_e7 <= north)
    x, y = lon_e7[near].astype(np.float64), lat_e7[near].astype(np.float64)
    inside = {
        datum: float(shapely.intersects_xy(reading, x, y).mean()) if len(x) else 0.0
        for datum, reading in readings.items()
    }
    return DatumFit(len(x), inside)


def fit_sentence(found: DatumFit, stated: str) -> tuple[str, str] | None:
    """The warning in English and Chinese when another datum than the stated one fits clearly better."""
    better = found.better_than(stated)
    if better is None:
        return None
    ours, theirs = round(found.inside[stated] * 100), round(found.inside[better] * 100)
    return (
        f"{theirs} % of {found.fixes} fixes lie inside if it was drawn in {NAMES[better]}, "
        f"{ours} % in {NAMES[stated]} as stated",
        f"若按 {NAMES[better]} 解读，{found.fixes} 个定位点中有 {theirs}% 在围栏内；"
        f"按声明的 {NAMES[stated]} 只有 {ours}%",
    )


def _read_as(drawn: shapely.Geometry, datum: str) -> shapely.Geometry:
    reading = shapely.transform(drawn, lambda vertices: vertices_to_wgs84(np.rint(vertices * E7), datum))
    shapely.prepare(reading)
    return reading
