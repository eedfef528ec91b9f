"""Connections for many short questions at once: a pool of autocommit connections in UTC."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg_pool import ConnectionPool, PoolTimeout

from ingest.store.connection import Connection, DatabaseAway, place

STATEMENT_S = 15
WAIT_S = 5.0


class Pool:
    """Connections to one database, opened by the first question. Raises StoreError for a broken URL."""

    def __init__(self, url: str, largest: int = 16) -> None:
        self._url, self._largest, self._where = url, largest, place(url)
        self._lock = threading.Lock()
        self._held: ConnectionPool[Connection] | None = None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection for as long as the block runs. Raises DatabaseAway."""
        pool = self._pool()
        try:
            conn = pool.getconn()
        except PoolTimeout:
            raise DatabaseAway(
                f"The database at {self._where} gave no connection within {WAIT_S:g} s; try later."
            ) from None
        try:
            yield conn
        finally:
            pool.putconn(conn)

    def close(self) -> None:
        """End all connections; another question opens it again."""
        with self._lock:
            pool, self._held = self._held, None
        if pool is not None:
            pool.close()

    def _pool(self) -> ConnectionPool[Connection]:
        with self._lock:
            if self._held is None:
                self._held = ConnectionPool(
                    self._url,
                    min_size=1,
                    max_size=self._largest,
                    open=True,
                    timeout=WAIT_S,
                    configure=_configure,
                    kwargs={"autocommit": True, "connect_timeout": 5},
                )
            return self._held


def _configure(conn: Connection) -> None:
    conn.execute("SET TIME ZONE 'UTC'")
    conn.execute(f"SET statement_timeout = '{STATEMENT_S}s'".encode())
