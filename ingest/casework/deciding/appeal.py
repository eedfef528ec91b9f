"""A school appeals against what does not count; both sides write; a decision closes it."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.casework import audit
from ingest.casework.deciding import overlay
from ingest.casework.who import INSPECTOR, SCHOOL, SUPERVISOR, Who
from ingest.decisions.causes import plain_words
from ingest.decisions.kinds import SCHOOL as SCHOOL_LAYER
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import FINAL
from ingest.store.connection import Connection
from ingest.store.desk.deciding import appeals
from ingest.store.desk.deciding.appeals import AppealRow
from ingest.store.desk.draws import dealt

THREAD_WORDS_MAX = 1000
APPEAL_WORDS_MIN = 10
WITHDRAWN_MOST = 2
"""Appeals that a school may take back before somebody above it decides the session anew."""


def open_appeal(conn: Connection, who: Who, terminal: int, session: int, words: str) -> int:
    """A school appeals with words (10..1000 characters), once against each decision unless the machine has
    changed its verdict since, and not after WITHDRAWN_MOST that it took back; the appeal's number. Raises
    DecisionRefused."""
    if who.role != SCHOOL:
        raise DecisionRefused("role_may_not", role=who.role)
    with conn.transaction():
        now = overlay.one_locked(conn, who, (terminal, session))
        words = _checked(words)
        if len(words) < APPEAL_WORDS_MIN:
            raise DecisionRefused("appeal_short", length=len(words), least=APPEAL_WORDS_MIN)
        if now.stand.state == FINAL:
            raise DecisionRefused("is_final", decision=now.stand.decision)
        if now.effective == len(now.minutes):
            raise DecisionRefused("nothing_to_appeal")
        before = appeals.of_session(conn, now.key)
        if now.stand.decision in {one.decision for one in before if one.decision} and not now.stand.changed:
            raise DecisionRefused("appeal_answered", decision=now.stand.decision)
        if _withdrawn(now, before) >= WITHDRAWN_MOST:
            raise DecisionRefused("appeal_withdrawn", most=WITHDRAWN_MOST)
        number = appeals.open_one(conn, now.key, who.account)
        if number is None:
            raise DecisionRefused("appeal_open", appeal=now.appeal)
        appeals.say(conn, number, who.account, words)
        overlay.follow(conn, [now.key], ends_leases=False)
        audit.note(conn, who, "appeal.open", overlay.subject(now.key), {"appeal": number, "words": words})
        return number


def say(conn: Connection, who: Who, appeal: int, words: str) -> int:
    """The school of the session, an inspector or a supervisor adds to an open appeal's thread; the entry's
    number. Raises DecisionRefused."""
    if who.role not in (SCHOOL, INSPECTOR, SUPERVISOR):
        raise DecisionRefused("role_may_not", role=who.role)
    with conn.transaction():
        now = _open(conn, who, appeal)
        # Two who are to decide it without knowing of each other read the same thread.
        if who.role == INSPECTOR and (dealt.waited_for(conn, now.key) or dealt.sealed(conn, now.key)):
            raise DecisionRefused("decide_drawn")
        words = _checked(words)
        number = appeals.say(conn, appeal, who.account, words)
        details = {"appeal": appeal, "entry": number, "words": words}
        audit.note(conn, who, "appeal.say", overlay.subject(now.key), details)
        return number


def withdraw(conn: Connection, who: Who, appeal: int) -> None:
    """The school takes its appeal back. Raises DecisionRefused."""
    if who.role != SCHOOL:
        raise DecisionRefused("role_may_not", role=who.role)
    with conn.transaction():
        now = _open(conn, who, appeal)
        appeals.close(conn, [appeal], [None])
        overlay.follow(conn, [now.key], ends_leases=False)
        audit.note(conn, who, "appeal.withdraw", overlay.subject(now.key), {"appeal": appeal})


def _withdrawn(now: overlay.Now, before: Sequence[AppealRow]) -> int:
    """How many appeals were taken back since somebody above the school decided last: each changes the
    session's place in the queue and what an inspector who is at it has seen."""
    last = max((row.at for row in now.decided if row.layer > SCHOOL_LAYER), default=None)
    return sum(
        one.closed_at is not None and not one.decision and (last is None or one.closed_at > last)
        for one in before
    )


def _open(conn: Connection, who: Who, number: int) -> overlay.Now:
    told = appeals.one(conn, number)
    if told is None:
        raise DecisionRefused("appeal_none")
    now = overlay.one_locked(conn, who, (told.terminal, told.session))
    if now.appeal != number:
        raise DecisionRefused("appeal_closed")
    return now


def _checked(words: str) -> str:
    words = plain_words(words)
    if not words:
        raise DecisionRefused("words_missing")
    if len(words) > THREAD_WORDS_MAX:
        raise DecisionRefused("thread_too_long", length=len(words), most=THREAD_WORDS_MAX)
    return words
