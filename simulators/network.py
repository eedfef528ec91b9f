"""The radio link of one terminal: a TCP relay on 127.0.0.1 that can be cut and restored."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from types import TracebackType

_CHUNK = 65536
_BACKLOG_MAX = 1 << 20


class _Way:
    """One relayed connection, or rather one of its two ends: its socket, the far end, bytes not yet sent."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self.far: _Way = self
        self.unsent = bytearray()


class Link:
    """Relays connections to target=(host, port). down() closes them and refuses new ones until up(); freeze()
    leaves them open and passes nothing.

    up(), down() and close() may be called from any thread and have taken effect when they return.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._ways: set[_Way] = set()
        # Holds the port while nobody listens, so that nobody else gets it meanwhile.
        self._reserve = _bound(("127.0.0.1", 0))
        self.port: int = self._reserve.getsockname()[1]
        self._listener: socket.socket | None = None
        self._wake_out, self._wake_in = socket.socketpair()
        self._selector.register(self._wake_in, selectors.EVENT_READ, None)
        self._closing = False
        self._frozen = False
        self.accepted = 0
        self.up()
        self._thread = threading.Thread(target=self._run, name=f"link {self.port}", daemon=True)
        self._thread.start()

    @property
    def is_up(self) -> bool:
        """Whether new connections are taken."""
        return self._listener is not None

    def up(self) -> None:
        """Take connections (again), and pass on what they bring. What a freeze swallowed is lost with its
        connections, as on a radio link whose two ends have given up each other."""
        with self._lock:
            if self._frozen:
                self._frozen = False
                for way in list(self._ways):
                    self._drop(way)
            if self._listener is None and not self._closing:
                self._listener = _bound(("127.0.0.1", self.port))
                self._listener.listen(8)
                self._listener.setblocking(False)
                self._selector.register(self._listener, selectors.EVENT_READ, self._listener)
        self._wake()

    def freeze(self) -> None:
        """Pass nothing on until up(): connections stay open, and new ones are taken, into the void."""
        with self._lock:
            self._frozen = True
            for way in list(self._ways):
                self._watch(way)
        self._wake()

    def down(self) -> None:
        """Close every connection and refuse new ones."""
        with self._lock:
            self._frozen = False
            if self._listener is not None:
                self._selector.unregister(self._listener)
                self._listener.close()
                self._listener = None
            for way in list(self._ways):
                self._drop(way)
        self._wake()

    def close(self) -> None:
        """End the relay for good."""
        self.down()
        with self._lock:
            self._closing = True
        self._wake()
        self._thread.join(5.0)
        for link in (self._reserve, self._wake_in, self._wake_out):
            link.close()
        self._selector.close()

    def __enter__(self) -> Link:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_out.send(b"x")

    def _run(self) -> None:
        while True:
            ready = self._selector.select()
            with self._lock:
                if self._closing:
                    return
                for key, mask in ready:
                    if key.data is None:
                        self._wake_in.recv(_CHUNK)
                    elif isinstance(key.data, _Way):
                        if key.data in self._ways:
                            self._relay(key.data, mask)
                    elif key.data is self._listener:
                        self._accept(self._listener)

    def _accept(self, listener: socket.socket) -> None:
        try:
            near_link, _ = listener.accept()
        except OSError:
            return
        try:
            far_link = socket.create_connection(self._target, timeout=2.0)
        except OSError:
            near_link.close()
            return
        self.accepted += 1
        near, far = _Way(near_link), _Way(far_link)
        near.far, far.far = far, near
        for way in (near, far):
            way.link.setblocking(False)
            way.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ways.add(way)
            self._selector.register(way.link, selectors.EVENT_READ, way)

    def _relay(self, way: _Way, mask: int) -> None:
        try:
            if mask & selectors.EVENT_READ:
                data = way.link.recv(_CHUNK)
                if not data:
                    self._drop(way)
                    return
                if self._frozen:
                    return
                way.far.unsent += data
                self._flush(way.far)
            if mask & selectors.EVENT_WRITE:
                self._flush(way)
        except BlockingIOError:
            return
        except OSError:
            self._drop(way)

    def _flush(self, way: _Way) -> None:
        with contextlib.suppress(BlockingIOError):
            while way.unsent and not self._frozen:
                del way.unsent[: way.link.send(way.unsent)]
        self._watch(way)
        self._watch(way.far)

    def _watch(self, way: _Way) -> None:
        # A far end that does not take its bytes slows this one down.
        mask = selectors.EVENT_WRITE if way.unsent and not self._frozen else 0
        if len(way.far.unsent) < _BACKLOG_MAX:
            mask |= selectors.EVENT_READ
        if self._selector.get_key(way.link).events != mask:
            self._selector.modify(way.link, mask or selectors.EVENT_WRITE, way)

    def _drop(self, way: _Way) -> None:
        for end in (way, way.far):
            if end in self._ways:
                self._ways.discard(end)
                self._selector.unregister(end.link)
                end.link.close()


def _bound(address: tuple[str, int]) -> socket.socket:
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    link.bind(address)
    return link
