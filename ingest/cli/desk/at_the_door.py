"""Before anything of the desk runs: no body that is too large, and one log line a request without secrets."""

from __future__ import annotations

import json
import logging
import re
import time
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("desk")

BODY_MOST = 2 * 1024 * 1024
"""Bytes; nothing the desk takes is larger."""
_SECRET_PATH = re.compile(r"^(/t/)[^/]+")
_TOO_LARGE = {
    "error": {
        "code": "too_large",
        "message": {"en": "The request is larger than 2 MiB.", "zh": "请求超过 2 MiB。"},
        "details": {"bytes_most": BODY_MOST},
    }
}


class AtTheDoor:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, body_most: int = BODY_MOST) -> None:
        self._app, self._body_most = app, body_most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if _told_size(scope) > self._body_most:
                await _refuse(send_noted)
            else:
                await self._app(scope, self._counted(receive), send_noted)
        finally:
            client = scope.get("client") or ("-", 0)
            spent_ms = (time.monotonic() - began) * 1000
            log.info(
                "%s %s %s %d %.0f ms", client[0], scope["method"], shown_path(scope["path"]), status, spent_ms
            )

    def _counted(self, receive: Receive) -> Receive:
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._body_most:
                # Said to be small, or of no told size, and too large: as if the other side had gone.
                return {"type": "http.disconnect"}
            return message

        return receive_counted


def shown_path(path: str) -> str:
    """A path as it may stand in a log: no token, no control character, no query."""
    return quote(_SECRET_PATH.sub(r"\1-", path)[:200], safe="/")


def _told_size(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 16 else 1 << 62
    return 0


async def _refuse(send: Send) -> None:
    body = json.dumps(_TOO_LARGE, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
