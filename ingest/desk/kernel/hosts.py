"""Requests for another name than the desk's own are turned away, where the setting HOSTS names some."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ingest.desk.kernel.answers import told
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.settings import DeskSettings

UNNAMED = ("/healthy",)
"""Asked by machines that know an address only; tells nothing."""


class OwnHosts:
    """ASGI middleware that refuses the others with 421."""

    def __init__(self, app: ASGIApp, settings: DeskSettings) -> None:
        self._app, self._hosts = app, settings.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_asked = scope["type"] == "http" and self._hosts and scope["path"] not in UNNAMED
        if is_asked and _name(Request(scope).headers.get("host", "")) not in self._hosts:
            fault = DeskFault(
                421,
                "wrong_host",
                "The desk is not asked for by this name; use the address that you were given.",
                "本站点不使用该主机名，请使用指定的地址访问。",
            )
            await told(Request(scope, receive), fault)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _name(host: str) -> str:
    """The header without its port: desk.example:8080, [::1]:8080."""
    name, colon, port = host.lower().rpartition(":")
    is_port = bool(colon) and port.isdigit() and (":" not in name or name.startswith("["))
    return name if is_port else host.lower()
