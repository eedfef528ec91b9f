"""The broker's side of ingest: paho-mqtt with manual acknowledgement, driven from the one ingest thread.

There is no network thread: while a batch is worked out the socket is not read, and the broker keeps what
comes. A PUBACK belongs to the connection its message came by: after a reconnect the broker numbers anew and
sends again what was not acknowledged, so an acknowledgement for an older connection is dropped.
"""

from __future__ import annotations

import logging
import select
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from firmware.wire import topics
from ingest.receive.arrival import Arrival, arrival
from ingest.receive.client import Client
from ingest.receive.receipts import Receipt
from ingest.settings import MqttAddress

log = logging.getLogger(__name__)

CLIENT_ID = "hourfence-ingest"
BATCH_PAYLOADS = 4_000
BATCH_WAIT_S = 0.030
WAITING_MAX = 20_000
KEEPALIVE_S = 60
_QUIET_S = 0.0005
_SLICE_S = 0.25
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 15.0


class BrokerLink:
    """Subscribes to all up and bulk topics, gives batches of arrivals, sends PUBACKs and answers.

    All methods but stop's event belong to one thread. Raises BrokerAddressError for an unusable CA file.
    """

    def __init__(self, address: MqttAddress, stop: threading.Event, client_id: str = CLIENT_ID) -> None:
        self._address = address
        self._where = f"{address.host}:{address.port}"
        self._stop = stop
        self._waiting: deque[Arrival] = deque()
        self._connection = 0
        self._started = False
        self._retry_at = 0.0
        self._retry_wait_s = _FIRST_WAIT_S
        self.subscribed = threading.Event()
        self._client = Client(address, client_id)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe

    def start(self) -> None:
        """From now on connect, and stay connected however long the broker is away."""
        self._started = True

    def take(
        self, timeout_s: float, most: int = BATCH_PAYLOADS, wait_s: float = BATCH_WAIT_S
    ) -> list[Arrival]:
        """Up to most arrivals: what came within wait_s of the first, or until no more came for a moment.
        Empty after timeout_s without any."""
        waiting = self._waiting
        if not waiting:
            self._pump(timeout_s)
        end = time.monotonic() + wait_s
        there = -1
        # A broker that waits for acknowledgements sends nothing more: then waiting on is in vain.
        while there < len(waiting) < most and time.monotonic() < end:
            there = len(waiting)
            self._pump(_QUIET_S)
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    def wait(self, seconds: float) -> bool:
        """Keep the connection alive for so long; whether ingest was stopped meanwhile."""
        end = time.monotonic() + seconds
        while not self._stop.is_set() and (left := end - time.monotonic()) > 0:
            if self._started and len(self._waiting) < WAITING_MAX:
                self._pump(min(left, _SLICE_S))
            else:
                self._stop.wait(min(left, _SLICE_S))
        return self._stop.is_set()

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """PUBACK, in order, what came by the present connection with QoS 1."""
        for item in arrivals:
            if item.qos == 1 and item.connection == self._connection:
                self._client.ack(item.mid, 1)
        self._flush()

    def send(self, receipts: Sequence[Receipt]) -> None:
        """Publish receipts with QoS 1. Without a connection they are dropped: a terminal that has no receipt
        sends again, and a duplicate is receipted too."""
        if not self._client.is_connected():
            return
        for receipt in receipts:
            self._client.publish_unwatched(receipt.topic, receipt.payload)
        self._flush()

    def close(self) -> None:
        """Disconnect; the broker keeps the session and what was not acknowledged."""
        self._flush()
        self._client.disconnect()
        self._flush()

    def _pump(self, timeout_s: float) -> None:
        """Let the network do what it can within timeout_s."""
        sock = self._client.buffered
        if sock is None:
            self._connect(timeout_s)
            return
        sock.flush()
        timeout_s = 0.0 if sock.more or sock.ended else timeout_s
        readable, _, _ = select.select([sock], [sock] if sock.unsent else [], [], timeout_s)
        if readable or sock.more:
            sock.fill()
            self._waiting += [
                arrival(one.topic, one.payload, one.mid, one.qos, self._connection, one.size)
                for one in sock.published
            ]
            sock.published.clear()
        while sock.pending() or sock.ended:
            if self._client.loop_read() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                break
        self._client.loop_misc()
        self._flush()

    def _flush(self) -> None:
        # What a callback sends, paho only queues.
        if self._client.want_write():
            self._client.loop_write()
        if self._client.buffered is not None:
            self._client.buffered.flush()

    def _connect(self, timeout_s: float) -> None:
        left = self._retry_at - time.monotonic()
        if left > 0:
            self._stop.wait(min(left, timeout_s))
            return
        wait_s = self._retry_wait_s
        self._retry_wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
        self._retry_at = time.monotonic() + wait_s
        try:
            self._client.connect(self._address.host, self._address.port, KEEPALIVE_S)
        except OSError as fault:
            log.warning("The broker at %s is away (%s); trying again in %.1f s.", self._where, fault, wait_s)

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _props: Any
    ) -> None:
        if reason.is_failure:
            log.error("The broker at %s refused the connection: %s; trying again.", self._where, reason)
            return
        self._retry_wait_s = _FIRST_WAIT_S
        log.info("Connected to the broker at %s.", self._where)
        client.subscribe([(topics.UP_ALL, 1), (topics.BULK_ALL, 1)])

    def _on_disconnect(
        self, _client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _props: Any
    ) -> None:
        self._connection += 1
        self.subscribed.clear()
        if reason.is_failure:
            log.warning("Lost the broker at %s (%s); connecting again.", self._where, reason)

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _props: Any
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            refused = f"{topics.UP_ALL} or {topics.BULK_ALL}"
            log.error("The broker at %s refused %s; allow both in its ACL.", self._where, refused)
            return
        self.subscribed.set()
