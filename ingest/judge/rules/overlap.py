"""One trainee, one instructor, one car: never in two training sessions at once."""

import numpy as np

from ingest.judge.case import Case, Claims, Finding
from ingest.judge.columns import Ints
from ingest.judge.rules.findings import refuse


def trainee(case: Case, claims: Claims) -> Finding:
    """The trainee is in a session that started earlier."""
    return _refuse_claimed(case, claims.trainee)


def instructor(case: Case, claims: Claims) -> Finding:
    """The instructor is in a session that started earlier."""
    return _refuse_claimed(case, claims.instructor)


def car(case: Case, claims: Claims) -> Finding:
    """The car is in a session that started earlier."""
    return _refuse_claimed(case, claims.car)


def _refuse_claimed(case: Case, claimed: Ints) -> Finding:
    taken = claimed >= 0
    if not len(case.sessions):
        return refuse(taken)
    holder = np.where(taken, claimed, 0)
    return refuse(
        taken, other_terminal=case.sessions.terminal[holder], other_session=case.sessions.session[holder]
    )
