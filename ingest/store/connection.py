"""One way to reach PostgreSQL: wait with back-off, and say in one sentence what is waited for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

log = logging.getLogger(__name__)

Connection = psycopg.Connection[Any]

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0
ATTEMPT_S = 5


class StoreError(Exception):
    """A fault of the database, its address or its content, told in one sentence."""


class DatabaseAway(StoreError):
    """The database could not be reached within the patience given, or the wait was called off."""


def place(url: str) -> str:
    """Where a database URL points, without the password: ``host:port/name``. Raises StoreError."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as fault:
        raise StoreError(
            f"The database URL cannot be read ({_first_line(fault)}); "
            "it should look like postgresql://user:password@host:5432/hourfence."
        ) from None
    port = parts.get("port") or "5432"
    return f"{parts.get('host') or 'localhost'}:{port}/{parts.get('dbname') or parts.get('user') or ''}"


def connect(
    url: str, *, patience_s: float | None = None, wait: Callable[[float], bool] | None = None
) -> Connection:
    """An autocommit connection in UTC. Waits with back-off for patience_s (None: for ever).

    wait(seconds) is how to wait, and says whether to stop; without it the thread sleeps. Raises DatabaseAway
    when the patience or wait ends it, StoreError for a broken URL.
    """
    where = place(url)
    give_up = None if patience_s is None else time.monotonic() + patience_s
    wait_s = FIRST_WAIT_S
    while True:
        try:
            conn: Connection = psycopg.connect(url, autocommit=True, connect_timeout=ATTEMPT_S)
            conn.execute("SET TIME ZONE 'UTC'")
            return conn
        except psycopg.OperationalError as fault:
            why = _first_line(fault)
        if give_up is not None and time.monotonic() + wait_s > give_up:
            raise DatabaseAway(
                f"The database at {where} did not answer within {patience_s:g} s ({why}); "
                "start it, or correct HOURFENCE_DATABASE_URL."
            )
        log.warning("The database at %s is away (%s); trying again in %.1f s.", where, why, wait_s)
        if wait is None:
            time.sleep(wait_s)
        elif wait(wait_s):
            raise DatabaseAway(f"Stopped while waiting for the database at {where}.")
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def answers(conn: Connection) -> bool:
    """Whether the database answers; raises psycopg.Error where it does not."""
    return conn.execute("SELECT true").fetchone() == (True,)


def _first_line(fault: BaseException) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return lines[-1] if lines else type(fault).__name__
