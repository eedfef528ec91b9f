"""A socket that paho can use as its own, with one system call for many packets in both directions.

paho reads each packet with four or five recv calls of a byte or more and writes each with one send. At
thousands of small packets a second those calls cost more than everything else that ingest does.
"""

from __future__ import annotations

import socket
import ssl

_READ = 1 << 18
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class BufferedSocket:
    """Wraps a connected socket (plain or TLS). recv and send touch buffers, fill and flush the network."""

    def __init__(self, raw: socket.socket) -> None:
        self._raw = raw
        self._in = b""
        self._at = 0
        self._out = bytearray()
        self.ended = False
        self.more = False

    def pending(self) -> int:
        """Bytes that recv can give without the network."""
        return len(self._in) - self._at

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
        self._in = self._in[self._at :] + data if self.pending() else data
        self._at = 0

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
        if self._at == len(self._in):
            if self.ended:
                return b""
            raise BlockingIOError
        data = self._in[self._at : self._at + size]
        self._at += len(data)
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
