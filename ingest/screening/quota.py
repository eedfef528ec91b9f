"""Sessions that end exactly when the quota is full, far more often in one group than in all the others."""

import numpy as np

from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.suspicions import QUOTA_EXACT
from ingest.screening.sessions import Scored, Sessions, graded, of_sessions

QUOTAS_MIN = (60, 120, 180, 240)
SLACK_MIN = 0
GROUP_MIN = 10
"""Sessions of a group below which nothing is said."""
SHARE_LEAST = 0.05
"""Of the others' sessions so many are taken to end exactly at a quota at least."""
TIMES = 3.0
DECADES_FROM, DECADES_FULL = 4.0, 12.0
"""Powers of ten by which chance is ruled out."""


def quota_exact(sessions: Sessions, length: Ints, group: Ints) -> Scored:
    """length: minutes of each session; group: a number of its school or instructor, 0 left out.

    Scored by how unlikely so many exact sessions would be at the rate of all the others (Chernoff's bound).
    """
    exact = np.zeros(len(length), dtype=bool)
    for quota in QUOTAS_MIN:
        exact |= np.abs(length - quota) <= SLACK_MIN
    known = group != 0
    groups, which = np.unique(group, return_inverse=True)
    n = np.bincount(which[known], minlength=len(groups))
    k = np.bincount(which[known & exact], minlength=len(groups))
    others_n, others_k = n.sum() - n, k.sum() - k
    base = np.maximum((others_k + 1) / (others_n + 2), SHARE_LEAST)
    share = k / np.maximum(n, 1)
    judged = (n >= GROUP_MIN) & (others_n >= GROUP_MIN) & (share >= np.minimum(TIMES * base, 0.9))
    decades = np.where(judged & (share > base), n * _divergence(share, base), 0.0)
    score = graded(decades, DECADES_FROM, DECADES_FULL)[which]
    suspected: Bools = known & exact
    return of_sessions(
        sessions,
        QUOTA_EXACT,
        np.where(suspected, score, 0),
        exact_sessions=k[which],
        sessions_n=n[which],
        others_share=base[which],
        decades=decades[which],
    )


def _divergence(share: Floats, base: Floats) -> Floats:
    """Relative entropy of two coins, in powers of ten."""
    share, base = np.clip(share, 1e-12, 1 - 1e-12), np.clip(base, 1e-12, 1 - 1e-12)
    return np.asarray(share * np.log10(share / base) + (1 - share) * np.log10((1 - share) / (1 - base)))
