"""Many hasty terminals over a few raw MQTT 3.1.1 sockets, and one ear for every receipt.

A client library would take most of the CPU that the bench is to leave to ingest.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Sequence
from struct import Struct

from firmware.wire import topics
from ingest.bench.brokers import Running
from ingest.bench.minutes import Sealed

WINDOW = 200
_TIMEOUT_S = 60.0
_KEEPALIVE_S = 600
_READ = 1 << 18
_U16 = Struct(">H")
_PUBACK, _PUBLISH = 0x40, 0x30


def _length(size: int) -> bytes:
    out = bytearray()
    while True:
        size, low = size >> 7, size & 127
        out.append(low | (128 if size else 0))
        if not size:
            return bytes(out)


def _text(text: str) -> bytes:
    data = text.encode()
    return _U16.pack(len(data)) + data


def _packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + _length(len(body)) + body


class Link:
    """One MQTT connection without a library; read() gives what packets are there: (first byte, body)."""

    def __init__(self, broker: Running, client_id: str) -> None:
        self.socket = socket.create_connection((broker.host, broker.port), timeout=_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        flags, login = 0x02, b""
        if broker.user is not None and broker.password is not None:
            flags, login = 0xC2, _text(broker.user) + _text(broker.password)
        head = _text("MQTT") + bytes((4, flags)) + _U16.pack(_KEEPALIVE_S)
        self.socket.sendall(_packet(0x10, head + _text(client_id) + login))
        self.wait_for(0x20)

    def wait_for(self, kind: int) -> None:
        """Read until a packet of this kind; everything before it is dropped."""
        while not any(first & 0xF0 == kind for first, _ in self.read()):
            pass

    def subscribe(self, pattern: str) -> None:
        """Subscribe with QoS 0: a receipt that is lost would be noticed at the end."""
        self.socket.sendall(_packet(0x82, b"\x00\x01" + _text(pattern) + b"\x00"))
        self.wait_for(0x90)

    def read(self) -> list[tuple[int, bytes]]:
        data = self.socket.recv(_READ)
        if not data:
            raise ConnectionError("The broker closed a connection of the bench.")
        data = self._rest + data
        packets = []
        at = 0
        while True:
            size = shift = 0
            here = at + 1
            while here < len(data):
                size |= (data[here] & 127) << shift
                shift += 7
                here += 1
                if data[here - 1] < 128:
                    break
            else:
                break
            if here + size > len(data):
                break
            packets.append((data[at], data[here : here + size]))
            at = here + size
        self._rest = data[at:]
        return packets


class Sender:
    """Publishes its share in order with QoS 1, at most WINDOW unacknowledged."""

    def __init__(self, link: Link, share: Sequence[Sealed]) -> None:
        self.link = link
        self._share = share
        self._next = 0
        self._open = 0

    @property
    def done(self) -> bool:
        return self._next == len(self._share) and not self._open

    def send(self) -> None:
        """Send what the window allows."""
        upto = min(len(self._share), self._next + WINDOW - self._open)
        if upto == self._next:
            return
        out = []
        for index in range(self._next, upto):
            item = self._share[index]
            mid = _U16.pack(index % 65_535 + 1)
            out.append(_packet(_PUBLISH | 2, _text(item.topic) + mid + item.payload))
        self._open += upto - self._next
        self._next = upto
        self.link.socket.sendall(b"".join(out))

    def receive(self) -> None:
        """Take the acknowledgements that are there."""
        self._open -= sum(1 for first, _ in self.link.read() if first & 0xF0 == _PUBACK)


def publish_all(
    broker: Running,
    work: Sequence[Sealed],
    connections: int,
    progress: Callable[[int], None] = lambda receipted: None,
) -> float:
    """Publish everything and wait for every receipt; seconds from the first publish to the last receipt."""
    ear = Link(broker, "bench-ear")
    ear.subscribe(topics.DOWN_PREFIX + "+")
    senders = [
        Sender(Link(broker, f"bench-{n}"), [item for item in work if item.terminal % connections == n])
        for n in range(connections)
    ]
    missing = {}
    for item in work:
        missing[item.terminal] = item.seq
    through = dict.fromkeys(missing, 0)
    receipted = 0
    selector = selectors.DefaultSelector()
    selector.register(ear.socket, selectors.EVENT_READ, None)
    for sender in senders:
        selector.register(sender.link.socket, selectors.EVENT_READ, sender)
    start = time.perf_counter()
    for sender in senders:
        sender.send()
    while receipted < len(work):
        events = selector.select(_TIMEOUT_S)
        if not events:
            raise TimeoutError(f"{receipted} of {len(work)} records receipted, then a minute of nothing.")
        for key, _ in events:
            if key.data is not None:
                key.data.receive()
                key.data.send()
                continue
            for first, body in ear.read():
                if first & 0xF0 == _PUBLISH:
                    receipted += _take(body, through)
            progress(receipted)
    return time.perf_counter() - start


def _take(body: bytes, through: dict[int, int]) -> int:
    """How many more records a receipt covers than the ones before it."""
    at = 2 + _U16.unpack_from(body)[0]
    terminal = int.from_bytes(body[at + 2 : at + 10], "big")
    now = int.from_bytes(body[at + 14 : at + 18], "big")
    more = now - through[terminal]
    if more <= 0:
        return 0
    through[terminal] = now
    return more
