"""Room for log-ins: each is long work for a processor, which strangers ask for. They get little of what the
others work with, and do not wait in any number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request

from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.router import connection
from ingest.store.connection import Connection

AT_ONCE = 2
WAITING_MOST = 50
AGAIN_S = 5


async def _wait(request: Request) -> AsyncIterator[None]:
    state = request.app.state
    if getattr(state, "log_ins", 0) >= WAITING_MOST:
        raise DeskFault(
            503,
            "too_many_log_ins",
            f"Too many people log in at this moment; try again in {AGAIN_S} s.",
            f"当前登录人数过多，请在 {AGAIN_S} 秒后重试。",
            wait_s=AGAIN_S,
        )
    # Only the loop's thread comes here.
    state.log_ins = getattr(state, "log_ins", 0) + 1
    try:
        yield
    finally:
        state.log_ins -= 1


def room() -> Any:
    """The dependency of a route that checks passwords of anybody. Name it before LogInDb's."""
    return Depends(_wait, scope="function")


LogInDb = Annotated[Connection, Depends(connection, scope="function", max_concurrency=AT_ONCE)]
"""A connection for such a route; not one of those that the other routes share."""
