"""Signed distance of the fixes of many minutes to the fences in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.cover import Cover
from geofence.errors import Where
from geofence.ground import Fence
from geofence.outlines import check_valid
from geofence.positions import E7


@dataclass(frozen=True)
class _Timeline:
    """`change_s` ascending; `in_force[i]`: indexes of the fences in force from change i-1 to change i."""

    change_s: NDArray[np.int64]
    in_force: tuple[tuple[int, ...], ...]
    counts: NDArray[np.int64]


class FenceSet:
    """Fences that together allow training. Neither their order nor repeating one changes any answer.

    Unions and planes are made when first needed and kept; do not share one set between threads.
    Raises FenceError for a fence whose geometry is not valid.
    """

    def __init__(self, fences: Iterable[Fence]) -> None:
        # A fixed order, so that the rounding of a union cannot depend on the order of a file.
        self.fences: tuple[Fence, ...] = tuple(sorted(set(fences), key=_rank))
        self._outlines_e7 = [_outline_e7(fence) for fence in self.fences]
        self._timelines: dict[int, _Timeline] = {}
        self._covers: dict[tuple[int, ...], Cover] = {}

    def in_force(self, part: int, utc_s: int) -> tuple[Fence, ...]:
        """The fences that allow `part` at that second, by fence id."""
        return tuple(fence for fence in self.fences if fence.in_force(part, utc_s))

    def signed_distance_m(
        self,
        part: int,
        minute_s: NDArray[np.int64],
        lat_e7: NDArray[np.int32],
        lon_e7: NDArray[np.int32],
        present: NDArray[np.bool_],
        *,
        depth: bool = False,
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Minutes [n] (Unix second of their start) with fixes [n, m] -> (distance_m [n, m], in_force [n]).

        The whole minute is held to the fences in force for `part` at its start, and to their union.
        distance_m: metres to the union, above 0 outside, at most 0 inside or within a millimetre of the
        line; inside it is 0, or with `depth` the metres to the line below 0 (slower). +inf where no fence
        is in force; nan where `present` is false, so that an absent fix is neither inside nor outside.
        in_force: how many fences were in force. Raises ValueError when the shapes do not fit together.
        """
        same = lat_e7.shape == lon_e7.shape == present.shape
        if not same or lat_e7.ndim != 2 or minute_s.shape != lat_e7.shape[:1]:
            shapes = f"{minute_s.shape}, {lat_e7.shape}, {lon_e7.shape}, {present.shape}"
            raise ValueError(f"minutes and fixes have shapes {shapes}; give [n] and three times [n, m].")
        timeline = self._timeline(part)
        slots = np.searchsorted(timeline.change_s, minute_s, side="right")
        in_force = timeline.counts[slots]
        distance_m = np.where(present, np.inf, np.nan)
        for slot in np.unique(slots[in_force > 0]).tolist():
            asked = present & (slots == slot)[:, np.newaxis]
            cover = self._cover(timeline.in_force[slot])
            distance_m[asked] = cover.signed_distance_m(lat_e7[asked], lon_e7[asked], depth)
        return distance_m, in_force

    def _timeline(self, part: int) -> _Timeline:
        timeline = self._timelines.get(part)
        if timeline is None:
            members = [index for index, fence in enumerate(self.fences) if part in fence.parts]
            begins = {self.fences[index].valid_from_s for index in members}
            ends = {end for index in members if (end := self.fences[index].valid_to_s) is not None}
            change_s = sorted(begins | ends)
            in_force = ((),) + tuple(
                tuple(index for index in members if self.fences[index].in_force(part, second))
                for second in change_s
            )
            counts = np.array([len(indexes) for indexes in in_force], dtype=np.int64)
            timeline = _Timeline(np.array(change_s, dtype=np.int64), in_force, counts)
            self._timelines[part] = timeline
        return timeline

    def _cover(self, indexes: tuple[int, ...]) -> Cover:
        cover = self._covers.get(indexes)
        if cover is None:
            cover = self._covers[indexes] = Cover(self._outlines_e7[index] for index in indexes)
        return cover


def _rank(fence: Fence) -> tuple[str, int, str]:
    rest = (sorted(fence.parts), fence.valid_to_s, fence.ground, fence.kind, fence.geometry.wkb_hex)
    return fence.fence_id, fence.valid_from_s, repr(rest)


def _outline_e7(fence: Fence) -> shapely.Geometry:
    outline_e7 = shapely.transform(fence.geometry, lambda vertices: np.rint(vertices * E7))
    check_valid(Where("fence set", f"fence {fence.fence_id}"), outline_e7)
    return outline_e7
