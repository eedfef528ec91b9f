"""Routers: of the API, whose writes may carry an Idempotency-Key, and of the pages, not in OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from ingest.store.connection import Connection


class Message(BaseModel):
    """One sentence in each language."""

    en: str
    zh: str


class ErrorTold(BaseModel):
    """What is wrong: a stable code, a sentence, and what it is about."""

    code: str
    message: Message
    details: dict[str, Any]


class ErrorAnswer(BaseModel):
    """The one shape of every error."""

    error: ErrorTold


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": what}
    for status, what in {
        400: "Cannot be read.",
        401: "Nobody is logged in, or the token is not known.",
        403: "The role or the token's scope is not enough.",
        404: "Not there, or not for the one who asks.",
        409: "Does not go together with how things stand; the code says why.",
        413: "Too large.",
        422: "Not as this page says; details name the fields.",
        429: "Too often; try later.",
        503: "The database does not answer.",
    }.items()
}


def api_router(tag: str) -> APIRouter:
    """A router below /v1 for one subject."""
    return APIRouter(prefix="/v1", tags=[tag], responses=ERRORS)


def page_router() -> APIRouter:
    """A router of pages."""
    return APIRouter(include_in_schema=False)


def _connection(request: Request) -> Iterator[Connection]:
    with request.app.state.desk.pool.connection() as conn:
        yield conn


Db = Annotated[Connection, Depends(_connection)]
"""An autocommit connection for the request."""

Json = dict[str, Any]


def both(texts: tuple[str, str]) -> dict[str, str]:
    """(English, Chinese) as JSON has it."""
    return {"en": texts[0], "zh": texts[1]}
