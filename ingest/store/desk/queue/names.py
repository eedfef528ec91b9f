"""Names and numbers that the queue shows and searches, one row a person, thing or ground."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingest.store.connection import Connection
from ingest.store.desk.queue.search import CAR, INSTRUCTOR, SCHOOL, TERMINAL, TRAINEE, folded

_TABLES = {
    SCHOOL: ("school", "name"),
    INSTRUCTOR: ("instructor", "name"),
    TRAINEE: ("trainee", "name"),
    CAR: ("car", "plate"),
    TERMINAL: ("terminal", "''::text"),
}


def refresh(conn: Connection, numbers: Mapping[int, Iterable[int]]) -> int:
    """Take in the names, as last registered, of these numbers by kind; returns the rows touched.

    A number that is not registered is kept with an empty name, so that it is found by its digits.
    """
    fresh = []
    for kind, wanted in numbers.items():
        table, name = _TABLES[kind]
        rows = conn.execute(
            f"""
            SELECT w.number, coalesce(r.name, ''), h.name, h.found FROM unnest(%s::bigint[]) AS w (number)
            LEFT JOIN (
                SELECT DISTINCT ON (number) number, {name} AS name FROM {table}
                WHERE number = ANY (%s::bigint[]) ORDER BY number, valid_from DESC, entry DESC
            ) r USING (number)
            LEFT JOIN queue_name h ON h.kind = %s AND h.number = w.number
            """.encode(),
            (*[sorted(set(wanted) - {0})] * 2, kind),
        )
        for number, now, held, found in rows:
            searched = f"{number:016d} {folded(now)}"
            if (now, searched) != (held, found):
                fresh.append((kind, number, now, searched))
    fresh.sort()
    return conn.execute(
        "INSERT INTO queue_name (kind, number, name, found)"
        " SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::text[], %s::text[])"
        " ON CONFLICT (kind, number) DO UPDATE SET name = excluded.name, found = excluded.found",
        [[row[at] for row in fresh] for at in range(4)],
    ).rowcount


def refresh_grounds(conn: Connection, grounds: Iterable[str]) -> int:
    """Take in these grounds' names; returns how many were new."""
    named = sorted({ground for ground in grounds if ground})
    return conn.execute(
        "INSERT INTO queue_ground_name SELECT * FROM unnest(%s::text[], %s::text[])"
        " ON CONFLICT (ground) DO NOTHING",
        (named, [folded(ground) for ground in named]),
    ).rowcount
