"""What answers look like: documented in OpenAPI, and sent as they are made.

Checking an answer value by value would take longer than making it. That answers are as documented, no field
more and none less, is tested with a filled database instead.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Annotated, Any, Literal, ParamSpec

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from ingest.desk.kernel.numbers import Number16

P = ParamSpec("P")
Plain = dict[str, Any]
Verdict = Literal["accepted", "refused", "unsure"]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Clock = Annotated[str, Field(description="HH:MM in the ground's zone.")]
UnixMinute = Annotated[int, Field(description="Unix time in minutes.")]
UnixSecond = Annotated[int, Field(description="Unix time in seconds.")]
Cursor = Annotated[str | None, Field(description="Cursor of the next page, null at the end.")]
Count = Annotated[int | None, Field(description="How many match in all; null: not counted.")]


class SessionKey(BaseModel):
    """A training session."""

    terminal: Number16
    session: int


class Moment(BaseModel):
    """A second. local: in the ground's zone, as 2026-11-22 14:05:00."""

    utc_s: UnixSecond
    local: str


def rfc3339(at: datetime | None) -> str | None:
    """A moment as the API tells it, as 2026-11-22T06:05:00Z; None for none."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def sends(
    add: Callable[..., Any], path: str, shape: Any, status: int = 200, **options: Any
) -> Callable[[Callable[P, Plain]], Callable[P, Plain]]:
    """A route (add: router.get and so on) that sends the plain values of its function as they are; pages may
    call the function for the values."""

    def of(endpoint: Callable[P, Plain]) -> Callable[P, Plain]:
        @wraps(endpoint)
        def send(*args: P.args, **given: P.kwargs) -> JSONResponse:
            return JSONResponse(endpoint(*args, **given), status)

        documented = {status: {"model": shape}}
        add(path, status_code=status, response_model=None, responses=documented, **options)(send)
        return endpoint

    return of
