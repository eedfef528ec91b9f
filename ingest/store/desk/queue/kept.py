"""Filters of the queue that somebody keeps under a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from psycopg.errors import UniqueViolation

from ingest.store.connection import Connection

MOST = 20
"""Filters of one account at most: as many as a person finds again."""


class KeptRow(NamedTuple):
    """One kept filter. asked: as the API takes filters, only those that are set."""

    id: int
    name: str
    asked: dict[str, Any]


class NameTaken(Exception):
    """The account has another filter of this name."""


def of_account(conn: Connection, account: int) -> list[KeptRow]:
    """An account's filters, the oldest first, so that a new one changes no key of the others."""
    rows = conn.execute("SELECT id, name, asked FROM queue_filter WHERE account = %s ORDER BY id", (account,))
    return [KeptRow._make(row) for row in rows]


def add(conn: Connection, account: int, name: str, asked: Mapping[str, Any]) -> KeptRow | None:
    """Keep one more; None when the account has as many as it may. Raises NameTaken."""
    with conn.transaction():
        # One after the other for one account, so that the limit holds.
        conn.execute("SELECT FROM account WHERE id = %s FOR UPDATE", (account,))
        known = of_account(conn, account)
        if any(one.name == name for one in known):
            raise NameTaken
        if len(known) >= MOST:
            return None
        row = conn.execute(
            "INSERT INTO queue_filter (account, name, asked) VALUES (%s, %s, %s) RETURNING id, name, asked",
            (account, name, json.dumps(asked)),
        ).fetchone()
        assert row is not None
        return KeptRow._make(row)


def rename(conn: Connection, account: int, number: int, name: str) -> KeptRow | None:
    """Give one of the account's filters another name; None when it is not there. Raises NameTaken."""
    try:
        row = conn.execute(
            "UPDATE queue_filter SET name = %s WHERE account = %s AND id = %s RETURNING id, name, asked",
            (name, account, number),
        ).fetchone()
    except UniqueViolation as fault:
        raise NameTaken from fault
    return None if row is None else KeptRow._make(row)


def delete(conn: Connection, account: int, number: int) -> bool:
    """Forget one of the account's filters; False when it is not there."""
    gone = conn.execute("DELETE FROM queue_filter WHERE account = %s AND id = %s", (account, number))
    return gone.rowcount == 1
