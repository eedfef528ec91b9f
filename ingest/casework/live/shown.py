"""Cars and fences as plain JSON values: 16-digit numbers as text, times in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from geofence.ground import Fence
from ingest.casework.live.cars import Car, Running
from ingest.casework.live.orders import iso
from ingest.casework.live.register import Fix


def car_shown(car: Car) -> dict[str, Any]:
    """One car."""
    return {
        "terminal": f"{car.terminal:016d}",
        "car": f"{car.car:016d}",
        "plate": car.plate,
        "school": f"{car.school:016d}",
        "school_name": car.school_name,
        "revoked": car.is_revoked,
        "heard_at": iso(car.heard_at),
        "offline_since": iso(car.offline_since),
        "fix": None if car.fix is None else _fix(car.fix),
        "running": None if car.running is None else _running(car.running),
        "malfunctions": list(car.malfunctions),
        "ban": None if car.banned_until_s is None else {"until": _until(car.banned_until_s)},
        "orders_open": car.orders_open,
        "put_aside": car.put_aside,
    }


def fence_shown(fence: Fence) -> dict[str, Any]:
    """A fence with its outline: rings of [longitude, latitude] in WGS-84 degrees."""
    shape = fence.geometry
    polygons = [shape] if shape.geom_type == "Polygon" else list(shape.geoms)
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return {
        "fence": fence.fence_id,
        "ground": fence.ground,
        "kind": fence.kind,
        "parts": sorted(fence.parts),
        "rings": [[[round(lon, 7), round(lat, 7)] for lon, lat in ring.coords] for ring in rings],
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "at": iso(datetime.fromtimestamp(fix.utc_s, UTC)),
        "lat": fix.lat_e7 / 1e7,
        "lon": fix.lon_e7 / 1e7,
        "speed_kmh": None if fix.speed_kmh10 is None else fix.speed_kmh10 / 10,
        "heading_deg": fix.heading_deg,
        "where": fix.where,
        "outside_m": fix.outside_m,
    }


def _running(running: Running) -> dict[str, Any]:
    return {
        "session": running.session,
        "trainee": f"{running.trainee:016d}",
        "trainee_name": running.trainee_name,
        "instructor": f"{running.instructor:016d}",
        "instructor_name": running.instructor_name,
        "part": running.part,
        "since": iso(running.since),
    }


def _until(until_s: int) -> str | None:
    return iso(datetime.fromtimestamp(until_s, UTC)) if until_s else None
