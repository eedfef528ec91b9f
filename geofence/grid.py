"""Grids of cells over fences: whether a whole cell is inside, outside, or must be asked exactly.

A grid is 32 x 32 cells over the box of one outline, each cell a power of two of 1e-7 degrees wide and high.
A cell that no edge touches is inside or outside as a whole, and one position of it tells for all of it.
So an answer from a grid is the exact answer; only cells that an edge touches are left open.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

SIDE = 32
CELLS = SIDE * SIDE
OPEN, OUTSIDE = 0, 255
# Deepest whole number of cells told; a car moves about one cell a second.
DEEPEST = 6
# float64 rounds a position on an edge by far less than half of 1e-7 degree.
_ROUNDING_E7 = 0.5
_LAST = np.uint32(SIDE - 1)


def lay(boxes_e7: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole boxes [k, 4] (west, south, east, north) -> grids over them: corner [k, 2], shift [k, 2].

    A cell is 2**shift wide and high, at least 2, and the box lies in the columns and rows 0 to 30.
    """
    corner = boxes_e7[:, :2].astype(np.int64)
    extent = boxes_e7[:, 2:].astype(np.int64) - corner
    shift = np.ones_like(extent)
    while (wide := (extent >> shift) > SIDE - 2).any():
        shift += wide
    return corner, shift


def blank() -> NDArray[np.uint8]:
    """The grid [CELLS] that leaves everything open but its last row and column, beyond the box."""
    depth = np.full((SIDE, SIDE), OPEN, dtype=np.uint8)
    depth[-1], depth[:, -1] = OUTSIDE, OUTSIDE
    return depth.reshape(CELLS)


def draw(
    outlines_e7: NDArray[np.object_], corner: NDArray[np.int64], shift: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Prepared valid outlines [k] in whole 1e-7 degrees, with their laid grids -> depth [k, CELLS].

    depth: OPEN, OUTSIDE, or d > 0 where all cells less than d rows and columns away are inside as a whole.
    Row 31 and column 31 are outside, so that a position beyond the box may be clipped to them.
    """
    open_ = np.zeros((len(outlines_e7), SIDE, SIDE), dtype=bool)
    _mark(open_, outlines_e7, corner, shift)
    inside = _fill(open_, outlines_e7, corner, shift)
    depth = np.where(open_, np.uint8(OPEN), np.uint8(OUTSIDE))
    depth[inside] = 1
    for further in range(2, DEEPEST + 1):
        inside = _eroded(inside)
        depth[inside] = further
    return depth.reshape(-1, CELLS)


def cells(
    value_e7: NDArray[np.int32], corner_e7: NDArray[np.int64], shift: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Column (or row) of each position [n, m] in the grid of its row [n]; beyond the box it is 31."""
    # West of the corner the difference wraps to something huge, and so is clipped to 31 as well.
    found = value_e7.view(np.uint32) - corner_e7.astype(np.int32).view(np.uint32)[:, np.newaxis]
    np.right_shift(found, shift.astype(np.uint32)[:, np.newaxis], out=found)
    return np.asarray(np.minimum(found, _LAST, out=found))


def _mark(
    open_: NDArray[np.bool_],
    outlines_e7: NDArray[np.object_],
    corner: NDArray[np.int64],
    shift: NDArray[np.int64],
) -> None:
    """Set the cells that an edge touches: edges in pieces of at most half a cell, the box of each piece."""
    # Of a MultiPolygon as such, shapely gives no rings at all.
    parts, grid_of_part = shapely.get_parts(outlines_e7, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    grid = grid_of_part[part_of_ring[ring[edge]]]
    start = vertices[edge] - corner[grid]
    along = vertices[edge + 1] - corner[grid] - start
    half = (1 << shift[grid]) // 2
    pieces = np.maximum(np.ceil(np.abs(along) / half).max(axis=1), 1).astype(np.int64)
    piece = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step, begin, grid = (np.repeat(rows, pieces, axis=0) for rows in (along / pieces[:, None], start, grid))
    a, b = begin + step * piece[:, None], begin + step * (piece + 1)[:, None]
    low = np.maximum(np.floor(np.minimum(a, b) - _ROUNDING_E7).astype(np.int64), 0) >> shift[grid]
    high = np.floor(np.maximum(a, b) + _ROUNDING_E7).astype(np.int64) >> shift[grid]
    for column in (low[:, 0], high[:, 0]):
        for row in (low[:, 1], high[:, 1]):
            open_[grid, row, column] = True


def _fill(
    open_: NDArray[np.bool_],
    outlines_e7: NDArray[np.object_],
    corner: NDArray[np.int64],
    shift: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """The untouched cells that are inside: neighbours in a row that no edge parts are asked once."""
    first = ~open_
    first[:, :, 1:] &= open_[:, :, :-1]
    grid, row, column = np.nonzero(first)
    size = 1 << shift[grid]
    where = corner[grid] + np.column_stack([column, row]) * size + size // 2
    asked = shapely.intersects_xy(outlines_e7[grid], where[:, 0], where[:, 1])
    # Before the first run of cells there is an open cell only, and it is masked.
    run = np.cumsum(first).reshape(first.shape) - 1
    return np.asarray(asked[np.maximum(run, 0)] & ~open_)


def _eroded(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cells whose eight neighbours are inside too."""
    rows = np.zeros_like(inside)
    rows[:, 1:-1] = inside[:, :-2] & inside[:, 1:-1] & inside[:, 2:]
    both = np.zeros_like(inside)
    both[:, :, 1:-1] = rows[:, :, :-2] & rows[:, :, 1:-1] & rows[:, :, 2:]
    return both
