"""Faults of where a drawing lies: swapped axes, no such place, outside China, too wide."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geofence.datum import WGS84, in_china
from geofence.datum_fit import NAMES
from geofence.positions import E7, MAX_EXTENT_E7
from geofence.survey.drawn import Drawn, Path, Positions
from geofence.survey.faults import Fault
from geofence.survey.vertices import fault_at

MAX_LAT_E7 = 90 * E7


def whereabouts_faults(drawn: Drawn, datum: str) -> Iterator[Fault]:
    """The faults of a feature's positions, as stated in `datum`; each kind at most once a ring or line."""
    every = np.concatenate([path.positions for path in drawn.paths])
    swapped = int(_only_in_china_swapped(every).sum())
    if swapped * 2 > len(every):
        told = {"count": swapped, "total": len(every)}
        yield fault_at(drawn, drawn.paths[0], 1, "AXES_SWAPPED", **told)
    else:
        for path in drawn.paths:
            yield from _range(drawn, path, datum)
    if ((every.max(axis=0) - every.min(axis=0)) > MAX_EXTENT_E7).any():
        yield Fault("TOO_WIDE", drawn.where.feature, drawn.fence)


def _range(drawn: Drawn, path: Path, datum: str) -> Iterator[Fault]:
    beyond = np.flatnonzero(np.abs(path.positions[:, 1]) > MAX_LAT_E7)
    if len(beyond):
        yield fault_at(drawn, path, int(beyond[0]) + 1, "OUT_OF_RANGE")
    abroad = np.flatnonzero(~_in_china(path.positions))
    if datum != WGS84 and len(abroad):
        yield fault_at(drawn, path, int(abroad[0]) + 1, "OUT_OF_CHINA", datum=NAMES[datum])


def _only_in_china_swapped(positions: Positions) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return _in_china(positions[:, ::-1]) & ~_in_china(positions)


def _in_china(positions: Positions) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return in_china(positions[:, 0] / E7, positions[:, 1] / E7)
