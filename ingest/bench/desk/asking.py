"""Requests to the desk's application itself, timed; and how much of each was waiting for bare SQL."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
from fastapi import FastAPI

from ingest.store.connection import Connection
from ingest.store.pool import Pool


class Timed(NamedTuple):
    """One answer: seconds from the request's arrival to the last byte, seconds of its SQL, bytes, statements.

    slowest: the statement that took longest, and its seconds.
    """

    path: str
    status: int
    server_s: float
    sql_s: float
    size: int
    statements: int
    slowest: tuple[float, str]


_LOG: list[tuple[float, str]] = []


class _TimedCursor(psycopg.Cursor[Any]):
    """Notes how long each statement took until its rows were here."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return super().execute(query, params, **options)
        finally:
            _LOG.append((time.perf_counter() - began, str(query)))


class TimedPool:
    """A pool whose connections note their statements."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """As Pool has it."""
        with self._pool.connection() as conn:
            conn.cursor_factory = _TimedCursor
            yield conn

    def close(self) -> None:
        """As Pool has it."""
        self._pool.close()


class Asker:
    """Asks an application in this process, one request after the other, as the owner of a token."""

    def __init__(self, app: FastAPI, token: str) -> None:
        app.state.desk.pool = TimedPool(app.state.desk.pool)
        self._app, self._token = app, token
        # In a thread of its own: the caller's may have a loop that runs already.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bench-asker", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the loop and its threads."""
        asyncio.run_coroutine_threadsafe(self._loop.shutdown_default_executor(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def get(self, url: str) -> tuple[Timed, bytes]:
        """Ask for a path with its query."""
        return asyncio.run_coroutine_threadsafe(self._get(url), self._loop).result()

    async def _get(self, url: str) -> tuple[Timed, bytes]:
        parts = urlsplit(url)
        headers = [
            (b"host", b"127.0.0.1"),
            (b"authorization", b"Bearer " + self._token.encode()),
            (b"accept-language", b"zh"),
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        told: list[dict[str, Any]] = []
        sent = False

        async def receive() -> dict[str, Any]:
            nonlocal sent
            if sent:
                await asyncio.sleep(3600)
            sent = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        _LOG.clear()
        began = time.perf_counter()
        await self._app(scope, receive, send)  # type: ignore[arg-type]
        took_s = time.perf_counter() - began
        body = b"".join(one.get("body", b"") for one in told)
        statements = list(_LOG)
        timed = Timed(
            url,
            int(told[0]["status"]),
            took_s,
            sum(spent for spent, _ in statements),
            len(body),
            len(statements),
            max(statements, default=(0.0, "")),
        )
        return timed, body
