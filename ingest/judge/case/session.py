"""Puts evidence together into a Case: sessions, their minutes in order, and what lies across sessions."""

from typing import TypeVar

import numpy as np

from ingest.judge.case.bounds import sessions_of
from ingest.judge.case.case import Case, Sessions
from ingest.judge.case.clock import clock_error
from ingest.judge.case.gaps import gaps
from ingest.judge.case.signatures import state_of
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import (
    Diagnostics,
    Evidence,
    FaceChecks,
    LostRecords,
    Marks,
    MinuteMeasures,
    OtherRecords,
    Photos,
    Times,
)
from ingest.judge.keys import pack
from ingest.judge.register.fact_index import index_of
from ingest.judge.register.facts import Facts
from ingest.judge.register.registry import at_each_minute, registered
from ingest.judge.suspicions import Suspicions

Records = TypeVar(
    "Records", MinuteMeasures, FaceChecks, Marks, OtherRecords, Times, LostRecords, Photos, Diagnostics
)


def put_together(evidence: Evidence, facts: Facts) -> Case:
    """One Case of all the evidence; the same whatever its order and repeats.

    Two rows with the same (terminal, seq) must be equal: the store keeps forks out of the evidence.
    """
    minutes, checks = once(evidence.minutes), once(evidence.checks)
    marks, others = once(evidence.marks), once(evidence.others)
    order = np.lexsort((minutes.seq, minutes.minute, minutes.session, minutes.terminal))
    if np.any(np.diff(order) != 1):
        minutes = minutes.take(order)
    known = [(table.terminal, table.seq) for table in (minutes, checks, marks, others)]
    terminals = np.unique(np.concatenate([terminal for terminal, _ in known]))
    keys = [pack(terminals, terminal, seq) for terminal, seq in known]
    sessions, row = sessions_of(minutes, marks, terminals)
    lost = pack(terminals, evidence.lost.terminal, evidence.lost.seq)
    ordered = np.sort(np.concatenate(keys))
    missing = gaps(minutes, marks, sessions, row, ordered, np.unique(lost), terminals, evidence.begins)
    index = index_of(facts)
    car, terminal_state, key = at_each_minute(minutes, index)
    clock_off_s, clock_told = clock_error(minutes, once(evidence.times), terminals)
    return Case(
        sessions=sessions,
        minutes=minutes,
        checks=checks,
        marks=marks,
        photos=once(evidence.photos),
        diagnostics=once(evidence.diagnostics),
        suspicions=distinct(evidence.suspicions),
        registered=registered(minutes, car, index),
        row=row,
        car=car,
        terminal_state=terminal_state,
        own_s=_own_s(minutes, sessions, row),
        behind=missing.behind,
        hole_in_min=missing.hole_in_min,
        lost_min=missing.lost_min,
        through=missing.through,
        sign_in_fits=_sign_in_fits(minutes, sessions, row),
        clock_off_s=clock_off_s,
        clock_told=clock_told,
        signature=state_of(minutes, key, evidence.signatures),
        others_n=len(others),
    )


def once(table: Records) -> Records:
    """The rows in (terminal, seq) order, each taken once."""
    further = np.diff(table.terminal)
    if np.all((further > 0) | ((further == 0) & (np.diff(table.seq) > 0))):
        # As the store gives them; moving every column costs more than all of the rest here.
        return table
    table = table.take(np.lexsort((table.seq, table.terminal)))
    new = np.ones(len(table), dtype=bool)
    new[1:] = (np.diff(table.terminal) != 0) | (np.diff(table.seq) != 0)
    return table.take(new)


def distinct(suspicions: Suspicions) -> Suspicions:
    """The rows in a fixed order, equal ones taken once."""
    if not len(suspicions):
        return suspicions
    rows = np.unique(np.column_stack(list(vars(suspicions).values())), axis=0)
    return Suspicions(*rows.T)


def _sign_in_fits(minutes: MinuteMeasures, sessions: Sessions, row: Ints) -> Bools:
    """Signed in as the minute says, and before its record."""
    fits = sessions.signed_in[row] & (minutes.seq > minutes.session)
    for name in ("trainee", "instructor", "course"):
        fits &= getattr(minutes, name) == getattr(sessions, name)[row]
    return fits


def _own_s(minutes: MinuteMeasures, sessions: Sessions, row: Ints) -> Ints:
    begin_s, end_s = minutes.minute * 60, sessions.end_s[row]
    till_s = np.where(end_s > 0, np.minimum(end_s, begin_s + 60), begin_s + 60)
    own_s: Ints = np.maximum(till_s - np.maximum(sessions.start_s[row], begin_s), 0)
    return own_s
