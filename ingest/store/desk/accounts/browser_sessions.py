"""Browsers' sessions by the SHA-256 of their cookies, and how often a log-in was tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection

_LOCK = 0x686F7572_0016


class Session(NamedTuple):
    """A browser's session and its account as it is now."""

    account: int
    is_whole: bool
    created_at: datetime
    seen_at: datetime
    name: str
    role: str
    school: int
    language: str


def add(conn: Connection, digest: bytes, account: int, is_whole: bool, now: datetime) -> None:
    """Begin a session."""
    conn.execute(
        "INSERT INTO browser_session (digest, account, is_whole, created_at, seen_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (digest, account, is_whole, now, now),
    )


def find(conn: Connection, digest: bytes) -> Session | None:
    """A session that was not ended, of an active account; its age is the caller's to judge."""
    row = conn.execute(
        "SELECT s.account, s.is_whole, s.created_at, s.seen_at, a.name, a.role, a.school, a.language"
        " FROM browser_session AS s JOIN account AS a ON a.id = s.account"
        " WHERE s.digest = %s AND s.ended_at IS NULL AND a.is_active",
        (digest,),
    ).fetchone()
    return Session._make(row) if row else None


def seen(conn: Connection, digest: bytes, now: datetime) -> None:
    """It was used now."""
    conn.execute("UPDATE browser_session SET seen_at = %s WHERE digest = %s", (now, digest))


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


def forget_before(conn: Connection, moment: datetime) -> None:
    """Delete sessions that began before a moment."""
    conn.execute("DELETE FROM browser_session WHERE created_at < %s", (moment,))


# --- how often a log-in was tried ------------------------------------------------------------------------


def try_log_in(
    conn: Connection, limits: Sequence[tuple[str, int]], since: datetime, now: datetime
) -> tuple[list[int], datetime | None]:
    """Count one try under each (key, most): the rows' numbers, and None.

    Where one has had its most since then, nothing is counted, and the second part is when its oldest try that
    still counts was made. Tries at once are counted one after another.
    """
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        conn.execute("DELETE FROM log_in_failure WHERE at <= %s", (since,))
        for key, most in limits:
            row = conn.execute(
                "SELECT at FROM log_in_failure WHERE key = %s ORDER BY at DESC OFFSET %s LIMIT 1",
                (key, most - 1),
            ).fetchone()
            if row is not None:
                return [], row[0]
        rows = conn.execute(
            "INSERT INTO log_in_failure (key, at) SELECT key, %s FROM unnest(%s::text[]) AS key RETURNING id",
            (now, [key for key, _ in limits]),
        )
        return [row[0] for row in rows], None


def log_in_worked(conn: Connection, tries: Sequence[int], keys: Sequence[str]) -> None:
    """These tries were no failures, and those before them under the keys are forgiven."""
    conn.execute("DELETE FROM log_in_failure WHERE id = ANY(%s) OR key = ANY(%s)", (list(tries), list(keys)))
