"""Holes in a terminal's sequence numbers, and the minutes that the missing records may speak about."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.case.case import Sessions
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import TRAINEE, Begins, Marks, MinuteMeasures
from ingest.judge.keys import found, pack


@dataclass(frozen=True, eq=False)
class Gaps:
    """One entry a minute: behind, hole_in_min, lost_min and through as in Case."""

    behind: Bools
    hole_in_min: Ints
    lost_min: Ints
    through: Ints


def gaps(
    minutes: MinuteMeasures,
    marks: Marks,
    sessions: Sessions,
    row: Ints,
    known: Ints,
    lost: Ints,
    terminals: Ints,
    begins: Begins,
) -> Gaps:
    """known: sorted keys of all records; lost: of those told lost, none before begins. Nothing is missing
    after the newest record of a terminal, nor where it was told lost.

    Behind its terminal's first hole a minute may lack anything. Before it, only the session that was under
    way runs into the hole: the last one signed in by then, unless its sign-out came before the hole too.
    """
    known = known[np.diff(known, prepend=-1) != 0]
    only_lost = lost[~found(known, lost)[1]]
    through, holed = _through(np.sort(np.concatenate([known, only_lost])), terminals, begins)
    place = np.searchsorted(terminals, minutes.terminal)
    behind = minutes.seq > through[place]
    cut = _cut_short(marks, sessions, terminals, through, holed)
    inside = cut[row] & ~behind
    last = np.zeros(len(sessions), dtype=np.int64)
    np.maximum.at(last, row[inside], minutes.minute[inside])
    hole_in_min = np.where(inside, last[row] - minutes.minute, -1)
    lost_min = _beside(minutes, place << 32 | minutes.seq, only_lost)
    return Gaps(behind, hole_in_min, lost_min, through[place])


def _beside(minutes: MinuteMeasures, keys: Ints, lost: Ints) -> Ints:
    """Per minute: minutes between it and the nearest time that a lost record may be from, -1 for none.

    A record is made after the minute recorded before it is over, and not after the next one recorded is.
    """
    order = np.argsort(keys)
    when = minutes.minute[order]
    after = np.searchsorted(keys[order], lost)
    next_lost = np.searchsorted(lost, keys)
    beside = np.full((2, len(keys)), np.iinfo(np.int64).max)
    for side, step in enumerate((0, -1)):
        which = next_lost + step
        there = np.flatnonzero((which >= 0) & (which < len(lost)))
        there = there[lost[which[there]] >> 32 == keys[there] >> 32]
        if side == 0:
            beside[0, there] = np.abs(when[after[which[there]] - 1] + 1 - minutes.minute[there])
        else:
            beside[1, there] = np.abs(minutes.minute[there] - when[after[which[there]]])
    nearest = beside.min(axis=0)
    return np.where(nearest == np.iinfo(np.int64).max, -1, nearest)


def _through(known: Ints, terminals: Ints, begins: Begins) -> tuple[Ints, Bools]:
    """Per terminal: the last sequence number before its first hole, and whether it has one."""
    n = len(terminals)
    begins = begins.take(np.isin(begins.terminal, terminals))
    begin, before = np.ones(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    at = np.searchsorted(terminals, begins.terminal)
    begin[at], before[at] = begins.seq, begins.through
    place, seq = known >> 32, known & 0xFFFFFFFF
    first = np.searchsorted(place, np.arange(n))
    gapless = seq == np.arange(len(known)) - first[place] + begin[place]
    gapless_n = np.bincount(place[gapless], minlength=n)
    holed = (before < begin - 1) | (np.bincount(place, minlength=n) > gapless_n)
    return np.where(before < begin - 1, before, begin - 1 + gapless_n).astype(np.int64), holed


def _cut_short(marks: Marks, sessions: Sessions, terminals: Ints, through: Ints, holed: Bools) -> Bools:
    """Per session: did its terminal's first hole fall into it."""
    cut = np.zeros(len(sessions), dtype=bool)
    signed = np.flatnonzero(sessions.signed_in)
    if not len(signed):
        return cut
    keys = pack(terminals, sessions.terminal[signed], sessions.session[signed])
    place = np.flatnonzero(holed)
    under_way = np.searchsorted(keys, place << 32 | through[place], side="right") - 1
    there = (under_way >= 0) & (keys[np.maximum(under_way, 0)] >> 32 == place)
    cut[signed[under_way[there]]] = True
    early = marks.seq <= through[np.searchsorted(terminals, marks.terminal)]
    outs = marks.take(early & ~marks.sign_in & (marks.role == TRAINEE))
    at, closed = found(keys, pack(terminals, outs.terminal, outs.session))
    cut[signed[at[closed]]] = False
    return cut
