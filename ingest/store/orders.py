"""Orders to terminals: written by a person, sent when the terminal is heard from, followed by its records.

One after another: the next when the terminal's record of the one before is stored, or its time is over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from firmware.wire.fields import U32
from firmware.wire.orders import BEGUN, BODY_MAX, EXPIRED, STALE
from ingest.store import order_numbers
from ingest.store.connection import Connection, StoreError

SEND_AGAIN_S = 30


class News(NamedTuple):
    """What an ORDER record says of an order; code and outcome as in firmware.wire.orders."""

    terminal: int
    number: int
    code: int
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
    """One order as it stands. given_as: the number it had before number, None when it never had another.

    done_at without received_at: its time was over and no record tells of it.
    """

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
    given_as: int | None


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
        order_numbers.lock(conn)
        if conn.execute("SELECT FROM terminal WHERE number = %s", (terminal,)).fetchone() is None:
            raise StoreError(f"The registry has no terminal {terminal:016d}; load it first.")
        first = order_numbers.highest(conn, terminal) + 1
        numbers = list(range(first, first + len(bodies)))
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


def expire(conn: Connection, now_s: int) -> None:
    """Close what was not received in time as EXPIRED. now_s: the server's clock.

    A record that comes later knows better.
    """
    conn.execute(
        "UPDATE terminal_order SET done_at = clock_timestamp(), outcome = %s"
        " WHERE done_at IS NULL AND received_at IS NULL AND until_s BETWEEN 1 AND %s",
        (EXPIRED, now_s - 1),
    )


def due(conn: Connection, terminals: Collection[int], now_s: int) -> list[Due]:
    """Of each terminal its first open order, unless it was sent within SEND_AGAIN_S; marks it as sent.

    An order whose time is over stands in nobody's way, nor does one whose number the terminal would pass
    over: it gets another. now_s: the server's clock.
    """
    order_numbers.renumber(conn, terminals, now_s, SEND_AGAIN_S)
    rows = conn.execute(
        "UPDATE terminal_order o SET sent_at = to_timestamp(%(now)s)"
        " FROM unnest(%(terminals)s::bigint[]) AS t (number), LATERAL ("
        "   SELECT terminal, number FROM terminal_order WHERE terminal = t.number AND done_at IS NULL"
        "   AND received_at IS NULL AND (until_s = 0 OR until_s >= %(now)s)"
        "   ORDER BY number LIMIT 1) AS f"
        " WHERE o.terminal = f.terminal AND o.number = f.number"
        "   AND coalesce(o.sent_at NOT BETWEEN to_timestamp(%(now)s - %(again)s)"
        "                AND to_timestamp(%(now)s), true)"
        " RETURNING o.terminal, o.number, o.until_s, o.code, o.body",
        {"now": now_s, "terminals": list(terminals), "again": SEND_AGAIN_S},
    ).fetchall()
    return sorted(Due(terminal, number, *rest) for terminal, number, *rest in rows)


def follow(conn: Connection, news: Sequence[News]) -> None:
    """What newly stored ORDER records say: begun, or done with an outcome. The terminal's last word stays.

    Of an order that was never sent, or of another code, no record can tell: it is of another life of the
    database. A record of code STALE says that the number is behind: the order is to be sent under another.
    """
    stale = [one for one in news if one.code == STALE]
    order_numbers.note_taken(
        conn, [(one.terminal, one.value if one.code == STALE else one.number) for one in news]
    )
    with conn.cursor() as cursor:
        cursor.executemany(
            "UPDATE terminal_order SET received_at = coalesce(received_at, clock_timestamp()),"
            " done_at = CASE WHEN %(begun)s THEN NULL ELSE clock_timestamp() END,"
            " outcome = CASE WHEN %(begun)s THEN NULL ELSE %(outcome)s::smallint END, value = %(value)s"
            " WHERE terminal = %(terminal)s AND number = %(number)s AND code = %(code)s"
            " AND sent_at IS NOT NULL AND (done_at IS NULL OR received_at IS NULL)",
            [{**one._asdict(), "begun": one.outcome == BEGUN} for one in news if one.code != STALE],
        )
        cursor.executemany(
            "UPDATE terminal_order SET sent_at = NULL"
            " WHERE terminal = %s AND number = %s AND done_at IS NULL AND received_at IS NULL",
            [(one.terminal, one.number) for one in stale],
        )


def listed(conn: Connection, terminal: int | None = None, only_open: bool = False) -> list[Order]:
    """Orders by terminal and number."""
    rows = conn.execute(
        "SELECT terminal, number, code, length(body), until_s, operator, created_at, sent_at, received_at,"
        " done_at, outcome, value, given_as FROM terminal_order"
        " WHERE (%(t)s::bigint IS NULL OR terminal = %(t)s) AND (NOT %(open)s OR done_at IS NULL)"
        " ORDER BY terminal, number",
        {"t": terminal, "open": only_open},
    )
    return [Order(*row) for row in rows]
