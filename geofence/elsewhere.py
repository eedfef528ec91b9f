"""Fixes outside their fences that lie in fences which do not allow them, and why not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.binding import Binding, FenceKeys
from geofence.ground import Fence
from geofence.held import Held
from geofence.narrowing import narrow
from geofence.properties import APPROVED

OTHER_PART, OTHER_VEHICLE_CLASS, NOT_APPROVED, NOT_IN_FORCE, OTHER_SCHOOL = 1, 2, 4, 8, 16
_CLASSES = 100
_PARTS = 10

Ints = NDArray[np.int64]


class Elsewhere:
    """All fences, allowed or not. `bits` [n] are those of every reason of every fence that holds a fix."""

    def __init__(self, fences: Sequence[Fence], held: Held, binding: Binding) -> None:
        self._held, self._binding = held, binding
        self._tree = shapely.STRtree(shapely.box(*held.boxes_e7[:-1].T))
        count = len(fences)
        self._part = np.zeros((count, _PARTS), dtype=bool)
        self._class = np.zeros((count, _CLASSES), dtype=bool)
        self._any_class = np.array([fence.vehicle_classes is None for fence in fences], dtype=bool)
        self._approved = np.array([fence.state == APPROVED for fence in fences], dtype=bool)
        self._to_all = np.array([fence.schools is None for fence in fences], dtype=bool)
        pairs = [(index, school) for index, fence in enumerate(fences) for school in fence.schools or ()]
        for index, fence in enumerate(fences):
            self._part[index, [part for part in fence.parts if 0 <= part < _PARTS]] = True
            self._class[index, list(fence.vehicle_classes or ())] = True
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        self._schools = np.unique(table[:, 1])
        self._pairs = np.sort(self._code(table[:, 0], table[:, 1]))

    def bits(
        self,
        keys: FenceKeys,
        minute_s: Ints,
        lat_e7: NDArray[np.int32],
        lon_e7: NDArray[np.int32],
        asked: NDArray[np.bool_],
    ) -> Ints:
        """Minutes [n] with fixes [n, m] -> int64 [n]: why the fences that asked fixes lie in do not count."""
        bits = np.zeros(len(minute_s), dtype=np.int64)
        for some in narrow(self._tree, lat_e7, lon_e7, asked):
            for fence in some.fence.T:
                why = self._why(fence, keys, minute_s, some.row)
                left = np.flatnonzero((fence >= 0) & (why & ~bits[some.row] != 0))
                if len(left):
                    inside = self._held.inside(fence[left], some.lat_e7[left], some.lon_e7[left])
                    held = left[(inside & some.asked[left]).any(axis=1)]
                    np.bitwise_or.at(bits, some.row[held], why[held])
        return bits

    def _why(self, fence: Ints, keys: FenceKeys, minute_s: Ints, row: Ints) -> Ints:
        """The reasons why each fence does not allow the minute of its row, 0 if it does."""
        part, vehicle_class, school = keys.part[row], keys.vehicle_class[row], keys.school[row]
        known = (part >= 0) & (part < _PARTS)
        right_part = known & self._part[fence, np.where(known, part, 0)]
        known = (vehicle_class >= 0) & (vehicle_class < _CLASSES)
        right_class = self._any_class[fence] | (known & self._class[fence, np.where(known, vehicle_class, 0)])
        right_school = self._to_all[fence] | self._listed(fence, school)
        dated = self._binding.in_force(fence, minute_s[row])
        return np.asarray(
            np.where(right_part, 0, OTHER_PART)
            + np.where(right_class, 0, OTHER_VEHICLE_CLASS)
            + np.where(self._approved[fence], 0, NOT_APPROVED)
            + np.where(dated, 0, NOT_IN_FORCE)
            + np.where(right_school, 0, OTHER_SCHOOL),
            dtype=np.int64,
        )

    def _listed(self, fence: Ints, school: Ints) -> NDArray[np.bool_]:
        if not len(self._pairs):
            return np.zeros(len(fence), dtype=bool)
        last = len(self._schools) - 1
        known = self._schools[np.minimum(np.searchsorted(self._schools, school), last)] == school
        code = self._code(fence, school)
        at = np.minimum(np.searchsorted(self._pairs, code), len(self._pairs) - 1)
        return np.asarray(known & (self._pairs[at] == code))

    def _code(self, fence: Ints, school: Ints) -> Ints:
        """One number for a fence and a school."""
        return np.asarray(fence * (len(self._schools) + 1) + np.searchsorted(self._schools, school))
