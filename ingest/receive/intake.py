"""Intake: payloads as they arrived, in a bounded queue between the network and the pipeline."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

from ingest.store.quarantine import PAYLOAD_KEPT

BATCH_PAYLOADS = 4_000
BATCH_WAIT_S = 0.030
WAITING_MAX = 20_000
_NAP_S = 0.003


@dataclass(slots=True, eq=False)
class Arrival:
    """One payload. payload is cut to what quarantine keeps, size is what arrived; mid and connection (its
    number) say which PUBACK it waits for, qos 0 none."""

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


class Intake:
    """A bounded queue: put blocks while it is full, which stops the socket and so the broker."""

    def __init__(self, waiting_max: int = WAITING_MAX) -> None:
        self._waiting: deque[Arrival] = deque()
        self._waiting_max = waiting_max
        self._some = threading.Event()
        self._room = threading.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, item: Arrival) -> None:
        """Add one arrival; waits for room. After close it is dropped: not acknowledged, the broker keeps it."""
        while len(self._waiting) >= self._waiting_max and not self._closed:
            self._room.clear()
            # Looked at again: take() may have made room before the event was cleared.
            if len(self._waiting) >= self._waiting_max:
                self._room.wait(1.0)
        if self._closed:
            return
        self._waiting.append(item)
        if not self._some.is_set():
            self._some.set()

    def take(
        self, timeout_s: float, most: int = BATCH_PAYLOADS, wait_s: float = BATCH_WAIT_S
    ) -> list[Arrival]:
        """Up to most arrivals: what came within wait_s of the first. Empty after timeout_s without any."""
        if not self._some.wait(timeout_s):
            return []
        end = time.monotonic() + wait_s
        while len(self._waiting) < most and time.monotonic() < end and not self._closed:
            time.sleep(_NAP_S)
        waiting = self._waiting
        batch = [waiting.popleft() for _ in range(min(most, len(waiting)))]
        if not waiting:
            self._some.clear()
            # An arrival may have come between the look and the clearing.
            if waiting:
                self._some.set()
        self._room.set()
        return batch

    def close(self) -> None:
        """Let go of a blocked put; what waits may still be taken."""
        self._closed = True
        self._room.set()
        self._some.set()
