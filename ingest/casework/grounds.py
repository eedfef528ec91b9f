"""The training ground a session took place on, or nearest to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from geofence.ground import Fence, read_fences

_E7 = 1e7


def nearest_grounds(fences: Sequence[Fence], boxes: Sequence[Sequence[int]]) -> list[str]:
    """The ground of the fence that lies nearest to the middle of each box; '' for a box of zeros.

    boxes: (south, north, west, east) in 1e-7 degrees. Of fences that hold the middle alike the first counts.
    """
    sides = np.array(boxes, dtype=np.float64).reshape(-1, 4) / _E7
    found = [""] * len(boxes)
    placed = np.flatnonzero(sides.any(axis=1))
    if not fences or not len(placed):
        return found
    middles = shapely.points(
        (sides[placed, 2] + sides[placed, 3]) / 2, (sides[placed, 0] + sides[placed, 1]) / 2
    )
    tree = shapely.STRtree([fence.geometry for fence in fences])
    of, nearest = tree.query_nearest(middles, all_matches=True)
    first: dict[int, int] = {}
    for row, fence in zip(of.tolist(), nearest.tolist(), strict=True):
        first[row] = min(fence, first.get(row, fence))
    for row, fence in first.items():
        found[int(placed[row])] = fences[fence].ground
    return found


def fences_of(features: Iterable[str]) -> tuple[Fence, ...]:
    """Fences of GeoJSON features given as text; one fence may be there several times."""
    whole = ({"type": "FeatureCollection", "features": [json.loads(text)]} for text in features)
    return tuple(fence for document in whole for fence in read_fences(document, "registry"))
