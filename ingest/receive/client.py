"""paho's client with a buffered socket and the settings ingest relies on."""

from __future__ import annotations

import socket
import ssl
from struct import Struct
from typing import cast

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from ingest.receive.buffered_socket import BufferedSocket
from ingest.settings import MqttAddress

_PUBLISH_QOS1 = 0x32
_U16 = Struct(">H")
_MID_MAX = 65_535


class BrokerAddressError(Exception):
    """A broker address that cannot be used, told in one sentence."""


class Client(paho.Client):
    """MQTT 3.1.1, a session that outlives the connection, and no PUBACK but by ack()."""

    def __init__(self, address: MqttAddress, client_id: str) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=False,
            protocol=paho.MQTTv311,
            manual_ack=True,
        )
        self._receipt_mid = 0
        if address.username is not None:
            self.username_pw_set(address.username, address.password)
        if address.tls:
            try:
                self.tls_set_context(ssl.create_default_context(cafile=address.ca))
            except (OSError, ssl.SSLError) as fault:
                raise BrokerAddressError(
                    f"The broker's CA file {address.ca} cannot be used ({fault}); correct HOURFENCE_MQTT_URL."
                ) from None

    @property
    def buffered(self) -> BufferedSocket | None:
        """The connection's socket, None while there is no connection."""
        return cast("BufferedSocket | None", self.socket())

    def publish_unwatched(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1 and never send again: the broker's PUBACK is dropped.

        paho's own publish and its bookkeeping of PUBACKs take ten times as long. payload is a receipt: short.
        """
        sock = self.buffered
        if sock is None:
            return
        self._receipt_mid = self._receipt_mid % _MID_MAX + 1
        name = topic.encode()
        size = len(name) + len(payload) + 4
        length = bytes((size,)) if size < 128 else bytes((size & 127 | 128, size >> 7))
        head = bytes((_PUBLISH_QOS1,)) + length + _U16.pack(len(name)) + name + _U16.pack(self._receipt_mid)
        sock.send(head + payload)

    def _create_socket(self) -> BufferedSocket:
        raw = cast(socket.socket, super()._create_socket())
        # Without it each batch of small packets can wait 40 ms for a delayed TCP acknowledgement.
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return BufferedSocket(raw)
