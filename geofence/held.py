"""Outlines of many fences, with what makes asking them fast: made when it pays, the oldest let go."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.edges import Edges
from geofence.grid import CELLS, OPEN, OUTSIDE, SIDE, blank, cells, draw, lay

# What is held for a fence: a grid of 1 kB and a prepared outline of about 2 kB.
HELD_MAX = 65_536
# A grid costs as much as asking this many fixes exactly, about; before that it does not pay.
_DRAWN_FROM = 300
_NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)
# Far above what float64 rounds in metres on the earth (1e-8), far below a millimetre.
SLACK_M = 1e-6

Ints = NDArray[np.int64]
Fixes = NDArray[np.int32]
Bools = NDArray[np.bool_]


class Held:
    """Outlines [f] in whole 1e-7 degrees, asked by index. No answer depends on what is held.

    boxes_e7 [f + 1, 4]: west, south, east, north; the last row answers for index -1, no fence, with a box
    infinitely far.
    """

    def __init__(self, outlines_e7: NDArray[np.object_], held_max: int = HELD_MAX) -> None:
        count = len(outlines_e7)
        boxes_e7 = shapely.bounds(outlines_e7).reshape(-1, 4)
        self.outlines_e7 = outlines_e7
        self.boxes_e7 = np.vstack([boxes_e7, _NOWHERE])
        self.edges = Edges(outlines_e7, held_max)
        self._held_max = held_max
        self._corner, self._shift = lay(boxes_e7)
        self._depth = np.tile(blank(), (64, 1))
        self._rows = 1
        self._row = np.zeros(count, dtype=np.int64)
        self._asked = np.zeros(count, dtype=np.int64)
        self._prepared = np.zeros(count, dtype=bool)
        self._used = np.zeros(count, dtype=np.int64)
        self._clock = 0

    def trim(self) -> None:
        """When too many fences are held, let go of those longest not asked, down to three quarters."""
        self._clock += 1
        self.edges.trim()
        held = np.flatnonzero(self._prepared)
        if len(held) <= self._held_max:
            return
        gone = held[np.argsort(self._used[held], kind="stable")[: len(held) - self._held_max * 3 // 4]]
        shapely.destroy_prepared(self.outlines_e7[gone])
        self._prepared[gone], self._row[gone], self._asked[gone] = False, 0, 0
        drawn = np.flatnonzero(self._row)
        self._depth[1 : len(drawn) + 1] = self._depth[self._row[drawn]]
        self._row[drawn] = np.arange(1, len(drawn) + 1)
        self._rows = len(drawn) + 1

    def depth(
        self, fence: Ints, lat_e7: Fixes, lon_e7: Fixes
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]]:
        """Fixes [n, m], the row's fence [n] -> what its grid says of each (geofence.grid), rows, columns."""
        self._hold(fence, lat_e7.shape[1])
        row = cells(lat_e7, self._corner[fence, 1], self._shift[fence, 1])
        column = cells(lon_e7, self._corner[fence, 0], self._shift[fence, 0])
        cell = row * np.uint32(SIDE) + column + (self._row[fence] * CELLS).astype(np.uint32)[:, np.newaxis]
        return self._depth.reshape(-1)[cell], row, column

    def inside(self, fence: Ints, lat_e7: Fixes, lon_e7: Fixes) -> Bools:
        """Fixes [n, m], the row's fence [n] -> inside it or on its line, decided on the integers."""
        depth, _, _ = self.depth(fence, lat_e7, lon_e7)
        found = (depth != OUTSIDE) & (depth != OPEN)
        row, column = np.nonzero(depth == OPEN)
        if len(row):
            x, y = lon_e7[row, column].astype(np.float64), lat_e7[row, column].astype(np.float64)
            found[row, column] = shapely.intersects_xy(self.outlines_e7[fence[row]], x, y)
        return np.asarray(found)

    def inside_any(self, fence: Ints, lat_e7: Fixes, lon_e7: Fixes, asked: Bools) -> Bools:
        """Fixes [n, m], fences of the row [n, k] or -1 -> asked and inside any of the row's fences."""
        found = np.zeros(lat_e7.shape, dtype=bool)
        fence, apart = self._nearest_first(fence, lat_e7, lon_e7, asked)
        for one, off in zip(fence.T, apart.T, strict=True):
            left = asked & ~found
            rows = np.flatnonzero((one >= 0) & left.any(axis=1))
            check = off[rows]
            if check.any():
                meets = ~check
                at = rows[check]
                meets[check] = self._boxes_meet(one[at], lat_e7[at], lon_e7[at], left[at])
                rows = rows[meets]
            if len(rows) == len(found):
                found |= self.inside(one, lat_e7, lon_e7)
            elif len(rows):
                found[rows] |= self.inside(one[rows], lat_e7[rows], lon_e7[rows])
        return np.asarray(found & asked)

    def _nearest_first(self, fence: Ints, lat_e7: Fixes, lon_e7: Fixes, asked: Bools) -> tuple[Ints, Bools]:
        """Fences [n, k] with those near the row's first asked fix first, and whether it is off their box."""
        if not asked.size or not fence.size:
            return fence, np.ones(fence.shape, dtype=bool)
        first = asked.argmax(axis=1)[:, np.newaxis]
        x, y = np.take_along_axis(lon_e7, first, axis=1), np.take_along_axis(lat_e7, first, axis=1)
        west, south, east, north = np.moveaxis(self.boxes_e7[fence], 2, 0)
        off_e7 = np.maximum(np.maximum(west - x, x - east), 0) + np.maximum(
            np.maximum(south - y, y - north), 0
        )
        nearest = off_e7.argmin(axis=1)[:, np.newaxis]
        return _put_first(fence.copy(), nearest), _put_first(off_e7, nearest) > 0

    def _boxes_meet(self, fence: Ints, lat_e7: Fixes, lon_e7: Fixes, asked: Bools) -> Bools:
        """Whether the box of the row's asked fixes (there are some) meets the box of its fence."""
        west, south, east, north = self.boxes_e7[fence].T
        low, high = np.iinfo(np.int32).min, np.iinfo(np.int32).max
        return np.asarray(
            (np.where(asked, lon_e7, high).min(axis=1) <= east)
            & (np.where(asked, lon_e7, low).max(axis=1) >= west)
            & (np.where(asked, lat_e7, high).min(axis=1) <= north)
            & (np.where(asked, lat_e7, low).max(axis=1) >= south)
        )

    def distance_m(
        self, fence: Ints, lat_e7: Fixes, lon_e7: Fixes, least_m: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Fixes [q], fences [q, k] or -1 -> metres to the nearest of their lines, in the fix's own band.

        least_m [q, k]: bounds from below; a fence further than what is found already is not asked.
        """
        nearest_m = np.full(len(fence), np.inf)
        if not fence.size:
            return nearest_m
        nearest = least_m.argmin(axis=1)[:, np.newaxis]
        fence, least_m = _put_first(fence.copy(), nearest), _put_first(least_m.copy(), nearest)
        for one, bound_m in zip(fence.T, least_m.T, strict=True):
            some = np.flatnonzero((one >= 0) & (bound_m <= nearest_m + SLACK_M))
            found_m = self.edges.distance_m(one[some], lat_e7[some], lon_e7[some])
            nearest_m[some] = np.minimum(nearest_m[some], found_m)
        return nearest_m

    def _hold(self, fence: Ints, fixes: int) -> None:
        self._used[fence] = self._clock
        self._asked += np.bincount(fence, minlength=len(self._asked)) * fixes
        new = np.unique(fence[~self._prepared[fence]])
        if len(new):
            shapely.prepare(self.outlines_e7[new])
            self._prepared[new] = True
        pays = np.unique(fence[(self._row[fence] == 0) & (self._asked[fence] >= _DRAWN_FROM)])
        if not len(pays):
            return
        begin, self._rows = self._rows, self._rows + len(pays)
        if self._rows > len(self._depth):
            more = np.zeros((max(self._rows, 2 * len(self._depth)), CELLS), dtype=np.uint8)
            more[:begin] = self._depth[:begin]
            self._depth = more
        self._depth[begin : self._rows] = draw(self.outlines_e7[pays], self._corner[pays], self._shift[pays])
        self._row[pays] = np.arange(begin, self._rows)


def _put_first(table: NDArray[Any], column: Ints) -> NDArray[Any]:
    """Swap, in each row of table [n, k], the entry of a column [n, 1] with the first; the table itself."""
    first = table[:, :1].copy()
    table[:, :1] = np.take_along_axis(table, column, axis=1)
    np.put_along_axis(table, column, first, axis=1)
    return table
