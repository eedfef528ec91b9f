"""How far a car's passes over one and the same place lie apart: nobody drives on rails.

A driver keeps a line to some decimetres and a receiver drifts by a metre or two, so laps lie beside each
other. Laps of a drawn course lie on it to the centimetre, however their speed was varied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Columns, Floats, Ints
from ingest.screening.fixes import Places, Timeline

CELL_M = 3.0
ALONG_M = 1.0
"""Fixes of two passes at most so far apart along the way are compared: a bend adds 5 cm at most."""
MOVING_MS = 1.0
SAME_WAY = 0.97
APART_S = 60


@dataclass(frozen=True, eq=False)
class Passes(Columns):
    """One row a stretch of trace: comparisons of two passes, and the middle distance across the way (mm)."""

    terminal: Ints
    session: Ints
    pair_n: Ints
    across_mm: Ints


def passes_of(line: Timeline) -> Passes:
    """Passes of every stretch; without two of them pair_n 0."""
    at, way = _moving(line)
    row, place = line.row[at], line.place[at]
    east = np.floor(place.real / CELL_M).astype(np.int64)
    north = np.floor(place.imag / CELL_M).astype(np.int64)
    order = np.lexsort((at, north, east, row))
    one, two = order[:-1], order[1:]
    same = (row[one] == row[two]) & (east[one] == east[two]) & (north[one] == north[two])
    same &= at[two] - at[one] >= APART_S
    one, two = one[same], two[same]
    offset = (place[two] - place[one]) * np.conj(way[one])
    near = (np.abs(offset.real) <= ALONG_M) & ((way[two] * np.conj(way[one])).real >= SAME_WAY)
    across_mm = np.rint(np.abs(offset.imag[near]) * 1000).astype(np.int64)
    pair_n, middle = _middles(row[one[near]], across_mm, len(line.start))
    return Passes(line.terminal, line.session, pair_n, middle)


def _moving(line: Timeline) -> tuple[Ints, Places]:
    """Entries with a fix before and after, at which the car moved, and its direction there."""
    if len(line.place) < 3:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.complex128)
    step = (line.place[2:] - line.place[:-2]) / 2
    speed: Floats = np.abs(step)
    moving = line.seen[:-2] & line.seen[1:-1] & line.seen[2:] & (speed >= MOVING_MS)
    at = np.flatnonzero(moving)
    return (at + 1).astype(np.int64), step[at] / speed[at]


def _middles(row: Ints, values: Ints, rows: int) -> tuple[Ints, Ints]:
    """How many values each row has, and their lower middle one; 0 without any."""
    order = np.lexsort((values, row))
    counts = np.bincount(row, minlength=rows).astype(np.int64)
    first = np.cumsum(counts) - counts
    middle = np.zeros(rows, dtype=np.int64)
    some = counts > 0
    middle[some] = values[order][(first + (counts - 1) // 2)[some]]
    return counts, middle
