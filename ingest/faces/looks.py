"""A picture's look: 64 bits that stay nearly the same when it is saved again, brightened or cut a little.

It is a difference hash: the picture in 8 rows of 9 cells, one bit for each two neighbours, set where the
right one is brighter (N. Krawetz, "Kind of Like That", 2013). Looks that differ in at most APART_MAX bits
are found by bands: of 4 bands of 16 bits at least one then differs in at most APART_MAX // 4.
"""

from itertools import combinations

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.float64]
WIDE, HIGH = 160, 120
"""Cells that every picture is brought to, whatever its size."""

APART_MAX = 11
BANDS, BAND_BITS = 4, 16
_ROWS, _COLUMNS = 8, 9
_FLAT = 4.0
"""Grey levels. With less between its cells a picture is covered or dark and has no look."""


def cells(grey: npt.NDArray[np.generic], high: int = HIGH, wide: int = WIDE) -> Grey:
    """Mean grey of high x wide equal cells; a cell may cut through pixels, or be smaller than one."""
    down, across = _shares(grey.shape[0], high), _shares(grey.shape[1], wide)
    made: Grey = down @ grey.astype(np.float64) @ across.T
    return made


def look_of(grey: npt.NDArray[np.generic]) -> int | None:
    """The look as a signed 64-bit integer; None where the picture shows nothing."""
    coarse = cells(grey, _ROWS, _COLUMNS)
    if float(coarse.std()) < _FLAT:
        return None
    bits = np.packbits((coarse[:, 1:] > coarse[:, :-1]).reshape(-1))
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def apart(one: int, other: int) -> int:
    """In how many bits two looks differ, 0..64."""
    return ((one ^ other) & 0xFFFFFFFFFFFFFFFF).bit_count()


def bands(look: int) -> tuple[int, ...]:
    """The look's bands, the lowest bits first, each as a signed 16-bit number."""
    return tuple((look >> (BAND_BITS * at) & 0xFFFF) - 0x8000 for at in range(BANDS))


def near_bands(look: int, most: int = APART_MAX) -> tuple[list[int], ...]:
    """For each band the values that differ in at most most // 4 bits: a look within most has one of them."""
    return tuple([(band + 0x8000 ^ mask) - 0x8000 for mask in _MASKS[most // BANDS]] for band in bands(look))


def _shares(pixels: int, count: int) -> Grey:
    """count x pixels: which share of each cell every pixel is."""
    edges = np.arange(count + 1) * (pixels / count)
    at = np.arange(pixels)
    low = np.maximum(edges[:-1, None], at)
    high = np.minimum(edges[1:, None], at + 1)
    shares: Grey = np.clip(high - low, 0.0, None) * (count / pixels)
    return shares


def _masks(most: int) -> list[int]:
    return [
        sum(1 << bit for bit in chosen)
        for count in range(most + 1)
        for chosen in combinations(range(BAND_BITS), count)
    ]


_MASKS = tuple(_masks(most) for most in range(APART_MAX // BANDS + 1))
