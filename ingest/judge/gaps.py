"""Holes in a terminal's sequence numbers, and the minutes that the missing records may speak about."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.case import Sessions
from ingest.judge.columns import Bools, Ints
from ingest.judge.keys import found, pack
from ingest.judge.model import TRAINEE, Marks, MinuteMeasures


@dataclass(frozen=True, eq=False)
class Gaps:
    """One entry a minute: behind, hole_in_min and through as in Case."""

    behind: Bools
    hole_in_min: Ints
    through: Ints


def gaps(
    minutes: MinuteMeasures, marks: Marks, sessions: Sessions, row: Ints, known: Ints, terminals: Ints
) -> Gaps:
    """known: sorted keys of all records. Nothing is missing after the newest record of a terminal.

    Behind its terminal's first hole a minute may lack anything. Before it, only the session that was under
    way runs into the hole: the last one signed in by then, unless its sign-out came before the hole too.
    """
    through, holed = _through(known, len(terminals))
    place = np.searchsorted(terminals, minutes.terminal)
    behind = minutes.seq > through[place]
    cut = _cut_short(marks, sessions, terminals, through, holed)
    inside = cut[row] & ~behind
    last = np.zeros(len(sessions), dtype=np.int64)
    np.maximum.at(last, row[inside], minutes.minute[inside])
    hole_in_min = np.where(inside, last[row] - minutes.minute, -1)
    return Gaps(behind, hole_in_min, through[place])


def _through(known: Ints, terminals: int) -> tuple[Ints, Bools]:
    """Per terminal: the last sequence number before its first hole, and whether it has one."""
    place, seq = known >> 32, known & 0xFFFFFFFF
    first = np.searchsorted(place, np.arange(terminals))
    gapless = seq == np.arange(len(known)) - first[place] + 1
    through = np.bincount(place[gapless], minlength=terminals).astype(np.int64)
    return through, np.bincount(place, minlength=terminals) > through


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
