"""Routers: of the API, whose writes may carry an Idempotency-Key, and of the pages, not in OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from ingest.store.connection import Connection


def api_router(tag: str) -> APIRouter:
    """A router below /v1 for one subject."""
    return APIRouter(prefix="/v1", tags=[tag])


def page_router() -> APIRouter:
    """A router of pages."""
    return APIRouter(include_in_schema=False)


def _connection(request: Request) -> Iterator[Connection]:
    with request.app.state.desk.pool.connection() as conn:
        yield conn


Db = Annotated[Connection, Depends(_connection)]
"""An autocommit connection for the request."""

Json = dict[str, Any]
