"""How far fixes lie outside the fences of their minute, asking exactly only where it can matter.

A box tells the least and the greatest distance a fix can have; the foot of one fix's distance bounds the
distance of the others. What these bounds leave open is asked exactly, so no answer depends on them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofence.held import SLACK_M, Held
from geofence.projection import band_of, band_scales

IN, DOUBT, OUT, ABSENT = 0, 1, 2, -1
# A fix this near the line is on it: far below the resolution of a fix.
ON_THE_LINE_M = 0.001
# After so many rounds whatever is still open is asked exactly, all at once.
_ROUNDS = 4

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def zones(distance_m: Floats, margin_m: Floats) -> NDArray[np.int8]:
    """Metres outside and margins, same shape -> IN on the line, OUT beyond the margin, else DOUBT."""
    found = np.where(distance_m > margin_m, OUT, DOUBT).astype(np.int8)
    found[distance_m <= ON_THE_LINE_M] = IN
    return found


def _to_boxes(
    x_e7: tuple[Floats, Floats], y_e7: tuple[Floats, Floats], x_scale: Floats, y_scale: Floats
) -> tuple[Floats, Floats]:
    """Distances east of a box's west and east line, north of its south and north -> least, most metres."""
    (past_west, past_east), (past_south, past_north) = x_e7, y_e7
    x = np.maximum(np.maximum(-past_west, past_east), 0) * x_scale
    y = np.maximum(np.maximum(-past_south, past_north), 0) * y_scale
    least_m = np.sqrt(x * x + y * y)
    x = np.maximum(past_west, -past_east) * x_scale
    y = np.maximum(past_south, -past_north) * y_scale
    return least_m, np.sqrt(x * x + y * y)


class Outside:
    """Minutes [n] held to fences [n, k] or -1; their fixes outside, minute by minute [q].

    begin [n]: where each minute's fixes begin; every minute has some.
    """

    def __init__(
        self, held: Held, fence: Ints, lat_e7: NDArray[np.int32], lon_e7: NDArray[np.int32], begin: Ints
    ) -> None:
        self._held, self._begin = held, begin
        self._lat_e7, self._lon_e7 = lat_e7, lon_e7
        self._count = np.diff(np.append(begin, len(lat_e7)))
        self._row = np.repeat(np.arange(len(fence)), self._count)
        self._x_scale, self._y_scale = band_scales(band_of(lat_e7))
        self._fence = fence = self._narrowed(fence)
        self._least_m = np.full((fence.shape[1], len(lat_e7)), np.inf)
        self._most_m = np.full(len(lat_e7), np.inf)
        for number, one in enumerate(fence.T):
            self._from_box(number, one)

    def places(self, margin_m: Floats) -> tuple[NDArray[np.int8], Floats]:
        """(zone [q]; metres of each minute's furthest fix)."""
        least_m = self._least_m.min(axis=0, initial=np.inf)
        near = np.flatnonzero(least_m <= np.maximum(margin_m, ON_THE_LINE_M) + SLACK_M)
        found_m = self._exact_m(near)
        zone = np.full(len(margin_m), OUT, dtype=np.int8)
        zone[near] = zones(found_m, margin_m[near])
        return zone, self._furthest_m(near, found_m)

    def _from_box(self, number: int, fence: Ints) -> None:
        """Least and greatest distance of each fix to one fence of its minute by its box."""
        rows = np.flatnonzero(fence >= 0)
        some: slice | Ints = slice(None)
        if len(rows) < len(fence):
            some = np.flatnonzero((fence >= 0)[self._row])
        west, south, east, north = self._held.boxes_e7[fence[rows]].T.repeat(self._count[rows], axis=1)
        lon_e7, lat_e7 = self._lon_e7[some], self._lat_e7[some]
        least_m, most_m = _to_boxes(
            (lon_e7 - west, lon_e7 - east),
            (lat_e7 - south, lat_e7 - north),
            self._x_scale[some],
            self._y_scale[some],
        )
        self._least_m[number, some] = least_m
        self._most_m[some] = np.minimum(self._most_m[some], most_m)

    def _narrowed(self, fence: Ints) -> Ints:
        """The fences that can be nearest to a fix of the minute, by the box of its fixes; others are -1."""
        if fence.shape[1] < 2:
            return fence
        low, high = np.minimum.reduceat, np.maximum.reduceat
        west, south, east, north = np.moveaxis(self._held.boxes_e7[fence], 2, 0)
        lon_e7, lat_e7 = self._lon_e7.astype(np.float64), self._lat_e7.astype(np.float64)
        beyond_x = [edge(lon_e7, self._begin)[:, np.newaxis] for edge in (low, high)]
        beyond_y = [edge(lat_e7, self._begin)[:, np.newaxis] for edge in (low, high)]
        scales = (self._x_scale, self._y_scale)
        least, most = ([edge(one, self._begin)[:, np.newaxis] for one in scales] for edge in (low, high))
        least_m, _ = _to_boxes(
            (beyond_x[1] - west, beyond_x[0] - east), (beyond_y[1] - south, beyond_y[0] - north), *least
        )
        _, most_m = _to_boxes(
            (beyond_x[1] - west, beyond_x[0] - east), (beyond_y[1] - south, beyond_y[0] - north), *most
        )
        fence = np.where(least_m <= most_m.min(axis=1)[:, np.newaxis] + SLACK_M, fence, -1)
        return fence[:, (fence >= 0).any(axis=0)]

    def _furthest_m(self, near: Ints, near_m: Floats) -> Floats:
        """The greatest exact distance of each minute, some of them known already."""
        known_m = np.zeros(len(self._lat_e7))
        known_m[near] = np.where(near_m <= ON_THE_LINE_M, 0, near_m)
        best_m = np.maximum.reduceat(known_m, self._begin)
        # Bounds from above of the fixes not asked yet, 0 for the others.
        open_m = self._most_m + SLACK_M
        open_m[near] = 0
        for _ in range(_ROUNDS):
            first, row = self._worst(open_m, best_m)
            if not len(row):
                return best_m
            found_m = self._exact_m(first)
            best_m[row] = np.maximum(best_m[row], found_m)
            open_m[first] = 0
            some, at = self._still_open(open_m, best_m, row)
            open_m[some] = np.minimum(open_m[some], self._from_feet(first, some, at))
        left = np.flatnonzero(open_m > best_m[self._row])
        known_m[left] = self._exact_m(left)
        return np.maximum(best_m, np.maximum.reduceat(known_m, self._begin))

    def _worst(self, open_m: Floats, best_m: Floats) -> tuple[Ints, Ints]:
        """The fix with the greatest bound of each minute where that exceeds what is known; those minutes."""
        worst_m = np.maximum.reduceat(open_m, self._begin)
        row = np.flatnonzero(worst_m > best_m)
        where = np.flatnonzero(open_m == np.where(worst_m > best_m, worst_m, -1.0)[self._row])
        return where[np.searchsorted(where, self._begin[row])], row

    def _still_open(self, open_m: Floats, best_m: Floats, row: Ints) -> tuple[Ints, Ints]:
        """Fixes whose bound exceeds what is known, and the place of their minute in `row`."""
        at = np.full(len(best_m), -1)
        at[row] = np.arange(len(row))
        some = np.flatnonzero(open_m > best_m[self._row])
        return some, at[self._row[some]]

    def _from_feet(self, first: Ints, some: Ints, at: Ints) -> Floats:
        """Distances of `some` fixes to the foot of their minute's first[at]: no fence is further."""
        nearest = self._least_m[:, first].argmin(axis=0)
        fence = self._fence[self._row[first], nearest]
        foot_lat_e7, foot_lon_e7 = self._held.edges.feet(fence, self._lat_e7[first], self._lon_e7[first])
        x = (self._lon_e7[some] - foot_lon_e7[at]) * self._x_scale[some]
        y = (self._lat_e7[some] - foot_lat_e7[at]) * self._y_scale[some]
        return np.asarray(np.sqrt(x * x + y * y) + SLACK_M)

    def _exact_m(self, some: Ints) -> Floats:
        return self._held.distance_m(
            self._fence[self._row[some]], self._lat_e7[some], self._lon_e7[some], self._least_m[:, some].T
        )
