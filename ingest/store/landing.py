"""One batch, one transaction: evidence, quarantine, heads and counts are committed together or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from ingest.store import conservation, envelopes, evidence, heads, orders, photos, quarantine
from ingest.store.connection import Connection
from ingest.store.conservation import Counts
from ingest.store.evidence import EvidenceRow
from ingest.store.heads import Head
from ingest.store.orders import News
from ingest.store.parts import Parts
from ingest.store.photos import Named
from ingest.store.quarantine import QuarantineRow

log = logging.getLogger(__name__)

_LOCK = 0x686F7572_0002  # "hour", second lock
_LOCK_POLL_S = 0.5
_SAY_EVERY = 20


@dataclass(slots=True)
class Landing:
    """What one batch changes; received and duplicates are records.

    named, news and came_thin are what new records say of photos and orders, and the thinned minutes that
    came again in an envelope with new records: (terminal, seal, seq). batch names it, so that a commit whose
    answer was lost can be recognised. landed is set by commit: what was received, against what the tables
    took.
    """

    rows: list[EvidenceRow] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    received: int = 0
    duplicates: int = 0
    named: list[Named] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    came_thin: list[tuple[int, bytes, int]] = field(default_factory=list)
    batch: UUID = field(default_factory=uuid4)
    landed: Counts = field(default_factory=Counts)


def commit(conn: Connection, landing: Landing, parts: Parts) -> None:
    """Store one batch. An error leaves the database as it was, unless the connection broke in the commit."""
    try:
        conn.execute("BEGIN")
        parts.ensure(conn, [row.utc_us for row in landing.rows])
        stored = evidence.append(conn, landing.rows)
        quarantined = quarantine.append(conn, landing.quarantine)
        _follow(conn, landing)
        landing.landed = Counts(landing.received, stored, landing.duplicates, quarantined)
        # In one round trip; a failure of one fails those after it, the COMMIT included.
        with conn.pipeline():
            heads.save(conn, landing.heads)
            conservation.receive(conn, landing.received)
            conservation.land(conn, stored, landing.duplicates, quarantined, landing.batch)
            conn.execute("COMMIT")
    except BaseException:
        parts.forget()
        if not conn.closed and not conn.broken:
            conn.rollback()
        raise
    if not landing.landed.balanced:
        log.error(
            "Of %d records received, %d were stored, %d were duplicates and %d were quarantined, which does "
            "not add up; stop ingest, keep the terminals' journals and look for the fault.",
            *landing.landed,
        )


def _follow(conn: Connection, landing: Landing) -> None:
    """What the new records bring with them; few do."""
    if landing.named:
        photos.name(conn, landing.named)
    if landing.news:
        orders.follow(conn, landing.news)
    if landing.came_thin:
        envelopes.note_thin(conn, landing.came_thin)


def become_writer(conn: Connection, wait: Callable[[float], bool]) -> bool:
    """Take the one writer's lock, which lives as long as the connection. wait(seconds) is how to wait for
    it; when that says stop, the answer is False."""
    tries = 0
    while True:
        row = conn.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
        if row is not None and row[0]:
            return True
        if tries % _SAY_EVERY == 0:
            log.warning("Another ingest is writing to this database; waiting until it ends.")
        tries += 1
        if wait(_LOCK_POLL_S):
            return False
