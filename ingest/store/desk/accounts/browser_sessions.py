"""Browsers' sessions by the SHA-256 of their cookies."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection


class Session(NamedTuple):
    """A browser's session and its account as it is now. confirmed_at: when the password (and the code) was
    given last; address: from where it began."""

    account: int
    is_whole: bool
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime | None
    address: str
    name: str
    role: str
    school: int
    language: str


class Open(NamedTuple):
    """A session that was not ended, as its owner knows it. is_this: the one that asks."""

    number: int
    created_at: datetime
    seen_at: datetime
    address: str
    is_this: bool


def add(
    conn: Connection,
    digest: bytes,
    account: int,
    is_whole: bool,
    now: datetime,
    confirmed_at: datetime | None,
    address: str,
) -> None:
    """Begin a session."""
    conn.execute(
        "INSERT INTO browser_session (digest, account, is_whole, created_at, seen_at, confirmed_at, address)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (digest, account, is_whole, now, now, confirmed_at, address),
    )


def find(conn: Connection, digest: bytes) -> Session | None:
    """A session that was not ended, of an active account; its age is the caller's to judge."""
    row = conn.execute(
        "SELECT s.account, s.is_whole, s.created_at, s.seen_at, s.confirmed_at, s.address,"
        " a.name, a.role, a.school, a.language"
        " FROM browser_session AS s JOIN account AS a ON a.id = s.account"
        " WHERE s.digest = %s AND s.ended_at IS NULL AND a.is_active",
        (digest,),
    ).fetchone()
    return Session._make(row) if row else None


def seen(conn: Connection, digest: bytes, now: datetime) -> None:
    """It was used now."""
    conn.execute("UPDATE browser_session SET seen_at = %s WHERE digest = %s", (now, digest))


def confirm(conn: Connection, digest: bytes, account: int, now: datetime) -> bool:
    """The account's password (and code) was given in it now; False when it has ended."""
    done = conn.execute(
        "UPDATE browser_session SET confirmed_at = %s"
        " WHERE digest = %s AND account = %s AND ended_at IS NULL",
        (now, digest, account),
    )
    return done.rowcount == 1


def end(conn: Connection, digest: bytes, now: datetime) -> bool:
    """End one; False when there was none to end."""
    done = conn.execute(
        "UPDATE browser_session SET ended_at = %s WHERE digest = %s AND ended_at IS NULL", (now, digest)
    )
    return done.rowcount == 1


def end_all(conn: Connection, account: int, now: datetime, but: bytes = b"") -> int:
    """End all of an account, but one; how many were ended."""
    return conn.execute(
        "UPDATE browser_session SET ended_at = %s WHERE account = %s AND ended_at IS NULL AND digest <> %s",
        (now, account, but),
    ).rowcount


def open_of(
    conn: Connection, account: int, digest: bytes, seen_after: datetime, begun_after: datetime, limit: int
) -> list[Open]:
    """An account's sessions that are not ended, idle or too old, the last used first. digest: of who asks."""
    rows = conn.execute(
        "SELECT number, created_at, seen_at, address, digest = %s FROM browser_session"
        " WHERE account = %s AND ended_at IS NULL AND seen_at >= %s AND created_at >= %s"
        " ORDER BY seen_at DESC, number DESC LIMIT %s",
        (digest, account, seen_after, begun_after, limit),
    )
    return [Open._make(row) for row in rows]


def end_number(conn: Connection, account: int, number: int, now: datetime) -> bool:
    """End one of an account by its number; False when there is none to end."""
    done = conn.execute(
        "UPDATE browser_session SET ended_at = %s WHERE account = %s AND number = %s AND ended_at IS NULL",
        (now, account, number),
    )
    return done.rowcount == 1


def forget_before(conn: Connection, moment: datetime) -> None:
    """Delete sessions that began before a moment."""
    conn.execute("DELETE FROM browser_session WHERE created_at < %s", (moment,))
