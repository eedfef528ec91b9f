"""A server in a test's hands: real broker, real envelopes, and receipts as the test wants them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from firmware.wire import envelope, records, topics
from firmware.wire.fields import MINUTE
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
        answer: Answer | None,
    ) -> None:
        self.terminal = terminal
        self.key = key
        self.arrived: list[int] = []
        self.identity: set[int] = set()
        self.stored: dict[int, bytes] = {}
        self._answer = answer or (lambda server: [server.honest()])
        self._subscribed = False
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(*login)
        self._client.on_connect = lambda client, *_: client.subscribe(topics.up(terminal), 1)
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

    def _on_message(self, client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        assert envelope.verify(message.payload, self.key)
        terminal, batch, _ = envelope.parse(message.payload)
        assert terminal == self.terminal
        for record in batch:
            seq = int(records.decode(record)["seq"])
            digest = records.digest(record)
            assert self.stored.setdefault(seq, digest) == digest
            self.arrived.append(seq)
            if record[0] != MINUTE:
                self.identity.add(seq)
        for payload in self._answer(self):
            client.publish(topics.down(self.terminal), payload, qos=1)
