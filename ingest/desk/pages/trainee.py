"""A trainee's own page, opened by a link: no log-in, nobody else's data, one 404 for all that is wrong."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from ingest.casework.accounts.guessing import address_key
from ingest.casework.local_time import local_offset_min
from ingest.casework.trainee import link as trainee_link
from ingest.casework.trainee import page as trainee_page
from ingest.desk.auth.means import address_of
from ingest.desk.kernel.access import for_everybody
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.render import page
from ingest.desk.kernel.router import Db, page_router

router = page_router()
OPENED_MOST = 30
OPENED_IN_S = 60.0
KEYS_KEPT = 10_000
_making = threading.Lock()


class Openings:
    """How often each such page was opened lately, and how often each address tried what is no link. One
    object for all threads. Many open theirs from one address: phones behind a carrier's, a school's hall."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_trainee: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._by_address: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def are_too_many(self, trainee: int | None, address: str, now: float) -> bool:
        """Count one more of the trainee's, or of the address where the link is nobody's; whether it is
        beyond OPENED_MOST in OPENED_IN_S. now: monotonic seconds."""
        with self._lock:
            if trainee is None:
                return _count(self._by_address, address, now) > OPENED_MOST
            return _count(self._by_trainee, f"{trainee}", now) > OPENED_MOST


def _count(counted: OrderedDict[str, tuple[float, int]], key: str, now: float) -> int:
    began, count = counted.pop(key, (now, 0))
    if now - began >= OPENED_IN_S:
        began, count = now, 0
    counted[key] = (began, count + 1)
    while len(counted) > KEYS_KEPT:
        counted.popitem(last=False)
    return count + 1


@router.get("/t/{token}", dependencies=[for_everybody()])
def show_trainee(request: Request, conn: Db, token: str) -> HTMLResponse:
    """My hours, what is missing, and why minutes did not count."""
    now = datetime.now(UTC)
    key = trainee_link.link_key(request.app.state.desk.settings.data)
    opened = key.opened_until(token, int(now.timestamp()))
    whose, address = opened[0] if opened else None, address_key(address_of(request))
    if _openings(request.app).are_too_many(whose, address, time.monotonic()):
        raise DeskFault(
            429, "too_often", "Opened too often; wait a minute.", "打开过于频繁，请一分钟后再试。"
        )
    found = None if opened is None else trainee_page.page(conn, opened[0], now)
    if opened is None or found is None:
        # One and the same, whatever is wrong with it.
        raise DeskFault(
            404,
            "link_ended",
            "This link is not complete, or it has ended. Ask your school for a new one.",
            "链接不完整或已失效，请联系驾校获取新链接。",
        )
    until = datetime.fromtimestamp(opened[1], UTC)
    offset_min = local_offset_min(conn)
    return page(request, "trainee/trainee.html", None, now=now, until=until, offset_min=offset_min, **found)


def _openings(app: FastAPI) -> Openings:
    with _making:
        if not hasattr(app.state, "trainee_openings"):
            app.state.trainee_openings = Openings()
        held: Openings = app.state.trainee_openings
        return held
