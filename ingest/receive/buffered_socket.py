"""A socket that paho can use as its own, which keeps what was published from it and saves system calls.

paho reads each packet with four or five recv calls, writes each with one send, and takes about 30 us to turn
a PUBLISH into a message; at thousands a second that is half of all that ingest does. So the PUBLISH packets
are taken out here, the PUBACKs of receipts, which nobody waits for, are dropped, and paho sees every other
packet of the session: CONNACK, SUBACK, PINGRESP.

Of a PUBLISH larger than KEPT only the beginning is kept and the rest is read past. Ending the connection over
it would not help: a broker that let it through once would send it again, for ever.
"""

from __future__ import annotations

import logging
import socket
import ssl
from typing import NamedTuple

from ingest.store.quarantine import PAYLOAD_KEPT

log = logging.getLogger(__name__)

# A topic of any length, its length, the packet's number, and of the payload what quarantine keeps.
KEPT = 2 + 65_535 + 2 + PAYLOAD_KEPT
_READ = 1 << 18
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_PUBLISH = 3
_PUBACK = 4
_LENGTH_BYTES = 4


class Published(NamedTuple):
    """One PUBLISH packet of the broker; mid is 0 for qos 0, topic "" when it is not UTF-8. size is that of
    the payload as it was published, also where only its beginning was kept."""

    topic: str
    payload: bytes
    qos: int
    mid: int
    size: int


class BufferedSocket:
    """Wraps a connected socket (plain or TLS). recv and send touch buffers, fill and flush the network."""

    def __init__(self, raw: socket.socket) -> None:
        self._raw = raw
        self._rest = b""
        self._large: Published | None = None
        self._skip = 0
        self._control = b""
        self._out = bytearray()
        self.published: list[Published] = []
        self.ended = False
        self.more = False

    def pending(self) -> int:
        """Bytes that recv can give without the network."""
        return len(self._control)

    @property
    def unsent(self) -> bool:
        """Whether flush has something left to do."""
        return bool(self._out)

    def fill(self) -> None:
        """Read what is there. ended: the other side closed or the connection broke; more: call again soon."""
        self.more = False
        try:
            data = self._raw.recv(_READ)
        except _NOT_NOW:
            return
        except OSError:
            self.ended = True
            return
        if not data:
            self.ended = True
            return
        # TLS may hold decrypted bytes that select does not see.
        self.more = isinstance(self._raw, ssl.SSLSocket) and self._raw.pending() > 0
        self._split(self._rest + self._past_large(data))

    def _past_large(self, data: bytes) -> bytes:
        """What of data lies behind the rest of a large packet, which is whole once nothing is left of it."""
        if self._large is None:
            return data
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        if not self._skip:
            self.published.append(self._large)
            self._large = None
        return data[skipped:]

    def _split(self, data: bytes) -> None:
        """Take whole packets off data; the beginning of the next one waits in _rest."""
        at = 0
        while (length := _length(data, at + 1)) is not None:
            start, size = length
            end = start + size
            if min(end, start + KEPT) > len(data):
                break
            kind = data[at] >> 4
            if kind == _PUBLISH:
                self.published.append(_published(data[at], data[start : min(end, start + KEPT)], size))
            elif size > KEPT:
                log.error("The broker sent a packet of kind %d with %d bytes; that is not MQTT.", kind, size)
                self.ended = True
                return
            elif kind != _PUBACK:
                self._control += data[at:end]
            at = end
        if at > len(data):
            self._skip = at - len(data)
            self._large = self.published.pop()
        self._rest = data[at:]
        if len(self._rest) > _LENGTH_BYTES and _length(self._rest, 1) is None:
            # No length ends after four bytes: what follows cannot be MQTT.
            self.ended = True

    def flush(self) -> None:
        """Write what the network takes; a broken connection shows at the next fill."""
        while self._out:
            try:
                sent = self._raw.send(self._out)
            except _NOT_NOW:
                return
            except OSError:
                self._out.clear()
                self.ended = True
                return
            del self._out[:sent]

    def recv(self, size: int) -> bytes:
        if not self._control:
            if self.ended:
                return b""
            raise BlockingIOError
        data, self._control = self._control[:size], self._control[size:]
        return data

    def send(self, data: bytes | bytearray) -> int:
        self._out += data
        return len(data)

    def close(self) -> None:
        self.flush()
        self._raw.close()

    def fileno(self) -> int:
        return self._raw.fileno()

    def setblocking(self, flag: bool) -> None:
        self._raw.setblocking(flag)


def _length(data: bytes, at: int) -> tuple[int, int] | None:
    """(where the packet's body starts, its size), or None while the length is not whole."""
    size = 0
    for index in range(_LENGTH_BYTES):
        if at + index >= len(data):
            return None
        byte = data[at + index]
        size |= (byte & 127) << (7 * index)
        if byte < 128:
            return at + index + 1, size
    return None


def _published(first: int, body: bytes, size: int) -> Published:
    """Of a PUBLISH of size bytes; body may be its beginning."""
    qos = first >> 1 & 3
    end = 2 + int.from_bytes(body[:2], "big")
    if size > KEPT:
        log.warning(
            "The broker delivered a packet of %d bytes, a terminal's have 2,100 at most; set the broker's "
            "limit (mosquitto: max_packet_size 20480).",
            size,
        )
    try:
        topic = body[2:end].decode()
    except UnicodeDecodeError:
        topic = ""
    if not qos:
        return Published(topic, body[end:], 0, 0, size - end)
    mid = int.from_bytes(body[end : end + 2], "big")
    return Published(topic, body[end + 2 :], qos, mid, size - end - 2)
