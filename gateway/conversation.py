"""One terminal at the other end of the cable, from its HELLO to the end: what goes up, what comes down."""

import time
from collections import deque

from firmware.wire import cable, envelope, topics
from firmware.wire.errors import WireError
from gateway.broker import Broker
from gateway.line import Line

DOWN_AGAIN_S = 2.0
ALIVE_S = 5.0
SILENCE_S = 7.0
UP_HEAD = 3
"""Bytes of an UP frame before the topic: packet u16, size of the topic u8."""


class Conversation:
    """Carries payloads both ways; TAKEN goes to the terminal only after the broker's PUBACK."""

    def __init__(self, line: Line, broker: Broker, hello: bytes) -> None:
        self._line = line
        self._broker = broker
        self.terminal = int.from_bytes(hello[1:9], "big")
        self.connection = int.from_bytes(hello[9:13], "big")
        self.last = self.through = self.photos = 0
        self.sent = 0
        self._read_state(hello[13:])
        self._number = topics.number_text(self.terminal)
        self._in_flight: dict[int, int] = {}
        self._downs: deque[bytes] = deque()
        self._down_packet = 0
        self._down_sent_s: float | None = None
        self._heard_s = self._told_s = time.monotonic()
        self._welcome()

    @property
    def finished(self) -> bool:
        """Whether the terminal says that a receipt covers everything it holds."""
        return self.last > 0 and self.through == self.last and not self.photos and not self._downs

    @property
    def silent(self) -> bool:
        """Whether nothing has been heard for too long."""
        return time.monotonic() - self._heard_s > SILENCE_S

    def _welcome(self) -> None:
        self._line.send(cable.WELCOME, self.connection.to_bytes(4, "big"))

    def _read_state(self, state: bytes) -> None:
        self.last = int.from_bytes(state[0:4], "big")
        self.through = int.from_bytes(state[4:8], "big")
        self.photos = int.from_bytes(state[8:10], "big")

    def on_frame(self, kind: int, payload: bytes) -> bool:
        """Act on a frame; False when the terminal says good-bye."""
        self._heard_s = time.monotonic()
        if kind == cable.UP:
            self._up(payload)
        elif kind == cable.GOT and int.from_bytes(payload, "big") == self._down_packet:
            if self._downs and self._down_sent_s is not None:
                self._downs.popleft()
            self._down_sent_s = None
        elif kind == cable.STATE and len(payload) == 10:
            self._read_state(payload)
        elif kind == cable.SUBSCRIBE and payload == topics.down(self.terminal).encode():
            self._broker.subscribe(topics.down(self.terminal))
        elif kind == cable.HELLO:
            self._welcome()
        return kind != cable.BYE

    def _up(self, payload: bytes) -> None:
        if len(payload) < UP_HEAD or len(payload) < UP_HEAD + payload[2]:
            # Well framed and yet too short for what it is: another firmware's, or nobody's.
            return
        packet, size = int.from_bytes(payload[:2], "big"), payload[2]
        topic, body = payload[3 : 3 + size].decode("ascii", "replace"), payload[3 + size :]
        allowed = (topics.up(self.terminal), topics.bulk(self.terminal))
        if topic not in allowed:
            # Another terminal's number: its own server would refuse it too.
            return
        self._in_flight[self._broker.publish(topic, body)] = packet
        if topic == allowed[0]:
            self.sent += _records_in(body)

    def on_subscribed(self) -> None:
        """The broker will send what is for this terminal."""
        self._line.send(cable.SUBSCRIBED)

    def on_taken(self, number: int) -> None:
        """The broker has a payload: the terminal may know."""
        packet = self._in_flight.pop(number, None)
        if packet is not None:
            self._line.send(cable.TAKEN, packet.to_bytes(2, "big"))

    def on_message(self, topic: str, payload: bytes) -> None:
        """A receipt, an order or a piece of an update, for the terminal."""
        if topic == topics.down(self.terminal) and len(payload) <= cable.PAYLOAD_MAX - 2:
            self._downs.append(payload)

    def step(self) -> None:
        """Send what is due: one message down at a time, again until it has arrived; a sign of life."""
        now_s = time.monotonic()
        if self._downs and (self._down_sent_s is None or now_s - self._down_sent_s > DOWN_AGAIN_S):
            if self._down_sent_s is None:
                self._down_packet = self._down_packet % 65535 + 1
            self._down_sent_s = self._told_s = now_s
            self._line.send(cable.DOWN, self._down_packet.to_bytes(2, "big") + self._downs[0])
        elif now_s - self._told_s > ALIVE_S:
            self._told_s = now_s
            self._line.send(cable.ALIVE)

    def end(self, reason: int) -> None:
        """Tell the terminal that no more comes."""
        self._line.send(cable.END, bytes([reason]))


def is_hello(kind: int, payload: bytes) -> bool:
    """Whether a frame begins a conversation with a terminal that has its number."""
    return kind == cable.HELLO and len(payload) == 23 and payload[0] == cable.VERSION


def _records_in(payload: bytes) -> int:
    try:
        return len(envelope.parse(payload)[1])
    except WireError:
        return 0
