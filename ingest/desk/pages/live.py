"""The live page: the cars on a map and in a table, what needs a look, and orders to terminals."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from ingest.casework.live.orders import BAN, MAY_ORDER, UNBAN
from ingest.casework.local_time import local_offset_min
from ingest.decisions.order_causes import ORDER_CAUSES
from ingest.desk.api.live.cars import feed_of, seen_now
from ingest.desk.kernel import texts
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.render import language_of, local, page
from ingest.desk.kernel.router import Db, Json, page_router

router = page_router()
ROWS_MOST = 200
"""Without scripts so many cars are shown; with them all."""


@router.get("/live")
def show_live(
    request: Request, actor: Annotated[Actor, allow(*ROLES, scope="read")], conn: Db
) -> HTMLResponse:
    """Cars now."""
    settings = request.app.state.desk.settings
    seen = seen_now(request.app, actor)
    offset_min = local_offset_min(conn)
    may_order = actor.role in MAY_ORDER
    return page(
        request,
        "live/live.html",
        actor,
        script_texts=("live.script",),
        cars=[_row(car, offset_min) for car in seen["cars"][:ROWS_MOST]],
        schools=sorted({(car["school"], car["school_name"]) for car in seen["cars"]}),
        summary=_summary(seen["cars"], language_of(request, actor)),
        live={
            **seen,
            "fences": feed_of(request.app).fences(),
            "may_order": may_order,
            "causes": _causes(language_of(request, actor)),
            "offset_min": offset_min,
            "tiles": settings.tiles,
            "tiles_credit": settings.tiles_credit,
            "tiles_datum": settings.tiles_datum,
        },
    )


def _causes(language: str) -> dict[str, list[tuple[str, str]]]:
    """Kind of order -> (code, words) of what it may be given for."""
    return {
        kind: [
            (one.code, one.english if language == "en" else one.chinese)
            for one in ORDER_CAUSES
            if kind in one.kinds
        ]
        for kind in (BAN, UNBAN)
    }


def _row(car: Json, offset_min: int) -> Json:
    fix_at = car["fix"]["at"] if car["fix"] else None
    return {**car, "fix_at": _told(fix_at, offset_min), "heard": _told(car["heard_at"], offset_min)}


def _told(stamp: str | None, offset_min: int) -> str:
    return local(None if stamp is None else datetime.fromisoformat(stamp), offset_min)


def _summary(cars: list[dict[str, Any]], language: str) -> str:
    running = [car for car in cars if car["running"]]
    return texts.shipped().say(
        "live.script.status",
        language,
        cars=len(cars),
        running=len(running),
        out=sum(car["fix"]["where"] == "out" for car in running if car["fix"]),
        offline=sum(car["offline_since"] is not None for car in running),
        malfunction=sum(bool(car["malfunctions"]) for car in cars),
    )
