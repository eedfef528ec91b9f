"""API tokens by their SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection


class Token(NamedTuple):
    """One token, without the token. account, name: whose it is; used_at: the hour of its last use."""

    id: int
    account: int
    name: str
    label: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


class Bearer(NamedTuple):
    """What a request with a token may do, and as whom."""

    token: int
    scopes: list[str]
    account: int
    name: str
    role: str
    school: int
    language: str


_COLUMNS = "t.id, t.account, a.name, t.label, t.scopes, t.created_at, t.expires_at, t.revoked_at, t.used_at"


def add(
    conn: Connection,
    digest: bytes,
    account: int,
    label: str,
    scopes: list[str],
    now: datetime,
    expires_at: datetime | None,
) -> int:
    """A new token's number."""
    row = conn.execute(
        "INSERT INTO api_token (digest, account, label, scopes, created_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
        (digest, account, label, scopes, now, expires_at),
    ).fetchone()
    assert row is not None
    return int(row[0])


def bearer(conn: Connection, digest: bytes, now: datetime) -> Bearer | None:
    """The token's account and scopes, used in this hour; None when unknown, expired, revoked or its account
    disabled."""
    row = conn.execute(
        "SELECT t.id, t.scopes, a.id, a.name, a.role, a.school, a.language, t.used_at"
        " FROM api_token AS t JOIN account AS a ON a.id = t.account"
        " WHERE t.digest = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %s)"
        " AND a.is_active",
        (digest, now),
    ).fetchone()
    if row is None:
        return None
    *found, used_at = row
    hour = now.replace(minute=0, second=0, microsecond=0)
    # Written once an hour: a program asks many times a second.
    if used_at is None or used_at < hour:
        conn.execute("UPDATE api_token SET used_at = %s WHERE id = %s", (hour, found[0]))
    return Bearer._make(found)


def by_id(conn: Connection, token: int) -> Token | None:
    """One token."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM api_token AS t JOIN account AS a ON a.id = t.account WHERE t.id = %s",
        (token,),
    ).fetchone()
    return Token._make(row) if row else None


def listed(conn: Connection, account: int | None, below_id: int | None, limit: int) -> list[Token]:
    """The newest first, of one account or (None) of all, below a number."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM api_token AS t JOIN account AS a ON a.id = t.account"
        " WHERE (%(account)s::bigint IS NULL OR t.account = %(account)s)"
        " AND (%(below)s::bigint IS NULL OR t.id < %(below)s) ORDER BY t.id DESC LIMIT %(limit)s",
        {"account": account, "below": below_id, "limit": limit},
    )
    return [Token._make(row) for row in rows]


def count(conn: Connection, account: int | None) -> int:
    """How many, of one account or of all."""
    row = conn.execute(
        "SELECT count(*) FROM api_token WHERE %(account)s::bigint IS NULL OR account = %(account)s",
        {"account": account},
    ).fetchone()
    return int(row[0]) if row else 0


def revoke(conn: Connection, token: int, now: datetime) -> bool:
    """End one; False when it was revoked before."""
    done = conn.execute(
        "UPDATE api_token SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL", (now, token)
    )
    return done.rowcount == 1


def revoke_all(conn: Connection, account: int, now: datetime) -> int:
    """End all of an account; how many."""
    return conn.execute(
        "UPDATE api_token SET revoked_at = %s WHERE account = %s AND revoked_at IS NULL", (now, account)
    ).rowcount
