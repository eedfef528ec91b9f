"""The one writer: its connection, its lock, and what it remembers of the database between batches.

Heads are cached, which is right only while nobody else writes: the advisory lock lives on the connection, and
with the connection everything remembered is forgotten. A batch moves them on where they are, so that one with
many records beyond a gap is not copied; a batch that is not committed has its heads forgotten.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from ingest.receive import facts as registry_facts
from ingest.receive.facts import Facts
from ingest.store import conservation, evidence, heads, landing, registry
from ingest.store.connection import Connection, DatabaseAway, connect
from ingest.store.heads import Head
from ingest.store.landing import Landing
from ingest.store.parts import Parts

log = logging.getLogger(__name__)


REGISTRY_LOOK_S = 0.05


class Writer:
    """All the pipeline asks of the database. Methods raise psycopg.OperationalError when it is away."""

    def __init__(self, url: str, wait: Callable[[float], bool]) -> None:
        """wait(seconds) is how to wait, and says whether to stop."""
        self._url = url
        self._wait = wait
        self._conn: Connection | None = None
        self._heads: dict[int, Head] = {}
        self._lent: set[int] = set()
        self._parts = Parts()
        self._version = -1
        self._looked = 0.0
        self.facts: Facts = {}

    def ready(self) -> None:
        """Be connected and hold the lock; waits for both. Raises DatabaseAway when stopped meanwhile."""
        if self._conn is not None and not self._conn.closed and not self._conn.broken:
            return
        self.close()
        conn = connect(self._url, wait=self._wait)
        if not landing.become_writer(conn, self._wait):
            conn.close()
            raise DatabaseAway("Stopped while waiting for another ingest to end.")
        self._conn = conn
        self.refresh(now=True)

    @property
    def connection(self) -> Connection:
        """The connection of ready()."""
        assert self._conn is not None, "ready() comes first"
        return self._conn

    def refresh(self, *, now: bool = False) -> bool:
        """Read the registry's facts again if it has changed; whether it had. Unless now, it is not asked more
        often than every REGISTRY_LOOK_S."""
        if not now and time.monotonic() < self._looked + REGISTRY_LOOK_S:
            return False
        self._looked = time.monotonic()
        version = registry.version(self.connection)
        if version == self._version:
            return False
        self.facts = registry_facts.from_registry(registry.terminals(self.connection))
        self._version = version
        log.info("Read the registry: %d terminals.", len(self.facts))
        return True

    def heads(self, terminals: Collection[int]) -> dict[int, Head]:
        """The heads of these terminals, from memory where they are there; to be moved on, and committed
        before the next call or lost."""
        for terminal in self._lent:
            self._heads.pop(terminal, None)
        self._lent = set(terminals)
        missing = [terminal for terminal in terminals if terminal not in self._heads]
        if missing:
            self._heads.update(heads.load(self.connection, missing))
        return {terminal: self._heads[terminal] for terminal in terminals}

    def digests(self, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Stored digests of these (terminal, seq)."""
        return evidence.digests(self.connection, list(keys))

    def commit(self, work: Landing) -> None:
        """Store one batch, and with it the heads as they are now."""
        landing.commit(self.connection, work, self._parts)
        self._lent.clear()

    def has_committed(self, batch: UUID) -> bool:
        """Whether this batch was the last one committed, asked after a connection broke in the middle."""
        return conservation.last_batch(self.connection) == batch

    def forget(self) -> None:
        """Read heads and partitions from the database again."""
        self._heads.clear()
        self._lent.clear()
        self._parts.forget()

    def close(self) -> None:
        """Let go of the connection, and with it of the lock."""
        self.forget()
        self._version = -1
        if self._conn is not None:
            self._conn.close()
            self._conn = None
