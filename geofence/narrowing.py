"""Many fences narrowed to the few that can matter for a minute or a fix, by a tree of their boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.binding import SMALL, Binding, Group
from geofence.held import SLACK_M, Held
from geofence.projection import band_of, band_scales

# Nearest fences are sought within these, one after the other; within the last lies the whole earth.
_RADII_M = (300.0, 5_000.0, 80_000.0, 1_300_000.0, np.inf)
_BEYOND_E7 = 5e9
_LARGER = 1.001

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Narrowed:
    """Some of the rows asked: `row` [q], fences whose box the row's fixes meet [q, k] or -1, the fixes.

    column: which fix each row is, when rows are single fixes; else None, and rows are whole minutes.
    """

    row: Ints
    column: Ints | None
    fence: Ints
    lat_e7: NDArray[np.int32]
    lon_e7: NDArray[np.int32]
    asked: NDArray[np.bool_]


def narrow(
    tree: shapely.STRtree, lat_e7: NDArray[np.int32], lon_e7: NDArray[np.int32], asked: NDArray[np.bool_]
) -> Iterator[Narrowed]:
    """Minutes with fixes [n, m] -> those that have asked fixes and a fence's box near, by tree position.

    A minute that meets more than SMALL boxes (one stray fix makes its box wide) comes fix by fix.
    """
    rows = np.flatnonzero(asked.any(axis=1))
    some = asked[rows]
    x, y = lon_e7[rows].astype(np.float64), lat_e7[rows].astype(np.float64)
    west, south = (np.where(some, value, np.inf).min(axis=1) for value in (x, y))
    east, north = (np.where(some, value, -np.inf).max(axis=1) for value in (x, y))
    at, fence = tree.query(shapely.box(west, south, east, north))
    many = np.bincount(at, minlength=len(rows)) > SMALL
    keep = ~many[at]
    picked, table = ranked(at[keep], fence[keep])
    if len(picked):
        of = rows[picked]
        yield Narrowed(of, None, table, lat_e7[of], lon_e7[of], asked[of])
    row, column = np.nonzero(asked[rows[many]])
    if len(row):
        row = rows[many][row]
        lat, lon = lat_e7[row, column], lon_e7[row, column]
        at, fence = tree.query(shapely.points(lon.astype(np.float64), lat.astype(np.float64)))
        picked, table = ranked(at, fence)
        if len(picked):
            one = lat[picked, np.newaxis], lon[picked, np.newaxis]
            yield Narrowed(row[picked], column[picked], table, *one, np.ones((len(picked), 1), dtype=bool))


def ranked(row: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Pairs (row, value) -> (the rows there are, ascending [q]; their values, ascending [q, k], else -1)."""
    order = np.lexsort((value, row))
    rows, begin, count = np.unique(row[order], return_index=True, return_counts=True)
    table = np.full((len(rows), int(count.max(initial=0))), -1, dtype=np.int64)
    at = np.repeat(np.arange(len(rows)), count)
    table[at, np.arange(len(order)) - np.repeat(begin, count)] = value[order]
    return rows, table


class Crowd:
    """A large group of fences, asked for the minutes [n] at `minute_s`."""

    def __init__(self, held: Held, binding: Binding, group: Group, minute_s: Ints) -> None:
        self._held, self._binding, self._minute_s = held, binding, minute_s
        self._members = group.members
        self._tree = group.tree

    def inside(
        self, lat_e7: NDArray[np.int32], lon_e7: NDArray[np.int32], asked: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Fixes [n, m] -> asked and inside a member in force."""
        found = np.zeros(asked.shape, dtype=bool)
        for some in narrow(self._tree, lat_e7, lon_e7, asked):
            fence = np.where(some.fence >= 0, self._members[some.fence], -1)
            in_force = self._binding.in_force(fence, self._minute_s[some.row, np.newaxis])
            inside = self._held.inside_any(
                np.where((fence >= 0) & in_force, fence, -1), some.lat_e7, some.lon_e7, some.asked
            )
            if some.column is None:
                found[some.row] = inside
            else:
                found[some.row, some.column] = inside[:, 0]
        return found

    def distance_m(
        self, row: Ints, lat_e7: NDArray[np.int32], lon_e7: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        """Fixes [q] of those rows, outside all members -> metres to the nearest in force, inf if none is."""
        found_m = np.full(len(row), np.inf)
        left = np.arange(len(row))
        for radius_m in _RADII_M:
            found_m[left] = self._within(radius_m, row[left], lat_e7[left], lon_e7[left])
            left = left[found_m[left] > radius_m]
            if not len(left):
                break
        return found_m

    def near(self, row: Ints, boxes_e7: NDArray[np.float64]) -> tuple[Ints, Ints]:
        """Boxes [q, 4] of those rows -> pairs: which box, which member in force has a box that meets it."""
        at, member = self._tree.query(shapely.box(*boxes_e7.T))
        fence = self._members[member]
        in_force = self._binding.in_force(fence, self._minute_s[row[at]])
        return at[in_force], fence[in_force]

    def _within(
        self, radius_m: float, row: Ints, lat_e7: NDArray[np.int32], lon_e7: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        """As distance_m, for the fences whose box lies within a radius; others may be left aside."""
        scales = band_scales(band_of(lat_e7))
        x, y = lon_e7.astype(np.float64), lat_e7.astype(np.float64)
        wide, high = (np.minimum(radius_m * _LARGER / scale, _BEYOND_E7) for scale in scales)
        at, fence = self.near(row, np.column_stack([x - wide, y - high, x + wide, y + high]))
        west, south, east, north = self._held.boxes_e7[fence].T
        x, y, x_scale, y_scale = x[at], y[at], scales[0][at], scales[1][at]
        least_m = np.hypot(
            np.maximum(np.maximum(west - x, x - east), 0) * x_scale,
            np.maximum(np.maximum(south - y, y - north), 0) * y_scale,
        )
        most_m = np.hypot(
            np.maximum(x - west, east - x) * x_scale, np.maximum(y - south, north - y) * y_scale
        )
        bound_m = np.full(len(row), np.inf)
        np.minimum.at(bound_m, at, most_m)
        asked = least_m <= bound_m[at] + SLACK_M
        at, fence = at[asked], fence[asked]
        nearest_m = np.full(len(row), np.inf)
        np.minimum.at(nearest_m, at, self._held.edges.distance_m(fence, lat_e7[at], lon_e7[at]))
        return nearest_m
