"""What has got worse lately: the last days of each key held to its own days before. Pure.

Two shares of one key are compared by the arcsine transform,
z = 2 (asin sqrt p1 - asin sqrt p0) / sqrt(1/n1 + 1/n0)
(J. Cohen, Statistical power analysis for the behavioral sciences, 1988, chapter 6), divided by the root of
the overdispersion over all keys, as in ingest.casework.anomalies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.casework.anomalies import EXCESS_LEAST, LIMIT_Z, SESSIONS_LEAST, overdispersion
from ingest.casework.shares import OF_NOW, Figures, Part, Share, shares_of

RECENT_DAYS = 7
BEFORE_DAYS = 28


class GotWorse(NamedTuple):
    """A share of one key that got worse. now: of the last days, before: of those before; z: how far."""

    key: str
    name: str
    now: Part
    before: Part
    z: float


def worse(recent: Sequence[Figures], before: Mapping[str, Figures]) -> list[GotWorse]:
    """What got worse, the clearest first. before: key -> its figures of the days before."""
    pairs = [(one, before[one.key]) for one in recent if one.key in before]
    pairs = [pair for pair in pairs if min(one.sums.sessions for one in pair) >= SESSIONS_LEAST]
    found: list[GotWorse] = []
    for share in shares_of([one for one, _ in pairs]):
        if share.name not in OF_NOW:
            found += _of(share, pairs)
    return sorted(found, key=lambda one: (-one.z, one.key, one.name))


def change(now: Part, before: Part) -> float:
    """How many standard errors the share has risen; 0 where either is of nothing."""
    if not now.n or not before.n:
        return 0.0
    rise = math.asin(math.sqrt(now.share)) - math.asin(math.sqrt(before.share))
    return 2 * rise / math.sqrt(1 / now.n + 1 / before.n)


def _of(share: Share, pairs: Sequence[tuple[Figures, Figures]]) -> list[GotWorse]:
    parts = [(one.key, share.part(one), share.part(other)) for one, other in pairs]
    zs = [change(now, before) for _, now, before in parts]
    spread = math.sqrt(overdispersion(zs))
    sign = 1 if share.more_is_worse else -1
    return [
        GotWorse(key, share.name, now, before, sign * z / spread)
        for (key, now, before), z in zip(parts, zs, strict=True)
        if sign * z / spread > LIMIT_Z and sign * (now.share - before.share) >= EXCESS_LEAST
    ]
