"""Whether a session is there for whoever asks: what is told of it below its own address begins with this."""

from __future__ import annotations

from ingest.desk.kernel.actor import Actor
from ingest.desk.kernel.faults import not_found
from ingest.store.connection import Connection
from ingest.store.desk.queue import entries as queue


def check_within_sight(actor: Actor, conn: Connection, key: tuple[int, int]) -> None:
    """Raise the 404 of a session that is not in the queue, or is another school's."""
    entry = queue.entry(conn, key)
    if entry is None:
        raise not_found()
    actor.must_see(entry.school)
