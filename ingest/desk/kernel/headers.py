"""What every answer carries, so that a browser keeps the desk apart from the rest of the world."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.desk.kernel.settings import DeskSettings

CACHED = ("/static/",)
_YEAR_S = 31_536_000


def always(settings: DeskSettings) -> dict[str, str]:
    """Header -> value, of every answer."""
    tiles = f" {settings.tile_host}" if settings.tile_host else ""
    held = {
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
            " connect-src 'self';"
            f" img-src 'self' data: blob:{tiles}; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'; manifest-src 'self'"
        ),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-robots-tag": "noindex, nofollow",
    }
    if settings.https:
        held["strict-transport-security"] = f"max-age={_YEAR_S}; includeSubDomains"
    return held


class StrictHeaders:
    """ASGI middleware that sets them."""

    def __init__(self, app: ASGIApp, settings: DeskSettings) -> None:
        self._app = app
        self._always = always(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        keeps = scope["path"].startswith(CACHED)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers[name] = value
                if keeps and message["status"] in (200, 304):
                    # Asked again with its ETag each time: scripts of two versions never meet.
                    headers["cache-control"] = "public, no-cache"
                elif "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)
