"""Names and numbers that the queue shows and searches, one row a person or thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingest.store.connection import Connection
from ingest.store.desk.queue.filters import CAR, INSTRUCTOR, SCHOOL, TERMINAL, TRAINEE

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
    touched = 0
    for kind, wanted in numbers.items():
        table, name = _TABLES[kind]
        touched += conn.execute(
            f"""
            INSERT INTO queue_name AS held (kind, number, name, found)
            SELECT %s, w.number, coalesce(r.name, ''),
                   lpad(w.number::text, 16, '0') || ' ' || lower(coalesce(r.name, ''))
            FROM unnest(%s::bigint[]) AS w (number)
            LEFT JOIN (
                SELECT DISTINCT ON (number) number, {name} AS name FROM {table}
                WHERE number = ANY (%s::bigint[]) ORDER BY number, valid_from DESC, entry DESC
            ) r USING (number)
            ORDER BY w.number
            ON CONFLICT (kind, number) DO UPDATE SET name = excluded.name, found = excluded.found
            WHERE held.found <> excluded.found OR held.name <> excluded.name
            """.encode(),
            (kind, *[sorted(set(wanted) - {0})] * 2),
        ).rowcount
    return touched
