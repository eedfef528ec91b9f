"""What the receiver said of itself in each minute: its speeds, its satellites, its hdop."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firmware.wire.notes import FIX_BITS
from ingest.judge.columns import Bools, Floats, Ints
from ingest.measure.decode import DecodedMinutes

SPEED_UNKNOWN = next(row[4] for row in FIX_BITS if row[0] == "speed_kmh10")
KMH10_PER_MS = 36
SLOW_KMH10 = 50
"""A car this slow crawls (supervision platforms count minutes at 5 km/h and less apart)."""

Small = npt.NDArray[np.uint16]
_HIGHEST = np.uint16(2**16 - 1)


@dataclass(frozen=True, eq=False)
class Receiver:
    """One row a minute; the fields are those of MinuteMeasures."""

    speed_m: Floats
    speed_max_kmh10: Ints
    speed_sum: Ints
    still_s: Ints
    slow_s: Ints
    sats_min: Ints
    sats_max: Ints
    hdop_min: Ints
    hdop_max: Ints


def receiver(decoded: DecodedMinutes, real: Bools, covered_s: Ints) -> Receiver:
    """By the measured fixes (real)."""
    speed = decoded.fix("speed_kmh10")
    told = real & (speed != SPEED_UNKNOWN)
    told_n, some = count(told), told.any(axis=1)
    speed *= told
    speed_sum = speed.T.sum(axis=0, dtype=np.uint32).astype(np.int64)
    mean_ms = speed_sum / np.maximum(told_n, 1) / KMH10_PER_MS
    return Receiver(
        np.where(some, mean_ms * covered_s, -1.0),
        np.where(some, speed.max(axis=1, initial=0).astype(np.int64), -1),
        speed_sum,
        count(told & (speed == 0)),
        count(told & (speed <= SLOW_KMH10)),
        *_least_and_most(decoded.fix("satellites"), real),
        *_least_and_most(decoded.fix("hdop_fifth"), real),
    )


def count(mask: Bools) -> Ints:
    """How many of each row's sixty are True."""
    counts: Ints = mask.T.view(np.uint8).sum(axis=0, dtype=np.uint8).astype(np.int64)
    return counts


def _least_and_most(values: Small, real: Bools) -> tuple[Ints, Ints]:
    """Least and most over the masked; -1 without any."""
    some = real.any(axis=1)
    most = (values * real).max(axis=1, initial=0).astype(np.int64)
    # Backwards, so that what is no fix may be 0 here too.
    least = _HIGHEST - ((_HIGHEST - values) * real).max(axis=1, initial=0).astype(np.int64)
    return np.where(some, least, -1), np.where(some, most, -1)
