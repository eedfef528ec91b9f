"""Which fences allow a minute: by part, vehicle class, school, approval and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.ground import Fence
from geofence.properties import APPROVED

# Groups of fences above this are narrowed by boxes before any of them is asked.
SMALL = 16
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
    """Fences (indexes, ascending) that stand or fall together for a key, whatever the time.

    tree: of their boxes in 1e-7 degrees, for a group larger than SMALL, else None.
    """

    members: NDArray[np.int64]
    tree: shapely.STRtree | None


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
        self._groups: list[Group] = []
        self._numbers: dict[tuple[int, int, int | None], int] = {}
        self._table = np.zeros((0, SMALL), dtype=np.int64)
        self._large = np.zeros(0, dtype=bool)

    def groups(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Keys [n, 3] -> numbers [n] of the group of their school and of the group open to all."""
        heads = np.ones(len(keys), dtype=bool)
        heads[1:] = (keys[1:] != keys[:-1]).any(axis=1)
        distinct, at = np.unique(keys[heads], axis=0, return_inverse=True)
        rows = list(zip(*distinct.T.tolist(), strict=True))
        own = np.array([self._number(row) for row in rows], dtype=np.int64)
        everyone = np.array([self._number((part, cls, None)) for part, cls, _ in rows], dtype=np.int64)
        at = at.reshape(-1)[np.cumsum(heads) - 1]
        return own[at], everyone[at]

    def large(self, number: NDArray[np.int64]) -> list[int]:
        """Which of the group numbers [n] are of large groups, ascending."""
        return [int(one) for one in np.unique(number[self._large[number]])]

    def group(self, number: int) -> Group:
        """The group of that number."""
        return self._groups[number]

    def bound(self, number: NDArray[np.int64], minute_s: NDArray[np.int64]) -> NDArray[np.int64]:
        """Groups [n] -> fences in force [n, up to SMALL], else -1; of a large group none is named."""
        fence = self._table[number]
        width = int((fence >= 0).sum(axis=1).max(initial=0))
        fence = fence[:, :width]
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

    def _number(self, key: tuple[int, int, int | None]) -> int:
        """The number of the group of a part, vehicle class and school; of the fences open to all for None."""
        number = self._numbers.get(key)
        if number is None:
            part, vehicle_class, school = key
            candidates = self._open if school is None else self._of_school.get(school, [])
            members = np.array(
                [index for index in candidates if _allows(self._fences[index], part, vehicle_class)],
                dtype=np.int64,
            )
            number = self._numbers[key] = len(self._groups)
            self._add(members)
        return number

    def _add(self, members: NDArray[np.int64]) -> None:
        row = np.full((1, SMALL), -1, dtype=np.int64)
        tree = None
        if len(members) <= SMALL:
            row[0, : len(members)] = members
        else:
            tree = shapely.STRtree(shapely.box(*self._bounds_e7[members].T))
        self._groups.append(Group(members, tree))
        if len(self._groups) > len(self._table):
            more = len(self._table) + 64
            self._table = np.concatenate([self._table, np.full((more, SMALL), -1)])
            self._large = np.concatenate([self._large, np.zeros(more, dtype=bool)])
        self._table[len(self._groups) - 1] = row
        self._large[len(self._groups) - 1] = tree is not None


def _allows(fence: Fence, part: int, vehicle_class: int) -> bool:
    classes = fence.vehicle_classes
    return part in fence.parts and (classes is None or vehicle_class in classes)
