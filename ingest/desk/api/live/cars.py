"""The cars now, and what changes, as server-sent events."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import FastAPI, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from ingest.casework.accounts.log_in import digest_of
from ingest.casework.live.cars import OFFLINE_AFTER_S
from ingest.casework.live.feed import LiveFeed
from ingest.casework.live.known import Told
from ingest.desk.api.live.shapes import LiveFences, LiveTold
from ingest.desk.auth.identify import cookie_of
from ingest.desk.auth.means import now_of, policy_of
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.router import Json, api_router
from ingest.desk.kernel.shapes import sends
from ingest.store.connection import DatabaseAway
from ingest.store.desk.accounts import browser_sessions

log = logging.getLogger(__name__)
router = api_router("live")

HEARTBEAT_S = 15.0
"""Proxies drop what stays silent; and so long a stream may outlive its account's session."""
AGAIN_MS = 3000
LISTENERS_MOST = 200
LISTENERS_MOST_OF_ONE = 6
Reader = Annotated[Actor, allow(*ROLES, scope="read")]
_making = threading.Lock()


def feed_of(app: FastAPI) -> LiveFeed:
    """The one look at the cars of this application."""
    with _making:
        feed = getattr(app.state, "live_feed", None)
        if not isinstance(feed, LiveFeed):
            feed = app.state.live_feed = LiveFeed(app.state.desk.pool.connection)
        return feed


def seen_now(app: FastAPI, actor: Actor) -> Json:
    """Everything that this actor may see of the cars: what GET /v1/live answers."""
    change = feed_of(app).since(None, actor.only_school)
    assert change is not None
    return {**change._asdict(), "count": len(change.cars), "offline_after_s": OFFLINE_AFTER_S}


@sends(router.get, "/live", LiveTold, summary="The cars now")
def live(request: Request, actor: Reader) -> Json:
    """Every car: last fix with in, unsure, out or no_fence; the running training session; malfunctions; ban;
    open orders. `event` is where /v1/live/events goes on from."""
    return seen_now(request.app, actor)


@sends(router.get, "/live/fences", LiveFences, summary="Fences in force now")
def fences(request: Request, actor: Reader) -> Json:
    """Outlines for the map, WGS-84."""
    return {"items": feed_of(request.app).fences()}


@router.get(
    "/live/events",
    summary="What changes, as server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events(
    request: Request,
    actor: Reader,
    after: Annotated[str | None, Query(max_length=80, description="The `event` of /v1/live.")] = None,
    last_event_id: Annotated[str | None, Header(max_length=80)] = None,
) -> StreamingResponse:
    """`whole` brings everything anew, `change` the cars and orders that changed, `over` ends it with a reason
    (logged_out or restart)."""
    feed = feed_of(request.app)
    held = _listeners(request.app)
    if len(held) >= LISTENERS_MOST or held.count(actor.account) >= LISTENERS_MOST_OF_ONE:
        raise DeskFault(
            429,
            "too_many_listeners",
            "Too many pages are listening; close some and try again.",
            "实时页面打开过多，请关闭部分页面后重试。",
        )
    return StreamingResponse(
        _stream(request, actor, feed, last_event_id or after),
        media_type="text/event-stream",
        # No proxy may hold it back or pack it: nginx is told by the first, others by no-transform.
        headers={"x-accel-buffering": "no", "cache-control": "no-store, no-transform"},
    )


def _listeners(app: FastAPI) -> list[int]:
    """Accounts that listen, one entry for each stream; only touched from the event loop."""
    if not hasattr(app.state, "live_listeners"):
        app.state.live_listeners = []
    held: list[int] = app.state.live_listeners
    return held


async def _stream(request: Request, actor: Actor, feed: LiveFeed, event: str | None) -> AsyncIterator[str]:
    woken, loop = asyncio.Event(), asyncio.get_running_loop()

    def told() -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it this stream
            loop.call_soon_threadsafe(woken.set)

    held = _listeners(request.app)
    held.append(actor.account)
    feed.watch(told)
    try:
        yield f"retry: {AGAIN_MS}\n\n"
        asked = time.monotonic()
        while not feed.has_ended:
            woken.clear()
            change = await _changed(feed, event, actor)
            if change is not None:
                event = change.event
                yield _event("whole" if change.whole else "change", event, change.text)
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), HEARTBEAT_S)
            if time.monotonic() - asked >= HEARTBEAT_S:
                asked = time.monotonic()
                if await request.is_disconnected():
                    return
                if not await run_in_threadpool(_may_still, request, actor):
                    yield _event("over", None, '{"reason": "logged_out"}')
                    return
                yield ": still here\n\n"
        yield _event("over", None, '{"reason": "restart"}')
    finally:
        feed.unwatch(told)
        held.remove(actor.account)


async def _changed(feed: LiveFeed, event: str | None, actor: Actor) -> Told | None:
    try:
        return await run_in_threadpool(feed.told_since, event, actor.only_school)
    except DatabaseAway as fault:
        log.warning("%s", fault)
        return None


def _may_still(request: Request, actor: Actor) -> bool:
    """Whether what began the stream still holds with the same rights; asking keeps no session alive."""
    desk, cookie = request.app.state.desk, cookie_of(request)
    found: Actor | browser_sessions.Session | None
    if cookie is None:
        # What was found at the beginning is kept with the request.
        request.state._state.pop("identified", None)
        found = desk.identify(request)
    else:
        now, policy = now_of(request.app), policy_of(desk.settings)
        with desk.pool.connection() as conn:
            found = browser_sessions.find(conn, digest_of(cookie))
        if found is None or now - found.seen_at > policy.idle or now - found.created_at > policy.longest:
            return False
    same = (actor.account, actor.role, actor.school)
    return found is not None and (found.account, found.role, found.school) == same


def _event(name: str, event: str | None, data: str) -> str:
    number = "" if event is None else f"id: {event}\n"
    return f"{number}event: {name}\ndata: {data}\n\n"
