"""Stretches of minutes one after the other in one training session."""

import numpy as np

from ingest.judge.columns import Bools, Ints
from ingest.judge.model import Case


def run_length(case: Case, mask: Bools) -> Ints:
    """Per minute: length in minutes of the unbroken stretch of masked minutes it belongs to, 0 outside one.

    A record missing beside a stretch counts as one more minute of it, so that losing a record never makes
    a stretch shorter.
    """
    minutes = case.minutes
    length = np.zeros(len(mask), dtype=np.int64)
    at = np.flatnonzero(mask)
    if not len(at):
        return length
    starts = np.ones(len(at), dtype=bool)
    # A minute recorded twice neither breaks a stretch nor makes it longer: it steps by 0.
    starts[1:] = (np.diff(case.row[at]) != 0) | (np.diff(minutes.minute[at]) > 1)
    run = np.cumsum(starts) - 1
    first = at[starts]
    last = at[np.append(np.flatnonzero(starts)[1:] - 1, len(at) - 1)]
    span = minutes.minute[last] - minutes.minute[first] + 1
    span += case.gap_before[first].astype(np.int64) + case.gap_after[last].astype(np.int64)
    length[at] = span[run]
    return length
