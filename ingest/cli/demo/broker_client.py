"""The demo's own short connections to the broker, with the login that the address names."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from ingest.embedded.children import EmbeddedError
from ingest.settings import MqttAddress

ANSWER_LIMIT_S = 5.0


@contextmanager
def connected(mqtt: MqttAddress, client_id: str) -> Iterator[paho.Client]:
    """A client without a session that would outlive it, from the broker's answer until leaving.

    Raises OSError when the broker is away, EmbeddedError when it does not answer or refuses.
    """
    answered = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id)
    if mqtt.username is not None:
        client.username_pw_set(mqtt.username, mqtt.password)
    if mqtt.tls:
        client.tls_set(None if mqtt.ca is None else str(mqtt.ca))

    def on_connect(_client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _props: Any) -> None:
        if not reason.is_failure:
            answered.set()

    client.on_connect = on_connect
    client.connect(mqtt.host, mqtt.port)
    client.loop_start()
    try:
        if not answered.wait(ANSWER_LIMIT_S):
            raise EmbeddedError(
                f"The broker at {mqtt.host}:{mqtt.port} takes no client {client_id}; see its log."
            )
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def forget_session(mqtt: MqttAddress, client_id: str) -> None:
    """Make the broker forget what it keeps for a client that has ended; nothing if the broker is away."""
    with suppress(OSError, EmbeddedError), connected(mqtt, client_id):
        pass
