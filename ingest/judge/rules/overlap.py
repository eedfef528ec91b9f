"""One trainee, one instructor, one car: never in two training sessions at once."""

import numpy as np

from ingest.judge.case.case import Case, Claims, Finding, hits
from ingest.judge.columns import Ints
from ingest.judge.rulebook.rule import MINUTE, OVERLAP, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import RULES_2022


@rule(
    31,
    "OVERLAP_TRAINEE",
    MINUTE,
    "The trainee was already in another training session.",
    "学员同一时间已在另一培训过程中。",
    RULES_2022,
    numbers={"other_terminal": "number", "other_session": "number"},
    stage=OVERLAP,
    flagged=True,
)
def trainee(case: Case, claims: Claims, rules: RuleSet) -> Finding:
    """The trainee is in a session that started earlier."""
    return _refuse_claimed(case, claims.trainee)


@rule(
    32,
    "OVERLAP_INSTRUCTOR",
    MINUTE,
    "The instructor was already in another training session.",
    "教练员同一时间已在另一培训过程中。",
    RULES_2022,
    numbers={"other_terminal": "number", "other_session": "number"},
    stage=OVERLAP,
    flagged=True,
)
def instructor(case: Case, claims: Claims, rules: RuleSet) -> Finding:
    """The instructor is in a session that started earlier."""
    return _refuse_claimed(case, claims.instructor)


@rule(
    33,
    "OVERLAP_CAR",
    MINUTE,
    "The car was already in another training session.",
    "车辆同一时间已在另一培训过程中。",
    RULES_2022,
    numbers={"other_terminal": "number", "other_session": "number"},
    stage=OVERLAP,
    flagged=True,
)
def car(case: Case, claims: Claims, rules: RuleSet) -> Finding:
    """The car is in a session that started earlier."""
    return _refuse_claimed(case, claims.car)


def _refuse_claimed(case: Case, claimed: Ints) -> Finding:
    taken = claimed >= 0
    if not len(case.sessions):
        return hits(taken)
    other_terminal, other_session = (
        np.where(taken, column[np.maximum(claimed, 0)], 0)
        for column in (case.sessions.terminal, case.sessions.session)
    )
    return hits(taken, other_terminal=other_terminal, other_session=other_session)
