"""Which minutes of a session a decision speaks of, and what it says of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ingest.decisions.kinds import ACCEPT, REFUSE, RESTORE
from ingest.decisions.overlay import Decided
from ingest.decisions.refusals import DecisionRefused
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.reasons import MINUTE_TWICE

ALL, BY_UNSURE, BY_REFUSED, BY_ACCEPTED = "all", "unsure", "refused", "accepted"
_REASON = re.compile(r"reason:(\d{1,3})")
Chosen = Sequence[int] | str
"""Unix minutes one by one; or all, unsure, refused, accepted (as they stand in the end); or reason:20, those
of which the machine says so."""


class Minute(NamedTuple):
    """One minute record. verdict: in the end; machine_verdict: beneath it."""

    minute: int
    verdict: int
    machine_verdict: int
    reasons: Sequence[int]


def chosen_minutes(minutes: Sequence[Minute], chosen: Chosen) -> tuple[int, ...]:
    """The minutes that were chosen, ascending, each once. Raises DecisionRefused minutes_unknown."""
    if not isinstance(chosen, str):
        wanted = set(chosen)
        if not wanted <= {one.minute for one in minutes}:
            raise DecisionRefused("minutes_unknown")
        return tuple(sorted(wanted))
    by = {BY_UNSURE: UNSURE, BY_REFUSED: REFUSED, BY_ACCEPTED: ACCEPTED}
    reason = _REASON.fullmatch(chosen)
    if reason is not None:
        number = int(reason[1])
        return tuple(sorted({one.minute for one in minutes if number in one.reasons}))
    if chosen != ALL and chosen not in by:
        raise DecisionRefused("minutes_unknown", chosen=chosen)
    return tuple(sorted({one.minute for one in minutes if chosen == ALL or one.verdict == by[chosen]}))


def said_of(kind: str, minutes: Sequence[Minute], chosen: Chosen) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(minutes the decision accepts, minutes it refuses). To accept as judged speaks of every minute of
    which the machine is sure; of a minute recorded twice, the record that counts.

    Raises DecisionRefused minutes_missing, minutes_unknown.
    """
    if kind == ACCEPT:
        accepts = {one.minute for one in minutes if one.machine_verdict == ACCEPTED}
        refuses = {one.minute for one in minutes if one.machine_verdict == REFUSED} - accepts
        open_ = {one.minute for one in minutes if one.machine_verdict == UNSURE}
        return tuple(sorted(accepts)), tuple(sorted(refuses - open_))
    if kind not in (REFUSE, RESTORE):
        return (), ()
    found = chosen_minutes(minutes, chosen)
    if not found:
        raise DecisionRefused("minutes_missing")
    return (found, ()) if kind == RESTORE else ((), found)


def accepted_n(minutes: Sequence[Minute], laid: Decided) -> int:
    """Minutes that count with these decisions laid over the machine's verdicts; a record that repeats a
    minute stays as judged."""
    return sum(
        (
            one.machine_verdict
            if MINUTE_TWICE in one.reasons or one.minute not in laid
            else laid[one.minute][0]
        )
        == ACCEPTED
        for one in minutes
    )
