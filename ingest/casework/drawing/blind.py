"""A blind repeat goes the way of every session: next, lease, look, decide. Here the ways part, unseen.

Each function does what its namesake of lease, session_view or decide does, unless the session is a repeat
that lies before this inspector (repeats.take): then it looks as if nobody had decided it, and what he says
is kept as the second answer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.casework.deciding import decide as acts
from ingest.casework.deciding import lease as leases
from ingest.casework.deciding.decide import Decided
from ingest.casework.deciding.lease import Leased
from ingest.casework.drawing import repeats
from ingest.casework.session import view as session_view
from ingest.casework.who import INSPECTOR, SUPERVISOR, Who
from ingest.decisions.choose import Chosen
from ingest.decisions.kinds import SECOND_LOOK, SETTLING
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import DECIDED, STATES
from ingest.judge.outcome import ACCEPTED
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions
from ingest.store.desk.queue.entries import Place
from ingest.store.desk.queue.filters import Filters
from ingest.store.judged import Key

LEASE_MIN = 10


def held(conn: Connection, who: Who) -> Key | None:
    """The repeat that lies before this person."""
    if who.role not in (INSPECTOR, SUPERVISOR):
        return None
    return repeats.held(conn, who, _now())


def next_for(conn: Connection, who: Who, filters: Filters, after: Place | None, is_filtered: bool) -> Leased:
    """The next session for this person. A repeat comes before the others, but never under filters, which it
    might not meet, and not when he leaves it behind (after)."""
    key = None if is_filtered else repeats.take(conn, who, _now())
    if key is not None and (after is None or key != after[1:]):
        return _leased(conn, key)
    _, leased = leases.next_for(conn, who, filters, after)
    return leased


def lease(conn: Connection, who: Who, terminal: int, session: int) -> Leased:
    """Take a session, or renew one's lease."""
    key = (terminal, session)
    return _leased(conn, key) if held(conn, who) == key else leases.lease(conn, who, *key)


def release(conn: Connection, who: Who, terminal: int, session: int) -> None:
    """Give a lease back; a repeat stays before its inspector until its time is over."""
    if held(conn, who) != (terminal, session):
        leases.release(conn, who, terminal, session)


def view(
    conn: Connection, who: Who, terminal: int, session: int, only_school: int | None = None
) -> dict[str, Any] | None:
    """Everything about a session, as this person may see it."""
    is_blind = held(conn, who) == (terminal, session)
    return session_view.view(conn, terminal, session, only_school, is_blind=is_blind)


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
    key = (terminal, session)
    if held(conn, who) != key:
        return acts.decide(conn, who, terminal, session, kind, minutes, cause, words, seen=seen)
    if seen and seen.rpartition("-")[2] != repeats.machine_mark(conn, key):
        raise DecisionRefused("changed_meanwhile", seen=_seen(conn, key))
    before, after = repeats.answer(conn, who, _now(), key, kind, minutes, cause, words)
    counts = [sum(verdict == ACCEPTED for verdict in some.values()) for some in (before, after)]
    return Decided(*key, 0, STATES[DECIDED][0], counts[0], counts[1], "")


def undo(
    conn: Connection, who: Who, terminal: int, session: int, cause: str = "mistaken", words: str = ""
) -> Decided:
    """Take back this person's last decision; of a repeat there is none, whatever else stands there."""
    if held(conn, who) == (terminal, session):
        raise DecisionRefused("nothing_to_undo")
    return acts.undo(conn, who, terminal, session, cause, words)


def repeat(
    conn: Connection, who: Who, terminal: int, session: int, minutes: Chosen = (), *, seen: str = ""
) -> Decided:
    """Decide, or answer, as this person decided last."""
    if held(conn, who) != (terminal, session):
        return acts.repeat(conn, who, terminal, session, minutes, seen=seen)
    last = decisions.last_of(conn, who.account, (*SETTLING, SECOND_LOOK))
    if last is None:
        raise DecisionRefused("nothing_to_repeat")
    chosen = minutes or last.chosen or ()
    return decide(conn, who, terminal, session, last.kind, chosen, last.cause, last.words, seen=seen)


def _leased(conn: Connection, key: Key) -> Leased:
    until = _now() + timedelta(minutes=LEASE_MIN)
    return Leased(*key, int(until.timestamp()), _seen(conn, key))


def _seen(conn: Connection, key: Key) -> str:
    return f"0-0-{repeats.machine_mark(conn, key)}"


def _now() -> datetime:
    return datetime.now(UTC)
