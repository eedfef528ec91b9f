"""Writes that carried an Idempotency-Key: claimed, marked in the transaction in which they are done, answered
once, then told again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from ingest.store.connection import Connection

CLAIM_S = 120  # after that a claim without an answer is of a request that ended without one
KEPT = timedelta(days=7)


class Known(NamedTuple):
    """What the key was used for: SHA-256 of the request; status None: still being answered, or, is_lost, done
    by a request that ended without an answer."""

    request: bytes
    status: int | None
    body: str
    is_lost: bool


def claim(conn: Connection, account: int, key: str, request: bytes, now: datetime) -> int | Known:
    """Take the key for a request: the claim's number when it is taken now, else what it was used for."""
    conn.execute("DELETE FROM idempotent_answer WHERE created_at < %s", (now - KEPT,))
    ended = now - timedelta(seconds=CLAIM_S)
    taken = conn.execute(
        "INSERT INTO idempotent_answer AS i (account, key, request, created_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (account, key) DO UPDATE"
        " SET request = excluded.request, created_at = excluded.created_at, claim = DEFAULT"
        " WHERE i.status IS NULL AND NOT i.is_done AND i.created_at < %s RETURNING i.claim",
        (account, key, request, now, ended),
    ).fetchone()
    if taken is not None:
        return int(taken[0])
    row = conn.execute(
        "SELECT request, status, body, status IS NULL AND is_done AND created_at < %s"
        " FROM idempotent_answer WHERE account = %s AND key = %s",
        (ended, account, key),
    ).fetchone()
    # Between the two sentences the first request may have given its claim back.
    return Known(bytes(row[0]), *row[1:]) if row else Known(request, None, "", False)


def mark_done(conn: Connection, account: int, key: str, claim: int) -> bool:
    """In the transaction of the act: from its commit on the key is never taken over. Whether the claim still
    stands; where it does not, another request has it and this one may do nothing."""
    marked = conn.execute(
        "UPDATE idempotent_answer SET is_done = true"
        " WHERE account = %s AND key = %s AND claim = %s AND status IS NULL",
        (account, key, claim),
    )
    return marked.rowcount == 1


def keep(conn: Connection, account: int, key: str, claim: int, status: int, body: str) -> None:
    """Keep the answer, if the claim still stands."""
    conn.execute(
        "UPDATE idempotent_answer SET status = %s, body = %s WHERE account = %s AND key = %s AND claim = %s",
        (status, body, account, key, claim),
    )


def give_back(conn: Connection, account: int, key: str, claim: int) -> bool:
    """Let the key be used again: its request had no answer that stays true. False where the request was done,
    or has lost its claim: then the key stays as it is."""
    freed = conn.execute(
        "DELETE FROM idempotent_answer"
        " WHERE account = %s AND key = %s AND claim = %s AND status IS NULL AND NOT is_done",
        (account, key, claim),
    )
    return freed.rowcount == 1
