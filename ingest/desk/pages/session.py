"""One session on one screen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from ingest.casework import blind
from ingest.decisions.causes import CAUSES
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, ROLES, SCHOOL, Actor
from ingest.desk.kernel.faults import not_found
from ingest.desk.kernel.numbers import SessionPath, TerminalPath
from ingest.desk.kernel.paging import cursor
from ingest.desk.kernel.render import language_of, page, zone
from ingest.desk.kernel.router import Db, page_router

router = page_router()


@router.get("/sessions/{terminal}/{session}")
def show_session(
    request: Request,
    actor: Annotated[Actor, allow(*ROLES, scope="read")],
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
) -> HTMLResponse:
    """Map, minutes, faces, reasons and decisions of a training session."""
    found = blind.view(conn, actor.who, int(terminal), session, actor.only_school)
    if found is None:
        raise not_found()
    settings, head = request.app.state.desk.settings, found["head"]
    offset_min = head["utc_offset_min"]
    return page(
        request,
        "session/session.html",
        actor,
        script_texts=("session", "kernel.role"),
        view=found,
        head=head,
        zone=zone(offset_min),
        language_now=language_of(request, actor),
        may=_may(actor),
        surroundings={
            "tiles": settings.tiles,
            "datum": settings.tiles_datum if settings.tiles else "wgs84",
            "credit": settings.tiles_credit,
            "zone": zone(offset_min),
            "account": actor.account,
            "cursor": cursor((head["score"], int(terminal), session)),
            "may": _may(actor),
            "appeals": {"open": actor.role == SCHOOL, "answer": actor.role != AUDITOR},
            "causes": [
                {
                    "name": one.code,
                    "kinds": list(one.kinds),
                    "text": {"en": one.english, "zh": one.chinese},
                    "needs_words": one.needs_words,
                }
                for one in CAUSES
            ],
        },
    )


def _may(actor: Actor) -> list[str]:
    """The kinds of decisions that this role makes; the rest is refused by the rules anyway."""
    if actor.role == AUDITOR:
        return []
    own: list[Any] = ["accept", "refuse"]
    return own if actor.role == SCHOOL else [*own, "restore", "second_look"]
