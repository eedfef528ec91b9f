"""The desk as an ASGI application: settings and a database in, routes found by listing their rooms."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.staticfiles import StaticFiles

from ingest.desk import api, auth, pages
from ingest.desk.auth.idempotency import IdempotencyKeys
from ingest.desk.kernel import texts
from ingest.desk.kernel.access import check_every_route
from ingest.desk.kernel.actor import Actor
from ingest.desk.kernel.answers import answer_faults
from ingest.desk.kernel.api_page import DeskApi
from ingest.desk.kernel.headers import StrictHeaders
from ingest.desk.kernel.hosts import OwnHosts
from ingest.desk.kernel.pace import Paces
from ingest.desk.kernel.settings import DeskSettings
from ingest.desk.refusals import answer_refusals
from ingest.store.pool import Pool

CONNECTIONS_MOST = 18
"""What routes and log-ins may hold at once, and four for who asks."""
STATIC = Path(__file__).parent / "static"
Identify = Callable[[Request], Actor | None]


@dataclass
class Desk:
    """What routes find in request.app.state.desk."""

    settings: DeskSettings
    pool: Pool
    identify: Identify


def make_desk(settings: DeskSettings, database_url: str, identify: Identify | None = None) -> FastAPI:
    """The application. The database must be migrated. identify: who asks; default: by cookie or token.

    Raises RuntimeError for a route that does not say who may use it, TextsError for a missing text.
    """
    from ingest.desk.auth.identify import identify as by_cookie_or_token

    texts.shipped()
    desk = Desk(settings, Pool(database_url, CONNECTIONS_MOST), identify or by_cookie_or_token)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.pool.close()

    # redirect_slashes would send browsers to whatever host a request names.
    app = DeskApi(lifespan=living, redirect_slashes=False)
    app.state.desk = desk
    app.state.paces = Paces(settings.writes_per_min, settings.exports_per_min)
    app.add_middleware(IdempotencyKeys)
    app.add_middleware(OwnHosts, settings=settings)
    app.add_middleware(StrictHeaders, settings=settings)
    answer_faults(app)
    answer_refusals(app)
    for router in routers():
        app.include_router(router)
    check_every_route(app)
    app.mount("/static/leaflet", StaticFiles(directory=_leaflet()), name="leaflet")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def routers() -> list[APIRouter]:
    """The routers of every file in auth, api and pages, and in the rooms there, that has one."""
    found = []
    for room in (auth, api, pages):
        inner = pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
        for info in sorted(inner, key=lambda info: info.name):
            module = importlib.import_module(info.name)
            router = getattr(module, "router", None)
            if isinstance(router, APIRouter):
                found.append(router)
    return found


def _leaflet() -> Path:
    spec = find_spec("xstatic.pkg.leaflet")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "data"
