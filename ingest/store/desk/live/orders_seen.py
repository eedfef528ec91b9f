"""Orders to terminals as the desk shows them: the newest first, by pages, a school's own alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from firmware.wire.orders import FACE_CHECK
from ingest.store.connection import Connection

_COLUMNS = (
    "o.terminal, o.number, o.code, o.body, o.until_s, o.operator, o.created_at, o.sent_at, o.received_at,"
    " o.done_at, o.outcome, o.value, coalesce(o.given_as, o.number),"
    " coalesce(why.cause, ''), coalesce(why.words, '')"
)


class SeenOrder(NamedTuple):
    """One order. code, body, outcome and value as in firmware.wire.orders; given_as: the number it was given
    under, which stays when the terminal needs it under another. cause, words: why, '' where nobody said."""

    terminal: int
    number: int
    code: int
    body: bytes
    until_s: int
    operator: str
    created_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    done_at: datetime | None
    outcome: int | None
    value: int | None
    given_as: int
    cause: str = ""
    words: str = ""


class OrderFilter(NamedTuple):
    """Which orders; 0 and False: all. school: of the terminal by its newest entry; a face check that the
    terminal has not received is not told to a school, which would warn the car."""

    terminal: int = 0
    school: int = 0
    only_open: bool = False


def page(
    conn: Connection, asked: OrderFilter, after: tuple[datetime, int, int] | None, limit: int
) -> list[SeenOrder]:
    """At most limit orders, the newest first, after (created_at, terminal, number)."""
    at, terminal, number = after or (None, 0, 0)
    return _orders(
        conn,
        f"{_WHERE} AND (%(at)s::timestamptz IS NULL"
        "  OR (o.created_at, o.terminal, o.number) < (%(at)s, %(after_terminal)s, %(after_number)s))"
        " ORDER BY o.created_at DESC, o.terminal DESC, o.number DESC LIMIT %(limit)s",
        {**asked._asdict(), "at": at, "after_terminal": terminal, "after_number": number, "limit": limit},
    )


def count(conn: Connection, asked: OrderFilter) -> int:
    """How many there are."""
    row = conn.execute(
        f"SELECT count(*) FROM terminal_order o WHERE {_WHERE}".encode(), asked._asdict()
    ).fetchone()
    assert row is not None
    return int(row[0])


def open_orders(conn: Connection) -> list[SeenOrder]:
    """Every order that is not done, by terminal and number."""
    return _orders(conn, "o.done_at IS NULL ORDER BY o.terminal, o.number", {})


def by_key(conn: Connection, keys: Sequence[tuple[int, int]]) -> list[SeenOrder]:
    """The orders given as these (terminal, number)."""
    return _orders(
        conn,
        "o.terminal = ANY(%(terminals)s::bigint[]) AND (o.terminal, coalesce(o.given_as, o.number)) IN"
        " (SELECT * FROM unnest(%(terminals)s::bigint[], %(numbers)s::bigint[]))"
        " ORDER BY o.terminal, o.number",
        {"terminals": [key[0] for key in keys], "numbers": [key[1] for key in keys]},
    )


def add_cause(conn: Connection, terminal: int, number: int, cause: str, words: str) -> None:
    """Keep why an order was given."""
    conn.execute("INSERT INTO order_cause VALUES (%s, %s, %s, %s)", (terminal, number, cause, words))


def is_registered(conn: Connection, terminal: int) -> bool:
    """Whether the registry has an entry of that terminal."""
    return conn.execute("SELECT FROM terminal WHERE number = %s LIMIT 1", (terminal,)).fetchone() is not None


_WHY = (
    "LEFT JOIN order_cause why ON why.terminal = o.terminal AND why.number = coalesce(o.given_as, o.number)"
)
_WHERE = (
    f"(%(school)s = 0 OR o.received_at IS NOT NULL OR o.code <> {FACE_CHECK}) AND "
    "(%(terminal)s = 0 OR o.terminal = %(terminal)s) AND (NOT %(only_open)s OR o.done_at IS NULL)"
    " AND (%(school)s = 0 OR %(school)s = (SELECT t.school FROM terminal t WHERE t.number = o.terminal"
    "      ORDER BY t.valid_from DESC, t.entry DESC LIMIT 1))"
)


def _orders(conn: Connection, where: str, values: dict[str, object]) -> list[SeenOrder]:
    with conn.cursor(binary=True) as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM terminal_order o {_WHY} WHERE {where}".encode(), values)
        return [SeenOrder(*row) for row in cursor.fetchall()]
