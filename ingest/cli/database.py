"""The settings' database, its tables up to date, for a command that only asks or writes a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingest.cli.surroundings import surroundings
from ingest.settings import Settings
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate


@contextmanager
def database() -> Iterator[Connection]:
    """An autocommit connection."""
    settings = Settings.from_environment()
    with surroundings(settings, settings.data) as parts, connect(parts.database_url) as conn:
        migrate(conn)
        yield conn
