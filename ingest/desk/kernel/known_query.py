"""A query parameter that nothing knows is refused: a filter mistyped would let everything through."""

from __future__ import annotations

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError

_LONGEST, _MOST = 40, 20


async def only_known_query(request: Request) -> None:
    """Raise RequestValidationError for a parameter that the route does not take."""
    if not request.query_params:
        return
    # The path's names and the headers' come along; that harms nobody.
    known = {field.alias for field in get_flat_params(request.scope["route"].dependant)}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": ("query", name[:_LONGEST])} for name in unknown[:_MOST]]
        )
