"""Counts what a terminal publishes, from the bytes of its MQTT connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from firmware.wire import envelope, topics
from firmware.wire.errors import DecodeError
from firmware.wire.fields import BODY_SIZES, FIX_SIZE, FIXES_MAX, HEADER_SIZE, MINUTE

_PUBLISH = 3
FULL_MINUTE = HEADER_SIZE + BODY_SIZES[MINUTE] + FIX_SIZE * FIXES_MAX


@dataclass
class Published:
    """Totals of a terminal's connections. full: sizes of the PUBLISH packets that held one full minute."""

    packets: int = 0
    bytes_up: int = 0
    bulk_bytes: int = 0
    minute_bytes: int = 0
    minutes: set[bytes] = field(default_factory=set)
    full: list[int] = field(default_factory=list)
    records_max: int = 0

    def take(self, packet: bytes, body_at: int) -> None:
        """One MQTT packet of the terminal, whose body begins at body_at."""
        self.bytes_up += len(packet)
        if packet[0] >> 4 != _PUBLISH:
            return
        self.packets += 1
        topic_end = body_at + 2 + int.from_bytes(packet[body_at : body_at + 2], "big")
        topic = packet[body_at + 2 : topic_end].decode()
        if topic.startswith(topics.BULK_PREFIX):
            self.bulk_bytes += len(packet)
        elif topic.startswith(topics.UP_PREFIX):
            self._envelope(packet, packet[topic_end + 2 :])

    def _envelope(self, packet: bytes, payload: bytes) -> None:
        try:
            _, records, _ = envelope.parse(payload)
        except DecodeError:
            return
        self.records_max = max(self.records_max, len(records))
        if all(record[0] == MINUTE for record in records):
            self.minute_bytes += len(packet)
            self.minutes.update(records)
        if [len(record) for record in records] == [FULL_MINUTE]:
            self.full.append(len(packet))


class Connection:
    """Cuts one connection's bytes into packets for `published`."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._held = bytearray()

    def feed(self, data: bytes) -> None:
        """Bytes from the terminal, in any pieces."""
        held = self._held
        held += data
        while True:
            size = 0
            at = 1
            while at < len(held) and at < 5:
                size |= (held[at] & 127) << 7 * (at - 1)
                at += 1
                if held[at - 1] < 128:
                    break
            else:
                return
            if len(held) < at + size:
                return
            self._published.take(bytes(held[: at + size]), at)
            del held[: at + size]
