"""Faults of whole outlines: rings misplaced, absurd areas, overlaps with other fences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geofence.outlines import PROBLEMS, why_invalid
from geofence.projection import LocalPlane
from geofence.properties import Properties
from geofence.survey.drawn import Drawn
from geofence.survey.faults import Fault
from geofence.survey.limits import Limits

CHINESE = {
    "Self-intersection": "边线在此相交或重叠",
    "Ring Self-intersection": "环在此与自身相接",
    "Hole lies outside shell": "内环位于外环之外",
    "Holes are nested": "内环位于另一个内环之中",
    "Nested shells": "一个多边形位于同一围栏的另一个多边形之中",
    "Interior is disconnected": "内环在此将多边形切断",
    "Duplicate Rings": "同一个环出现两次",
}


@dataclass(frozen=True)
class Outline:
    """A fence that could be read: its outline in WGS-84 1e-7 degree, and its properties if they could be."""

    feature: str
    fence: str
    outline_e7: shapely.Geometry
    properties: Properties | None


def misplaced_faults(drawn: Drawn) -> Iterator[Fault]:
    """RINGS_MISPLACED for an area whose rings are closed, have an area, and yet make no valid outline."""
    polygons = [
        shapely.Polygon(shell.positions, [hole.positions for hole in holes])
        for shell, *holes in drawn.polygons
    ]
    invalid = why_invalid(shapely.MultiPolygon(polygons) if len(polygons) > 1 else polygons[0])
    if invalid is not None:
        name, at_e7 = invalid
        problem, remedy = PROBLEMS.get(name, ("the outline is not valid", "draw the fence again"))
        told = {"problem": problem, "problem_chinese": CHINESE.get(name, "图形无效"), "remedy": remedy}
        lon_e7, lat_e7 = (None, None) if at_e7 is None else (round(at_e7[0]), round(at_e7[1]))
        yield Fault(
            "RINGS_MISPLACED",
            drawn.where.feature,
            drawn.fence,
            lon_e7=lon_e7,
            lat_e7=lat_e7,
            numbers=told,
        )


def area_m2(outline_e7: shapely.Geometry) -> float:
    """Square metres of an outline in WGS-84 1e-7 degree, in the plane of its middle."""
    if outline_e7.is_empty:
        return 0.0
    west, south, east, north = shapely.bounds(outline_e7).tolist()
    plane = LocalPlane(round((south + north) / 2), round((west + east) / 2))
    return float(shapely.area(outline_e7)) * plane.x_m_per_e7 * plane.y_m_per_e7


def area_faults(outline: Outline, limits: Limits) -> Iterator[Fault]:
    """AREA_SMALL or AREA_LARGE."""
    square_m = area_m2(outline.outline_e7)
    if not limits.min_area_m2 <= square_m <= limits.max_area_m2:
        kind = "AREA_SMALL" if square_m < limits.min_area_m2 else "AREA_LARGE"
        lon_e7, lat_e7 = _middle(outline.outline_e7)
        told = {"area_m2": round(square_m)}
        yield Fault(kind, outline.feature, outline.fence, lon_e7=lon_e7, lat_e7=lat_e7, numbers=told)


def overlap_faults(outlines: Sequence[Outline], others: Sequence[Outline], limits: Limits) -> Iterator[Fault]:
    """OVERLAP for each pair within `outlines`, told of the later one, and for each with one of `others`.

    Fences that share no part or no second are no overlap, and another version of the same fence is none.
    """
    every = [*others, *outlines]
    if not every:
        return
    tree = shapely.STRtree([outline.outline_e7 for outline in every])
    for index in range(len(others), len(every)):
        one = every[index]
        for other in sorted(tree.query(one.outline_e7, predicate="intersects").tolist()):
            if other < index and _meet(one, every[other]):
                yield from _overlap(one, every[other], limits)


def _overlap(one: Outline, other: Outline, limits: Limits) -> Iterator[Fault]:
    common = shapely.intersection(one.outline_e7, other.outline_e7)
    square_m = area_m2(common)
    if square_m >= limits.overlap_m2:
        lon_e7, lat_e7 = _middle(common)
        told = {
            "area_m2": round(square_m),
            "percent": round(100 * square_m / area_m2(one.outline_e7)),
            "with_fence": other.fence,
        }
        yield Fault("OVERLAP", one.feature, one.fence, lon_e7=lon_e7, lat_e7=lat_e7, numbers=told)


def _meet(one: Outline, other: Outline) -> bool:
    if one.properties is None or other.properties is None:
        return True
    first, second = one.properties, other.properties
    ends = [p.valid_to_s for p in (first, second) if p.valid_to_s is not None]
    at_once = not ends or max(first.valid_from_s, second.valid_from_s) < min(ends)
    return at_once and bool(first.parts & second.parts) and first.fence_id != second.fence_id


def _middle(outline_e7: shapely.Geometry) -> tuple[int, int]:
    place = np.rint(shapely.get_coordinates(shapely.point_on_surface(outline_e7))[0])
    return int(place[0]), int(place[1])
