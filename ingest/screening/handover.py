"""An instructor who ends here and begins there sooner than any car gets from one place to the other."""

import numpy as np

from ingest.judge.suspicions import HANDOVER_IMPOSSIBLE, Suspicions
from ingest.screening.clones import apart_m
from ingest.screening.sessions import Scored, Sessions, graded, rows_of

NEAR_M = 500.0
KMH_FROM, KMH_FULL = 80.0, 200.0
"""Straight line from the last fix here to the first one there, over the time between the two minutes."""


def handover_impossible(sessions: Sessions) -> Scored:
    """Consecutive sessions of one instructor at two terminals; the later one is suspected."""
    first, last = sessions.first, sessions.last
    order = np.lexsort((first.session, first.terminal, first.minute, first.instructor))
    before, after = order[:-1], order[1:]
    pair = (first.instructor[before] == first.instructor[after]) & (first.instructor[after] > 0)
    pair &= first.terminal[before] != first.terminal[after]
    pair &= (last.fix_n[before] > 0) & (first.fix_n[after] > 0)
    before, after = before[pair], after[pair]
    far_m = apart_m(last.take(before), first.take(after))
    # Up to a minute on either side lies between the fixes and the minutes' edges.
    gap_min = np.maximum(first.minute[after] - last.minute[before], 0) + 1
    kmh = far_m / gap_min * 0.06
    score = np.where(far_m >= NEAR_M, graded(kmh, KMH_FROM, KMH_FULL), 0)
    at = np.flatnonzero(score > 0)
    before, after = before[at], after[at]
    kinds = np.full(len(at), HANDOVER_IMPOSSIBLE, dtype=np.int64)
    there, here = first.take(after), first.take(before)
    made = Suspicions(
        there.terminal,
        there.session,
        kinds,
        score[at].astype(np.int64),
        there.minute,
        last.minute[after],
        here.terminal,
        here.session,
    )
    numbers = {"far_m": far_m[at], "gap_min": gap_min[at], "kmh": kmh[at]}
    return Scored(made, rows_of(numbers, len(at)))
