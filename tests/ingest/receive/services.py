"""The ingest service in a thread or in a process of its own, and a terminal's end of the wire."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from firmware.wire import envelope, topics
from ingest.receive.service import IngestService
from ingest.settings import MqttAddress, parse_mqtt_url
from tests.ingest.receive.terminals import Terminal

LONG_S = 120.0


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something that will come; the limit is only there to end a broken run."""
    end = time.monotonic() + LONG_S
    while not true():
        assert time.monotonic() < end, f"waited {LONG_S:g} s for {what}"
        time.sleep(0.01)


@contextmanager
def serving(
    database_url: str, mqtt_url: str, client_id: str, *, ready: bool = True
) -> Iterator[IngestService]:
    """The service in a thread, subscribed when ready."""
    service = IngestService(database_url, parse_mqtt_url(mqtt_url), client_id=client_id)
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(stop,))
    thread.start()
    try:
        if ready:
            until(service.subscribed.is_set, "the subscription")
        yield service
    finally:
        stop.set()
        thread.join(LONG_S)
        assert not thread.is_alive()


def serve_for_ever(database_url: str, mqtt_url: str, client_id: str) -> None:
    IngestService(database_url, parse_mqtt_url(mqtt_url), client_id=client_id).run(threading.Event())


def spawned(database_url: str, mqtt_url: str, client_id: str) -> SpawnProcess:
    """The service in a process that a test may kill."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=serve_for_ever, args=(database_url, mqtt_url, client_id), daemon=True)
    process.start()
    return process


class Line:
    """The broker as a terminal sees it: publishes, and keeps the highest receipt of each terminal,
    and in others whatever else comes down."""

    def __init__(self, mqtt_url: str, *terminals: Terminal) -> None:
        address: MqttAddress = parse_mqtt_url(mqtt_url)
        self._keys = {topics.down(terminal.number): terminal.key for terminal in terminals}
        self.through = dict.fromkeys((terminal.number for terminal in terminals), 0)
        self.receipts = 0
        self.others: list[bytes] = []
        self._subscribed = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        if address.username is not None:
            self._client.username_pw_set(address.username, address.password)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect(address.host, address.port)
        self._client.loop_start()
        assert self._subscribed.wait(LONG_S)

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=qos, retain=retain).wait_for_publish(LONG_S)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: paho.Client, *_: object) -> None:
        client.subscribe([(topic, 1) for topic in self._keys])

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if envelope.kind_of(message.payload) != envelope.RECEIPT:
            self.others.append(message.payload)
            return
        terminal, through, *_ = envelope.open_receipt(message.payload, self._keys[message.topic])
        self.through[terminal] = max(self.through[terminal], through)
        self.receipts += 1
