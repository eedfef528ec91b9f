"""What inspectors noted about a training session."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection


class NoteRow(NamedTuple):
    """A note and who wrote it, by the name and role of that account now."""

    id: int
    at: datetime
    account: int
    name: str
    role: str
    words: str


def add(conn: Connection, terminal: int, session: int, account: int, words: str) -> int:
    """Add a note; its number."""
    row = conn.execute(
        "INSERT INTO session_note (terminal, session, account, words) VALUES (%s, %s, %s, %s) RETURNING id",
        (terminal, session, account, words),
    ).fetchone()
    assert row is not None
    return int(row[0])


def of_session(conn: Connection, terminal: int, session: int) -> list[NoteRow]:
    """A session's notes, oldest first."""
    rows = conn.execute(
        "SELECT n.id, n.at, n.account, a.name, a.role, n.words FROM session_note n"
        " JOIN account a ON a.id = n.account WHERE (n.terminal, n.session) = (%s, %s) ORDER BY n.id",
        (terminal, session),
    )
    return [NoteRow._make(row) for row in rows]
