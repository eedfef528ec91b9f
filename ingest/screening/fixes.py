"""The trace of training sessions laid out second by second, in metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geofence.projection import LocalPlane
from ingest.judge.columns import Bools, Ints

MINUTE_S = 60
LINK_S = 10
"""Fixes at most so far apart are joined by a straight line; a longer gap stays a gap."""
HOLE_MIN = 5
"""Minutes of a session further apart than that start a new stretch."""
PAD_S = 120
_BAND_E7 = 1_000_000

Places = npt.NDArray[np.complex128]


class Fixes(Protocol):
    """What is asked of ingest.measure.decode.DecodedMinutes: columns by name, n x 60 fixes."""

    @property
    def columns(self) -> Mapping[str, Ints]: ...

    @property
    def present(self) -> Bools: ...

    @property
    def fixes(self) -> Mapping[str, Ints]: ...


@dataclass(frozen=True, eq=False)
class Timeline:
    """Stretches of trace one after another, one entry a second, PAD_S empty seconds after each.

    place: metres east + j north of the stretch's first fix, between fixes on the straight line. seen: a fix
    was measured in that second. known: seen, or between two that are at most LINK_S apart. row: the stretch,
    by which terminal, session and begin_s (Unix second of its first entry) are asked.
    """

    place: Places
    seen: Bools
    known: Bools
    row: Ints
    start: Ints
    """Index of each stretch's first entry."""
    terminal: Ints
    session: Ints
    begin_s: Ints

    def utc_s(self, at: Ints) -> Ints:
        """Unix seconds of these entries."""
        row = self.row[at]
        seconds: Ints = self.begin_s[row] + at - self.start[row]
        return seconds


def timeline(minutes: Fixes) -> Timeline:
    """Measured fixes of minutes within training sessions in any order; of a minute twice the first."""
    columns = minutes.columns
    order = np.lexsort((columns["seq"], columns["minute"], columns["session"], columns["terminal"]))
    order = order[columns["session"][order] > 0]
    terminal, session, minute = (columns[name][order] for name in ("terminal", "session", "minute"))
    same = np.zeros(len(order), dtype=bool)
    same[1:] = (np.diff(terminal) == 0) & (np.diff(session) == 0)
    once = ~(same & (np.diff(minute, prepend=0) == 0))
    order, terminal, session, minute = order[once], terminal[once], session[once], minute[once]
    same = same[once]
    begins = ~same | (np.diff(minute, prepend=0) > HOLE_MIN)
    row_of_minute = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(order)) - 1 if len(first) else first
    lengths = (minute[last] - minute[first] + 1) * MINUTE_S + PAD_S
    start = np.cumsum(lengths) - lengths
    at = start[row_of_minute] + (minute - minute[first][row_of_minute]) * MINUTE_S
    real = minutes.present[order] & (minutes.fixes["estimated"][order] == 0)
    where = (at[:, None] + np.arange(real.shape[1]))[real]
    total = int(lengths.sum())
    row = np.repeat(np.arange(len(first)), lengths)
    lat, lon = (minutes.fixes[name][order][real] for name in ("lat_e7", "lon_e7"))
    seen = np.zeros(total, dtype=bool)
    seen[where] = True
    place, known = _joined(_metres(lat, lon, row[where]), where, seen)
    begin_s = minute[first] * MINUTE_S
    return Timeline(place, seen, known, row, start, terminal[first], session[first], begin_s)


def _metres(lat_e7: Ints, lon_e7: Ints, row: Ints) -> Places:
    """Metres from the first fix of the same row, one scale a row; rows must ascend."""
    rows, first, inverse = np.unique(row, return_index=True, return_inverse=True)
    lat_0, lon_0 = lat_e7[first], lon_e7[first]
    bands, which = np.unique(np.round(lat_0 / _BAND_E7).astype(np.int64), return_inverse=True)
    planes = [LocalPlane(int(band) * _BAND_E7, 0) for band in bands]
    east = np.array([plane.x_m_per_e7 for plane in planes], dtype=np.float64)[which]
    north = np.array([plane.y_m_per_e7 for plane in planes], dtype=np.float64)[which]
    x_m = (lon_e7 - lon_0[inverse]) * east[inverse]
    y_m = (lat_e7 - lat_0[inverse]) * north[inverse]
    return np.asarray(x_m + 1j * y_m)


def _joined(place: Places, where: Ints, seen: Bools) -> tuple[Places, Bools]:
    """Every second's place, straight between fixes, and where that is believed."""
    seconds = np.arange(len(seen))
    if not len(where):
        return np.zeros(len(seen), dtype=np.complex128), seen.copy()
    at = np.clip(np.searchsorted(where, seconds, side="right") - 1, 0, len(where) - 1)
    after = np.minimum(at + 1, len(where) - 1)
    close = (where[at] <= seconds) & (where[after] >= seconds) & (where[after] - where[at] <= LINK_S)
    joined = np.interp(seconds, where, place.real) + 1j * np.interp(seconds, where, place.imag)
    return joined, seen | close


def running_sum(values: Ints, width: int) -> Ints:
    """Sum over a window of odd width around each; whole numbers, so that it is the same in every batch."""
    half = width // 2
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(values)])
    seconds = np.arange(len(values))
    high, low = np.minimum(seconds + half + 1, len(values)), np.maximum(seconds - half, 0)
    windows: Ints = sums[high] - sums[low]
    return windows
