"""What a judgement earns: minutes for the ledger, training hours for the eye."""

from collections.abc import Iterable

import numpy as np

from ingest.judge.judge import Judgement
from ingest.judge.outcome import Credit, SessionVerdict
from ingest.judge.rulebook.rule_set import RuleSet


def credits(judgement: Judgement) -> tuple[Credit, ...]:
    """Minutes that earn credit by training session, sessions without any left out: accepted ones, and unsure
    ones where the rule set in force has them count."""
    rows = judgement.case.row[judgement.credited]
    minutes = np.bincount(rows, minlength=len(judgement.sessions)).tolist()
    return tuple(
        Credit(session.terminal, session.session, session.trainee, session.part, earned)
        for session, earned in zip(judgement.sessions, minutes, strict=True)
        if earned
    )


def training_hours(session: SessionVerdict, rules: RuleSet) -> int:
    """Whole training hours of a session by itself: 60 minutes of which at least 45 effective (syllabus 2016).

    min(recorded // 60, accepted // 45): each hour needs 60 recorded minutes and 45 accepted ones. The ledger
    keeps minutes, so another policy can be shown from the same entries.
    """
    return _hours(session.minutes_recorded, session.minutes_accepted, rules)


def training_hours_of(sessions: Iterable[SessionVerdict], rules: RuleSet) -> dict[tuple[int, int], int]:
    """Whole training hours by (trainee, part), every pair that has a session.

    The sessions' minutes are put together first, so that what is left over of one session adds to the next:
    a trainee's session is as long as the plan of the day, not as the hour. Of a session's minutes that earned
    nothing only the share fills hours up that an hour may have without effect: 15 beside 45 accepted ones.
    """
    recorded: dict[tuple[int, int], int] = {}
    accepted: dict[tuple[int, int], int] = {}
    for session in sessions:
        key = (session.trainee, session.part)
        most = session.minutes_accepted * int(rules.hour_min) // int(rules.hour_effective_min)
        counted = min(session.minutes_recorded, most)
        recorded[key] = recorded.get(key, 0) + counted
        accepted[key] = accepted.get(key, 0) + session.minutes_accepted
    return {key: _hours(recorded[key], accepted[key], rules) for key in recorded}


def _hours(recorded: int, accepted: int, rules: RuleSet) -> int:
    hours: int = min(recorded // rules.hour_min, accepted // rules.hour_effective_min)
    return hours
