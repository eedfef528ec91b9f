"""Fences within reach of a session as plain rows: what they look like, who may train there, since when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from geofence.datum import WGS84, from_wgs84, to_wgs84
from geofence.positions import E7
from geofence.properties import APPROVED
from ingest.casework.deciding.grounds import Trained, nearest_grounds
from ingest.casework.world_cache import FenceWorld, Ground
from ingest.explain.number_values import clock_text
from ingest.judge.register.facts import CLASS_CODES

REACH_E7 = 200_000
"""About two kilometres; without any fence so near, the nearest ones are told."""
_NEAREST = 3
MOST = 200
"""Fixes at the ends of the world are near every fence there is."""
_CLASSES = {code: name for name, code in CLASS_CODES.items()}
Box = tuple[int, int, int, int]
"""South, north, west, east in 1e-7 degree."""


class Asked(NamedTuple):
    """What is asked of fences: the session's seconds, what it trains, the terminal's school, today's second,
    the zone dates are told in, and the datum that positions are shown in (geofence.datum.DATUMS)."""

    first_s: int
    last_s: int
    part: int
    vehicle_class: int
    school: int
    now_s: int
    utc_offset_min: int
    datum: str = WGS84


def fences_told(world: FenceWorld, box: Box | None, asked: Asked) -> list[dict[str, Any]]:
    """The fences that were in force at some second of the session, or are today; allowing ones first, MOST
    at most."""
    near = world.near(box, REACH_E7) if box else []
    if box and not near:
        near = _nearest(world, box)
    shown = [
        ground
        for ground in near
        if in_dates(ground, asked.first_s, asked.last_s) or in_dates(ground, asked.now_s, asked.now_s)
    ]
    shown.sort(key=lambda ground: (not allows(ground, asked), ground.fence.fence_id))
    return [told(ground, asked) for ground in shown[:MOST]]


def ground_of(world: FenceWorld, box: Box | None, asked: Asked) -> str:
    """The training ground that the queue would count the session to; '' for none."""
    if box is None:
        return ""
    trained = Trained(box, asked.part, asked.vehicle_class, asked.school, asked.first_s, asked.last_s)
    return nearest_grounds([ground.fence for ground in world.grounds], [trained])[0]


def _nearest(world: FenceWorld, box: Box) -> list[Ground]:
    if not len(world.grounds):
        return []
    lat, lon = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
    boxes = world.boxes
    away_lat = np.maximum(np.maximum(boxes[:, 0] - lat, lat - boxes[:, 1]), 0)
    away_lon = np.maximum(np.maximum(boxes[:, 2] - lon, lon - boxes[:, 3]), 0)
    order = np.argsort(np.hypot(away_lat, away_lon), kind="stable")[:_NEAREST]
    return [world.grounds[at] for at in order.tolist()]


def told(ground: Ground, asked: Asked) -> dict[str, Any]:
    """A fence as a plain row."""
    fence = ground.fence
    classes, schools = fence.vehicle_classes, fence.schools
    return {
        "fence": fence.fence_id,
        "ground": fence.ground,
        "kind": fence.kind,
        "state": fence.state,
        "parts": sorted(fence.parts),
        "vehicle_classes": None
        if classes is None
        else [_CLASSES.get(one, str(one)) for one in sorted(classes)],
        "schools": None if schools is None else [f"{one:016d}" for one in sorted(schools)],
        "valid_from": clock_text(fence.valid_from_s, asked.utc_offset_min, "%Y-%m-%d %H:%M"),
        "valid_to": None
        if fence.valid_to_s is None
        else clock_text(fence.valid_to_s, asked.utc_offset_min, "%Y-%m-%d %H:%M"),
        "then": in_dates(ground, asked.first_s, asked.last_s),
        "today": in_dates(ground, asked.now_s, asked.now_s),
        "allows": allows(ground, asked),
        "areas": _areas(fence.geometry, asked.datum),
        "lines": _lines(ground.feature, asked.datum),
    }


def in_dates(ground: Ground, first_s: int, last_s: int) -> bool:
    """Whether its dates meet these Unix seconds, both included."""
    fence = ground.fence
    return fence.valid_from_s <= last_s and (fence.valid_to_s is None or first_s < fence.valid_to_s)


def allows(ground: Ground, asked: Asked) -> bool:
    """Whether it allowed this training at some second of it."""
    fence = ground.fence
    return (
        fence.state == APPROVED
        and asked.part in fence.parts
        and (fence.vehicle_classes is None or asked.vehicle_class in fence.vehicle_classes)
        and (fence.schools is None or asked.school in fence.schools)
        and in_dates(ground, asked.first_s, asked.last_s)
    )


def _areas(geometry: shapely.Polygon | shapely.MultiPolygon, datum: str) -> list[list[list[list[int]]]]:
    """Polygons, each a list of rings (the first the outer one), each of [lat_e7, lon_e7]."""
    polygons = geometry.geoms if isinstance(geometry, shapely.MultiPolygon) else [geometry]
    return [
        [_shown(np.asarray(ring.coords)[:, :2], datum) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in polygons
    ]


def _lines(feature: dict[str, Any], datum: str) -> list[list[list[int]]]:
    """The centre lines of a corridor; none for an area."""
    geometry = feature["geometry"]
    lines = {"LineString": [geometry["coordinates"]], "MultiLineString": geometry["coordinates"]}
    drawn_in = feature["properties"].get("datum", WGS84)
    found = []
    for line in lines.get(geometry["type"], []):
        vertices = np.array([position[:2] for position in line], dtype=np.float64)
        lon, lat = to_wgs84(vertices[:, 0], vertices[:, 1], drawn_in)
        found.append(_shown(np.column_stack([lon, lat]), datum))
    return found


def _shown(vertices: Any, datum: str) -> list[list[int]]:
    lon, lat = from_wgs84(vertices[:, 0], vertices[:, 1], datum)
    shown: list[list[int]] = np.rint(np.column_stack([lat, lon]) * E7).astype(np.int64).tolist()
    return shown


def fixes_shown(lat_e7: Sequence[int], lon_e7: Sequence[int], datum: str) -> tuple[list[int], list[int]]:
    """Positions as they are shown in a datum: (lat_e7, lon_e7)."""
    lon, lat = from_wgs84(np.asarray(lon_e7) / E7, np.asarray(lat_e7) / E7, datum)
    return np.rint(lat * E7).astype(np.int64).tolist(), np.rint(lon * E7).astype(np.int64).tolist()
