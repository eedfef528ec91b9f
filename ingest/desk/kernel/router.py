"""Routers: of the API, whose writes may carry an Idempotency-Key, and of the pages, not in OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from ingest.desk.kernel.known_query import only_known_query
from ingest.store.connection import Connection

Json = dict[str, Any]


class Message(BaseModel):
    """One sentence in each language."""

    en: str
    zh: str


def _object(**properties: Json) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties}


_TEXT: Json = {"type": "string"}
ERROR = _object(error=_object(code=_TEXT, message=_object(en=_TEXT, zh=_TEXT), details={"type": "object"}))
"""The one shape of every error, as JSON Schema: JSON also where the answer itself is a file."""
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"content": {"application/json": {"schema": ERROR}}, "description": what}
    for status, what in {
        400: "Cannot be read.",
        401: "Nobody is logged in, or the token is not known.",
        403: "The role or the token's scope is not enough.",
        404: "Not there, or not for the one who asks.",
        409: "Does not go together with how things stand; the code says why.",
        413: "Too large.",
        422: "Not as this page says; details name the fields.",
        429: "More than the pace allows (details.a_minute; per account, and per token): try again later.",
        503: "The database does not answer.",
    }.items()
}
ERRORS[429]["headers"] = {
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}
}


def api_router(tag: str) -> APIRouter:
    """A router below /v1 for one subject."""
    return APIRouter(prefix="/v1", tags=[tag], responses=ERRORS, dependencies=[Depends(only_known_query)])


def page_router() -> APIRouter:
    """A router of pages."""
    return APIRouter(include_in_schema=False)


def connection(request: Request) -> Iterator[Connection]:
    """An autocommit connection for as long as the route runs."""
    with request.app.state.desk.pool.connection() as conn:
        yield conn


# Fewer than the pool holds, so that what asks for one beside (who asks, is the cookie good) is not last in
# line; who waits holds no thread. Given back before the answer is sent: who reads slowly holds none.
ROUTES_MOST = 12
Db = Annotated[Connection, Depends(connection, scope="function", max_concurrency=ROUTES_MOST)]
"""An autocommit connection for the route."""


def both(texts: tuple[str, str]) -> dict[str, str]:
    """(English, Chinese) as JSON has it."""
    return {"en": texts[0], "zh": texts[1]}
