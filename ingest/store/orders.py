"""Orders to terminals: written by a person, sent when the terminal is heard from, followed by its records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from firmware.wire.fields import U32
from firmware.wire.orders import BEGUN, BODY_MAX
from ingest.store.connection import Connection, StoreError

SEND_AGAIN_S = 30
FEW = 3
"""Orders sent to one terminal at a time: they are short of memory."""


class News(NamedTuple):
    """What an ORDER record says of an order; outcome as in firmware.wire.orders."""

    terminal: int
    number: int
    outcome: int
    value: int


class Due(NamedTuple):
    """An order to be sent now."""

    terminal: int
    number: int
    until_s: int
    code: int
    body: bytes


class Order(NamedTuple):
    """One order as it stands."""

    terminal: int
    number: int
    code: int
    size: int
    until_s: int
    operator: str
    created_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    done_at: datetime | None
    outcome: int | None
    value: int | None


def add(
    conn: Connection,
    terminal: int,
    code: int,
    bodies: Sequence[bytes],
    operator: str,
    until_s: int = 0,
    image: bytes | None = None,
) -> list[int]:
    """Give a terminal one order for each body, in this sequence; their numbers. Raises StoreError."""
    if any(len(body) > BODY_MAX for body in bodies):
        raise StoreError(f"An order holds at most {BODY_MAX} bytes; make it smaller.")
    with conn.transaction():
        conn.execute("LOCK TABLE terminal_order IN SHARE ROW EXCLUSIVE MODE")
        if conn.execute("SELECT FROM terminal WHERE number = %s", (terminal,)).fetchone() is None:
            raise StoreError(f"The registry has no terminal {terminal:016d}; load it first.")
        row = conn.execute(
            "SELECT coalesce(max(number), 0) FROM terminal_order WHERE terminal = %s", (terminal,)
        ).fetchone()
        assert row is not None
        numbers = list(range(row[0] + 1, row[0] + 1 + len(bodies)))
        if numbers and numbers[-1] > U32:
            raise StoreError(f"Terminal {terminal:016d} has had all the orders that can be numbered.")
        with conn.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO terminal_order (terminal, number, code, body, until_s, image, operator)"
                " VALUES (%s, %s, %s, %b, %s, %b, %s)",
                [
                    (terminal, number, code, body, until_s, image, operator)
                    for number, body in zip(numbers, bodies, strict=True)
                ],
            )
    return numbers


def awaited(conn: Connection) -> set[int]:
    """Terminals that have an order which has not been received."""
    return {
        row[0]
        for row in conn.execute(
            "SELECT DISTINCT terminal FROM terminal_order WHERE done_at IS NULL AND received_at IS NULL"
        )
    }


def due(conn: Connection, terminals: Collection[int], now_s: int) -> list[Due]:
    """Of each terminal the first FEW open orders, less those sent within SEND_AGAIN_S; marks them as sent.

    An order whose time is over stands in nobody's way. now_s: the server's clock.
    """
    rows = conn.execute(
        "UPDATE terminal_order o SET sent_at = to_timestamp(%(now)s)"
        " FROM unnest(%(terminals)s::bigint[]) AS t (number), LATERAL ("
        "   SELECT terminal, number FROM terminal_order WHERE terminal = t.number AND done_at IS NULL"
        "   AND received_at IS NULL AND (until_s = 0 OR until_s >= %(now)s)"
        "   ORDER BY number LIMIT %(few)s) AS f"
        " WHERE o.terminal = f.terminal AND o.number = f.number"
        "   AND coalesce(o.sent_at NOT BETWEEN to_timestamp(%(now)s - %(again)s)"
        "                AND to_timestamp(%(now)s), true)"
        " RETURNING o.terminal, o.number, o.until_s, o.code, o.body",
        {"now": now_s, "terminals": list(terminals), "few": FEW, "again": SEND_AGAIN_S},
    ).fetchall()
    return sorted(Due(terminal, number, *rest) for terminal, number, *rest in rows)


def follow(conn: Connection, news: Sequence[News]) -> None:
    """What newly stored ORDER records say: begun, or done with an outcome. The last word stays."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "UPDATE terminal_order SET received_at = coalesce(received_at, clock_timestamp()),"
            " done_at = CASE WHEN %(begun)s THEN done_at ELSE clock_timestamp() END,"
            " outcome = CASE WHEN %(begun)s THEN outcome ELSE %(outcome)s END, value = %(value)s"
            " WHERE terminal = %(terminal)s AND number = %(number)s AND done_at IS NULL",
            [{**one._asdict(), "begun": one.outcome == BEGUN} for one in news],
        )


def listed(conn: Connection, terminal: int | None = None, only_open: bool = False) -> list[Order]:
    """Orders by terminal and number."""
    rows = conn.execute(
        "SELECT terminal, number, code, length(body), until_s, operator, created_at, sent_at, received_at,"
        " done_at, outcome, value FROM terminal_order"
        " WHERE (%(t)s::bigint IS NULL OR terminal = %(t)s) AND (NOT %(open)s OR done_at IS NULL)"
        " ORDER BY terminal, number",
        {"t": terminal, "open": only_open},
    )
    return [Order(*row) for row in rows]
