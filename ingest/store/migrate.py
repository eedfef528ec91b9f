"""Numbered SQL, forward only: schema/NNNN_name.sql, each applied once, in order, in its own transaction."""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import Path
from typing import NamedTuple

import psycopg

from ingest.store.connection import Connection, StoreError

log = logging.getLogger(__name__)

SCHEMA = Path(__file__).with_name("schema")
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_LOCK = 0x686F7572_0001  # "hour", first lock
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_version (
    version integer PRIMARY KEY,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"""


class Step(NamedTuple):
    """One migration: its number, file name and text."""

    version: int
    name: str
    sql: bytes

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.sql).digest()


def steps(folder: Path = SCHEMA) -> list[Step]:
    """Every migration of the folder in order. Raises StoreError for a bad name or a number used twice."""
    found: dict[int, Step] = {}
    for file in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(file.name)
        if match is None:
            raise StoreError(f"The migration {file.name} is not named NNNN_words.sql; rename it.")
        version = int(match[1])
        if version in found:
            raise StoreError(f"Two migrations share number {version:04d}; renumber {file.name}.")
        found[version] = Step(version, file.name, file.read_bytes())
    return list(found.values())


def migrate(conn: Connection, folder: Path = SCHEMA) -> list[int]:
    """Bring the database to the newest version; returns the numbers applied now (none the second time).

    Safe to run from several processes at once. Raises StoreError when an applied file has changed since
    or the database is newer than this program.
    """
    wanted = steps(folder)
    conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        _try_timescale(conn)
        conn.execute(_TABLE)
        applied = {
            row[0]: (row[1], bytes(row[2]))
            for row in conn.execute("SELECT version, name, sha256 FROM schema_version")
        }
        _check(wanted, applied)
        fresh = [step for step in wanted if step.version not in applied]
        for step in fresh:
            _apply(conn, step)
        return [step.version for step in fresh]
    finally:
        if not conn.closed:
            conn.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _check(wanted: list[Step], applied: dict[int, tuple[str, bytes]]) -> None:
    known = {step.version: step for step in wanted}
    for version, (name, sha256) in sorted(applied.items()):
        step = known.get(version)
        if step is None:
            raise StoreError(
                f"The database holds migration {name}, which this program does not know; "
                "run the newer hourfence that made it."
            )
        if step.sha256 != sha256:
            raise StoreError(
                f"The migration {step.name} has changed since it was applied to this database; "
                "restore the file and put the change into a new number."
            )


def _apply(conn: Connection, step: Step) -> None:
    try:
        with conn.transaction():
            conn.execute(step.sql)
            conn.execute(
                "INSERT INTO schema_version (version, name, sha256) VALUES (%s, %s, %s)",
                (step.version, step.name, step.sha256),
            )
    except psycopg.OperationalError:
        raise
    except psycopg.Error as fault:
        raise StoreError(f"The migration {step.name} failed: {str(fault).splitlines()[0]}.") from fault
    log.info("Applied the migration %s.", step.name)


def _try_timescale(conn: Connection) -> None:
    """Create the timescaledb extension where the server offers it; without the right to, go on natively."""
    offered = conn.execute(
        "SELECT installed_version IS NULL FROM pg_available_extensions WHERE name = 'timescaledb'"
    ).fetchone()
    if offered is None or not offered[0]:
        return
    try:
        conn.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    except psycopg.Error as fault:
        log.warning(
            "TimescaleDB is offered but could not be created (%s); using native partitions.",
            str(fault).splitlines()[0],
        )
