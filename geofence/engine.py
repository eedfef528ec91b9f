"""Where the fixes of many minutes lie against the fences that allow them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.applied import Applied
from geofence.binding import Binding, FenceKeys
from geofence.elsewhere import Elsewhere
from geofence.errors import Where
from geofence.ground import Fence
from geofence.held import HELD_MAX, Held
from geofence.outlines import check_valid
from geofence.outside import ABSENT, IN, OUT
from geofence.positions import E7
from geofence.segments import Lines, depths_m, inside_as_a_whole

__all__ = ["FenceKeys", "FenceSet", "Places"]


@dataclass(frozen=True, eq=False)
class Places:
    """Where the fixes [n, m] of minutes [n] lie.

    zone: int8 [n, m], 0 in, 1 doubt (outside, by no more than the fix's margin), 2 out beyond the margin,
    -1 absent or no fence in force. outside_m: float64 [n], metres of the furthest fix outside, 0 if none.
    in_force: int64 [n], how many fences applied. elsewhere: int64 [n], bits for minutes with fixes out, or
    with fixes and no fence in force: such a fix lies in a fence of 1 another part, 2 another vehicle class,
    4 not approved, 8 not in force at that time, 16 another school.
    """

    zone: NDArray[np.int8]
    outside_m: NDArray[np.float64]
    in_force: NDArray[np.int64]
    elsewhere: NDArray[np.int64]


class FenceSet:
    """Fences that together allow training. Neither their order nor repeating one changes any answer.

    Grids and prepared outlines are made when they pay and kept; do not share one set between threads.
    Raises FenceError for a fence whose geometry is not valid.
    """

    def __init__(self, fences: Iterable[Fence], held_max: int = HELD_MAX) -> None:
        # A fixed order, so that no answer can depend on the order of a file.
        self.fences: tuple[Fence, ...] = tuple(sorted(set(fences), key=_rank))
        self._held = Held(_outlines_e7(self.fences), held_max)
        self._binding = Binding(self.fences, self._held.boxes_e7)
        self._elsewhere: Elsewhere | None = None

    def in_force(self, part: int, utc_s: int) -> tuple[Fence, ...]:
        """The fences that allow `part` at that second, by fence id."""
        return tuple(fence for fence in self.fences if fence.in_force(part, utc_s))

    def classify(
        self,
        keys: FenceKeys,
        minute_s: NDArray[np.int64],
        lat_e7: NDArray[np.int32],
        lon_e7: NDArray[np.int32],
        present: NDArray[np.bool_],
        margin_m: NDArray[np.float64],
    ) -> Places:
        """Minutes [n] (Unix second of their start) with fixes [n, m] and a margin each -> Places.

        A minute is held to the fences that allow its keys at its start, to all of them together: a fix is in
        when it is in any of them, or within a millimetre of its line, and as far outside as from the nearest.
        In or not is decided on the integers; metres are those of the fix's own band of latitude.
        Raises ValueError when the shapes do not fit together.
        """
        same = lat_e7.shape == lon_e7.shape == present.shape == margin_m.shape
        rows = lat_e7.shape[:1]
        if not same or lat_e7.ndim != 2 or {minute_s.shape, keys.part.shape} != {rows}:
            shapes = f"{minute_s.shape}, {lat_e7.shape}, {lon_e7.shape}, {present.shape}, {margin_m.shape}"
            raise ValueError(f"minutes and fixes have shapes {shapes}; give [n] and four times [n, m].")
        self._held.trim()
        applied = Applied(self._held, self._binding, keys, minute_s)
        inside = applied.inside(lat_e7, lon_e7, present)
        zone = np.where(inside, np.int8(IN), np.int8(OUT))
        zone[~present | (applied.in_force == 0)[:, np.newaxis]] = ABSENT
        outside_m = np.zeros(len(minute_s))
        outside = zone == OUT
        some = np.flatnonzero(outside.any(axis=1))
        if len(some):
            found, outside_m[some] = applied.outside(
                some, lat_e7[some], lon_e7[some], outside[some], margin_m[some]
            )
            zone[some] = np.where(outside[some], found, zone[some])
        asked = (zone == OUT) | (present & (applied.in_force == 0)[:, np.newaxis])
        bits = np.zeros(len(minute_s), dtype=np.int64)
        if asked.any() and self.fences:
            self._elsewhere = self._elsewhere or Elsewhere(self.fences, self._held, self._binding)
            bits = self._elsewhere.bits(keys, minute_s, lat_e7, lon_e7, asked)
        return Places(zone, outside_m, applied.in_force, bits)

    def cut_m(
        self,
        keys: FenceKeys,
        minute_s: NDArray[np.int64],
        lat_e7: NDArray[np.int32],
        lon_e7: NDArray[np.int32],
        zone: NDArray[np.int8],
        margin_m: NDArray[np.float64],
        second_s: NDArray[np.int64],
        link_s: int,
    ) -> NDArray[np.float64]:
        """How far the straight lines between fixes run outside, metres [n]: the furthest of the minute, or 0.

        zone: of the fixes, as `classify` tells. second_s, int64 [m] or [n, m]: when each fix was, ascending
        in a row (a first column may hold the minute before's last fix). A line joins two fixes that follow
        one another, are at most link_s apart and both not out; it counts where it runs further outside than
        the greater margin of its two fixes. Right to a centimetre; never more than the truth.
        """
        self._held.trim()
        applied = Applied(self._held, self._binding, keys, minute_s)
        lines = Lines.between(lat_e7, lon_e7, zone, margin_m, second_s, link_s)
        lines = lines.some(~inside_as_a_whole(self._held, applied.fence, lat_e7, lon_e7, lines))
        deepest_m = np.zeros(len(minute_s))
        np.maximum.at(deepest_m, lines.row, depths_m(self._held, applied, lines))
        return deepest_m


def _rank(fence: Fence) -> tuple[str, int, str]:
    rest = (sorted(fence.parts), fence.valid_to_s, fence.ground, fence.kind, fence.geometry.wkb_hex)
    return fence.fence_id, fence.valid_from_s, repr(rest)


def _outlines_e7(fences: tuple[Fence, ...]) -> NDArray[np.object_]:
    outlines = np.empty(len(fences), dtype=object)
    outlines[:] = [fence.geometry for fence in fences]
    outlines = shapely.transform(outlines, lambda vertices: np.rint(vertices * E7))
    for index in np.flatnonzero(~shapely.is_valid(outlines)).tolist():
        check_valid(Where("fence set", f"fence {fences[index].fence_id}"), outlines[index])
    return np.asarray(outlines)
