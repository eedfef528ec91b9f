"""What has got worse lately: the last days of each key held to its own days before. Pure.

A key that is new has no days before and is held to its peers, as in ingest.casework.numbers.anomalies.

Two shares of one key are compared by the arcsine transform,
z = 2 (asin sqrt p1 - asin sqrt p0) / sqrt(1/n1 + 1/n0)
(J. Cohen, Statistical power analysis for the behavioral sciences, 1988, chapter 6), divided by the root of
the overdispersion over all keys, as in ingest.casework.numbers.anomalies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ingest.casework.deciding.shares import OF_NOW, Columns, Figures, Part, Share, shares_of
from ingest.casework.numbers.anomalies import (
    EXCESS_LEAST,
    KEYS_LEAST,
    LIMIT_Z,
    SESSIONS_LEAST,
    causes_by,
    overdispersion,
)
from ingest.judge.columns import Floats, Ints

RECENT_DAYS = 7
BEFORE_DAYS = 28


class GotWorse(NamedTuple):
    """A share of one key that got worse. now: of the last days, before: of those before; z: how far.

    is_new: the key has no days before to speak of: it is held to its peers of the same days, and before is
    theirs.
    """

    key: str
    name: str
    now: Part
    before: Part
    z: float
    is_new: bool = False


def worse(recent: Sequence[Figures], before: Mapping[str, Figures]) -> list[GotWorse]:
    """What got worse, the clearest first. before: key -> its figures of the days before."""
    return sorted(
        [*_than_before(recent, before), *_than_peers(recent, before)],
        key=lambda one: (-one.z, one.key, one.name),
    )


def _than_peers(recent: Sequence[Figures], before: Mapping[str, Figures]) -> list[GotWorse]:
    """What is bad from the first day on: of keys that have too little before, by the peers' funnel."""
    known = {key for key, one in before.items() if one.sums.sessions >= SESSIONS_LEAST}
    counted = [one for one in recent if one.sums.sessions >= SESSIONS_LEAST]
    if len(counted) < KEYS_LEAST or all(one.key in known for one in counted):
        return []
    columns = Columns(counted)
    found = []
    for share in shares_of(columns):
        k, n = columns.parts(share)
        for at, cause in causes_by(share, columns) if share.name not in OF_NOW else ():
            others = Part(int(k.sum() - k[at]), int(n.sum() - n[at]))
            if counted[at].key not in known:
                found.append(GotWorse(counted[at].key, share.name, cause.part, others, cause.z, True))
    return found


def _than_before(recent: Sequence[Figures], before: Mapping[str, Figures]) -> list[GotWorse]:
    pairs = [(one, before[one.key]) for one in recent if one.key in before]
    pairs = [pair for pair in pairs if min(one.sums.sessions for one in pair) >= SESSIONS_LEAST]
    if not pairs:
        return []
    now, then = Columns([one for one, _ in pairs]), Columns([other for _, other in pairs])
    keys = [one.key for one, _ in pairs]
    found: list[GotWorse] = []
    for share in shares_of(now):
        if share.name not in OF_NOW:
            found += _of(share, keys, now, then)
    return found


def change(k: Ints, n: Ints, k_before: Ints, n_before: Ints) -> Floats:
    """How many standard errors each share has risen; 0 where either is of nothing."""
    known = (n > 0) & (n_before > 0)
    n, n_before = np.maximum(n, 1), np.maximum(n_before, 1)
    own, other = np.minimum(k / n, 1.0), np.minimum(k_before / n_before, 1.0)
    rise = np.arcsin(np.sqrt(own)) - np.arcsin(np.sqrt(other))
    return np.where(known, 2 * rise / np.sqrt(1 / n + 1 / n_before), 0.0)


def _of(share: Share, keys: Sequence[str], now: Columns, then: Columns) -> list[GotWorse]:
    (k, n), (k_before, n_before) = now.parts(share), then.parts(share)
    zs = change(k, n, k_before, n_before)
    sign = 1 if share.more_is_worse else -1
    z = sign * zs / math.sqrt(overdispersion(zs))
    rise = sign * (k / np.maximum(n, 1) - k_before / np.maximum(n_before, 1))
    return [
        GotWorse(
            keys[at],
            share.name,
            Part(int(k[at]), int(n[at])),
            Part(int(k_before[at]), int(n_before[at])),
            float(z[at]),
        )
        for at in np.flatnonzero((z > LIMIT_Z) & (rise >= EXCESS_LEAST)).tolist()
    ]
