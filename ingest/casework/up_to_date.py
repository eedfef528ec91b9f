"""Queue and sums brought up to date with what was judged or decided since the last time."""

from __future__ import annotations

from collections.abc import Callable

from ingest.casework.deciding import queue
from ingest.casework.numbers import statistics
from ingest.decisions.needs import QUIET_MIN
from ingest.store.connection import Connection
from ingest.store.desk.queue import due as queue_due

BATCH = 5_000
Progress = Callable[[int, int], None]
"""Told how many sessions are done, of how many."""


def bring_up_to_date(conn: Connection, progress: Progress | None = None) -> int:
    """Queue and sums of all sessions that are due, both or neither; how many.

    Each batch is a transaction: what is done stays done, the next run goes on from there.
    """
    queue_due.add_quiet(conn, QUIET_MIN)
    shown, of = 0, queue_due.count(conn)
    while True:
        with conn.transaction():
            due = queue_due.take(conn, BATCH)
            if not due:
                return shown
            queue.refresh(conn, due)
            statistics.refresh(conn, due)
        shown += len(due)
        if progress is not None:
            progress(min(shown, of), of)
