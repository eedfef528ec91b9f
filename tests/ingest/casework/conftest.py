"""Databases of these tests: one a file whose writes are rolled back, or one of a test's own."""

from collections.abc import Iterator

import pytest

from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate


@pytest.fixture(scope="module")
def file_conn(module_postgres_url: str) -> Iterator[Connection]:
    """A connection to the file's migrated database."""
    with connect(module_postgres_url) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def conn(file_conn: Connection) -> Iterator[Connection]:
    """Whatever a test writes is rolled back."""
    with file_conn.transaction(force_rollback=True):
        yield file_conn


@pytest.fixture
def apart(postgres_url: str) -> Iterator[Connection]:
    """A database of the test's own, for what other connections must see."""
    with connect(postgres_url) as opened:
        migrate(opened)
        yield opened
