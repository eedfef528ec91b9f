"""Are two pictures one and the same, saved again, brightened or cut? Their likeness, block by block.

The second picture is laid over the first: shifted and stretched a little until it fits best (Lucas and Kanade
1981, with gain and offset of the brightness free, from blurred to sharp). A copy then agrees everywhere. Two
photos of one person in one seat agree in the seat and not in the face, so that the worst blocks decide.
"""

import numpy as np

from ingest.faces.looks import HIGH, WIDE, Grey, cells

BLOCK = 20
"""Cells along a block's side; blocks overlap by half."""

_STEPS = ((9, 8), (5, 6), (3, 6))
_WORST = 5
"""Per cent: the likeness is the correlation that so many of the blocks do not reach."""
_TEXTURE = 6.0
"""Grey levels; a block with less in both pictures is sky or shadow and says nothing."""
_BLOCKS_MIN = 10
_OFF_MAX = 16.0
_EDGE = 4
_FITS = 0.02
"""Cells; a smaller step ends the search."""

_HALF_HIGH, _HALF_WIDE = HIGH // 2, WIDE // 2


def likeness(one: Grey, other: Grey) -> float:
    """From -1 to 1; both HIGH x WIDE. 0 where too little can be compared to say anything."""
    across, up, across_by, up_by = _fit(_halved(one), _halved(other))
    y, x = np.mgrid[0:HIGH, 0:WIDE].astype(np.float64)
    x, y = x + 2 * across + 2 * across_by * _centred(WIDE), y + 2 * up + 2 * up_by * _centred(HIGH)[:, None]
    laid = _at(other, x, y)
    inside = (x >= 0) & (x <= WIDE - 1) & (y >= 0) & (y <= HIGH - 1)
    a, b, whole = (_blocks(of) for of in (one, laid, inside))
    a, b = (of - of.mean(axis=1, keepdims=True) for of in (a, b))
    a_std, b_std = (np.sqrt((of * of).mean(axis=1)) for of in (a, b))
    told = whole.all(axis=1) & (np.maximum(a_std, b_std) >= _TEXTURE)
    if int(told.sum()) < _BLOCKS_MIN:
        return 0.0
    same = (a * b).mean(axis=1)[told] / np.maximum(a_std * b_std, 1e-9)[told]
    return float(np.percentile(same, _WORST))


def _fit(one: Grey, other: Grey) -> tuple[float, float, float, float]:
    """Shift and stretch, across and up: one(x, y) looks like other(x + across + across_by * u, ...)."""
    high, wide = one.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float64)
    u, v = np.broadcast_arrays(_centred(wide), _centred(high)[:, None])
    inner = (slice(_EDGE, -_EDGE), slice(_EDGE, -_EDGE))
    found = np.zeros(4)
    for width, rounds in _STEPS:
        goal, moved = _blurred(one, width), _blurred(other, width)
        slope_y, slope_x = np.gradient(moved)
        for _ in range(rounds):
            at_x: Grey = x + found[0] + found[2] * u
            at_y: Grey = y + found[1] + found[3] * v
            now, by_x, by_y = (_at(np.asarray(of), at_x, at_y) for of in (moved, slope_x, slope_y))
            parts = (by_x, by_y, by_x * u, by_y * v, now, np.ones_like(now))
            columns = np.stack([part[inner].reshape(-1) for part in parts])
            normal = columns @ columns.T + 1e-6 * np.eye(6)
            solved = np.linalg.solve(normal, columns @ goal[inner].reshape(-1))
            gain = max(float(solved[4]), 0.2)
            step = solved[:4] / gain
            found = np.clip(found + step, -_OFF_MAX / 2, _OFF_MAX / 2)
            if np.abs(step).max() < _FITS:
                break
    across, up, across_by, up_by = (float(value) for value in found)
    return across, up, across_by, up_by


def _centred(count: int) -> Grey:
    values: Grey = (np.arange(count, dtype=np.float64) - count / 2) / (count / 2)
    return values


def _halved(grey: Grey) -> Grey:
    return cells(grey, _HALF_HIGH, _HALF_WIDE)


def _blurred(grey: Grey, width: int) -> Grey:
    """A running mean of width (odd), twice each way."""
    mean: Grey = grey
    for _ in range(2):
        for axis in (0, 1):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (width // 2 + 1, width // 2)
            sums: Grey = np.cumsum(np.pad(mean, pad, mode="edge"), axis=axis)
            count = grey.shape[axis]
            upper = np.take(sums, np.arange(width, width + count), axis=axis)
            mean = np.asarray((upper - np.take(sums, np.arange(count), axis=axis)) / width, dtype=np.float64)
    return mean


def _at(grey: Grey, x: Grey, y: Grey) -> Grey:
    """The grey at places between cells; beyond the edge that of the edge."""
    high, wide = grey.shape
    x, y = np.clip(x, 0, wide - 1.001), np.clip(y, 0, high - 1.001)
    left, top = x.astype(np.int64), y.astype(np.int64)
    right, low = x - left, y - top
    above = grey[top, left] * (1 - right) + grey[top, left + 1] * right
    below = grey[top + 1, left] * (1 - right) + grey[top + 1, left + 1] * right
    mixed: Grey = above * (1 - low) + below * low
    return mixed


def _blocks(grey: Grey) -> Grey:
    windows = np.lib.stride_tricks.sliding_window_view(grey, (BLOCK, BLOCK))
    rows: Grey = windows[:: BLOCK // 2, :: BLOCK // 2].reshape(-1, BLOCK * BLOCK).astype(np.float64)
    return rows
