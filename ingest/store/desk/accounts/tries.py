"""How often a log-in was tried, counted under keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ingest.store.connection import Connection

_LOCK = 0x686F7572_0016
LONGEST = timedelta(days=1)


class Limit(NamedTuple):
    """How many failed tries under a key within a window, LONGEST at most, are too many."""

    key: str
    most: int
    window: timedelta


def begin(conn: Connection, limits: Sequence[Limit], now: datetime) -> tuple[list[int], datetime | None]:
    """Count one try under each key: the rows' numbers, and None.

    Where one has had its most, nothing is counted, and the second part is from when on it may be tried again.
    Tries at once are counted one after another.
    """
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        conn.execute("DELETE FROM log_in_failure WHERE at <= %s", (now - LONGEST,))
        until = [again for again in (_again_at(conn, limit, now) for limit in limits) if again is not None]
        if until:
            return [], max(until)
        rows = conn.execute(
            "INSERT INTO log_in_failure (key, at) SELECT key, %s FROM unnest(%s::text[]) AS key RETURNING id",
            (now, list(dict.fromkeys(limit.key for limit in limits))),
        )
        return [row[0] for row in rows], None


def worked(conn: Connection, tries: Sequence[int], keys: Sequence[str]) -> None:
    """These tries were no failures, and those before them under the keys are forgiven."""
    conn.execute("DELETE FROM log_in_failure WHERE id = ANY(%s) OR key = ANY(%s)", (list(tries), list(keys)))


def _again_at(conn: Connection, limit: Limit, now: datetime) -> datetime | None:
    row = conn.execute(
        "SELECT at FROM log_in_failure WHERE key = %s AND at > %s ORDER BY at DESC OFFSET %s LIMIT 1",
        (limit.key, now - limit.window, limit.most - 1),
    ).fetchone()
    return None if row is None else row[0] + limit.window
