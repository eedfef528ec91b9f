"""Puts evidence together into a Case: sessions, their minutes in order, and what lies across sessions."""

from typing import TypeVar

import numpy as np

from ingest.judge.bounds import sessions_of
from ingest.judge.claims import claimed_by
from ingest.judge.columns import Ints
from ingest.judge.gaps import gaps
from ingest.judge.keys import pack
from ingest.judge.model import Case, Evidence, FaceChecks, Facts, Marks, MinuteMeasures, OtherRecords
from ingest.judge.registry import at_each_minute

Records = TypeVar("Records", MinuteMeasures, FaceChecks, Marks, OtherRecords)


def put_together(evidence: Evidence, facts: Facts) -> Case:
    """One Case of all the evidence; the same whatever its order and repeats.

    Two rows with the same (terminal, seq) must be equal: the store keeps forks out of the evidence.
    """
    minutes, checks = once(evidence.minutes), once(evidence.checks)
    marks, others = once(evidence.marks), once(evidence.others)
    minutes = minutes.take(np.lexsort((minutes.seq, minutes.minute, minutes.session, minutes.terminal)))
    known = [(table.terminal, table.seq) for table in (minutes, checks, marks, others)]
    terminals = np.unique(np.concatenate([terminal for terminal, _ in known]))
    keys = [pack(terminals, terminal, seq) for terminal, seq in known]
    gap_before, gap_after = gaps(keys[0], np.sort(np.concatenate(keys)))
    sessions, row = sessions_of(minutes, marks, terminals)
    sign_in_fits = sessions.signed_in[row]
    for name in ("trainee", "instructor", "course"):
        sign_in_fits = sign_in_fits & (getattr(minutes, name) == getattr(sessions, name)[row])
    car, terminal_state = at_each_minute(minutes, facts)
    # A car that the registry does not name is still the one that this terminal sits in.
    any_car = np.where(car > 0, car, -minutes.terminal)
    claims = [
        claimed_by(holder, minutes, row, sessions.start_s[row])
        for holder in (minutes.trainee, minutes.instructor, any_car)
    ]
    return Case(
        sessions=sessions,
        minutes=minutes,
        checks=checks,
        row=row,
        car=car,
        terminal_state=terminal_state,
        gap_before=gap_before,
        gap_after=gap_after,
        sign_in_fits=sign_in_fits,
        claimed_trainee=claims[0],
        claimed_instructor=_by_others(claims[1], row),
        claimed_car=_by_others(claims[2], row),
        marks_n=len(marks),
        others_n=len(others),
    )


def once(table: Records) -> Records:
    """The rows in (terminal, seq) order, each taken once."""
    table = table.take(np.lexsort((table.seq, table.terminal)))
    new = np.ones(len(table), dtype=bool)
    new[1:] = (np.diff(table.terminal) != 0) | (np.diff(table.seq) != 0)
    return table.take(new)


def _by_others(claimed: Ints, row: Ints) -> Ints:
    """A minute recorded twice in one session takes the trainee's time twice, but nobody else's."""
    return np.where(claimed == row, -1, claimed)
