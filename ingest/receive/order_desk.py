"""Open orders go out while their terminal is there: it was heard from a moment ago, and proved who it is."""

from __future__ import annotations

import time
from collections.abc import Mapping

from firmware.wire import orders as wire
from firmware.wire import topics
from ingest.receive.facts import Facts, in_force
from ingest.receive.receipts import Receipt
from ingest.store import orders
from ingest.store.connection import Connection

LOOK_S = 1.0
THERE_S = 90.0
"""A terminal in training sends once a minute."""


class OrderDesk:
    """Knows which terminals have open orders, as of at most LOOK_S ago, so that most batches ask nothing."""

    def __init__(self, there_s: float = THERE_S) -> None:
        self._there_s = there_s
        self._awaited: set[int] = set()
        self._heard: dict[int, tuple[bytes, float]] = {}
        self._looked: float | None = None

    def due(self, conn: Connection, heard: Mapping[int, bytes], facts: Facts, now_s: int) -> list[Receipt]:
        """Orders to send now, in sequence; heard: terminal -> the key it sealed with, of this batch."""
        now = time.monotonic()
        self._heard.update((terminal, (key, now)) for terminal, key in heard.items())
        asked = self._awaited & heard.keys()
        if self._looked is None or now >= self._looked + LOOK_S:
            self._looked = now
            orders.expire(conn, now_s)
            self._awaited = orders.awaited(conn)
            self._heard = {
                terminal: (key, at) for terminal, (key, at) in self._heard.items() if at > now - self._there_s
            }
            asked = self._awaited & self._heard.keys()
        asked = {one for one in asked if in_force(facts, one, self._heard[one][0], now_s * 1_000_000)}
        if not asked:
            return []
        return [
            Receipt(
                topics.down(due.terminal),
                wire.encode(*due[:5], self._heard[due.terminal][0]),
            )
            for due in orders.due(conn, asked, now_s)
        ]
