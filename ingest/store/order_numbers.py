"""Numbers of orders: above what the terminal has taken, or it never looks at them.

A terminal does no order whose number is not above the last one it took. An order may stay behind nonetheless:
after the database came back from a backup, or when a later one overtook it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from firmware.wire.fields import U32
from ingest.store.connection import Connection

_BEHIND = (
    "done_at IS NULL AND received_at IS NULL AND o.number <= taken.number"
    " AND coalesce(sent_at NOT BETWEEN to_timestamp(%(now)s - %(quiet)s) AND to_timestamp(%(now)s), true)"
)


def note_taken(conn: Connection, taken: Iterable[tuple[int, int]]) -> None:
    """(terminal, number): numbers that terminals are known to have taken, in any sequence."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO order_number_taken AS known (terminal, number) VALUES (%s, %s)"
            " ON CONFLICT (terminal) DO UPDATE SET number = excluded.number"
            " WHERE known.number < excluded.number",
            list(taken),
        )


def lock(conn: Connection) -> None:
    """Until the end of the transaction nobody else gives orders or numbers."""
    conn.execute("LOCK TABLE terminal_order IN SHARE ROW EXCLUSIVE MODE")


def highest(conn: Connection, terminal: int) -> int:
    """The highest number given to a terminal or taken by it, 0 when there is none."""
    row = conn.execute(
        "SELECT greatest((SELECT max(number) FROM terminal_order WHERE terminal = %(terminal)s),"
        " (SELECT number FROM order_number_taken WHERE terminal = %(terminal)s), 0)",
        {"terminal": terminal},
    ).fetchone()
    assert row is not None
    return int(row[0])


def renumber(conn: Connection, terminals: Collection[int], now_s: int, quiet_s: int) -> None:
    """Give orders that stay behind numbers above all others, and those after them too: the sequence stays.

    Not those sent within quiet_s: their record may be on its way. now_s: the server's clock.
    """
    times = {"now": now_s, "quiet": quiet_s}
    behind = [
        row[0]
        for row in conn.execute(
            "SELECT DISTINCT o.terminal FROM terminal_order o JOIN order_number_taken taken USING (terminal)"
            f" WHERE o.terminal = ANY(%(terminals)s) AND {_BEHIND}".encode(),
            {**times, "terminals": list(terminals)},
        )
    ]
    if not behind:
        return
    with conn.transaction():
        lock(conn)
        for terminal in behind:
            conn.execute(
                "UPDATE terminal_order o SET number = %(top)s + place, sent_at = NULL,"
                " given_as = coalesce(o.given_as, o.number) FROM ("
                "  SELECT o.number, row_number() OVER (ORDER BY o.number) AS place"
                "  FROM terminal_order o JOIN order_number_taken taken USING (terminal)"
                f" WHERE o.terminal = %(terminal)s AND ({_BEHIND}"
                "  OR done_at IS NULL AND received_at IS NULL AND sent_at IS NULL)) AS one"
                " WHERE o.terminal = %(terminal)s AND o.number = one.number"
                " AND %(top)s + place <= %(last)s".encode(),
                {**times, "terminal": terminal, "top": highest(conn, terminal), "last": U32},
            )
