"""The cases that were drawn and looked at: a drive, and the fence that a person would draw for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geofence.datum import from_wgs84
from simulators.projection import LocalMetres
from tests.real_traces.drives import Drive
from tests.real_traces.fences import degrees, fence, line_of


@dataclass(frozen=True)
class Drawing:
    """A fence: its area in metres of a frame, and as the GeoJSON that the judge gets."""

    area_m: shapely.Geometry
    frame: LocalMetres
    geojson: dict[str, Any]


def first_half(one: Drive, share: float = 0.5) -> Drawing:
    """A field around the first part of a drive, 40 m wider than its hull."""
    frame = one.frame
    area = line_of(one, frame, 5, share).convex_hull.buffer(40)
    return Drawing(area, frame, fence(area, frame))


def road(one: Drive, half_width_m: float = 20.0, simplified_m: float = 8.0) -> Drawing:
    """A corridor along the drive's simplified way."""
    frame = one.frame
    line = line_of(one, frame, simplified_m)
    return Drawing(line.buffer(half_width_m), frame, fence(line, frame, half_width_m))


def hole(one: Drive, minute: int, radius_m: float) -> Drawing:
    """A wide strip along the whole drive with a round hole about where it is when a minute begins."""
    frame = one.frame
    at = np.flatnonzero(one.utc_s // 60 >= one.begin_s // 60 + minute)[0]
    middle = shapely.Point(*one.metres(frame)[at])
    area = line_of(one, frame, 5).buffer(400).difference(middle.buffer(radius_m))
    return Drawing(area, frame, fence(area, frame))


def beside(one: Drive, edge_m: float) -> Drawing:
    """A field left of the drive whose edge follows it edge_m to its right; below 0 the drive is outside."""
    frame = one.frame
    strip = line_of(one, frame, 1).buffer(300, single_sided=True).buffer(0)
    area = max(shapely.get_parts(strip), key=lambda part: part.area).buffer(edge_m)
    area = max(shapely.get_parts(area), key=lambda part: part.area)
    return Drawing(area, frame, fence(area, frame))


def read_in_wrong_datum(right: Drawing) -> Drawing:
    """The same drawn on a GCJ-02 map and taken as WGS-84."""
    frame = right.frame

    def shifted(metres: Any) -> Any:
        lon_lat = degrees(metres, frame)
        east, north = from_wgs84(lon_lat[:, 0], lon_lat[:, 1], "gcj02")
        return np.column_stack(frame.to_metres(east, north))

    area = shapely.transform(right.area_m, shifted)
    return Drawing(area, frame, fence(area, frame))
