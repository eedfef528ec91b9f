"""On which side of the fence a car counts as, fix by fix: it changes sides only after several in a row.

A car is out from the k-th of k fixes in a row that are out beyond their margin, until the k-th of k in a row
that are in; fixes in doubt change nothing but break a row. At the beginning it is in. The side is carried
from minute to minute of a training session, where they follow one another.
"""

import numpy as np
import numpy.typing as npt

from ingest.judge.columns import Bools, Ints

Zones = npt.NDArray[np.int8]
IN, DOUBT, OUT = 0, 1, 2
"""As geofence.engine.Places has them; below 0 there is nothing to say."""
NO_HISTORY: Zones = np.zeros(0, dtype=np.int8)


def out_beyond_doubt(zone: Zones, follows: Bools, history: Zones, k: int) -> tuple[Bools, Zones]:
    """Minutes' zones n x 60 (below 0: no fix) -> which fixes are out while the car counts as out.

    follows: the minute goes on from the last minute with a fix before it; the first one that has fixes from
    history, which an earlier call gave out. Out too: the history for what comes after.
    """
    some = (zone >= 0).any(axis=1)
    out = np.zeros(zone.shape, dtype=bool)
    rows = np.flatnonzero(some)
    if not len(rows):
        return out, history
    chain = np.cumsum(~follows[rows])
    has_out = (zone[rows] == OUT).any(axis=1)
    asked = np.isin(chain, [*np.unique(chain[has_out]), chain[-1]])
    at, chain = rows[asked], chain[asked]
    there = zone[at] >= 0
    lead = history if follows[at[0]] and at[0] == rows[0] else NO_HISTORY
    flat = np.concatenate([lead, zone[at][there]])
    link = np.concatenate([np.full(len(lead), chain[0]), np.repeat(chain, there.sum(axis=1))])
    new = np.ones(len(flat), dtype=bool)
    new[1:] = link[1:] != link[:-1]
    side, run = _sides(flat, new, k)
    found = np.zeros(there.shape, dtype=bool)
    found[there] = ((side == OUT) & (flat == OUT))[len(lead) :]
    out[at] = found
    return out, _history(int(side[-1]), int(flat[-1]), int(run[-1]), k)


def _sides(flat: Zones, new: Bools, k: int) -> tuple[Zones, Ints]:
    """Per fix the side the car counts as, DOUBT for not settled yet; and the length of its row so far."""
    index = np.arange(len(flat))
    changed = new.copy()
    changed[1:] |= flat[1:] != flat[:-1]
    run = index - np.maximum.accumulate(np.where(changed, index, 0)) + 1
    settles = (run >= k) & (flat != DOUBT)
    settled = np.maximum.accumulate(np.where(settles, index, -1))
    begin = np.maximum.accumulate(np.where(new, index, 0))
    return np.where(settled >= begin, flat[settled], np.int8(DOUBT)), run


def _history(side: int, zone: int, run: int, k: int) -> Zones:
    """The shortest fixes that leave the car on that side, after a row of so many in that zone."""
    settled = [] if side == DOUBT else [side] * k + [DOUBT]
    return np.array([*settled, *[zone] * min(run, k)], dtype=np.int8)
