"""Drawn sessions are dealt to inspectors, who alone decide them; a blind repeat is dealt to two.

Each function does what its namesake of lease or decide does, unless the session is dealt to others, who are
waited for; or it is a repeat: then the first answer is sealed (ingest.casework.drawing.sealed), and the
second is kept apart and compared. A supervisor decides over all that; then it is no repeat any more.
"""

from __future__ import annotations

from ingest.casework.deciding import decide as acts
from ingest.casework.deciding import lease as leases
from ingest.casework.deciding import overlay
from ingest.casework.deciding.decide import Decided
from ingest.casework.deciding.lease import Leased
from ingest.casework.deciding.overlay import Now
from ingest.casework.deciding.queue import plain
from ingest.casework.drawing import repeats, sealed
from ingest.casework.who import INSPECTOR, Who
from ingest.decisions.choose import Chosen, accepted_n
from ingest.decisions.kinds import SECOND_LOOK, SETTLING, Decision
from ingest.decisions.overlay import decided_minutes
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import DECIDED, NEW, STATES
from ingest.decisions.who_may import undone_by
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions
from ingest.store.desk.deciding.decisions import DecisionRow, NewDecision
from ingest.store.desk.draws import dealt
from ingest.store.desk.draws.dealt import Kept
from ingest.store.judged import Key


def lease(conn: Connection, who: Who, terminal: int, session: int) -> Leased:
    """Take a session, or renew one's lease. Raises DecisionRefused as lease does, and dealt_to_another."""
    with conn.transaction():
        check_dealt(conn, who, (terminal, session))
        return leases.lease(conn, who, terminal, session)


def decide(
    conn: Connection,
    who: Who,
    terminal: int,
    session: int,
    kind: str,
    minutes: Chosen = (),
    cause: str = "",
    words: str = "",
    *,
    seen: str = "",
) -> Decided:
    """Decide, or answer. An answer has no decision's number (0), and cannot be undone."""
    if who.role != INSPECTOR:
        return acts.decide(conn, who, terminal, session, kind, minutes, cause, words, seen=seen)
    with conn.transaction():
        now = overlay.one_locked(conn, who, (terminal, session))
        waited = check_dealt(conn, who, now.key)
        kept = dealt.sealed(conn, now.key)
        if kept is None and len(waited) < 2:
            return acts.decide(conn, who, terminal, session, kind, minutes, cause, words, seen=seen)
        if seen and seen != now.seen:
            raise DecisionRefused("changed_meanwhile", seen=now.seen)
        new = acts.entry_of(who, now, kind, minutes, cause, words)
        if kept is None:
            sealed.seal(conn, who, new)
            return _answered(now, new)
        # Where this is no second answer, the first is opened and then decided over.
        is_second = waited and sealed.is_first(now, kept.new)
        first = sealed.open_seal(conn, now)
        if first is None or not is_second:
            return acts.decide(conn, who, terminal, session, kind, minutes, cause, words)
        repeats.answer(conn, who, now, new)
        return _answered(now, new)


def undo(
    conn: Connection,
    who: Who,
    terminal: int,
    session: int,
    cause: str = "mistaken",
    words: str = "",
    *,
    decision: int | None = None,
) -> Decided:
    """Take out this person's last decision on a session; not an answer that is sealed. decision: only if it
    is this one. Raises DecisionRefused."""
    kept = dealt.sealed(conn, (terminal, session))
    if kept is not None and kept.new.account == who.account:
        raise DecisionRefused("answer_stands")
    with conn.transaction():
        if decision is not None:
            now = overlay.one_locked(conn, who, (terminal, session))
            if undone_by(overlay.person(who), plain(now.decided), now.stand).number != decision:
                raise DecisionRefused("changed_meanwhile", seen=now.seen)
        return acts.undo(conn, who, terminal, session, cause, words)


def last_decision(conn: Connection, who: Who) -> DecisionRow | None:
    """The last decision this person made on any session, which undo_last would take out; None without one.
    Raises DecisionRefused as undo_last does."""
    last = _last(conn, who)
    if isinstance(last, Kept):
        raise DecisionRefused("answer_stands")
    return last


def undo_last(conn: Connection, who: Who) -> Decided:
    """Take out the last decision this person made on any session; not one before an answer that is kept
    apart, which is what he would take back. Raises DecisionRefused."""
    last_decision(conn, who)
    return acts.undo_last(conn, who)


def repeat(
    conn: Connection, who: Who, terminal: int, session: int, minutes: Chosen = (), *, seen: str = ""
) -> Decided:
    """Decide, or answer, as this person did last: kind, cause, words, and by what the minutes were chosen.

    minutes: needed when the last ones were chosen one by one. Raises DecisionRefused.
    """
    last = _last(conn, who)
    if last is None:
        raise DecisionRefused("nothing_to_repeat")
    chosen = minutes or last.chosen or ()
    return decide(conn, who, terminal, session, last.kind, chosen, last.cause, last.words, seen=seen)


def check_dealt(conn: Connection, who: Who, key: Key) -> list[int]:
    """The accounts that a drawn session waits for; none where it is open to all. Raises DecisionRefused where
    an inspector is not among them, or decided it before it was drawn."""
    waited = dealt.waited_for(conn, key)
    if who.role == INSPECTOR and waited and who.account not in waited:
        kept = dealt.sealed(conn, key)
        own = kept is not None and kept.new.account == who.account
        raise DecisionRefused("answer_stands" if own else "dealt_to_another")
    if who.role == INSPECTOR and not waited and dealt.said_before(conn, key, who.account):
        raise DecisionRefused("second_look_by_another")
    return waited


def is_apart(conn: Connection, who: Who, key: Key) -> bool:
    """Whether this inspector is to hear nothing from others about a session that the random audit still
    waits for, so that two who decide it stay two."""
    return who.role == INSPECTOR and (
        bool(dealt.waited_for(conn, key)) or dealt.sealed(conn, key) is not None
    )


def _last(conn: Connection, who: Who) -> DecisionRow | Kept | None:
    """What this person said last, whatever became of it."""
    last = decisions.last_of(conn, who.account, (*SETTLING, SECOND_LOOK))
    kept = dealt.last_kept(conn, who.account)
    return kept if kept is not None and (last is None or kept.at > last.at) else last


def _answered(now: Now, new: NewDecision) -> Decided:
    said = Decision(2**62, new.layer, new.kind, new.account, tuple(new.accepts), tuple(new.refuses))
    after = accepted_n(now.minutes, decided_minutes([*plain(now.decided), said]))
    state = NEW if new.kind == SECOND_LOOK else DECIDED
    return Decided(*now.key, 0, STATES[state][0], now.effective, after, now.seen)
