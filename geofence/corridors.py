"""Road corridors: everything within a half-width of a line, round at the ends."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.datum import WGS84, vertices_to_wgs84
from geofence.errors import Where
from geofence.outlines import check_valid
from geofence.positions import check_extent, read_list, read_positions
from geofence.projection import LocalPlane

# 16 chords to a quarter circle: at most 0.12 % of the half-width is lost on a bend.
QUARTER_CHORDS = 16


def read_corridor(
    where: Where, shape: str, coordinates: object, half_width_m: float, datum: str = WGS84
) -> shapely.Polygon | shapely.MultiPolygon:
    """The coordinates of a LineString or MultiLineString in `datum` -> the corridor's valid outline in WGS-84
    1e-7 degree.

    Raises FenceError naming the line and position.
    """
    if shape == "LineString":
        lines = [_line(where, "line", coordinates)]
    else:
        values = read_list(where, "geometry", coordinates, "lines")
        lines = [_line(where, f"line {number}", value) for number, value in enumerate(values, start=1)]
    check_extent(where, np.concatenate(lines))
    outline = corridor_e7([vertices_to_wgs84(line, datum) for line in lines], half_width_m)
    check_valid(where, outline)
    return outline


def corridor_e7(
    lines_e7: list[NDArray[np.float64]], half_width_m: float
) -> shapely.Polygon | shapely.MultiPolygon:
    """Lines float64[n, 2] of (lon_e7, lat_e7) -> what lies within `half_width_m`, in whole 1e-7 degrees."""
    every = np.concatenate(lines_e7)
    lon_e7, lat_e7 = np.rint((every.min(axis=0) + every.max(axis=0)) / 2)
    plane = LocalPlane(int(lat_e7), int(lon_e7))
    scale = np.array([plane.x_m_per_e7, plane.y_m_per_e7])
    origin = np.array([lon_e7, lat_e7])
    line_m = shapely.MultiLineString([(line - origin) * scale for line in lines_e7])
    outline_m = shapely.buffer(
        line_m, half_width_m, quad_segs=QUARTER_CHORDS, cap_style="round", join_style="round"
    )
    outline = shapely.transform(outline_m, lambda metres: metres / scale + origin)
    # Rounding each vertex by itself could make the outline cross itself; this rounds and stays valid.
    return shapely.set_precision(outline, grid_size=1)


def _line(where: Where, place: str, value: object) -> NDArray[np.float64]:
    positions = read_positions(where, place, value)
    if (positions == positions[0]).all():
        problem = "it has no length"
        raise where.refuse(f"{place}, position 1", problem, "a line needs two different positions")
    return positions
