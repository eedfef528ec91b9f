"""Whether two traces are one movement: second for second, but for place, turn, mirror, scale and noise.

For a stretch of WINDOW_S seconds the similarity z_b = a z_a + b (or of the mirrored z_a) that fits best is
found by least squares; its residual, averaged over SMOOTH_S and less what noise put on would leave in it,
tells a copy from another drive over the same ground: receivers drift by a metre or two within minutes, and
nobody drives the same metres in the same seconds twice.
"""

from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Bools, Floats, Ints
from ingest.screening.fixes import Places

WINDOW_S = 180
HOP_S = 60
SMOOTH_S = 15
RESIDUAL_M = 0.15
RESIDUAL_OF_NOISE = 0.15
"""Limit of the slow residual: of a clean copy, and more by this share of the noise put on."""
RESIDUAL_MAX_M = 0.5
NOISE_MAX_M = 3.5
SPARSE_N = 3
"""Of fewer fixes than that in SMOOTH_S noise and drift cannot be told apart."""
STRUCTURE_M = 4.0
STRUCTURE_SHARE = 0.1
SCALE_MAX = 2.0
SEEN_MIN = 24
REFINE_S = 2
NEAR_M = 6.0
"""A shift that is off by REFINE_S leaves no more than that of a copy."""


@dataclass(frozen=True)
class Sameness:
    """same_s: seconds in windows that are one movement, of compared_s that both traces cover and in which the
    car moved. residual_m, scale: of the middle one of these windows; mirrored: most of them. shift_s: the
    shift at which they are. begin_s, end_s: from the first to the last such window, from the second trace's
    beginning. Without any such window zeros, and residual_m the least of all windows (inf without)."""

    same_s: int
    compared_s: int
    residual_m: float
    scale: float
    mirrored: bool
    shift_s: int
    begin_s: int
    end_s: int


def same_movement(place_a: Places, known_a: Bools, place_b: Places, seen_b: Bools, shift_s: int) -> Sameness:
    """Compare two traces given second by second; a's entry i happens again at b's entry i + shift_s, give or
    take REFINE_S. Windows that follow one another are looked at first, overlapping ones where these agree."""
    traces = place_a, known_a, place_b, seen_b
    tried = [_at_shift(*traces, shift_s, WINDOW_S)]
    if tried[0].residual_m > NEAR_M:
        return tried[0]
    offs = [off for off in range(-REFINE_S, REFINE_S + 1) if off]
    tried += [_at_shift(*traces, shift_s + off, WINDOW_S) for off in offs]
    best = max(tried, key=lambda one: (one.same_s, -one.residual_m, -abs(one.shift_s - shift_s)))
    return _at_shift(*traces, best.shift_s, HOP_S) if best.same_s else best


def _at_shift(
    place_a: Places, known_a: Bools, place_b: Places, seen_b: Bools, shift_s: int, hop_s: int
) -> Sameness:
    first, past = max(0, shift_s), min(len(place_b), len(place_a) + shift_s)
    if past - first < WINDOW_S:
        return Sameness(0, 0, np.inf, 0.0, False, shift_s, 0, 0)
    a, b = place_a[first - shift_s : past - shift_s], place_b[first:past]
    both = known_a[first - shift_s : past - shift_s] & seen_b[first:past]
    starts = np.arange(0, past - first - WINDOW_S + 1, hop_s)
    index = starts[:, None] + np.arange(WINDOW_S)
    seen = both[index]
    turned, mirrored = (_fit(z, b[index], seen) for z in (a[index], np.conj(a[index])))
    mirror = mirrored[0] < turned[0]
    residual_m = np.where(mirror, mirrored[0], turned[0])
    whole_m = np.where(mirror, mirrored[1], turned[1])
    scale = np.where(mirror, mirrored[2], turned[2])
    limit_m = np.minimum(RESIDUAL_M + RESIDUAL_OF_NOISE * whole_m, RESIDUAL_MAX_M)
    structure_m = np.minimum(_structure(a[index], seen) * scale, _structure(b[index], seen))
    moved = (structure_m >= STRUCTURE_M) & (seen.sum(axis=1) >= SEEN_MIN)
    moved &= seen[:, :SMOOTH_S].any(axis=1) & seen[:, -SMOOTH_S:].any(axis=1)
    same = moved & (residual_m <= np.minimum(limit_m, STRUCTURE_SHARE * structure_m))
    same &= (scale <= SCALE_MAX) & (scale >= 1 / SCALE_MAX)
    at = np.flatnonzero(same)
    if not len(at):
        least_m = float(residual_m[moved].min(initial=np.inf))
        return Sameness(0, _covered(starts[moved]), least_m, 0.0, False, shift_s, 0, 0)
    middle = at[np.argsort(residual_m[at], kind="stable")[len(at) // 2]]
    return Sameness(
        _covered(starts[same]),
        _covered(starts[moved]),
        float(residual_m[middle]),
        float(scale[middle]),
        bool(mirror[at].sum() * 2 > len(at)),
        shift_s,
        int(first + starts[at[0]]),
        int(first + starts[at[-1]] + WINDOW_S),
    )


def _covered(starts: Ints) -> int:
    """Seconds in the union of windows."""
    if not len(starts):
        return 0
    return int(np.minimum(np.diff(starts), WINDOW_S).sum()) + WINDOW_S


def _fit(a: Places, b: Places, seen: Bools) -> tuple[Floats, Floats, Floats]:
    """Slow and whole residual (root mean square, metres of b) and scale of the best a -> b in each row.

    Slow: what the mean over SMOOTH_S has more than noise would leave that is new in every second.
    """
    a, b = _centred(a, seen), _centred(b, seen)
    size = np.maximum((np.abs(a) ** 2).sum(axis=1), 1e-9)
    factor = (np.conj(a) * b).sum(axis=1) / size
    rest = np.where(seen, b - factor[:, None] * a, 0)
    sums = np.cumsum(np.pad(rest, ((0, 0), (SMOOTH_S, 0))), axis=1)
    counts: Ints = np.cumsum(np.pad(seen, ((0, 0), (SMOOTH_S, 0))), axis=1)
    count = counts[:, SMOOTH_S:] - counts[:, :-SMOOTH_S]
    known: Bools = np.asarray(count > 0)
    known_n = np.maximum(known.sum(axis=1), 1)
    smooth = np.abs(sums[:, SMOOTH_S:] - sums[:, :-SMOOTH_S]) / np.maximum(count, 1)
    of_noise = np.where(known, 1.0 / np.maximum(count, SPARSE_N), 0.0).sum(axis=1) / known_n
    whole = (np.abs(rest) ** 2).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    slow = np.where(known, smooth**2, 0).sum(axis=1) / known_n - whole * of_noise
    # Noise as large as the movement itself leaves nothing to compare.
    slow = np.where(whole <= NOISE_MAX_M**2, np.maximum(slow, 0.0), np.inf)
    return np.sqrt(slow), np.sqrt(whole), np.abs(factor)


def _structure(z: Places, seen: Bools) -> Floats:
    """How far (root mean square, metres) the movement is from a straight one at constant speed."""
    count = np.maximum(seen.sum(axis=1), 1)
    z = _centred(z, seen)
    t = np.broadcast_to(np.arange(z.shape[1], dtype=np.float64), z.shape)
    t = np.where(seen, t - ((t * seen).sum(axis=1) / count)[:, None], 0.0)
    slope = (t * z).sum(axis=1) / np.maximum((t * t).sum(axis=1), 1e-9)
    rest = np.abs(z - slope[:, None] * t) ** 2
    return np.asarray(np.sqrt(rest.sum(axis=1) / count))


def _centred(z: Places, seen: Bools) -> Places:
    count = np.maximum(seen.sum(axis=1), 1)
    mean = np.where(seen, z, 0).sum(axis=1) / count
    return np.where(seen, z - mean[:, None], 0)
