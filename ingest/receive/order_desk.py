"""Open orders go out when their terminal is heard from: it is there then, and has just proven who it is."""

from __future__ import annotations

import time
from collections.abc import Mapping

from firmware.wire import orders as wire
from firmware.wire import topics
from ingest.receive.receipts import Receipt
from ingest.store import orders
from ingest.store.connection import Connection

LOOK_S = 1.0


class OrderDesk:
    """Knows which terminals have open orders, as of at most LOOK_S ago, so that most batches ask nothing."""

    def __init__(self) -> None:
        self._awaited: set[int] = set()
        self._looked: float | None = None

    def due(self, conn: Connection, heard: Mapping[int, bytes], now_s: int) -> list[Receipt]:
        """Orders to send now to the terminals heard from (terminal -> the key it sealed with), in sequence.

        A revoked terminal is never heard from.
        """
        now = time.monotonic()
        if self._looked is None or now >= self._looked + LOOK_S:
            self._awaited, self._looked = orders.awaited(conn), now
        asked = self._awaited & heard.keys()
        if not asked:
            return []
        return [
            Receipt(
                topics.down(due.terminal),
                wire.encode(due.terminal, due.number, due.until_s, due.code, due.body, heard[due.terminal]),
            )
            for due in orders.due(conn, asked, now_s)
        ]
