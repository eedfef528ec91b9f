"""Every route says who may use it; a route that does not keeps the desk from starting.

    def queue(actor: Annotated[Actor, allow(SUPERVISOR, INSPECTOR, scope="read")], conn: Db) -> ...

Routes for everybody (log-in, a trainee's link) say ``dependencies=[for_everybody()]``.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Mount

from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.faults import (
    DeskFault,
    confirm_first,
    lacks_scope,
    not_allowed,
    not_known,
    only_browser,
    token_not_known,
)
from ingest.desk.kernel.pace import DEAR_SCOPES, keep_pace

SAFE = ("GET", "HEAD", "OPTIONS")
BROWSER = "browser"
"""In place of a scope: for a person who has logged in, and for no token."""
UNGUARDED = ("/v1/openapi.json",)
"""The API's own page holds nobody's data."""


@dataclass(frozen=True)
class Allowed:
    """Roles that may use a route, and the scope that a token needs; no roles: everybody. confirmed: a browser
    must have been given the password a short time ago. is_dear: counted as an export, whatever its scope."""

    roles: frozenset[str]
    scope: str
    confirmed: bool = False
    is_dear: bool = False


class _Gate:
    """The dependency itself: knows the actor, refuses others."""

    def __init__(self, allowed: Allowed) -> None:
        self.allowed = allowed

    async def __call__(self, request: Request) -> Actor:
        actor: Actor | None = await run_in_threadpool(request.app.state.desk.identify, request)
        if actor is None:
            came = request.headers.get("authorization", "").lower().startswith("bearer ")
            raise token_not_known() if came else not_known()
        if actor.role not in self.allowed.roles:
            raise not_allowed()
        if actor.scopes is not None and self.allowed.scope not in actor.scopes:
            scope = self.allowed.scope
            raise only_browser() if scope == BROWSER else lacks_scope(scope)
        if request.method not in SAFE and actor.csrf is not None:
            await _check_csrf(request, actor.csrf)
        keep_pace(request, actor, is_dear=self.allowed.is_dear)
        if self.allowed.confirmed and actor.scopes is None and not actor.is_confirmed:
            raise confirm_first()
        request.state.actor = actor
        claim = getattr(request.state, "claim", None)
        return actor if claim is None else replace(actor, claim=claim)


class _Open:
    """Marks a route for everybody."""

    allowed = Allowed(frozenset(), "")

    async def __call__(self) -> None:
        return None


def allow(*roles: str, scope: str, confirmed: bool = False, is_dear: bool = False) -> Any:
    """The dependency of a route for these roles; a token needs the scope, and with BROWSER none will do.
    confirmed: a person must have given the password (and the code) a short time ago. is_dear: the route makes
    a file and notes it, so it keeps the pace of exports, as every route with one of DEAR_SCOPES does."""
    assert roles and set(roles) <= set(ROLES), roles
    return Depends(_Gate(Allowed(frozenset(roles), scope, confirmed, is_dear or scope in DEAR_SCOPES)))


def for_everybody() -> Any:
    """The dependency of a route that anybody may use."""
    return Depends(_Open())


def allowed_of(route: APIRoute) -> Allowed | None:
    """Who may use a route, None where it does not say."""
    found = {gate.allowed for gate in _gates(route.dependant)}
    return found.pop() if len(found) == 1 else None


def check_every_route(app: FastAPI) -> None:
    """Raise RuntimeError for a route that does not say who may use it."""
    for route in routes_of(app.routes):
        if allowed_of(route) is None:
            raise RuntimeError(f"The route {route.path} does not say who may use it; add allow(...).")


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """The routes of an application and of every router in it. Raises RuntimeError for other kinds."""
    for route in routes:
        inside = getattr(route, "original_router", None)
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inside, APIRouter):
            yield from routes_of(inside.routes)
        elif not isinstance(route, Mount) and getattr(route, "path", "") not in UNGUARDED:
            raise RuntimeError(f"The route {route!r} is of a kind that says nothing of who may use it.")


def _gates(dependant: Dependant) -> Iterator[_Gate | _Open]:
    if isinstance(dependant.call, _Gate | _Open):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _gates(below)


async def _check_csrf(request: Request, wanted: str) -> None:
    given = request.headers.get("x-csrf-token", "")
    kind = request.headers.get("content-type", "")
    if not given and kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        field = (await request.form()).get("csrf", "")
        given = field if isinstance(field, str) else ""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        given = ""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise DeskFault(
            403,
            "csrf",
            "The page is too old or the request came from elsewhere; load the page again.",
            "页面已过期或请求来自其他网站，请重新载入页面。",
        )
