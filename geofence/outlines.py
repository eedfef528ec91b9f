"""Polygons and multipolygons to checked outlines in whole 1e-7 degrees."""

from __future__ import annotations

import re

import shapely

from geofence.datum import WGS84, vertices_to_wgs84
from geofence.errors import Where
from geofence.positions import E7, check_extent, read_list, read_positions

# What GEOS says of an invalid polygon -> the problem and what to do about it.
PROBLEMS = {
    "Self-intersection": ("its edges cross or overlap here", "draw the outline without crossings"),
    "Ring Self-intersection": ("a ring meets itself here", "draw a ring that visits each position once"),
    "Hole lies outside shell": ("a hole lies outside the outer ring", "move the hole inside or take it out"),
    "Holes are nested": ("a hole lies inside another hole", "take the inner one out"),
    "Nested shells": ("a polygon lies inside another one of the same fence", "take the inner one out"),
    "Interior is disconnected": ("the holes cut the polygon apart here", "draw the pieces as a MultiPolygon"),
    "Duplicate Rings": ("the same ring is there twice", "keep one of the two"),
}
_OTHER = ("the outline is not valid", "draw the fence again")
_REASON = re.compile(r"(?P<name>[^\[]+)(?:\[(?P<lon_e7>\S+) (?P<lat_e7>\S+)\])?")


def read_outline(
    where: Where, shape: str, coordinates: object, datum: str = WGS84
) -> shapely.Polygon | shapely.MultiPolygon:
    """The coordinates of a Polygon or MultiPolygon in `datum` -> the valid geometry in WGS-84 1e-7 degree.

    Raises FenceError naming the ring and position, or the place where the outline is wrong.
    """
    if shape == "Polygon":
        outline = _polygon(where, "", coordinates)
    else:
        polygons = read_list(where, "geometry", coordinates, "polygons")
        outline = shapely.MultiPolygon(
            [_polygon(where, f"polygon {number}, ", rings) for number, rings in enumerate(polygons, start=1)]
        )
    check_extent(where, shapely.get_coordinates(outline))
    check_valid(where, outline)
    if datum != WGS84:
        outline = shapely.transform(outline, lambda vertices: vertices_to_wgs84(vertices, datum))
        # A vertex may have moved a centimetre against its neighbour's edge.
        check_valid(where, outline)
    return outline


def check_valid(where: Where, outline_e7: shapely.Geometry) -> None:
    """Raise FenceError, with the place in degrees, unless GEOS finds the outline valid."""
    invalid = why_invalid(outline_e7)
    if invalid is None:
        return
    name, at_e7 = invalid
    problem, remedy = PROBLEMS.get(name, _OTHER)
    place = "geometry" if at_e7 is None else f"at {at_e7[0] / E7:.7f}, {at_e7[1] / E7:.7f}"
    raise where.refuse(place, problem, remedy)


def why_invalid(outline_e7: shapely.Geometry) -> tuple[str, tuple[float, float] | None] | None:
    """What GEOS calls the fault (a key of PROBLEMS, or another) and where, or None for a valid outline."""
    reason = _REASON.fullmatch(shapely.is_valid_reason(outline_e7))
    if reason is None:
        return "", None
    if reason["name"] == "Valid Geometry":
        return None
    at_e7 = None if reason["lon_e7"] is None else (float(reason["lon_e7"]), float(reason["lat_e7"]))
    return reason["name"], at_e7


def _polygon(where: Where, prefix: str, value: object) -> shapely.Polygon:
    rings = read_list(where, f"{prefix}geometry", value, "rings")
    names = [f"{prefix}outer ring"] + [f"{prefix}hole {number}" for number in range(1, len(rings))]
    shell, *holes = [_ring(where, name, ring) for name, ring in zip(names, rings, strict=True)]
    return shapely.Polygon(shell, holes)


def _ring(where: Where, place: str, value: object) -> shapely.LinearRing:
    positions = read_positions(where, place, value)
    first, last = positions[0] / E7, positions[-1] / E7
    if (first != last).any():
        raise where.refuse(
            place,
            f"it begins at {first[0]:.7f}, {first[1]:.7f} and ends at {last[0]:.7f}, {last[1]:.7f}",
            "close the ring by repeating its first position at its end",
        )
    if len(positions) < 4:
        raise where.refuse(place, f"it has {len(positions)} positions", "a ring needs at least 4")
    # A bow tie may have area 0 too, but its hull has not; it is refused for its crossing.
    if shapely.area(shapely.convex_hull(shapely.MultiPoint(positions))) == 0:
        at = f"{place}, at {first[0]:.7f}, {first[1]:.7f}"
        raise where.refuse(at, "it encloses no area", "draw it again or take it out")
    return shapely.LinearRing(positions)
