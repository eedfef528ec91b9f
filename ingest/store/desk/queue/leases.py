"""Leases in the database: an entry locked, a lease written, the next entry that is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.draws.dealt import ELSEWHERE
from ingest.store.desk.queue.filters import Filters, where
from ingest.store.judged import Key, keys_of


class LockedRow(NamedTuple):
    """An entry while nobody else can change it, with what an act is decided by. owner 0 and until_s 0: no
    lease; appeal: the open one, else 0; now_s: the database's Unix second; before_draw: the last
    decision of all when the random audit drew it, 0 where it is not drawn."""

    terminal: int
    session: int
    school: int
    owner: int
    owner_name: str
    until_s: int
    now_s: int
    judged_under: str
    appeal: int
    before_draw: int


def locked(conn: Connection, keys: Sequence[Key]) -> dict[Key, LockedRow]:
    """These entries, locked until the transaction ends; those that are not there are left out."""
    rows = conn.execute(
        "SELECT q.terminal, q.session, q.school, coalesce(q.owner, 0), coalesce(l.name, ''),"
        " coalesce(ceil(extract(epoch FROM q.lease_until)), 0)::bigint,"
        " floor(extract(epoch FROM clock_timestamp()))::bigint,"
        " coalesce(o.judged_under, q.judged_under), coalesce(a.id, 0), coalesce(d.last_decision, 0)"
        " FROM queue_entry q LEFT JOIN session_outcome o USING (terminal, session)"
        " LEFT JOIN appeal a ON (a.terminal, a.session) = (q.terminal, q.session) AND a.closed_at IS NULL"
        " LEFT JOIN drawn_session r ON (r.terminal, r.session) = (q.terminal, q.session)"
        " LEFT JOIN draw_result d ON d.day = r.day"
        " LEFT JOIN account l ON l.id = q.owner"
        " WHERE (q.terminal, q.session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"
        " ORDER BY q.terminal, q.session FOR UPDATE OF q",
        keys_of(keys),
    )
    return {(row[0], row[1]): LockedRow._make(row) for row in rows}


def write(conn: Connection, key: Key, owner: int, until_s: int) -> None:
    """Give the entry this lease."""
    conn.execute(
        "UPDATE queue_entry SET owner = %s, lease_until = %s WHERE (terminal, session) = (%s, %s)",
        (owner, datetime.fromtimestamp(until_s, UTC), *key),
    )


def clear(conn: Connection, keys: Sequence[Key]) -> None:
    """End the leases of these entries."""
    conn.execute(
        "UPDATE queue_entry SET owner = NULL, lease_until = NULL WHERE owner IS NOT NULL"
        " AND (terminal, session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
        keys_of(keys),
    )


def clear_own(conn: Connection, key: Key, account: int) -> None:
    """End this account's lease of the entry, if it has one."""
    conn.execute(
        "UPDATE queue_entry SET owner = NULL, lease_until = NULL WHERE owner = %s"
        " AND (terminal, session) = (%s, %s)",
        (account, *key),
    )


def next_free(
    conn: Connection, filters: Filters, account: int, after: tuple[int, int, int] | None = None
) -> Key | None:
    """The worst entry under these filters that nobody else holds and this account may take (not one that the
    random audit has dealt to other inspectors), locked until
    the transaction ends; entries that somebody else is taking this instant are passed over.

    after: (score, terminal, session) of an entry that is to be left behind, None: from the worst on.
    """
    condition = where(conn, filters)
    values = {**condition.values, "account": account}
    text = condition.text
    if after is not None:
        text += " AND (q.rank, q.terminal, q.session) > (%(rank)s, %(last)s, %(after)s)"
        values |= {"rank": -after[0], "last": after[1], "after": after[2]}
    row = conn.execute(
        f"SELECT q.terminal, q.session FROM queue_entry q WHERE {text} AND q.needs_human AND NOT {ELSEWHERE}"
        " AND (q.lease_until IS NULL OR q.lease_until <= clock_timestamp() OR q.owner = %(account)s)"
        " AND q.not_owner IS DISTINCT FROM %(account)s AND q.state <> 4"
        " AND NOT (q.state = 3 AND q.decided_by IS NOT DISTINCT FROM %(account)s)"
        " ORDER BY q.rank, q.terminal, q.session LIMIT 1 FOR UPDATE OF q SKIP LOCKED".encode(),
        values,
    ).fetchone()
    return None if row is None else (int(row[0]), int(row[1]))
