"""What the registry believes now of some numbers, and its fences as text: never the whole of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ingest.store.connection import Connection
from ingest.store.registry import Snapshot
from ingest.store.registry_entries import (
    CarEntry,
    DaysEntry,
    InstructorEntry,
    OperatorEntry,
    SchoolEntry,
    TerminalEntry,
    TraineeEntry,
)
from ingest.store.registry_sections import COLUMNS

_KINDS = {
    "school": "schools",
    "car": "cars",
    "instructor": "instructors",
    "trainee": "trainees",
    "terminal": "terminals",
    "operator": "operators",
    "training_days": "days",
}
_FENCES = "SELECT DISTINCT ON (number, valid_from) feature FROM fence ORDER BY number, valid_from, entry DESC"


def checked(conn: Connection) -> list[str]:
    """Kinds of entries that the registry has any of, in the order of the alphabet."""
    asked = ", ".join(f"EXISTS (SELECT FROM {table})" for table in _KINDS)
    row = conn.execute(f"SELECT {asked}".encode()).fetchone()
    assert row is not None
    return sorted(kind for kind, there in zip(_KINDS.values(), row, strict=True) if there)


def entries(conn: Connection, wanted: Mapping[str, Collection[Any]], days_of: Collection[int]) -> Snapshot:
    """Entries of these numbers, by table (school, car, instructor, trainee, terminal, operator), as a
    snapshot without fences; and the permitted days of everybody or of these schools, where there are any."""
    rows = {table: _of_numbers(conn, table, numbers) for table, numbers in wanted.items() if numbers}
    return Snapshot(
        [SchoolEntry(*row) for row in rows.get("school", ())],
        [CarEntry(*row) for row in rows.get("car", ())],
        [InstructorEntry(*row) for row in rows.get("instructor", ())],
        [TraineeEntry(*row) for row in rows.get("trainee", ())],
        [TerminalEntry(*row) for row in rows.get("terminal", ())],
        {"type": "FeatureCollection", "features": []},
        [OperatorEntry(*row) for row in rows.get("operator", ())],
        [DaysEntry(*row) for row in (_days(conn, days_of) if days_of else ())],
    )


def fences(conn: Connection) -> list[str]:
    """The GeoJSON feature of every fence as text, in the order of (number, valid_from)."""
    return [text for (text,) in conn.execute(_FENCES.encode())]


def _of_numbers(conn: Connection, table: str, numbers: Collection[Any]) -> list[tuple[Any, ...]]:
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT DISTINCT ON (number, valid_from) {', '.join(COLUMNS[table])} FROM {table}"
            " WHERE number = ANY (%s) ORDER BY number, valid_from, entry DESC".encode(),
            (sorted(numbers),),
        )
        return cursor.fetchall()


def _days(conn: Connection, schools: Collection[int]) -> list[tuple[Any, ...]]:
    # What an entry says last counts, so that schools are looked at afterwards.
    columns = ", ".join(COLUMNS["training_days"])
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT {columns} FROM (SELECT DISTINCT ON (number, valid_from) {columns} FROM training_days"
            " ORDER BY number, valid_from, entry DESC) AS its"
            " WHERE school IS NULL OR school = ANY (%s) ORDER BY number, valid_from".encode(),
            (sorted(schools),),
        )
        return cursor.fetchall()
