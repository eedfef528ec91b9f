"""The desk's web server in this process: one socket, strict limits, a clean end."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from fastapi import FastAPI

from ingest.casework.live.feed import LiveFeed
from ingest.cli.desk.at_the_door import AtTheDoor
from ingest.cli.desk.in_time import RequestInTime
from ingest.cli.faults import UsageError
from ingest.desk.api.live.cars import feed_of
from ingest.desk.kernel.settings import DeskSettings

CONNECTIONS_MOST = 1000
IDLE_S = 30
FINISH_S = 10
UNHEARD_S = 60
HEADERS_MOST = 32 * 1024
BACKLOG = 512


def listening(listen: str) -> socket.socket:
    """A socket that listens at HOST:PORT ([::1]:8080); port 0 takes a free one. Raises UsageError."""
    host, _, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise UsageError(f"--listen {listen}: write it as HOST:PORT, such as 127.0.0.1:8080.")
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Of a peer that is gone and says nothing: it would hold a place of the live page for a quarter of
            # an hour. Connections have it from the listener.
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_S * 1000)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError as fault:
        raise UsageError(
            f"--listen {listen}: the desk cannot listen there ({fault.strerror or fault});"
            " end what uses that address or name another."
        ) from None
    return made


def address_of(listener: socket.socket, https: bool) -> str:
    """The URL to open."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http{'s' if https else ''}://{shown}:{port}/"


def server_of(app: FastAPI, settings: DeskSettings, ready: Callable[[], None]) -> uvicorn.Server:
    """Its run([socket]) serves until SIGINT or SIGTERM, or until should_exit is set; requests in hand are
    finished within FINISH_S. ready: called once it answers."""
    config = uvicorn.Config(
        AtTheDoor(app),
        http=RequestInTime,
        ws="none",
        lifespan="on",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.trusted_proxy is not None,
        forwarded_allow_ips=settings.trusted_proxy or "",
        limit_concurrency=CONNECTIONS_MOST,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=FINISH_S,
        h11_max_incomplete_event_size=HEADERS_MOST,
    )
    return _Server(config, app, ready)


class _Server(uvicorn.Server):
    """uvicorn's, which here ends without raising the signal again, and tells listeners of events to go."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._app, self._ready = app, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if hasattr(self._app.state, "desk"):
            feed_of(self._app).keep_warm()
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        feed = getattr(self._app.state, "live_feed", None)
        if isinstance(feed, LiveFeed):
            feed.end()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def leave(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
