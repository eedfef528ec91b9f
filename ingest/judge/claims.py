"""Who holds a person or a car in a minute that two training sessions claim."""

import numpy as np

from ingest.judge.columns import Bools, Ints
from ingest.judge.model import MinuteMeasures

_MINUTE_BITS = 27


def claimed_by(holder: Ints, minutes: MinuteMeasures, row: Ints, start_s: Ints) -> Ints:
    """Per minute: the row of the session that holds `holder` already, -1 where this minute's session does.

    The session that started first holds; of two that started together the one with the lower terminal
    number; of two records of one minute in one session the one with the lower sequence number.
    row must be ordered by terminal; start_s is the start of each minute's session.
    """
    claimed = np.full(len(minutes), -1, dtype=np.int64)
    rivals = np.flatnonzero(_repeated(holder, minutes.minute))
    if not len(rivals):
        return claimed
    order = np.lexsort(
        (minutes.seq[rivals], row[rivals], start_s[rivals], minutes.minute[rivals], holder[rivals])
    )
    rivals = rivals[order]
    first = np.ones(len(rivals), dtype=bool)
    first[1:] = (np.diff(holder[rivals]) != 0) | (np.diff(minutes.minute[rivals]) != 0)
    owner = rivals[np.flatnonzero(first)[np.cumsum(first) - 1]]
    claimed[rivals[~first]] = row[owner[~first]]
    return claimed


def _repeated(holder: Ints, minute: Ints) -> Bools:
    """Minutes whose (holder, minute) occurs more than once: few, so only they are sorted in full."""
    _, number = np.unique(holder, return_inverse=True)
    keys = number.astype(np.int64) << _MINUTE_BITS | minute
    order = np.argsort(keys, kind="stable")
    same = np.diff(keys[order]) == 0
    repeated = np.zeros(len(keys), dtype=bool)
    repeated[order[1:][same]] = True
    repeated[order[:-1][same]] = True
    return repeated
