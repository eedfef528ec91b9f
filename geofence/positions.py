"""GeoJSON positions to whole 1e-7 degrees, the resolution of a fix (about a centimetre)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from geofence.errors import Where, shown

E7 = 10_000_000
MAX_EXTENT_E7 = E7
_POSITION_REMEDY = "write each position as [longitude, latitude] in WGS-84 degrees"


def read_list(where: Where, place: str, value: object, of: str) -> list[object]:
    """`value` if it is a list with something in it, else FenceError: there are no `of` at `place`."""
    if not isinstance(value, list) or not value:
        raise where.refuse(place, f"there is no list of {of}", "draw the fence again")
    return value


def read_positions(where: Where, place: str, value: object) -> NDArray[np.float64]:
    """A list of positions -> float64[n, 2] of whole (lon_e7, lat_e7). An altitude is left aside.

    Raises FenceError naming the position, counted from 1.
    """
    positions = read_list(where, place, value, "positions")
    rows = [_position(where, f"{place}, position {number}", row) for number, row in enumerate(positions, 1)]
    return np.rint(np.array(rows, dtype=np.float64) * E7)


def check_extent(where: Where, positions_e7: NDArray[np.float64]) -> None:
    """Refuse a fence wider or higher than one degree: a mistyped digit, and too far for local metres."""
    extent_e7 = positions_e7.max(axis=0) - positions_e7.min(axis=0)
    if (extent_e7 > MAX_EXTENT_E7).any():
        west, south = positions_e7.min(axis=0) / E7
        east, north = positions_e7.max(axis=0) / E7
        raise where.refuse(
            f"from {west:.7f}, {south:.7f} to {east:.7f}, {north:.7f}",
            "the fence is more than one degree across",
            "look for a mistyped coordinate or cut the fence into several",
        )


def _position(where: Where, place: str, value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise where.refuse(place, f"{shown(value)} is not a position", _POSITION_REMEDY)
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise where.refuse(place, f"{shown(number)} is not a number", _POSITION_REMEDY)
        if isinstance(number, float) and not math.isfinite(number):
            raise where.refuse(place, f"{shown(number)} is not a finite number", _POSITION_REMEDY)
    lon, lat = value[0], value[1]
    if abs(lon) <= 180 and abs(lat) <= 90:
        return float(lon), float(lat)
    if abs(lat) <= 180 and abs(lon) <= 90:
        problem = f"latitude {shown(lat)} is beyond 90, longitude and latitude look swapped"
    elif abs(lon) > 180:
        problem = f"longitude {shown(lon)} is not between -180 and 180"
    else:
        problem = f"latitude {shown(lat)} is not between -90 and 90"
    raise where.refuse(place, problem, _POSITION_REMEDY)
