"""Which versions of a session's fences the registry has had: dates, when and from what file, what changed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import PurePath
from typing import Any

import shapely

from geofence.datum import WGS84
from geofence.ground import Fence
from geofence.positions import E7
from geofence.survey.outline_faults import area_m2
from ingest.casework.session import fences as session_fences
from ingest.casework.session.read import AFTER, Read, moment, read
from ingest.casework.world_cache import Ground, fence_world, grounds_of
from ingest.store.connection import Connection
from ingest.store.desk.session import fences as stored
from ingest.store.desk.session import view as session_view
from ingest.store.desk.session.fences import FenceEntry

MOST = 20
"""Fences whose history is told: those that allowed the session first, then those in force at it."""
_COMPARED = ("ground", "kind", "parts", "vehicle_classes", "schools", "state", "valid_to_s")

Plain = dict[str, Any]


def fence_history(
    conn: Connection, terminal: int, session: int, only_school: int | None = None, datum: str = WGS84
) -> Plain | None:
    """{"fences": [{"fence", "versions"}], "more": fences left out}. Versions in the order of (valid from,
    loaded); None as for view.view."""
    found = read(conn, terminal, session, only_school)
    if found is None:
        return None
    world = fence_world(conn)
    trace = found.trace(conn, world, session_view.records(conn, found.head, AFTER))
    asked = found.asked(datum)
    near = world.near(trace.box, session_fences.REACH_E7) if trace is not None and trace.box else []
    near += [ground for ground in world.grounds if found.head.ground == ground.fence.ground != ""]
    numbers = _worth_telling(near, asked)
    versions = {number: list(rows) for number, rows in _by_number(stored.entries(conn, numbers[:MOST]))}
    return {
        "terminal": f"{terminal:016d}",
        "session": session,
        "datum": datum,
        "fences": [
            {"fence": number, "versions": _versions(versions[number], found, asked)}
            for number in numbers[:MOST]
        ],
        "more": max(0, len(numbers) - MOST),
    }


def _worth_telling(near: Iterable[Ground], asked: session_fences.Asked) -> list[str]:
    ranks: dict[str, tuple[bool, bool]] = {}
    for ground in near:
        number = ground.fence.fence_id
        rank = (
            not session_fences.allows(ground, asked),
            not session_fences.in_dates(ground, asked.first_s, asked.last_s),
        )
        ranks[number] = min(rank, ranks.get(number, rank))
    return sorted(ranks, key=lambda number: (ranks[number], number))


def _by_number(entries: Iterable[FenceEntry]) -> Iterable[tuple[str, Iterable[FenceEntry]]]:
    return groupby(entries, key=lambda one: str(one.feature["properties"]["fence"]))


def _versions(entries: list[FenceEntry], found: Read, asked: session_fences.Asked) -> list[Plain]:
    told: list[Plain] = []
    before: Fence | None = None
    for entry, ground in zip(entries, grounds_of([one.feature for one in entries]), strict=True):
        shown = session_fences.told(ground, asked)
        told.append(
            {
                **shown,
                "then": shown["then"] and entry.is_believed,
                "today": shown["today"] and entry.is_believed,
                "allows": shown["allows"] and entry.is_believed,
                "entry": entry.entry,
                "believed": entry.is_believed,
                "loaded": moment(entry.recorded_s, found.offset_min),
                # Where it lay on the server is nobody's business.
                "source": PurePath(entry.source).name,
                "file_sha256": bytes(entry.file_sha256).hex(),
                "area_m2": round(_area_m2(ground.fence.geometry)),
                **_changed(before, ground.fence),
            }
        )
        before = ground.fence
    return told


def _changed(before: Fence | None, after: Fence) -> Plain:
    """Square metres gained and lost, and what else is not as in the version before; None, [] of the first."""
    if before is None:
        return {"gained_m2": None, "lost_m2": None, "changed": []}
    gained = shapely.difference(after.geometry, before.geometry)
    lost = shapely.difference(before.geometry, after.geometry)
    changed = [name for name in _COMPARED if getattr(before, name) != getattr(after, name)]
    return {
        "gained_m2": round(_area_m2(gained)),
        "lost_m2": round(_area_m2(lost)),
        "changed": [name.removesuffix("_s") for name in changed],
    }


def _area_m2(geometry: shapely.Geometry) -> float:
    return area_m2(shapely.transform(geometry, lambda vertices: vertices * E7))
