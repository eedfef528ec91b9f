"""The stretches between the photos of each training session, and the minutes that lie in them."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.case.case import Case
from ingest.judge.columns import Bools, Columns, Ints
from ingest.judge.evidence import TRAINEE
from ingest.judge.keys import found
from ingest.judge.rules.runs import recorded_first

_TIME_BITS = 34
_MINUTE_BITS = 27
_SIGN_IN, _AFTER_RESTART = 1, 5
_BY_HAND = 1


@dataclass(frozen=True, eq=False)
class PhotoGaps(Columns):
    """One row a stretch between two photos of a session, or before its first and after its last.

    row: of the session. from_photo, to_photo: a photo is there, not only the session's beginning or end.
    length_s: between the two, less the minutes known to have had no ignition. restart: the later photo was
    taken after a restart.
    """

    row: Ints
    from_s: Ints
    to_s: Ints
    from_photo: Bools
    to_photo: Bools
    length_s: Ints
    restart: Bools


def photo_gaps(
    case: Case, sign_in_s: int, every_s: int, at_sign_out: bool, open_too: bool = False
) -> PhotoGaps:
    """A photo of the sign-in lies at most sign_in_s before it. Without one, or without one at a sign-out by
    hand (where at_sign_out asks for it), the stretch is every_s longer than to the session's beginning or
    end: that photo is missing too. open_too: sessions without a sign-out are taken as signed out by hand,
    without a photo, after their last minute."""
    keys, after_restart = _photos(case, sign_in_s)
    row, photo_s = keys >> _TIME_BITS, keys & ((1 << _TIME_BITS) - 1)
    each = np.arange(len(case.sessions))
    last_s = np.zeros(len(each), dtype=np.int64)
    np.maximum.at(last_s, case.row, case.minutes.minute * 60 + 60)
    sessions = case.sessions
    by_hand = np.where(sessions.end_s > 0, sessions.how == _BY_HAND, open_too) & at_sign_out
    close_s = np.where(sessions.end_s > 0, sessions.end_s, last_s) + np.where(by_hand, every_s, 0)
    rows = np.concatenate([row, each, each])
    times_s = np.concatenate([photo_s, sessions.start_s - every_s, close_s])
    kind = np.repeat([1, 0, 2], [len(row), len(each), len(each)])
    restart = np.concatenate([after_restart, np.zeros(2 * len(each), dtype=bool)])
    order = np.lexsort((times_s, kind, rows))
    rows, times_s, kind, restart = rows[order], times_s[order], kind[order], restart[order]
    gap = np.flatnonzero(kind != 2)
    from_s, to_s = times_s[gap], np.maximum(times_s[gap + 1], times_s[gap])
    length_s = to_s - from_s - _off_s(case, rows[gap], from_s, to_s)
    photo = kind == 1
    return PhotoGaps(rows[gap], from_s, to_s, photo[gap], photo[gap + 1], length_s, restart[gap + 1])


def minutes_in(case: Case, gaps: PhotoGaps) -> tuple[Ints, Ints]:
    """(minutes that end in any of the gaps, which of the gaps)."""
    keys = case.row << _MINUTE_BITS | case.minutes.minute
    first = np.searchsorted(keys, gaps.row << _MINUTE_BITS | np.maximum(gaps.from_s // 60, 0))
    past = np.searchsorted(keys, gaps.row << _MINUTE_BITS | gaps.to_s // 60)
    count = np.maximum(past - first, 0)
    which = np.repeat(np.arange(len(gaps)), count)
    within = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return first[which] + within, which


def _photos(case: Case, sign_in_s: int) -> tuple[Ints, Bools]:
    """(sorted keys of session row and second, whether taken after a restart), of checks and plain photos.

    A picture counts where its session has it first: whoever shows it again has taken none then.
    """
    columns = []
    for table in (case.checks, case.photos):
        told = np.flatnonzero((table.photo != 0) & (table.utc_s > 0))
        names = ("terminal", "session", "role", "moment", "utc_s", "photo")
        columns.append([getattr(table, name)[told] for name in names])
    terminal, session, role, moment, utc_s, photo = (
        np.concatenate(column) for column in zip(*columns, strict=True)
    )
    row = _row_of(case, terminal, session, (role == TRAINEE) & (moment == _SIGN_IN), utc_s, sign_in_s)
    known = _first(row, photo, utc_s)
    known = known[row[known] >= 0]
    keys = row[known] << _TIME_BITS | utc_s[known]
    order = np.argsort(keys, kind="stable")
    # Of two photos in one second either one after a restart tells of it.
    keys, restart = keys[order], (moment[known] == _AFTER_RESTART)[order]
    unique, first = np.unique(keys, return_index=True)
    return unique, np.logical_or.reduceat(restart, first) if len(first) else restart


def _first(row: Ints, photo: Ints, utc_s: Ints) -> Ints:
    """Of every picture of a session, those that show it at its earliest second."""
    if not len(row):
        return row
    order = np.lexsort((utc_s, photo, row))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(row[order]) != 0) | (np.diff(photo[order]) != 0)
    earliest = utc_s[order][new][np.cumsum(new) - 1]
    first: Ints = order[utc_s[order] == earliest]
    return first


def _row_of(case: Case, terminal: Ints, session: Ints, sign_in: Bools, utc_s: Ints, sign_in_s: int) -> Ints:
    """The session's row each photo belongs to, -1 for none: its own, or the one that it was a sign-in to."""
    sessions = case.sessions
    terminals = np.unique(np.concatenate([sessions.terminal, terminal]))
    own_place = np.searchsorted(terminals, sessions.terminal)
    place = np.searchsorted(terminals, terminal)
    at, there = found(own_place << 32 | sessions.session, place << 32 | session)
    row = np.where(there & (session > 0), at, -1)
    order = np.lexsort((sessions.start_s, own_place))
    starts = (own_place << _TIME_BITS | sessions.start_s)[order]
    follows = np.searchsorted(starts, place << _TIME_BITS | utc_s)
    near = np.minimum(follows, max(len(starts) - 1, 0))
    if len(starts):
        soon = (follows < len(starts)) & (starts[near] <= (place << _TIME_BITS | utc_s) + sign_in_s)
        row = np.where((session == 0) & sign_in & soon, order[near], row)
    return row.astype(np.int64)


def _off_s(case: Case, row: Ints, from_s: Ints, to_s: Ints) -> Ints:
    """Seconds of the whole minutes of a session between, that are known to have had no ignition: a terminal
    takes no photos in a parked car."""
    minutes = case.minutes
    off = np.concatenate([[0], np.cumsum((minutes.ignition_s == 0) & recorded_first(case))])
    keys = case.row << _MINUTE_BITS | minutes.minute
    first = np.searchsorted(keys, row << _MINUTE_BITS | -(-from_s // 60))
    past = np.searchsorted(keys, row << _MINUTE_BITS | to_s // 60)
    seconds: Ints = np.maximum(off[past] - off[first], 0) * 60
    return seconds
