"""Browsers from which an account was logged in to, by the SHA-256 of their cookies."""

from __future__ import annotations

from datetime import datetime

from ingest.store.connection import Connection

KEPT_MOST = 20
"""Of one account; the longest unused ones are forgotten."""


def is_known(conn: Connection, account: int, digest: bytes, since: datetime) -> bool:
    """Whether the account was logged in to from that browser since then."""
    row = conn.execute(
        "SELECT FROM known_browser WHERE account = %s AND digest = %s AND used_at > %s",
        (account, digest, since),
    ).fetchone()
    return row is not None


def is_any(conn: Connection, digest: bytes) -> bool:
    """Whether any account was logged in to from that browser."""
    row = conn.execute("SELECT FROM known_browser WHERE digest = %s LIMIT 1", (digest,)).fetchone()
    return row is not None


def keep(conn: Connection, account: int, digest: bytes, now: datetime, since: datetime) -> None:
    """It was logged in to from there now. Forgets all browsers that were not used since then."""
    conn.execute("DELETE FROM known_browser WHERE used_at <= %s", (since,))
    conn.execute(
        "INSERT INTO known_browser (account, digest, used_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (account, digest) DO UPDATE SET used_at = excluded.used_at",
        (account, digest, now),
    )
    conn.execute(
        "DELETE FROM known_browser WHERE account = %(account)s AND digest IN (SELECT digest FROM"
        " known_browser"
        " WHERE account = %(account)s ORDER BY used_at DESC OFFSET %(most)s)",
        {"account": account, "most": KEPT_MOST},
    )


def forget_all(conn: Connection, account: int) -> None:
    """Forget all of an account."""
    conn.execute("DELETE FROM known_browser WHERE account = %s", (account,))
