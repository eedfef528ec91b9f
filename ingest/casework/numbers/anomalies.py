"""Who stands far from the peers, and in what: a ranking with named causes. Pure.

Each share of a key is held to that of its peers: of all keys together but the tenth with the lowest and
the tenth with the highest shares. The distance is that of the arcsine transform, whose variance does not
depend on the share: z = 2 sqrt(n) (asin sqrt(k/n) - asin sqrt(p)).
As minutes of one session are not independent, z is divided by the root of the overdispersion: the mean of z
squared over all keys after the tenth at either end is pulled in (winsorised), at least 1. Small numbers lie
within the wide end of the funnel and so do not rank first.

Source: D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24
(2005) 1185-1202: limits, transformed proportions, and multiplicative overdispersion by winsorised z-scores.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ingest.casework.deciding.shares import Columns, Figures, Part, Share, shares_of
from ingest.judge.columns import Floats, Ints

LIMIT_Z = 3.09
"""The funnel's outer limits: 99.8 % of peers that differ by chance alone lie within."""
STRENGTH_MOST = 20.0
"""No single cause counts for more, so that one extreme share does not hide three strong ones."""
EXCESS_LEAST = 0.01
"""A share that is nearer than this to that of its peers is no cause, however certain the difference is."""
SESSIONS_LEAST = 5
"""Keys with fewer sessions are not ranked."""
KEYS_LEAST = 3
"""Below so many keys there are no peers to speak of."""
_PULLED_IN = 0.1


class Cause(NamedTuple):
    """One share that stands out. peers: the share of its peers together; z: how far, positive is worse."""

    name: str
    part: Part
    peers: float
    z: float


class Anomaly(NamedTuple):
    """A key with its causes, the strongest first. score: ten times the sum of their strengths, rounded."""

    key: str
    score: int
    sessions: int
    causes: tuple[Cause, ...]


class Funnel(NamedTuple):
    """Limits about the peers' share for each n: what the chart draws. spread: root of the overdispersion."""

    share: float
    spread: float

    def limits(self, n: float, z: float = LIMIT_Z) -> tuple[float, float]:
        """Lowest and highest share of n things that lies within z."""
        middle, half = math.asin(math.sqrt(self.share)), z * self.spread / (2 * math.sqrt(n))
        return math.sin(max(0.0, middle - half)) ** 2, math.sin(min(math.pi / 2, middle + half)) ** 2


def ranked(everybody: Sequence[Figures]) -> list[Anomaly]:
    """Every key with at least one cause, worst first; keys with equal scores by key."""
    counted = [one for one in everybody if one.sums.sessions >= SESSIONS_LEAST]
    if len(counted) < KEYS_LEAST:
        return []
    columns = Columns(counted)
    causes: dict[int, list[Cause]] = {}
    for share in shares_of(columns):
        for at, cause in causes_by(share, columns):
            causes.setdefault(at, []).append(cause)
    found = [
        Anomaly(counted[at].key, score(some), counted[at].sums.sessions, _in_order(some))
        for at, some in causes.items()
    ]
    return sorted(found, key=lambda one: (-one.score, one.key))


def score(causes: Sequence[Cause]) -> int:
    """Ten times the sum of the causes' z, each at most STRENGTH_MOST."""
    return round(10 * sum(min(cause.z, STRENGTH_MOST) for cause in causes))


def funnel(share: Share, columns: Columns) -> Funnel:
    """The funnel of one share over all keys."""
    k, n = columns.parts(share)
    k, n = k[n > 0], n[n > 0]
    middle = peers(k, n)
    return Funnel(middle, math.sqrt(overdispersion(distance(k, n, middle))))


def peers(k: Ints, n: Ints) -> float:
    """The share of all together, but for the tenth (one at least) at either end. n: all above 0."""
    if not len(n):
        return 0.0
    order = np.lexsort((n, k, k / n))
    cut = _cut(len(n))
    kept = order[cut : len(order) - cut]
    return float(k[kept].sum() / n[kept].sum())


def distance(k: Ints, n: Ints, share: float) -> Floats:
    """How many standard errors k of n lie above a share, by the arcsine transform; 0 of nothing."""
    own = np.minimum(k / np.maximum(n, 1), 1.0)
    return 2 * np.sqrt(n) * (np.arcsin(np.sqrt(own)) - math.asin(math.sqrt(share)))


def overdispersion(zs: Floats) -> float:
    """The mean of z squared after the tenth at either end (one at least) is pulled in; at least 1."""
    if not len(zs):
        return 1.0
    ordered = np.sort(zs)
    cut = _cut(len(ordered))
    pulled = np.clip(ordered, ordered[cut], ordered[len(ordered) - 1 - cut])
    return max(1.0, float(np.mean(pulled**2)))


def _cut(many: int) -> int:
    return max(int(many * _PULLED_IN), 1 if many >= KEYS_LEAST else 0)


def causes_by(share: Share, columns: Columns) -> list[tuple[int, Cause]]:
    """(which key, its cause by this share) of those that stand out."""
    about = funnel(share, columns)
    k, n = columns.parts(share)
    worse = 1 if share.more_is_worse else -1
    z = worse * distance(k, n, about.share) / about.spread
    stands_out = (z > LIMIT_Z) & (worse * (k / np.maximum(n, 1) - about.share) >= EXCESS_LEAST)
    return [
        (at, Cause(share.name, Part(int(k[at]), int(n[at])), about.share, float(z[at])))
        for at in np.flatnonzero(stands_out).tolist()
    ]


def _in_order(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    return tuple(sorted(causes, key=lambda cause: (-cause.z, cause.name)))
