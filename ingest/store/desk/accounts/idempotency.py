"""Writes that carried an Idempotency-Key: claimed before they are done, answered once, then told again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from ingest.store.connection import Connection

CLAIM_S = 120  # after that a claim without an answer is of a request that ended without one
KEPT = timedelta(days=7)


class Known(NamedTuple):
    """What the key was used for: SHA-256 of the request; status None: still being answered."""

    request: bytes
    status: int | None
    body: str


def claim(conn: Connection, account: int, key: str, request: bytes, now: datetime) -> Known | None:
    """Take the key for a request: None when it is taken now, else what it was used for."""
    conn.execute("DELETE FROM idempotent_answer WHERE created_at < %s", (now - KEPT,))
    taken = conn.execute(
        "INSERT INTO idempotent_answer AS i (account, key, request, created_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (account, key) DO UPDATE"
        " SET request = excluded.request, created_at = excluded.created_at"
        " WHERE i.status IS NULL AND i.created_at < %s",
        (account, key, request, now, now - timedelta(seconds=CLAIM_S)),
    )
    if taken.rowcount == 1:
        return None
    row = conn.execute(
        "SELECT request, status, body FROM idempotent_answer WHERE account = %s AND key = %s", (account, key)
    ).fetchone()
    # Between the two sentences the first request may have given its claim back.
    return Known(bytes(row[0]), row[1], row[2]) if row else Known(request, None, "")


def keep(conn: Connection, account: int, key: str, status: int, body: str) -> None:
    """Keep the answer."""
    conn.execute(
        "UPDATE idempotent_answer SET status = %s, body = %s WHERE account = %s AND key = %s",
        (status, body, account, key),
    )


def give_back(conn: Connection, account: int, key: str) -> None:
    """Let the key be used again: its request had no answer that stays true."""
    conn.execute(
        "DELETE FROM idempotent_answer WHERE account = %s AND key = %s AND status IS NULL", (account, key)
    )
