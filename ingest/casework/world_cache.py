"""Fences laid out once for as long as the registry says the same of them, shared by the desk's threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np

from geofence.engine import FenceSet
from geofence.ground import Fence, read_fences
from ingest.judge.columns import Ints
from ingest.store.connection import Connection
from ingest.store.desk.session import fences as fence_view

_KEPT = 4


@dataclass(frozen=True, eq=False)
class Ground:
    """A fence as the engine has it, and the GeoJSON feature it was read from."""

    fence: Fence
    feature: dict[str, Any]


@dataclass(frozen=True, eq=False)
class FenceWorld:
    """Every fence believed now, whatever its dates. boxes: south, north, west, east in 1e-7 degree.

    lock: the engine makes grids when they pay; ask it only while holding the lock.
    """

    grounds: tuple[Ground, ...]
    boxes: Ints
    engine: FenceSet
    lock: Lock = field(default_factory=Lock)

    def near(self, box: tuple[int, int, int, int], reach_e7: int) -> list[Ground]:
        """Fences whose box comes within reach of this one."""
        south, north, west, east = box
        boxes = self.boxes
        near = (boxes[:, 0] <= north + reach_e7) & (boxes[:, 1] >= south - reach_e7)
        near &= (boxes[:, 2] <= east + reach_e7) & (boxes[:, 3] >= west - reach_e7)
        return [self.grounds[at] for at in np.flatnonzero(near).tolist()]


_worlds: dict[tuple[str, int], FenceWorld] = {}
_guard = Lock()


def fence_world(conn: Connection) -> FenceWorld:
    """The fences believed now. Read again only when the registry has a new entry of a fence."""
    key = (f"{conn.info.host} {conn.info.port} {conn.info.dbname}", fence_view.newest(conn))
    found = _worlds.get(key)
    if found is None:
        with _guard:
            found = _worlds.get(key)
            if found is None:
                found = laid_out(fence_view.believed(conn))
                while len(_worlds) >= _KEPT:
                    _worlds.pop(next(iter(_worlds)))
                _worlds[key] = found
    return found


def laid_out(features: list[dict[str, Any]]) -> FenceWorld:
    """The world of these GeoJSON features, one fence each."""
    grounds = grounds_of(features)
    boxes = np.array([_box(ground.fence) for ground in grounds], dtype=np.int64).reshape(-1, 4)
    return FenceWorld(grounds, boxes, FenceSet(ground.fence for ground in grounds))


def grounds_of(features: list[dict[str, Any]]) -> tuple[Ground, ...]:
    """These GeoJSON features of the registry as fences, in their order."""
    # One by one: a fence that changed has two entries with one id, which a file may not have.
    whole = ({"type": "FeatureCollection", "features": [feature]} for feature in features)
    return tuple(
        Ground(fence, feature)
        for one, feature in zip(whole, features, strict=True)
        for fence in read_fences(one, "registry")
    )


def _box(fence: Fence) -> tuple[int, int, int, int]:
    west, south, east, north = (round(degree * 1e7) for degree in fence.geometry.bounds)
    return south, north, west, east
