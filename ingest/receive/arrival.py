"""An arrival: one payload as it came, and what it takes to acknowledge it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ingest.store.quarantine import PAYLOAD_KEPT


@dataclass(slots=True, eq=False)
class Arrival:
    """One payload. payload is cut to what quarantine keeps, size is what arrived; mid and connection (its
    number) say which PUBACK it waits for; qos 0 waits for none."""

    topic: str
    payload: bytes
    size: int
    received_us: int
    mid: int = 0
    qos: int = 0
    connection: int = 0


def arrival(topic: str, payload: bytes, mid: int = 0, qos: int = 0, connection: int = 0) -> Arrival:
    """An arrival of now."""
    received_us = time.time_ns() // 1000
    return Arrival(topic, payload[:PAYLOAD_KEPT], len(payload), received_us, mid, qos, connection)
