"""Face checks that were not made: one photo in several checks, one run of scores twice.

Photos are compared by digest, so a copy that was saved again escapes here; a perceptual hash may join as
another column of digests.
"""

import numpy as np

from ingest.judge.columns import Ints
from ingest.judge.evidence import FaceChecks
from ingest.judge.suspicions import PHOTO_REUSED, SCORES_REPEATED, Suspicions
from ingest.screening.sessions import Scored, rows_of

RUN = 8
"""Scores in a row that must be the same."""
DISTINCT_MIN = 5
"""Different values among them: a module that answers with two or three figures repeats itself honestly."""
SCORE_UNKNOWN = 255
_MIX = np.uint64(0x9E3779B97F4A7C15)


def photo_reused(checks: FaceChecks) -> Scored:
    """Sessions with a check whose photo an earlier check has. A photo stands in one check; the records that
    announce its pictures are not checks. checks: any order, repeats taken once."""
    used = checks.take(np.flatnonzero((checks.photo != 0) & (checks.session > 0)))
    used = _once(used)
    used = used.take(np.lexsort((used.seq, used.terminal, used.utc_s, used.photo)))
    same = np.zeros(len(used), dtype=bool)
    same[1:] = np.diff(used.photo) == 0
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(used))))
    at = np.flatnonzero(same)
    return _pairs(PHOTO_REUSED, used.take(at), used.take(first[at]), "photos_reused")


def scores_repeated(checks: FaceChecks) -> Scored:
    """Sessions with RUN scores in a row, of one role, that another run of checks has in the same order."""
    told = _once(checks.take(np.flatnonzero((checks.session > 0) & (checks.score != SCORE_UNKNOWN))))
    told = told.take(np.lexsort((told.seq, told.role, told.session, told.terminal)))
    count = len(told) - RUN + 1
    if count < 2:
        return Scored.concat([])
    windows = np.lib.stride_tricks.sliding_window_view(told.score, RUN)
    end = RUN - 1
    one = np.ones(count, dtype=bool)
    for column in (told.terminal, told.session, told.role):
        one &= column[end:] == column[:count]
    distinct = 1 + (np.diff(np.sort(windows, axis=1), axis=1) != 0).sum(axis=1)
    at = np.flatnonzero(one & (distinct >= DISTINCT_MIN))
    key = np.ones(len(at), dtype=np.uint64)
    for column in windows[at].T:
        key = (key ^ column.astype(np.uint64)) * _MIX
        key ^= key >> np.uint64(29)
    order = np.lexsort((told.seq[at], told.terminal[at], told.utc_s[at], key))
    at, key = at[order], key[order]
    same = np.zeros(len(at), dtype=bool)
    same[1:] = key[1:] == key[:-1]
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(at))))
    again = np.flatnonzero(same)
    return _pairs(SCORES_REPEATED, told.take(at[again]), told.take(at[first[again]]), "runs_repeated")


def _once(checks: FaceChecks) -> FaceChecks:
    checks = checks.take(np.lexsort((checks.seq, checks.terminal)))
    new = np.ones(len(checks), dtype=bool)
    new[1:] = (np.diff(checks.terminal) != 0) | (np.diff(checks.seq) != 0)
    return checks.take(np.flatnonzero(new))


def _pairs(kind: int, late: FaceChecks, early: FaceChecks, counted: str) -> Scored:
    """One row a pair of sessions, with how many checks they share; the later one is suspected."""
    if not len(late):
        return Scored.concat([])
    pairs = np.stack([late.terminal, late.session, early.terminal, early.session])
    names, which, count = np.unique(pairs, axis=1, return_inverse=True, return_counts=True)
    first, last = np.full(len(count), 2**40), np.zeros(len(count), dtype=np.int64)
    np.minimum.at(first, which.reshape(-1), late.utc_s // 60)
    np.maximum.at(last, which.reshape(-1), late.utc_s // 60)
    full = np.full(len(count), 1000, dtype=np.int64)
    kinds: Ints = np.full(len(count), kind, dtype=np.int64)
    made = Suspicions(names[0], names[1], kinds, full, first, last, names[2], names[3])
    return Scored(made, rows_of({counted: count}, len(count)))
