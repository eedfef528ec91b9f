"""What the API says of itself, without a database: its OpenAPI document and who may use what."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import FastAPI

from ingest.desk.app import routers
from ingest.desk.kernel.access import allowed_of, routes_of
from ingest.desk.kernel.actor import ROLES
from ingest.desk.kernel.api_page import DeskApi

EVERYBODY = "everybody"


@lru_cache(maxsize=1)
def _app() -> FastAPI:
    app = DeskApi()
    for router in routers():
        app.include_router(router)
    return app


def document() -> dict[str, Any]:
    """The OpenAPI document of all routes below /v1."""
    return _app().openapi()


def access() -> dict[str, str]:
    """'GET /path' -> the roles that may use it and the scope a token needs; pages too."""
    return access_of(_app())


def access_of(app: FastAPI) -> dict[str, str]:
    """The same of one application."""
    found = {}
    for route in routes_of(app.routes):
        allowed = allowed_of(route)
        assert allowed is not None
        roles = " ".join(role for role in ROLES if role in allowed.roles) or EVERYBODY
        scope = f" [{allowed.scope}]" if allowed.scope else ""
        scope += " [confirmed]" if allowed.confirmed else ""
        found.update({f"{method} {route.path}": roles + scope for method in sorted(route.methods or ())})
    return found
