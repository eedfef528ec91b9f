"""Straight lines between the fixes of a minute, and how far they run outside its fences."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.applied import Applied
from geofence.grid import OUTSIDE
from geofence.held import Held
from geofence.outside import DOUBT, IN, ON_THE_LINE_M
from geofence.projection import BAND_E7, band_scales

# A depth is sought until no place on the line can be deeper by more than this.
_WITHIN_M = 0.01
# Metres of neighbouring bands of latitude differ by less than this, up to 80 degrees.
_OTHER_BAND = 1.01

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines [q]: the minute's row, the places of their two fixes, length and greater margin.

    lon_e7, lat_e7: int32 [q, 2]. band: int64 [q], of the line's middle; metres are taken there.
    """

    row: Ints
    lat_e7: NDArray[np.int32]
    lon_e7: NDArray[np.int32]
    band: Ints
    length_m: Floats
    margin_m: Floats

    @classmethod
    def between(
        cls,
        lat_e7: NDArray[np.int32],
        lon_e7: NDArray[np.int32],
        zone: NDArray[np.int8],
        margin_m: Floats,
        second_s: Ints,
        link_s: int,
    ) -> Lines:
        """The lines between linked fixes (FenceSet.cut_m) that could run outside beyond their margin."""
        here = np.where(zone >= 0, np.arange(zone.size).reshape(zone.shape), -1)
        before = np.full(zone.shape, -1)
        before[:, 1:] = np.maximum.accumulate(here, axis=1)[:, :-1]
        allowed = ((zone == IN) | (zone == DOUBT)).reshape(-1)
        last = np.flatnonzero(allowed & (before.reshape(-1) >= 0))
        first = before.reshape(-1)[last]
        seconds = np.broadcast_to(second_s, zone.shape).reshape(-1)
        linked = allowed[first] & (seconds[last] - seconds[first] <= link_s)
        ends = first[linked], last[linked]
        flat = (of.reshape(-1) for of in (lat_e7, lon_e7, margin_m, zone))
        lat, lon, margins, zones = ([of[at] for at in ends] for of in flat)
        band = (lat[0].astype(np.int64) + lat[1]) // 2 // BAND_E7
        x_scale, y_scale = band_scales(band)
        across, up = (
            (lon[1].astype(np.float64) - lon[0]) * x_scale,
            (lat[1].astype(np.float64) - lat[0]) * y_scale,
        )
        length_m = np.sqrt(across * across + up * up)
        margin = np.maximum(np.maximum(*margins), 0)
        # No place is deeper than an end and its distance from it; an end in doubt is within its margin.
        ends_m = [np.where(at == DOUBT, of, ON_THE_LINE_M) for at, of in zip(zones, margins, strict=True)]
        asked = (ends_m[0] + ends_m[1] + length_m) / 2 * _OTHER_BAND > margin
        lat_e7, lon_e7 = (np.stack([one[asked] for one in of], axis=1) for of in (lat, lon))
        row = ends[1][asked] // max(zone.shape[1], 1)
        return cls(row, lat_e7, lon_e7, band[asked], length_m[asked], margin[asked])

    def some(self, which: Bools) -> Lines:
        """The lines of a mask [q]."""
        return Lines(*(getattr(self, field.name)[which] for field in fields(self)))


def inside_as_a_whole(
    held: Held, fence: Ints, lat_e7: NDArray[np.int32], lon_e7: NDArray[np.int32], lines: Lines
) -> Bools:
    """Lines whose grid tells that they are inside one fence of their minute: [q]. fence: [n, k] or -1."""
    found = np.zeros(len(lines.row), dtype=bool)
    for one in fence.T:
        asked = np.flatnonzero((one[lines.row] >= 0) & ~found)
        if len(asked):
            depth, row, column = held.depth(one[lines.row[asked]], lines.lat_e7[asked], lines.lon_e7[asked])
            depth[depth == OUTSIDE] = 0
            # Unsigned differences would wrap.
            apart = np.maximum(
                np.abs(np.diff(row.astype(np.int64))), np.abs(np.diff(column.astype(np.int64)))
            )
            found[asked] = apart[:, 0] < depth.max(axis=1)
    return found


def depths_m(held: Held, applied: Applied, lines: Lines) -> Floats:
    """Metres each line [q] runs outside, 0 where not beyond its margin."""
    fence = _fences(applied, lines)
    ends = np.stack([lines.lon_e7, lines.lat_e7], axis=2).astype(np.float64)
    covered = np.zeros(len(lines.row), dtype=bool)
    segments = shapely.linestrings(ends) if len(ends) else np.zeros(0, dtype=object)
    for one in fence.T:
        some = np.flatnonzero((one >= 0) & ~covered)
        covered[some] = shapely.covers(held.outlines_e7[one[some]], segments[some])
    left = np.flatnonzero(~covered)
    depth_m = np.zeros(len(lines.row))
    depth_m[left] = _deepest_m(held, fence[left], lines.some(~covered))
    return np.where(depth_m > lines.margin_m, depth_m, 0.0)


def _fences(applied: Applied, lines: Lines) -> Ints:
    """All fences that can be nearest to a place on the line: to an end one is within its margin."""
    x_scale, y_scale = band_scales(lines.band)
    reach_m = (lines.length_m + lines.margin_m) * _OTHER_BAND + 1
    wide, high = (reach_m / scale for scale in (x_scale, y_scale))
    lon_e7, lat_e7 = np.sort(lines.lon_e7, axis=1), np.sort(lines.lat_e7, axis=1)
    west, south, east, north = (
        lon_e7[:, 0] - wide,
        lat_e7[:, 0] - high,
        lon_e7[:, 1] + wide,
        lat_e7[:, 1] + high,
    )
    return applied.near(lines.row, np.column_stack([west, south, east, north]))


def _deepest_m(held: Held, fence: Ints, lines: Lines) -> Floats:
    """The deepest place of each line, by halving: no place is deeper than another plus their distance."""
    line = np.arange(len(lines.row))
    low, high = np.zeros(len(line)), np.ones(len(line))
    low_m, high_m = _depth_m(held, fence, lines, line, low), _depth_m(held, fence, lines, line, high)
    best_m = np.maximum(low_m, high_m)
    while len(line):
        reach_m = (low_m + high_m + lines.length_m[line] * (high - low)) / 2
        still = reach_m > np.maximum(best_m, lines.margin_m)[line] + _WITHIN_M
        line, low, high, low_m, high_m = line[still], low[still], high[still], low_m[still], high_m[still]
        middle = (low + high) / 2
        middle_m = _depth_m(held, fence, lines, line, middle)
        np.maximum.at(best_m, line, middle_m)
        line = np.concatenate([line, line])
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        low_m, high_m = np.concatenate([low_m, middle_m]), np.concatenate([middle_m, high_m])
    return best_m


def _depth_m(held: Held, fence: Ints, lines: Lines, line: Ints, share: Floats) -> Floats:
    """Metres outside of the place at a share (0 to 1) of each line's length."""
    lon_e7, lat_e7 = (
        ends[line, 0] + (ends[line, 1].astype(np.float64) - ends[line, 0]) * share
        for ends in (lines.lon_e7, lines.lat_e7)
    )
    depth_m = np.full(len(line), np.inf)
    for one in fence[line].T:
        some = np.flatnonzero((one >= 0) & (depth_m > 0))
        inside = shapely.intersects_xy(held.outlines_e7[one[some]], lon_e7[some], lat_e7[some])
        depth_m[some[inside]] = 0
    for one in fence[line].T:
        some = np.flatnonzero((one >= 0) & (depth_m > 0))
        found_m = held.edges.distance_m(one[some], lat_e7[some], lon_e7[some], lines.band[line[some]])
        depth_m[some] = np.minimum(depth_m[some], found_m)
    depth_m[depth_m <= ON_THE_LINE_M] = 0
    return depth_m
