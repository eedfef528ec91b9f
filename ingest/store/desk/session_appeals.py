"""The appeals of one training session with their threads, to be read beside its decisions."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection


class AppealWords(NamedTuple):
    """What somebody said in an appeal; closed_at: of the appeal."""

    appeal: int
    opened_at: datetime
    closed_at: datetime | None
    at: datetime
    account: int
    name: str
    role: str
    words: str


def threads(conn: Connection, terminal: int, session: int) -> list[AppealWords]:
    """Every word said in the session's appeals, oldest first."""
    rows = conn.execute(
        "SELECT p.id, p.opened_at, p.closed_at, e.at, e.account, a.name, a.role, e.words FROM appeal p"
        " JOIN appeal_entry e ON e.appeal = p.id JOIN account a ON a.id = e.account"
        " WHERE p.terminal = %s AND p.session = %s ORDER BY p.id, e.id",
        (terminal, session),
    )
    return [AppealWords._make(row) for row in rows]
