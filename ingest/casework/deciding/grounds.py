"""The training ground that a session is counted to: the nearest of those that could have counted for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely

from geofence.ground import Fence, read_fences
from geofence.properties import APPROVED
from ingest.judge.columns import Bools, Ints

_E7 = 1e7
_OPEN_S = 1 << 40


class Trained(NamedTuple):
    """What decides where a session could have counted. box: south, north, west, east of its fixes in 1e-7
    degrees, zeros without any; first_s, last_s: Unix seconds; vehicle_class: two digits of its course."""

    box: Sequence[int]
    part: int
    vehicle_class: int
    school: int
    first_s: int
    last_s: int


def nearest_grounds(fences: Sequence[Fence], sessions: Sequence[Trained]) -> list[str]:
    """The ground of the fence nearest to the middle of each session.

    Of the fences that the rules weighed for it: of its part and class, open to its school, approved and in
    force; where there is none, of its part alone; '' for a session without fixes, or without any fence for
    its part. Of fences that hold the middle alike the first counts.
    """
    found = [""] * len(sessions)
    known = _Known(fences)
    alike: dict[bytes, list[int]] = {}
    masks: dict[bytes, Bools] = {}
    for at, session in enumerate(sessions):
        if any(session.box):
            mask = known.weighed(session)
            alike.setdefault(mask.tobytes(), []).append(at)
            masks[mask.tobytes()] = mask
    for held, rows in alike.items():
        allowed = np.flatnonzero(masks[held]).tolist()
        if allowed:
            names = _nearest([fences[one] for one in allowed], [sessions[row].box for row in rows])
            for row, name in zip(rows, names, strict=True):
                found[row] = name
    return found


class _Known:
    """Fences with their dates as columns, and which of them allow what, found once for sessions alike."""

    def __init__(self, fences: Sequence[Fence]) -> None:
        self._fences = fences
        self._from = np.array([one.valid_from_s for one in fences], dtype=np.int64)
        ends = [_OPEN_S if one.valid_to_s is None else one.valid_to_s for one in fences]
        self._to: Ints = np.array(ends, dtype=np.int64)
        self._open: dict[tuple[int, int, int], Bools] = {}
        self._parts: dict[int, Bools] = {}

    def weighed(self, one: Trained) -> Bools:
        """Which fences count for a session, as a column of truth values."""
        in_force = (self._from <= one.last_s) & (one.first_s < self._to)
        key = (one.part, one.vehicle_class, one.school)
        if key not in self._open:
            self._open[key] = np.array([_is_open(fence, *key) for fence in self._fences], dtype=bool)
            self._parts[one.part] = np.array([one.part in fence.parts for fence in self._fences], dtype=bool)
        mask = self._open[key] & in_force
        return mask if mask.any() else self._parts[one.part]


def _is_open(fence: Fence, part: int, vehicle_class: int, school: int) -> bool:
    return (
        fence.state == APPROVED
        and part in fence.parts
        and (fence.vehicle_classes is None or vehicle_class in fence.vehicle_classes)
        and (fence.schools is None or school in fence.schools)
    )


def _nearest(fences: Sequence[Fence], boxes: Sequence[Sequence[int]]) -> list[str]:
    sides = np.array(boxes, dtype=np.float64).reshape(-1, 4) / _E7
    middles = shapely.points((sides[:, 2] + sides[:, 3]) / 2, (sides[:, 0] + sides[:, 1]) / 2)
    tree = shapely.STRtree([fence.geometry for fence in fences])
    of, nearest = tree.query_nearest(middles, all_matches=True)
    first: dict[int, int] = {}
    for row, fence in zip(of.tolist(), nearest.tolist(), strict=True):
        first[row] = min(fence, first.get(row, fence))
    return [fences[first[row]].ground if row in first else "" for row in range(len(boxes))]


def fences_of(features: Iterable[str]) -> tuple[Fence, ...]:
    """Fences of GeoJSON features given as text; one fence may be there several times."""
    whole = ({"type": "FeatureCollection", "features": [json.loads(text)]} for text in features)
    return tuple(fence for document in whole for fence in read_fences(document, "registry"))
