"""Terminals that never stop sending: each record again and again until a receipt covers it."""

from __future__ import annotations

import threading

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from firmware.wire import envelope, topics
from firmware.wire.fields import U32
from ingest.settings import parse_mqtt_url
from tests.ingest.receive.services import until
from tests.ingest.receive.terminals import Terminal

# A terminal waits this long for a receipt before it sends again.
PATIENCE_S = 0.5
PAUSE_S = 0.01


class Stream:
    """One envelope a record, in order, from every terminal in turn, whatever happens to the broker.

    Nothing beyond the record upto is sent until go_on(): so a test knows that it is in the middle.
    """

    def __init__(self, mqtt_url: str, *terminals: Terminal, upto: int = U32) -> None:
        self._upto = upto
        self.through = dict.fromkeys((terminal.number for terminal in terminals), 0)
        self._terminals = terminals
        self._keys = {topics.down(terminal.number): terminal.key for terminal in terminals}
        self._stop = threading.Event()
        address = parse_mqtt_url(mqtt_url)
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe([(name, 1) for name in self._keys])
        self._client.on_message = self._on_message
        self._client.connect_async(address.host, address.port)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether every terminal has a receipt for all it wrote."""
        return all(self.through[one.number] == len(one.records) for one in self._terminals)

    def go_on(self) -> None:
        """Send the rest too."""
        self._upto = U32

    def wait_for(self, through: int) -> None:
        """Until every terminal has a receipt for so many records."""
        until(lambda: min(self.through.values()) >= through, f"receipts through {through}")

    def wait_until_done(self) -> None:
        until(lambda: self.done, "the last receipt")

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()

    def _send(self) -> None:
        while not self._stop.is_set():
            before = dict(self.through)
            for seq in range(1, 1 + max(len(one.records) for one in self._terminals)):
                for one in self._terminals:
                    last = min(self._upto, len(one.records))
                    if self.through[one.number] < seq <= last and self._client.is_connected():
                        self._client.publish(one.topic, one.payload(seq, seq), qos=1)
                if self._stop.wait(PAUSE_S):
                    return
            if before == self.through:
                self._stop.wait(PATIENCE_S)

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        terminal, through, *_ = envelope.open_receipt(message.payload, self._keys[message.topic])
        self.through[terminal] = max(self.through[terminal], through)
