"""Leases keep two inspectors apart: take, renew, give back, or take the worst that is free."""

from __future__ import annotations

from typing import NamedTuple

from ingest.casework.deciding import overlay
from ingest.casework.deciding.overlay import Now
from ingest.casework.who import INSPECTOR, SUPERVISOR, Who
from ingest.decisions import leases as rules
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import APPEALED, FINAL
from ingest.store.connection import Connection
from ingest.store.desk.draws import dealt
from ingest.store.desk.queue import entries as queue
from ingest.store.desk.queue import leases
from ingest.store.desk.queue.entries import Place, QueueRow
from ingest.store.desk.queue.filters import Filters


class Leased(NamedTuple):
    """A lease that was taken. until_s: Unix second at which it ends; seen: how it stands, for decide."""

    terminal: int
    session: int
    until_s: int
    seen: str


def lease(conn: Connection, who: Who, terminal: int, session: int) -> Leased:
    """Take a session for ten minutes, or renew one's own lease. Raises DecisionRefused: lease_held (with the
    holder's name), second_look_by_another, needs_second_person, is_final, role_may_not, no_such_session."""
    _check_role(who)
    with conn.transaction():
        return _take(conn, who, overlay.one_locked(conn, who, (terminal, session)))


def release(conn: Connection, who: Who, terminal: int, session: int) -> None:
    """Give a lease back. Raises DecisionRefused: lease_none, no_such_session, role_may_not."""
    _check_role(who)
    with conn.transaction():
        now = overlay.one_locked(conn, who, (terminal, session))
        if now.lease is None or now.lease.owner != who.account:
            if who.account in dealt.waited_for(conn, now.key):
                return
            raise DecisionRefused("lease_none")
        leases.clear(conn, [now.key])


def next_for(
    conn: Connection, who: Who, filters: Filters, after: Place | None = None
) -> tuple[QueueRow, Leased]:
    """Lease the worst entry under these filters that is free and that this person may decide.

    after: (score, terminal, session) of an entry that is to be left behind; his lease of it ends, also where
    nothing waits after it. Two persons that ask at once get two entries. Raises DecisionRefused:
    nothing_waits, role_may_not.
    """
    _check_role(who)
    with conn.transaction():
        if after is not None:
            leases.clear_own(conn, (after[1], after[2]), who.account)
        key = leases.next_free(conn, filters, who.account, after)
        if key is not None:
            taken = _take(conn, who, overlay.one_locked(conn, who, key))
            row = queue.entry(conn, key)
            assert row is not None
            return row, taken
    raise DecisionRefused("nothing_waits")


def _take(conn: Connection, who: Who, now: Now) -> Leased:
    if now.stand.state == FINAL:
        raise DecisionRefused("is_final", decision=now.stand.decision)
    try:
        new = rules.taken(now.lease, who.account, now.now_s, now.stand.not_owner)
    except DecisionRefused as refused:
        refused.details["holder"] = now.holder
        raise
    if now.stand.state == APPEALED and now.stand.decided_by == who.account:
        raise DecisionRefused("needs_second_person")
    # What is dealt to a person is kept for him anyway, and a lease would show who else it is dealt to.
    if who.account not in dealt.waited_for(conn, now.key):
        leases.write(conn, now.key, new.owner, new.until_s)
    return Leased(*now.key, new.until_s, now.seen)


def _check_role(who: Who) -> None:
    if who.role not in (INSPECTOR, SUPERVISOR):
        raise DecisionRefused("role_may_not", role=who.role)
