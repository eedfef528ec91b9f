"""One session on one screen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from fastapi.responses import HTMLResponse

from ingest.casework.session import view as session_view
from ingest.decisions.causes import offered
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, INSPECTOR, ROLES, SCHOOL, SUPERVISOR, Actor
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
    found = session_view.view(conn, int(terminal), session, actor.only_school)
    if found is None:
        raise not_found()
    settings, head = request.app.state.desk.settings, found["head"]
    offset_min = head["utc_offset_min"]
    may, holds = _may(actor, head["state"]), actor.role in (INSPECTOR, SUPERVISOR)
    return page(
        request,
        "session/session.html",
        actor,
        script_texts=("session", "around", "kernel.role"),
        view=found,
        head=head,
        zone=zone(offset_min),
        language_now=language_of(request, actor),
        may=may,
        holds=holds,
        notes=_notes(actor),
        surroundings={
            "tiles": settings.tiles,
            "datum": settings.tiles_datum if settings.tiles else "wgs84",
            "credit": settings.tiles_credit,
            "zone": zone(offset_min),
            "account": actor.account,
            "cursor": cursor((head["score"], int(terminal), session)),
            "may": may,
            "holds": holds,
            "notes": _notes(actor),
            "appeals": {"open": actor.role == SCHOOL, "answer": actor.role != AUDITOR},
            "causes": [
                {
                    "name": one.code,
                    "kinds": list(one.kinds),
                    "text": {"en": one.english, "zh": one.chinese},
                    "needs_words": one.needs_words,
                }
                for one in offered(actor.role == SCHOOL, head["state"] in ("appealed", "final"))
            ],
        },
    )


def _notes(actor: Actor) -> str:
    """write, read, or '' for whom there are none."""
    return {SCHOOL: "", AUDITOR: "read"}.get(actor.role, "write")


def _may(actor: Actor, state: str) -> list[str]:
    """The kinds of decisions that this role may make now; the rules refuse the others anyway."""
    if state == "final":
        return ["reverse"] if actor.role == SUPERVISOR else []
    by_role = {AUDITOR: [], SCHOOL: ["accept", "refuse"]}
    return by_role.get(actor.role, ["accept", "refuse", "restore", "second_look"])
