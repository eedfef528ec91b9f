"""Faults of single rings and lines: open, short, flat, the same place twice, spikes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.projection import LocalPlane
from geofence.survey.drawn import Drawn, Path, Positions
from geofence.survey.faults import Fault
from geofence.survey.limits import Limits


def path_faults(drawn: Drawn, limits: Limits) -> Iterator[Fault]:
    """The faults of every ring and line of a feature, in the drawing's order."""
    for path in drawn.paths:
        ring = bool(drawn.polygons)
        if ring and _is_open(path.positions):
            distance_m = _distance_m(path.positions[-1:], path.positions[:1])[0]
            yield fault_at(drawn, path, len(path.positions), "RING_OPEN", distance_m=round(distance_m, 2))
        different = len(np.unique(path.positions, axis=0))
        if ring and different < 3:
            yield fault_at(drawn, path, 1, "RING_SHORT", count=different)
        elif ring and is_flat(path.positions):
            yield fault_at(drawn, path, 1, "RING_FLAT")
        elif not ring and different < 2:
            yield fault_at(drawn, path, 1, "LINE_SHORT")
        yield from _repeated(drawn, path, limits)
        if ring and different >= 3:
            for vertex, degrees, length_m in spikes(path.positions, limits):
                told = {"degrees": round(degrees, 1), "length_m": round(length_m, 1)}
                yield fault_at(drawn, path, vertex + 1, "SPIKE", **told)


def fault_at(drawn: Drawn, path: Path, vertex: int, kind: str, **numbers: object) -> Fault:
    """A fault of `kind` at a vertex of a path, counted from 1."""
    lon_e7, lat_e7 = path.positions[vertex - 1].astype(np.int64).tolist()
    return Fault(kind, drawn.where.feature, drawn.fence, path.name, vertex, lon_e7, lat_e7, numbers)


def is_flat(positions: Positions) -> bool:
    """Whether all positions lie on one straight line."""
    return bool(shapely.area(shapely.convex_hull(shapely.MultiPoint(positions))) == 0)


def near_vertices(positions: Positions, near_m: float) -> NDArray[np.bool_]:
    """Positions [n, 2] -> bool[n]: which are the same as the last one kept before them, or within near_m."""
    near = np.zeros(len(positions), dtype=np.bool_)
    close = np.concatenate([[False], _near(_distance_m(positions[1:], positions[:-1]), near_m)])
    for index in np.flatnonzero(close).tolist():
        kept = index - 1
        while near[kept]:
            kept -= 1
        distance_m = _distance_m(positions[index : index + 1], positions[kept : kept + 1])
        near[index] = _near(distance_m, near_m)[0]
    return near


def spikes(positions: Positions, limits: Limits) -> list[tuple[int, float, float]]:
    """The spikes of a ring [n, 2], closed or not -> (vertex from 0, degrees between its edges, metres of the
    shorter edge). Repeated positions are passed over."""
    closed = len(positions) > 1 and bool((positions[0] == positions[-1]).all())
    last = len(positions) - 1 if closed else len(positions)
    kept = np.flatnonzero(~near_vertices(positions[:last], limits.near_m))
    if len(kept) < 3:
        return []
    metres = _metres(positions[kept])
    back, ahead = np.roll(metres, 1, axis=0) - metres, np.roll(metres, -1, axis=0) - metres
    cross = np.abs(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0])
    angle = np.arctan2(cross, (back * ahead).sum(axis=1))
    length_m = np.minimum(np.hypot(*back.T), np.hypot(*ahead.T))
    sharp = (angle < math.radians(limits.spike_degrees)) & (length_m >= limits.spike_m)
    return [
        (int(kept[index]), math.degrees(angle[index]), float(length_m[index]))
        for index in np.flatnonzero(sharp).tolist()
    ]


def _repeated(drawn: Drawn, path: Path, limits: Limits) -> Iterator[Fault]:
    positions = path.positions
    if len(positions) < 2:
        return
    distances_m = _distance_m(positions[1:], positions[:-1])
    same = (positions[1:] == positions[:-1]).all(axis=1)
    for index in np.flatnonzero(same | (distances_m < limits.near_m)).tolist():
        if same[index]:
            yield fault_at(drawn, path, index + 2, "DUPLICATE_VERTEX")
        else:
            distance_cm = round(float(distances_m[index]) * 100, 1)
            yield fault_at(drawn, path, index + 2, "NEAR_VERTEX", distance_cm=distance_cm)


def _near(distance_m: NDArray[np.float64], near_m: float) -> NDArray[np.bool_]:
    return np.asarray((distance_m == 0) | (distance_m < near_m))


def _is_open(positions: Positions) -> bool:
    return bool((positions[0] != positions[-1]).any())


def _metres(positions: Positions) -> Positions:
    lon_e7, lat_e7 = positions[0].astype(np.int64).tolist()
    return np.column_stack(LocalPlane(lat_e7, lon_e7).to_metres(positions[:, 1], positions[:, 0]))


def _distance_m(ends: Positions, starts: Positions) -> NDArray[np.float64]:
    """Pairs of positions [n, 2] -> metres [n], each in the plane of the first of all."""
    if not len(ends):
        return np.zeros(0)
    metres = _metres(np.concatenate([starts, ends]))
    apart = metres[len(starts) :] - metres[: len(starts)]
    return np.asarray(np.hypot(apart[:, 0], apart[:, 1]))
