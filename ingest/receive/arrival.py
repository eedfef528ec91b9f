"""An arrival: one payload as it came, how many records it counts for, and what acknowledges it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from firmware.wire import topics
from firmware.wire.envelope import HEAD_SIZE, PAYLOAD_MAX, RECORDS_MAX
from firmware.wire.fields import HEADER_SIZE, NUMBER_MAX, RECORD_MAX, WIRE_VERSION
from firmware.wire.seal import SEAL_SIZE
from ingest.store.quarantine import PAYLOAD_KEPT


@dataclass(slots=True, eq=False)
class Arrival:
    """One payload. payload is cut to what quarantine keeps, size is what arrived; records is what it counts
    for as received, 0 on the bulk topic, which carries none. mid and connection (its number) say which PUBACK
    it waits for; qos 0 waits for none."""

    topic: str
    payload: bytes
    size: int
    received_us: int
    records: int = 1
    mid: int = 0
    qos: int = 0
    connection: int = 0

    @property
    def is_bulk(self) -> bool:
        """Whether it came by the bulk topic: a photo chunk or a want."""
        return not self.records


def arrival(
    topic: str, payload: bytes, mid: int = 0, qos: int = 0, connection: int = 0, size: int | None = None
) -> Arrival:
    """An arrival of now. size is what was published, where payload is only its beginning."""
    received_us = time.time_ns() // 1000
    size = len(payload) if size is None else size
    records = records_in(payload) if size == len(payload) else 1
    if topic.startswith(topics.BULK_PREFIX):
        records = 0
    return Arrival(topic, payload[:PAYLOAD_KEPT], size, received_us, records, mid, qos, connection)


def records_in(payload: bytes) -> int:
    """The records that a payload is framed to hold, 1 for one that is no envelope. Looks at nothing else, so
    that what is received is counted by other code than what becomes of it."""
    end = len(payload) - SEAL_SIZE
    if len(payload) > PAYLOAD_MAX or end <= HEAD_SIZE or payload[0] != WIRE_VERSION:
        return 1
    count = payload[HEAD_SIZE - 1]
    if not 1 <= count <= RECORDS_MAX or not 1 <= int.from_bytes(payload[1:9], "big") <= NUMBER_MAX:
        return 1
    at = HEAD_SIZE
    for _ in range(count):
        if at + 2 > end:
            return 1
        length = payload[at] << 8 | payload[at + 1]
        if not HEADER_SIZE <= length <= RECORD_MAX:
            return 1
        at += 2 + length
    return count if at == end else 1
