"""Connections for many short questions at once: a pool of autocommit connections in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg_pool import ConnectionPool, PoolTimeout

from ingest.store.connection import Connection, DatabaseAway, place

STATEMENT_S = 15
WAIT_S = 5.0


class Pool:
    """A pool of connections to one database. Raises StoreError for a broken URL."""

    def __init__(self, url: str, largest: int = 16) -> None:
        self._where = place(url)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            min_size=1,
            max_size=largest,
            open=True,
            timeout=WAIT_S,
            configure=_configure,
            kwargs={"autocommit": True, "connect_timeout": 5},
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection for as long as the block runs. Raises DatabaseAway."""
        try:
            conn = self._pool.getconn()
        except PoolTimeout:
            raise DatabaseAway(
                f"The database at {self._where} gave no connection within {WAIT_S:g} s; try later."
            ) from None
        try:
            yield conn
        finally:
            self._pool.putconn(conn)

    def close(self) -> None:
        """End all connections."""
        self._pool.close()


def _configure(conn: Connection) -> None:
    conn.execute("SET TIME ZONE 'UTC'")
    conn.execute(f"SET statement_timeout = '{STATEMENT_S}s'".encode())
