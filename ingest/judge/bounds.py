"""Training sessions from sign-ins, sign-outs and minutes."""

import numpy as np

from ingest.judge.columns import Ints
from ingest.judge.keys import found, pack, unpack
from ingest.judge.model import TRAINEE, Marks, MinuteMeasures, Sessions


def sessions_of(minutes: MinuteMeasures, marks: Marks, terminals: Ints) -> tuple[Sessions, Ints]:
    """All training sessions by (terminal, session), and each minute's row among them.

    Who and which course comes from the sign-in, without one from the session's first minute. A session
    without a sign-out is open (end_s 0). Both tables must be in order and without repeats.
    """
    own = (marks.role == TRAINEE) & (marks.session > 0)
    ins, outs = marks.take(own & marks.sign_in), marks.take(own & ~marks.sign_in)
    minute_keys = pack(terminals, minutes.terminal, minutes.session)
    in_keys = pack(terminals, ins.terminal, ins.session)
    keys, rows = np.unique(np.concatenate([minute_keys, in_keys]), return_inverse=True)
    row, in_row = rows[: len(minutes)].astype(np.int64), rows[len(minutes) :].astype(np.int64)
    trainee, instructor, course, start_s, end_s = np.zeros((5, len(keys)), dtype=np.int64)
    # Backwards, so that the first of several has the last word.
    backwards = row[::-1]
    trainee[backwards], instructor[backwards] = minutes.trainee[::-1], minutes.instructor[::-1]
    course[backwards], start_s[backwards] = minutes.course[::-1], minutes.minute[::-1] * 60
    backwards = in_row[::-1]
    trainee[backwards], instructor[backwards] = ins.person[::-1], ins.instructor[::-1]
    course[backwards] = ins.course[::-1]
    start_s[backwards] = np.where(ins.utc_s > 0, ins.utc_s, start_s[in_row])[::-1]
    signed_in = np.zeros(len(keys), dtype=bool)
    signed_in[in_row] = True
    at, there = found(keys, pack(terminals, outs.terminal, outs.session))
    np.maximum.at(end_s, at[there], outs.utc_s[there])
    terminal, session = unpack(terminals, keys)
    return Sessions(terminal, session, trainee, instructor, course, start_s, end_s, signed_in), row
