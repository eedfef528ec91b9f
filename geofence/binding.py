"""Which fences allow a minute: by part, vehicle class, school, approval and dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.ground import Fence
from geofence.properties import APPROVED

# Groups of fences above this are narrowed by boxes before any of them is asked.
SMALL = 16
Key = tuple[int, int, int | None]
"""Part, vehicle class and school; no school stands for the fences open to all."""
_OPEN_END_S = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class FenceKeys:
    """What binds each minute to fences, int64 [n]: part of training, vehicle class, school; 0 is unknown.

    A fence limited to some vehicle classes or schools does not allow an unknown one.
    """

    part: NDArray[np.int64]
    vehicle_class: NDArray[np.int64]
    school: NDArray[np.int64]

    def table(self) -> NDArray[np.int64]:
        """[n, 3]."""
        return np.column_stack([self.part, self.vehicle_class, self.school]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Group:
    """More than SMALL fences (indexes, ascending) for a key, whatever the time; the tree of their boxes."""

    members: NDArray[np.int64]
    tree: shapely.STRtree


class Binding:
    """Groups of approved fences by key. Fences limited to schools and fences open to all are kept apart,

    so that 50,000 fences open to all are one group and not one for each school.
    """

    def __init__(self, fences: Sequence[Fence], bounds_e7: NDArray[np.float64]) -> None:
        ends = [_OPEN_END_S if fence.valid_to_s is None else fence.valid_to_s for fence in fences]
        self.from_s = np.array([fence.valid_from_s for fence in fences], dtype=np.int64)
        self.to_s = np.array(ends, dtype=np.int64)
        self._fences = fences
        self._bounds_e7 = bounds_e7
        self._of_school: dict[int, list[int]] = {}
        self._open: list[int] = []
        for index, fence in enumerate(fences):
            if fence.state == APPROVED and self.from_s[index] < self.to_s[index]:
                for school in fence.schools or ():
                    self._of_school.setdefault(school, []).append(index)
                if fence.schools is None:
                    self._open.append(index)
        self._groups: dict[int, Group] = {}
        self._numbers: dict[Key, int] = {}
        self._table = np.zeros((0, SMALL), dtype=np.int64)

    def groups(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Keys [n, 3] -> numbers [n] of the group of their school and of the group open to all."""
        heads = np.ones(len(keys), dtype=bool)
        heads[1:] = (keys[1:] != keys[:-1]).any(axis=1)
        distinct, at = np.unique(keys[heads], axis=0, return_inverse=True)
        rows = list(zip(*distinct.T.tolist(), strict=True))
        for_all: list[Key] = [(part, vehicle_class, None) for part, vehicle_class, _ in rows]
        unknown = dict.fromkeys(key for key in [*rows, *for_all] if key not in self._numbers)
        if unknown:
            self._learn(unknown)
        own, everyone = (
            np.array([self._numbers[key] for key in some], dtype=np.int64) for some in (rows, for_all)
        )
        at = at.reshape(-1)[np.cumsum(heads) - 1]
        return own[at], everyone[at]

    def large(self, number: NDArray[np.int64]) -> list[int]:
        """Which of the group numbers [n] are of large groups, ascending."""
        if not self._groups:
            return []
        return [int(one) for one in np.intersect1d(number, list(self._groups))]

    def group(self, number: int) -> Group:
        """The large group of that number."""
        return self._groups[number]

    def bound(self, number: NDArray[np.int64], minute_s: NDArray[np.int64]) -> NDArray[np.int64]:
        """Groups [n] -> fences in force [n, up to SMALL], else -1; of a large group none is named."""
        fence = self._table[number]
        # Members fill a row from the left.
        fence = fence[:, (fence >= 0).any(axis=0)]
        return np.where((fence >= 0) & self.in_force(fence, minute_s[:, np.newaxis]), fence, -1)

    def in_force(self, fence: NDArray[np.int64], minute_s: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the dates of each fence hold the second; shapes as numpy broadcasts them."""
        return np.asarray((self.from_s[fence] <= minute_s) & (minute_s < self.to_s[fence]))

    def count_in_force(self, number: int, minute_s: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many members of a group are in force at each second [n]."""
        members = self._groups[number].members
        begun = np.searchsorted(np.sort(self.from_s[members]), minute_s, side="right")
        ended = np.searchsorted(np.sort(self.to_s[members]), minute_s, side="right")
        return np.asarray(begun - ended, dtype=np.int64)

    def _learn(self, keys: Iterable[Key]) -> None:
        """Number the groups of keys not asked before."""
        rows = []
        for key in keys:
            members = self._members(*key)
            number = self._numbers[key] = len(self._numbers)
            if len(members) > SMALL:
                boxes = shapely.box(*self._bounds_e7[members].T)
                self._groups[number] = Group(np.array(members, dtype=np.int64), shapely.STRtree(boxes))
                members = []
            rows.append(members + [-1] * (SMALL - len(members)))
        begin, end = len(self._numbers) - len(rows), len(self._numbers)
        if end > len(self._table):
            more = max(end, 2 * len(self._table)) - len(self._table)
            self._table = np.concatenate([self._table, np.full((more, SMALL), -1)])
        self._table[begin:end] = rows

    def _members(self, part: int, vehicle_class: int, school: int | None) -> list[int]:
        candidates = self._open if school is None else self._of_school.get(school, ())
        return [index for index in candidates if _allows(self._fences[index], part, vehicle_class)]


def _allows(fence: Fence, part: int, vehicle_class: int) -> bool:
    classes = fence.vehicle_classes
    return part in fence.parts and (classes is None or vehicle_class in classes)
