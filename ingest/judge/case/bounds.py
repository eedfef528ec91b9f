"""Training sessions from sign-ins, sign-outs and minutes."""

import numpy as np

from ingest.judge.case.case import Sessions
from ingest.judge.columns import Ints
from ingest.judge.evidence import TRAINEE, Marks, MinuteMeasures
from ingest.judge.keys import found, pack, unpack

_NEVER_S = 2**40


def sessions_of(minutes: MinuteMeasures, marks: Marks, terminals: Ints) -> tuple[Sessions, Ints]:
    """All training sessions by (terminal, session), and each minute's row among them.

    Who and which course comes from the sign-in, without one from the session's first minute. A sign-in opens
    the session of its own sequence number and no other; of several sign-outs the earliest closes it, and
    without one it is open (end_s 0). Both tables must be in order and without repeats.
    """
    own = (marks.role == TRAINEE) & (marks.session > 0)
    opens = marks.sign_in & (marks.session == marks.seq) & (marks.utc_s > 0)
    ins, outs = marks.take(own & opens), marks.take(own & ~marks.sign_in)
    minute_keys = pack(terminals, minutes.terminal, minutes.session)
    in_keys = pack(terminals, ins.terminal, ins.session)
    keys, rows = np.unique(np.concatenate([minute_keys, in_keys]), return_inverse=True)
    row, in_row = rows[: len(minutes)].astype(np.int64), rows[len(minutes) :].astype(np.int64)
    trainee, instructor, course, start_s, end_s = np.zeros((5, len(keys)), dtype=np.int64)
    # Backwards, so that the first of several has the last word.
    backwards = row[::-1]
    trainee[backwards], instructor[backwards] = minutes.trainee[::-1], minutes.instructor[::-1]
    course[backwards], start_s[backwards] = minutes.course[::-1], minutes.minute[::-1] * 60
    trainee[in_row], instructor[in_row] = ins.person, ins.instructor
    course[in_row], start_s[in_row] = ins.course, ins.utc_s
    signed_in = np.zeros(len(keys), dtype=bool)
    signed_in[in_row] = True
    at, there = found(keys, pack(terminals, outs.terminal, outs.session))
    end_s[:] = _NEVER_S
    np.minimum.at(end_s, at[there], np.where(outs.utc_s > 0, outs.utc_s, _NEVER_S)[there])
    end_s[end_s == _NEVER_S] = 0
    terminal, session = unpack(terminals, keys)
    how = _how(len(keys), at[there], outs.take(there), end_s)
    return Sessions(terminal, session, trainee, instructor, course, start_s, end_s, signed_in, how), row


def _how(sessions: int, row: Ints, outs: Marks, end_s: Ints) -> Ints:
    """How each session was ended by the sign-out that closes it, 0 for none; of two at once the first."""
    how = np.zeros(sessions, dtype=np.int64)
    closes = np.flatnonzero((outs.utc_s > 0) & (outs.utc_s == end_s[row]))[::-1]
    how[row[closes]] = outs.how[closes]
    return how
