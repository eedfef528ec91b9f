"""Neighbouring minutes of one training session: unbroken stretches, and sums over a few minutes."""

import numpy as np

from ingest.judge.case.case import Case
from ingest.judge.columns import Bools, Floats, Ints

_MINUTE_BITS = 27


def recorded_first(case: Case) -> Bools:
    """Minutes that no record before them in their session has recorded already."""
    first = np.ones(len(case.minutes), dtype=bool)
    first[1:] = (np.diff(case.row) != 0) | (np.diff(case.minutes.minute) != 0)
    return first


def run_length(case: Case, mask: Bools) -> Ints:
    """Per minute: minutes in the unbroken stretch of masked minutes it belongs to, 0 outside one."""
    minute = case.minutes.minute
    length = np.zeros(len(mask), dtype=np.int64)
    at, run, first, last = _stretches(case, mask)
    length[at] = (minute[last] - minute[first] + 1)[run]
    return length


def run_sums(case: Case, mask: Bools, values: Ints) -> Ints:
    """Per minute: sum of values over the unbroken stretch of masked minutes it belongs to, 0 outside one."""
    sums = np.zeros(len(mask), dtype=np.int64)
    at, run, first, last = _stretches(case, mask)
    counted = np.where(mask & recorded_first(case), values, 0)
    total = np.concatenate([[0], np.cumsum(counted)])
    sums[at] = (total[last + 1] - total[first])[run]
    return sums


def _stretches(case: Case, mask: Bools) -> tuple[Ints, Ints, Ints, Ints]:
    """(masked rows, the stretch each belongs to, first row of each stretch, last row of each)."""
    at = np.flatnonzero(mask)
    starts = np.ones(len(at), dtype=bool)
    # A minute recorded twice neither breaks a stretch nor makes it longer: it steps by 0.
    starts[1:] = (np.diff(case.row[at]) != 0) | (np.diff(case.minutes.minute[at]) > 1)
    ends = np.roll(starts, -1)
    return at, np.cumsum(starts) - 1, at[starts], at[ends]


def window_sums(case: Case, values: Floats, at: Ints, width: int) -> Floats:
    """Sums of values over every stretch of `width` minutes of the session that holds the minutes `at`.

    Shape (width, len(at)). Minutes without a record add nothing; one recorded twice counts by its first.
    """
    keys = case.row << _MINUTE_BITS | case.minutes.minute
    first = recorded_first(case)
    known = keys[first]
    total = np.concatenate([[0.0], np.cumsum(values[first])])
    sums = np.empty((width, len(at)))
    for shift in range(width):
        begin = keys[at] - shift
        sums[shift] = total[np.searchsorted(known, begin + width)] - total[np.searchsorted(known, begin)]
    return sums


def of_session(case: Case, mask: Bools) -> Bools:
    """Per minute: what holds of its session."""
    held: Bools = mask[case.row]
    return held


def last_of_session(case: Case) -> Bools:
    """The last row of each session."""
    last = np.ones(len(case.minutes), dtype=bool)
    last[:-1] = np.diff(case.row) != 0
    return last
