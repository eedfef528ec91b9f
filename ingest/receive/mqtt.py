"""The broker's side of ingest: paho-mqtt with manual acknowledgement, reconnecting with back-off.

A PUBACK belongs to the connection its message came by: after a reconnect the broker numbers anew and sends
again what was not acknowledged, so an acknowledgement for an older connection is dropped.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from firmware.wire import topics
from ingest.receive.intake import Arrival, Intake, arrival
from ingest.receive.receipts import Receipt

log = logging.getLogger(__name__)

CLIENT_ID = "hourfence-ingest"
KEEPALIVE_S = 60
_PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerAddressError(Exception):
    """A broker URL that cannot be used, told in one sentence."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker is. tls_ca: None for the system's authorities, else a PEM file."""

    host: str
    port: int
    tls: bool = False
    tls_ca: str | None = None
    username: str | None = None
    password: str | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def address(url: str) -> Address:
    """Read mqtt://user:password@host:1883 or mqtts://user:password@host:8883?ca=file.pem."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if parts.scheme not in _PORTS or not parts.hostname or not port:
        raise BrokerAddressError(
            "The broker URL cannot be read; HOURFENCE_MQTT_URL should look like "
            "mqtt://user:password@host:1883 or mqtts://user:password@host:8883?ca=file.pem."
        )
    return Address(
        parts.hostname,
        port,
        parts.scheme == "mqtts",
        parse_qs(parts.query).get("ca", [None])[0],
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )


class BrokerLink:
    """Subscribes to every terminal's up topic; arrivals to the intake, acknowledgements and receipts back."""

    def __init__(self, where: Address, intake: Intake, client_id: str = CLIENT_ID) -> None:
        self._where = where
        self._intake = intake
        self._lock = threading.Lock()
        self._connection = 0
        self.subscribed = threading.Event()
        self._client = self._make(client_id)

    def _make(self, client_id: str) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=False,
            protocol=paho.MQTTv311,
            manual_ack=True,
        )
        client.reconnect_delay_set(min_delay=1, max_delay=30)
        client.max_inflight_messages_set(0)
        client.max_queued_messages_set(0)
        if self._where.username is not None:
            client.username_pw_set(self._where.username, self._where.password)
        if self._where.tls:
            try:
                client.tls_set_context(ssl.create_default_context(cafile=self._where.tls_ca))
            except (OSError, ssl.SSLError) as fault:
                raise BrokerAddressError(
                    f"The broker's CA file {self._where.tls_ca} cannot be used ({fault}); "
                    "correct HOURFENCE_MQTT_URL."
                ) from None
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def start(self) -> None:
        """Connect in the background and stay connected, however long the broker is away."""
        self._client.connect_async(self._where.host, self._where.port, keepalive=KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect and end the network thread; the broker keeps the session."""
        self._intake.close()
        self._client.disconnect()
        self._client.loop_stop()

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """PUBACK what came by the present connection with QoS 1."""
        with self._lock:
            for item in arrivals:
                if item.qos == 1 and item.connection == self._connection:
                    self._client.ack(item.mid, 1)

    def send(self, receipts: Sequence[Receipt]) -> None:
        """Publish receipts with QoS 1. Without a connection they are dropped: a terminal that has no receipt
        sends again, and a duplicate is receipted too."""
        if not self._client.is_connected():
            return
        for receipt in receipts:
            self._client.publish(receipt.topic, receipt.payload, qos=1)

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _props: Any
    ) -> None:
        if reason.is_failure:
            log.error("The broker at %s refused the connection: %s; trying again.", self._where, reason)
            return
        with self._lock:
            self._connection += 1
        log.info("Connected to the broker at %s.", self._where)
        client.subscribe(topics.UP_ALL, qos=1)

    def _on_connect_fail(self, _client: paho.Client, _data: Any) -> None:
        log.warning("The broker at %s is away; trying again.", self._where)

    def _on_disconnect(
        self, _client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _props: Any
    ) -> None:
        # Counted here too, so that nothing of the old connection is acknowledged while the new one is made.
        with self._lock:
            self._connection += 1
        self.subscribed.clear()
        if reason.is_failure:
            log.warning("Lost the broker at %s (%s); connecting again.", self._where, reason)

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _props: Any
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("The broker at %s refused %s; allow it in its ACL.", self._where, topics.UP_ALL)
            return
        self.subscribed.set()

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self._intake.put(arrival(topic, bytes(message.payload), message.mid, message.qos, self._connection))
