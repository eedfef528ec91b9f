"""Holes in a terminal's sequence numbers, seen from its minutes."""

import numpy as np

from ingest.judge.columns import Bools, Ints
from ingest.judge.keys import found, same_terminal


def gaps(mine: Ints, known: Ints) -> tuple[Bools, Bools]:
    """Keys of minutes, sorted keys of all records -> (record just before missing, record just after missing).

    Nothing is missing before sequence number 1, nor after the newest record of a terminal.
    """
    if not len(mine):
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    first = same_terminal(mine - 1, mine) & ((mine - 1) & 0xFFFFFFFF == 0)
    _, before_there = found(known, mine - 1)
    at, after_there = found(known, mine + 1)
    later = at < len(known)
    later[later] = same_terminal(known[at[later]], mine[later])
    return ~before_there & ~first, ~after_there & later
