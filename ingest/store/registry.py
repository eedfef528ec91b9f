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
from ingest.store.registry_file import ALWAYS, Entry, Registry, RegistryError

_PERIOD = ("number", "valid_from", "valid_to")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "school": (*_PERIOD, "name"),
    "car": (*_PERIOD, "plate", "school"),
    "instructor": (*_PERIOD, "name", "school"),
    "trainee": (*_PERIOD, "name", "school", "vehicle_class"),
    "terminal": (*_PERIOD, "key", "car", "school", "revoked_at", "public_key"),
    "fence": (*_PERIOD, "ground", "feature"),
}
_REFERENCES = (
    ("car", "school"),
    ("instructor", "school"),
    ("trainee", "school"),
    ("terminal", "school"),
    ("terminal", "car"),
)


class SchoolEntry(NamedTuple):
    """A driving school in force from valid_from until valid_to (None: open)."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    name: str


class CarEntry(NamedTuple):
    """A training car."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    plate: str
    school: int


class InstructorEntry(NamedTuple):
    """An instructor."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    name: str
    school: int


class TraineeEntry(NamedTuple):
    """A trainee."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    name: str
    school: int
    vehicle_class: str


class TerminalEntry(NamedTuple):
    """A terminal in a car, with its 32-byte key; public_key (32 bytes): of the key pair it signs with."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    key: bytes
    car: int
    school: int
    revoked_at: datetime | None
    public_key: bytes | None = None


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


def load(conn: Connection, registry: Registry) -> dict[str, int]:
    """Append what the checked file changes; returns new entries by table. Raises RegistryError.

    All in one transaction; a file loaded twice adds nothing the second time.
    """
    added: dict[str, int] = {}
    with conn.transaction():
        conn.execute("LOCK TABLE registry_load IN EXCLUSIVE MODE")
        believed = {table: _believed(conn, table, None) for table in _COLUMNS}
        _check_references(registry, believed)
        load_id: int | None = None
        for table, entries in registry.entries.items():
            columns = _COLUMNS[table]
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
            f"SELECT DISTINCT ON (number, valid_from) {', '.join(_COLUMNS[table])} FROM {table}"
            " WHERE recorded_at <= coalesce(%s::timestamptz, 'infinity')"
            " ORDER BY number, valid_from, entry DESC".encode(),
            (as_known_at,),
        )
        return cursor.fetchall()


def _check_references(registry: Registry, believed: dict[str, list[tuple[Any, ...]]]) -> None:
    numbers = {
        table: {row[0] for row in believed[table]} | {entry["number"] for entry in registry.entries[table]}
        for table in ("school", "car")
    }
    for table, column in _REFERENCES:
        for index, entry in enumerate(registry.entries[table]):
            if entry[column] not in numbers[column]:
                raise RegistryError(
                    f"{registry.source}: {table}s[{index}].{column} names {column} {entry[column]:016d}, "
                    f"which is neither in the file nor in the database; add it to {column}s."
                )


def snapshot(conn: Connection, as_known_at: datetime | None = None) -> Snapshot:
    """The registry as believed now, or as it was believed at as_known_at."""
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        rows = {table: _believed(conn, table, as_known_at) for table in _COLUMNS}
    features = [json.loads(row[4]) for row in rows["fence"]]
    return Snapshot(
        [SchoolEntry(*row) for row in rows["school"]],
        [CarEntry(*row) for row in rows["car"]],
        [InstructorEntry(*row) for row in rows["instructor"]],
        [TraineeEntry(*row) for row in rows["trainee"]],
        [TerminalEntry(*row) for row in rows["terminal"]],
        {"type": "FeatureCollection", "features": features},
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
    "InstructorEntry",
    "SchoolEntry",
    "Snapshot",
    "TerminalEntry",
    "TraineeEntry",
    "load",
    "snapshot",
    "terminals",
    "version",
]
