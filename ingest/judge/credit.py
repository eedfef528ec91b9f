"""What a judgement earns: minutes for the ledger, training hours for the eye."""

from ingest.judge.judge import Judgement
from ingest.judge.model import Credit, RuleSet, SessionVerdict


def credits(judgement: Judgement) -> tuple[Credit, ...]:
    """Accepted minutes by training session, sessions without any left out; unsure ones earn nothing yet."""
    return tuple(
        Credit(session.terminal, session.session, session.trainee, session.part, session.minutes_accepted)
        for session in judgement.sessions
        if session.minutes_accepted
    )


def training_hours(session: SessionVerdict, rules: RuleSet) -> int:
    """Whole training hours of a session: 60 minutes of which at least 45 effective (syllabus 2016).

    min(recorded // 60, accepted // 45): each hour needs 60 recorded minutes and 45 accepted ones. The ledger
    keeps minutes, so another policy can be shown from the same entries.
    """
    by_length = session.minutes_recorded // rules.hour_min
    return min(by_length, session.minutes_accepted // rules.hour_effective_min)
