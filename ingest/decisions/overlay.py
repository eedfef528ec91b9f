"""Decisions laid over the machine's minutes: which verdict a minute has in the end, and through whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ingest.decisions.kinds import ACCEPT, REFUSE, RESTORE, SCHOOL, Decision, in_force
from ingest.judge.outcome import ACCEPTED, REFUSED

Decided = dict[int, tuple[int, int]]
"""Unix minute -> (verdict, number of the decision)."""


def decided_minutes(decisions: list[Decision]) -> Decided:
    """What a session's decisions say of its minutes.

    The highest layer wins, the later within a layer; an undo or a reversal takes its decision out. To accept
    as judged takes away what was said below it, and holds what the machine had accepted and refused then;
    minutes of which the machine was unsure it leaves to the machine. A school only ever takes away: what it
    accepts follows the machine, whatever that says later.
    """
    laid: Decided = {}
    for one in sorted(in_force(decisions), key=lambda each: (each.layer, each.number)):
        if one.kind == ACCEPT:
            laid.clear()
        if one.layer > SCHOOL:
            laid.update((minute, (ACCEPTED, one.number)) for minute in one.accepts)
        if one.layer > SCHOOL or one.kind != ACCEPT:
            laid.update((minute, (REFUSED, one.number)) for minute in one.refuses)
    return laid


def refuses_rest(decisions: list[Decision]) -> int:
    """The decision that refuses also the minutes whose records come later, 0 for none: the last, in the order
    of decided_minutes, that speaks of the whole session, where that refuses. Records that are held back until
    somebody has decided earn nothing by it."""
    whole = [
        one
        for one in in_force(decisions)
        if one.kind == ACCEPT or (one.whole and one.kind in (REFUSE, RESTORE))
    ]
    last = max(whole, key=lambda one: (one.layer, one.number), default=None)
    return last.number if last is not None and last.kind == REFUSE else 0


def judged_digest(minutes: Iterable[tuple[int, int]]) -> bytes:
    """SHA-256 of a session's machine verdicts, (Unix minute, verdict) pairs: the same as long as the machine
    says the same of the same minutes, under whatever rules."""
    text = "\n".join(f"{minute} {verdict}" for minute, verdict in sorted(minutes))
    return hashlib.sha256(text.encode()).digest()
