"""The registry in the database: a file is loaded whole or not at all, a change appends, a snapshot reads.

Each entry has its period in force (valid_from to valid_to, end excluded) and the time it was recorded. For
one (number, valid_from) the entry recorded last is believed; snapshot(as_known_at=...) asks for what was
believed then. An entry that a later file leaves out stays: it ends by a valid_to, not by silence.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from ingest.store.connection import Connection
from ingest.store.registry_entries import (
    CarEntry,
    DaysEntry,
    InstructorEntry,
    OperatorEntry,
    SchoolEntry,
    TerminalEntry,
    TraineeEntry,
)
from ingest.store.registry_file import ALWAYS, Entry, Registry, RegistryError
from ingest.store.registry_sections import COLUMNS, REFERENCES, SECTIONS


class Snapshot(NamedTuple):
    """Everything believed at one instant. Lists are ordered by (number, valid_from).

    grounds is a GeoJSON FeatureCollection of every fence, whatever its dates.
    """

    schools: list[SchoolEntry]
    cars: list[CarEntry]
    instructors: list[InstructorEntry]
    trainees: list[TraineeEntry]
    terminals: list[TerminalEntry]
    grounds: dict[str, Any]
    operators: list[OperatorEntry]
    days: list[DaysEntry]


def load(conn: Connection, registry: Registry) -> dict[str, int]:
    """Append what the checked file changes; returns new entries by table. Raises RegistryError.

    All in one transaction; a file loaded twice adds nothing the second time.
    """
    added: dict[str, int] = {}
    with conn.transaction():
        conn.execute("LOCK TABLE registry_load IN EXCLUSIVE MODE")
        believed = {table: _believed(conn, table, None) for table in COLUMNS}
        _check_references(registry, believed)
        load_id: int | None = None
        for table, entries in registry.entries.items():
            columns = COLUMNS[table]
            known = {row[:2]: row for row in believed[table]}
            fresh = [row for entry in entries if known.get((row := _row(columns, entry))[:2]) != row]
            added[table] = len(fresh)
            if fresh and load_id is None:
                load_id = _new_load(conn, registry)
            if fresh:
                _insert(conn, table, columns, fresh, load_id)
    return added


def _row(columns: tuple[str, ...], entry: Entry) -> tuple[Any, ...]:
    number, valid_from, valid_to = entry["number"], entry["valid_from"], entry["valid_to"]
    return (number, valid_from, valid_to, *(entry[column] for column in columns[3:]))


def _new_load(conn: Connection, registry: Registry) -> int:
    row = conn.execute(
        "INSERT INTO registry_load (source, sha256) VALUES (%s, %s) RETURNING id",
        (registry.source, registry.sha256),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _insert(
    conn: Connection, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]], load_id: int | None
) -> None:
    with conn.cursor() as cursor:
        statement = f"COPY {table} (load, {', '.join(columns)}) FROM STDIN"
        with cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row((load_id, *row))


def _believed(conn: Connection, table: str, as_known_at: datetime | None) -> list[tuple[Any, ...]]:
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT DISTINCT ON (number, valid_from) {', '.join(COLUMNS[table])} FROM {table}"
            " WHERE recorded_at <= coalesce(%s::timestamptz, 'infinity')"
            " ORDER BY number, valid_from, entry DESC".encode(),
            (as_known_at,),
        )
        return cursor.fetchall()


def _check_references(registry: Registry, believed: dict[str, list[tuple[Any, ...]]]) -> None:
    numbers = {
        table: {row[0] for row in believed[table]} | {entry["number"] for entry in registry.entries[table]}
        for table in {field for _, field in REFERENCES}
    }
    for section, field in REFERENCES:
        for index, entry in enumerate(registry.entries[SECTIONS[section].table]):
            named = entry[field]
            if named is not None and named not in numbers[field]:
                shown = named if isinstance(named, str) else f"{named:016d}"
                raise RegistryError(
                    f"{registry.source}: {section}[{index}].{field} names {field} {shown}, "
                    f"which is neither in the file nor in the database; add it to {field}s."
                )


def snapshot(conn: Connection, as_known_at: datetime | None = None) -> Snapshot:
    """The registry as believed now, or as it was believed at as_known_at."""
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        rows = {table: _believed(conn, table, as_known_at) for table in COLUMNS}
    features = [json.loads(row[4]) for row in rows["fence"]]
    return Snapshot(
        [SchoolEntry(*row) for row in rows["school"]],
        [CarEntry(*row) for row in rows["car"]],
        [InstructorEntry(*row) for row in rows["instructor"]],
        [TraineeEntry(*row) for row in rows["trainee"]],
        [TerminalEntry(*row) for row in rows["terminal"]],
        {"type": "FeatureCollection", "features": features},
        [OperatorEntry(*row) for row in rows["operator"]],
        [DaysEntry(*row) for row in rows["training_days"]],
    )


def terminals(conn: Connection) -> list[TerminalEntry]:
    """Every terminal entry believed now."""
    return [TerminalEntry(*row) for row in _believed(conn, "terminal", None)]


def version(conn: Connection) -> int:
    """A number that grows with every change of the registry; 0 while it is empty."""
    row = conn.execute("SELECT coalesce(max(id), 0) FROM registry_load").fetchone()
    assert row is not None
    return int(row[0])


__all__ = [
    "ALWAYS",
    "CarEntry",
    "DaysEntry",
    "InstructorEntry",
    "OperatorEntry",
    "SchoolEntry",
    "Snapshot",
    "TerminalEntry",
    "TraineeEntry",
    "load",
    "snapshot",
    "terminals",
    "version",
]
