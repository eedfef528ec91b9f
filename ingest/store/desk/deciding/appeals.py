"""Schools' appeals and their threads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.judged import Key


class AppealRow(NamedTuple):
    """One appeal. decision: what closed it, 0 while it is open or when it was withdrawn."""

    id: int
    opened_at: datetime
    terminal: int
    session: int
    account: int
    name: str
    closed_at: datetime | None
    decision: int
    entries: int


class AppealEntry(NamedTuple):
    """What one side said."""

    id: int
    appeal: int
    at: datetime
    account: int
    name: str
    role: str
    words: str


_APPEAL = (
    "SELECT p.id, p.opened_at, p.terminal, p.session, p.account, a.name, p.closed_at,"
    " coalesce(p.decision, 0), (SELECT count(*) FROM appeal_entry e WHERE e.appeal = p.id)::int"
    " FROM appeal p JOIN account a ON a.id = p.account "
)


def open_one(conn: Connection, key: Key, account: int) -> int | None:
    """Open an appeal; its number, None while another of the session is open."""
    row = conn.execute(
        "INSERT INTO appeal (terminal, session, account) VALUES (%s, %s, %s)"
        " ON CONFLICT (terminal, session) WHERE closed_at IS NULL DO NOTHING RETURNING id",
        (*key, account),
    ).fetchone()
    return None if row is None else int(row[0])


def say(conn: Connection, appeal: int, account: int, words: str) -> int:
    """Add to an appeal's thread; the entry's number."""
    row = conn.execute(
        "INSERT INTO appeal_entry (appeal, account, words) VALUES (%s, %s, %s) RETURNING id",
        (appeal, account, words),
    ).fetchone()
    assert row is not None
    return int(row[0])


def close(conn: Connection, numbers: Sequence[int], decisions: Sequence[int | None]) -> None:
    """Close these appeals, each by its decision (None: withdrawn). Those of the same schools that stay open
    are noted for the queue: one of them may weigh more now."""
    conn.execute(
        "UPDATE appeal SET closed_at = clock_timestamp(), decision = w.decision"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS w (id, decision)"
        " WHERE appeal.id = w.id AND closed_at IS NULL",
        (list(numbers), list(decisions)),
    )
    conn.execute(
        "INSERT INTO queue_due (terminal, session) SELECT o.terminal, o.session"
        " FROM appeal o JOIN queue_entry q USING (terminal, session)"
        " WHERE o.closed_at IS NULL AND q.school IN (SELECT s.school"
        "  FROM appeal c JOIN queue_entry s USING (terminal, session) WHERE c.id = ANY (%s))",
        (list(numbers),),
    )


def reopen(conn: Connection, decisions: Sequence[int]) -> None:
    """Open again what these decisions had closed, unless the session has another open appeal."""
    conn.execute(
        "UPDATE appeal p SET closed_at = NULL, decision = NULL WHERE p.decision = ANY (%s)"
        " AND NOT EXISTS (SELECT FROM appeal o WHERE (o.terminal, o.session) = (p.terminal, p.session)"
        " AND o.closed_at IS NULL)",
        (list(decisions),),
    )


def of_session(conn: Connection, key: Key) -> list[AppealRow]:
    """A session's appeals, oldest first."""
    rows = conn.execute((_APPEAL + "WHERE (p.terminal, p.session) = (%s, %s) ORDER BY p.id").encode(), key)
    return [AppealRow._make(row) for row in rows]


def one(conn: Connection, number: int) -> AppealRow | None:
    """One appeal; None without it."""
    row = conn.execute((_APPEAL + "WHERE p.id = %s").encode(), (number,)).fetchone()
    return None if row is None else AppealRow._make(row)


def thread(conn: Connection, appeals: Sequence[int]) -> list[AppealEntry]:
    """What was said in these appeals, oldest first."""
    rows = conn.execute(
        "SELECT e.id, e.appeal, e.at, e.account, a.name, a.role, e.words FROM appeal_entry e"
        " JOIN account a ON a.id = e.account WHERE e.appeal = ANY (%s) ORDER BY e.id",
        (list(appeals),),
    )
    return [AppealEntry._make(row) for row in rows]
