"""Who stands far from the peers, and in what: a ranking with named causes. Pure.

Each share of a key is held to that of its peers: of all keys together but the tenth with the lowest and
the tenth with the highest shares. The distance is that of the arcsine transform, whose variance does not depend on
the share: z = 2 sqrt(n) (asin sqrt(k/n) - asin sqrt(p)).
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

from ingest.casework.shares import Figures, Part, Share, shares_of

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
    causes: dict[str, list[Cause]] = {}
    for share in shares_of(counted):
        for one, cause in zip(counted, _causes(share, counted), strict=True):
            if cause is not None:
                causes.setdefault(one.key, []).append(cause)
    found = [
        Anomaly(one.key, score(causes[one.key]), one.sums.sessions, _in_order(causes[one.key]))
        for one in counted
        if one.key in causes
    ]
    return sorted(found, key=lambda one: (-one.score, one.key))


def score(causes: Sequence[Cause]) -> int:
    """Ten times the sum of the causes' z, each at most STRENGTH_MOST."""
    return round(10 * sum(min(cause.z, STRENGTH_MOST) for cause in causes))


def funnel(share: Share, everybody: Sequence[Figures]) -> Funnel:
    """The funnel of one share over all keys."""
    parts = [share.part(one) for one in everybody]
    middle = peers(parts)
    return Funnel(middle, math.sqrt(overdispersion([distance(part, middle) for part in parts if part.n])))


def peers(parts: Sequence[Part]) -> float:
    """The share of all together, but for the tenth (one at least) at either end."""
    ordered = sorted(part for part in parts if part.n)
    ordered.sort(key=lambda part: part.share)
    cut = _cut(len(ordered))
    kept = ordered[cut : len(ordered) - cut]
    n = sum(part.n for part in kept)
    return sum(part.k for part in kept) / n if n else 0.0


def _cut(many: int) -> int:
    return max(int(many * _PULLED_IN), 1 if many >= KEYS_LEAST else 0)


def distance(part: Part, share: float) -> float:
    """How many standard errors k of n lies above a share, by the arcsine transform; 0 of nothing."""
    return 2 * math.sqrt(part.n) * (math.asin(math.sqrt(part.share)) - math.asin(math.sqrt(share)))


def overdispersion(zs: Sequence[float]) -> float:
    """The mean of z squared after the tenth at either end (one at least) is pulled in; at least 1."""
    if not zs:
        return 1.0
    ordered = sorted(zs)
    cut = _cut(len(ordered))
    low, high = ordered[cut], ordered[len(ordered) - 1 - cut]
    return max(1.0, sum(min(max(z, low), high) ** 2 for z in ordered) / len(ordered))


def _causes(share: Share, counted: Sequence[Figures]) -> list[Cause | None]:
    """For each key its cause by this share, None where it does not stand out."""
    about = funnel(share, counted)
    worse = 1 if share.more_is_worse else -1
    found: list[Cause | None] = []
    for one in counted:
        part = share.part(one)
        z = worse * distance(part, about.share) / about.spread
        stands_out = z > LIMIT_Z and worse * (part.share - about.share) >= EXCESS_LEAST
        found.append(Cause(share.name, part, about.share, z) if stands_out else None)
    return found


def _in_order(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    return tuple(sorted(causes, key=lambda cause: (-cause.z, cause.name)))
