"""Prints of traces in and out: a new session is compared with all history by one look into an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ingest.judge.columns import Ints
from ingest.store.connection import Connection

COMMON = 200
"""Of a print that more rows have the earliest: a trace that is sold often is still found by its first copies,
and a rhythm that many drive costs no more than that."""
_HITS = """
SELECT own.terminal, own.session, own.utc_s, kept.terminal, kept.session, kept.utc_s
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS own (print, terminal, session, utc_s)
CROSS JOIN LATERAL (
    SELECT terminal, session, utc_s FROM trace_print WHERE trace_print.print = own.print
    ORDER BY utc_s, terminal, session LIMIT %s) AS kept
WHERE NOT (kept.terminal = own.terminal AND kept.session = own.session AND abs(kept.utc_s - own.utc_s) < 300)
ORDER BY 1, 2, 3, 4, 5, 6"""


class PrintRow(NamedTuple):
    """One print: where in which session it was taken (Unix second)."""

    print: int
    terminal: int
    session: int
    utc_s: int


class HitRow(NamedTuple):
    """A print asked for and one that is kept."""

    terminal: int
    session: int
    utc_s: int
    other_terminal: int
    other_session: int
    other_utc_s: int


def replace(conn: Connection, sessions: Iterable[tuple[int, int]], prints: Iterable[Sequence[int]]) -> int:
    """Make these sessions' prints exactly these (rows as PrintRow); returns how many. In a transaction."""
    named = sorted(set(sessions))
    conn.execute(
        "DELETE FROM trace_print USING unnest(%s::bigint[], %s::bigint[]) AS gone (terminal, session)"
        " WHERE trace_print.terminal = gone.terminal AND trace_print.session = gone.session",
        ([name[0] for name in named], [name[1] for name in named]),
    )
    count = 0
    with (
        conn.cursor() as cursor,
        cursor.copy("COPY trace_print (print, terminal, session, utc_s) FROM STDIN") as copy,
    ):
        for row in prints:
            copy.write_row(row)
            count += 1
    return count


def hits(conn: Connection, columns: tuple[Ints, Ints, Ints, Ints], common: int = COMMON) -> list[HitRow]:
    """What is kept with these prints (columns as PrintRow), a session's own ones near by left out.

    Of one print the `common` earliest; ordered.
    """
    cursor = conn.execute(_HITS, (*(column.tolist() for column in columns), common))
    return [HitRow(*row) for row in cursor]


def count(conn: Connection) -> int:
    """Prints kept."""
    row = conn.execute("SELECT count(*) FROM trace_print").fetchone()
    assert row is not None
    return int(row[0])
