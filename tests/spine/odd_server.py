"""A server in a test's hands: real broker, real envelopes, and receipts as the test wants them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import pairwise

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from firmware.wire import bulk, envelope, records, topics
from firmware.wire.fields import FACE_CHECK, MINUTE, ORDER, PHOTO
from tests.ingest.receive.services import until

UTC_S = 1789430400
Answer = Callable[["OddServer"], list[bytes]]


class OddServer:
    """Takes what one terminal sends. answer makes the receipts after each envelope, honest() by default."""

    def __init__(
        self,
        address: tuple[str, int],
        login: tuple[str, str],
        terminal: int,
        key: bytes,
        answer: Answer | None = None,
    ) -> None:
        self.terminal = terminal
        self.key = key
        self.arrived: list[int] = []
        self.identity: set[int] = set()
        self.stored: dict[int, bytes] = {}
        self.orders: list[tuple[int, int, int, int]] = []
        self.digests: set[bytes] = set()
        self.photos: dict[bytes, bytes] = {}
        self._answer = answer or (lambda server: [server.honest()])
        self._subscribed = False
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(*login)
        self._client.on_connect = lambda client, *_: client.subscribe(
            [(topics.up(terminal), 1), (topics.bulk(terminal), 1)]
        )
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.connect(*address)
        self._client.loop_start()
        until(lambda: self._subscribed, "the subscription")

    def receipt(self, through: int, head: bytes, ranges: list[tuple[int, int, bytes]]) -> bytes:
        return envelope.encode_receipt(self.terminal, through, head, self.key, UTC_S, ranges)

    def honest(self) -> bytes:
        """What is stored, as ingest would say it."""
        through = 0
        while through + 1 in self.stored:
            through += 1
        beyond = sorted(seq for seq in self.stored if seq > through)
        starts = beyond[:1] + [b for a, b in pairwise(beyond) if b != a + 1]
        ends = [a for a, b in pairwise(beyond) if b != a + 1] + beyond[-1:]
        ranges = [(a, b, self.stored[b]) for a, b in zip(starts, ends, strict=True)]
        return self.receipt(through, self.stored.get(through, bytes(32)), ranges[-envelope.RANGES_MAX :])

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> OddServer:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()

    def _on_subscribe(self, *_what: object) -> None:
        self._subscribed = True

    def whole(self) -> set[bytes]:
        """Digests of the photos that are here and are what their digest says."""
        return {digest for digest, data in self.photos.items() if hashlib.sha256(data).digest() == digest}

    def _on_message(self, client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if message.topic == topics.bulk(self.terminal):
            said = [self._take_chunk(message.payload)]
        else:
            self._take_records(message.payload)
            said = self._answer(self)
        for payload in said:
            client.publish(topics.down(self.terminal), payload, qos=1)

    def _take_records(self, payload: bytes) -> None:
        assert envelope.verify(payload, self.key)
        terminal, batch, _ = envelope.parse(payload)
        assert terminal == self.terminal
        for record in batch:
            values = records.decode(record)
            seq, digest = int(values["seq"]), records.digest(record)
            self.arrived.append(seq)
            if seq in self.stored:
                assert self.stored[seq] == digest
                continue
            self.stored[seq] = digest
            if record[0] != MINUTE:
                self.identity.add(seq)
            if record[0] == ORDER:
                self.orders.append((values["order"], values["code"], values["outcome"], values["value"]))
            if record[0] in (FACE_CHECK, PHOTO) and any(values["photo"]):
                self.digests.add(bytes(values["photo"]))

    def _take_chunk(self, payload: bytes) -> bytes:
        terminal, photo, size, offset, data = bulk.open_chunk(payload, self.key)
        assert terminal == self.terminal
        have = self.photos.setdefault(photo, b"")
        if offset == len(have):
            have = self.photos[photo] = have + data
        state = bulk.COMPLETE if len(have) == size else bulk.GO_ON
        return bulk.encode_photo_receipt(terminal, photo, len(have), state, self.key)
