"""The fences that apply to each of some minutes, asked together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofence.binding import Binding, FenceKeys
from geofence.held import Held
from geofence.narrowing import Crowd, ranked
from geofence.outside import ON_THE_LINE_M, OUT, Outside, zones

Ints = NDArray[np.int64]
Fixes = NDArray[np.int32]
Bools = NDArray[np.bool_]


class Applied:
    """Minutes [n] at `minute_s` with the fences their keys allow then.

    fence: [n, k] or -1, those of small groups; large groups are asked through their trees.
    in_force: [n], how many fences apply, large groups counted.
    """

    def __init__(self, held: Held, binding: Binding, keys: FenceKeys, minute_s: Ints) -> None:
        self._held, self._binding, self._minute_s = held, binding, minute_s
        groups = binding.groups(keys.table())
        fence = np.concatenate([binding.bound(group, minute_s) for group in groups], axis=1)
        self.in_force = (fence >= 0).sum(axis=1)
        self.fence = fence[:, (fence >= 0).any(axis=0)]
        self._crowds: list[tuple[NDArray[np.intp], Crowd]] = []
        for numbers in groups:
            for number in binding.large(numbers):
                rows = np.flatnonzero(numbers == number)
                self.in_force[rows] += binding.count_in_force(number, minute_s[rows])
                crowd = Crowd(held, binding, binding.group(number), minute_s[rows])
                self._crowds.append((rows, crowd))

    def inside(self, lat_e7: Fixes, lon_e7: Fixes, asked: Bools) -> Bools:
        """Fixes [n, m] -> asked and inside a fence that applies."""
        inside = self._held.inside_any(self.fence, lat_e7, lon_e7, asked)
        for rows, crowd in self._crowds:
            inside[rows] |= crowd.inside(lat_e7[rows], lon_e7[rows], asked[rows] & ~inside[rows])
        return inside

    def outside(
        self,
        rows: NDArray[np.intp],
        lat_e7: Fixes,
        lon_e7: Fixes,
        asked: Bools,
        margin_m: NDArray[np.float64],
    ) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
        """Fixes [q, m] of some rows, `asked` those outside, of which every row has some

        -> (their zone [q, m], furthest metres [q])."""
        at = np.flatnonzero(asked)
        row = at // asked.shape[1]
        lat_e7, lon_e7 = lat_e7.reshape(-1)[at], lon_e7.reshape(-1)[at]
        margin_m = margin_m.reshape(-1)[at]
        begin = np.searchsorted(row, np.arange(len(rows)))
        if not self._crowds:
            found, furthest_m = Outside(self._held, self.fence[rows], lat_e7, lon_e7, begin).places(margin_m)
        else:
            found_m = self.distance_m(rows[row], lat_e7, lon_e7)
            found = zones(found_m, margin_m)
            found_m[found_m <= ON_THE_LINE_M] = 0
            furthest_m = np.maximum.reduceat(found_m, begin)
        zone = np.full(asked.shape, OUT, dtype=np.int8)
        zone.reshape(-1)[at] = found
        return zone, furthest_m

    def distance_m(self, row: NDArray[np.intp], lat_e7: Fixes, lon_e7: Fixes) -> NDArray[np.float64]:
        """Fixes [q] of those rows, outside their fences -> metres to the nearest line, else inf."""
        fence = self.fence[row]
        found_m = self._held.distance_m(fence, lat_e7, lon_e7, np.zeros(fence.shape))
        for rows, crowd in self._crowds:
            at = np.full(len(self._minute_s), -1)
            at[rows] = np.arange(len(rows))
            some = np.flatnonzero(at[row] >= 0)
            more_m = crowd.distance_m(at[row[some]], lat_e7[some], lon_e7[some])
            found_m[some] = np.minimum(found_m[some], more_m)
        return found_m

    def near(self, row: NDArray[np.intp], boxes_e7: NDArray[np.float64]) -> Ints:
        """Boxes [q, 4] of those rows -> all fences that may meet them [q, k] or -1."""
        tables = [self.fence[row]]
        for rows, crowd in self._crowds:
            at = np.full(len(self._minute_s), -1)
            at[rows] = np.arange(len(rows))
            some = np.flatnonzero(at[row] >= 0)
            pairs = crowd.near(at[row[some]], boxes_e7[some])
            picked, found = ranked(*pairs)
            table = np.full((len(row), found.shape[1]), -1)
            table[some[picked]] = found
            tables.append(table)
        return np.concatenate(tables, axis=1)
