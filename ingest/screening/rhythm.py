"""Prints of a trace: numbers that a copy of it shares wherever, whenever and however large it is laid.

A learner drives in a rhythm: faster, slower, to the second. The speed of the last seconds crosses that of the
last minute again and again, and the times between the crossings do not change when a trace is shifted in
time or place, turned, mirrored or scaled, and little by noise or thinning. Two drives over the same ground
share its shape but not the rhythm.
"""

from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Bools, Columns, Floats, Ints
from ingest.screening.fixes import Timeline, running_sum

STEP_S = 6
SHORT_S = 7
LONG_S = 61
LENGTH = 6
"""Times between crossings in a print."""
QUANTUM_S = 2.0
LONGEST_S = 90
"""Crossings further apart than that do not belong together."""
CRAWL_MMS = 300
"""A car slower than that over the long window stands about; its crossings are noise."""
STEEP = 0.04
"""Least change of speed across a crossing, in shares of the long window's speed a second."""
KEPT_ONE_IN = 2
"""Of all prints those that this divides are kept and asked for: half the room, and a copy keeps the same."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@dataclass(frozen=True, eq=False)
class Prints(Columns):
    """One row a print: where it was taken; utc_s is the first crossing's Unix second."""

    print: Ints
    terminal: Ints
    session: Ints
    utc_s: Ints


@dataclass(frozen=True, eq=False)
class _Crossings:
    """Entry in the timeline, exact second within it, up or down."""

    at: Ints
    second: Floats
    up: Bools


def prints_of(line: Timeline) -> Prints:
    """The prints to keep, by stretch and time."""
    crossings = _crossings(line)
    first, times = _phrases(line, crossings)
    return _table(line, crossings.at[first], _mixed(_quanta(times), crossings.up[first]))


def probes_of(line: Timeline) -> Prints:
    """The prints to ask for: as prints_of, and again with times near to an edge counted beyond it."""
    crossings = _crossings(line)
    first, times = _phrases(line, crossings)
    quanta = _quanta(times)
    up, at = crossings.up[first], crossings.at[first]
    tables = [_table(line, at, _mixed(quanta, up))]
    off = times / QUANTUM_S - np.rint(times / QUANTUM_S)
    # The two times nearest to an edge, each by itself and both together.
    nearest = np.argsort(-np.abs(off), axis=1, kind="stable")[:, :2]
    rows = np.arange(len(first))
    for which in ((0,), (1,), (0, 1)):
        other = quanta.copy()
        for one in which:
            place = nearest[:, one]
            other[rows, place] += np.where(off[rows, place] >= 0, 1, -1)
        tables.append(_table(line, at, _mixed(other, up)))
    return Prints.concat(tables)


def _crossings(line: Timeline) -> _Crossings:
    half = STEP_S // 2
    apart_m = np.zeros(len(line.place))
    apart_m[half : -half or None] = np.abs(line.place[STEP_S:] - line.place[:-STEP_S])[
        : len(apart_m) - STEP_S
    ]
    moving = np.zeros(len(line.place), dtype=bool)
    moving[half : len(moving) - half] = line.known[STEP_S:] & line.known[:-STEP_S]
    speed_mms = np.where(moving, np.rint(apart_m * (1000.0 / STEP_S)), 0).astype(np.int64)
    there = moving.astype(np.int64)
    short_n, long_n = running_sum(there, SHORT_S), running_sum(there, LONG_S)
    short_mms = running_sum(speed_mms, SHORT_S) / np.maximum(short_n, 1)
    long_mms = running_sum(speed_mms, LONG_S) / np.maximum(long_n, 1)
    above = short_mms - long_mms
    whole = (short_n == SHORT_S) & (long_n >= LONG_S // 2) & (long_mms >= CRAWL_MMS)
    at = np.arange(1, max(len(above) - 2, 1))
    if len(above) < 4:
        at = at[:0]
    crosses = (above[at] < 0) != (above[at + 1] < 0)
    crosses &= whole[at - 1] & whole[at] & whole[at + 1] & whole[at + 2]
    crosses &= np.abs(above[at + 2] - above[at - 1]) >= 3 * STEEP * long_mms[at]
    at = at[crosses]
    second = at + above[at] / (above[at] - above[at + 1])
    return _Crossings(at, second, above[at] < 0)


def _phrases(line: Timeline, crossings: _Crossings) -> tuple[Ints, Floats]:
    """Index of the first crossing of each run of LENGTH times, and the times (seconds)."""
    times = np.diff(crossings.second)
    linked = (np.diff(line.row[crossings.at]) == 0) & (times <= LONGEST_S)
    count = len(times) - LENGTH + 1
    if count < 1:
        return np.zeros(0, dtype=np.int64), np.zeros((0, LENGTH))
    windows = np.lib.stride_tricks.sliding_window_view(times, LENGTH)
    whole = np.lib.stride_tricks.sliding_window_view(linked, LENGTH).all(axis=1)
    return np.flatnonzero(whole).astype(np.int64), windows[whole]


def _quanta(times: Floats) -> Ints:
    return np.rint(times / QUANTUM_S).astype(np.int64)


def _mixed(quanta: Ints, up: Bools) -> Ints:
    """63 bits of the quanta and the direction of the first crossing."""
    value = up.astype(np.uint64) + np.uint64(1)
    for column in quanta.T:
        value = (value ^ column.astype(np.uint64)) * _MIX
        value ^= value >> _SHIFT
    return (value >> np.uint64(1)).astype(np.int64)


def _table(line: Timeline, at: Ints, prints: Ints) -> Prints:
    kept = prints % KEPT_ONE_IN == 0
    at, row = at[kept], line.row[at[kept]]
    return Prints(prints[kept], line.terminal[row], line.session[row], line.utc_s(at))
