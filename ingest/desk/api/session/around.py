"""What lies around a session: who else was there, its fences' history, inspectors' notes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from ingest.casework.session import fence_history, neighbours, notes
from ingest.desk.api.session.around_shapes import (
    FencesTold,
    NeighboursTold,
    NoteAsked,
    NoteNumber,
    NotesTold,
)
from ingest.desk.api.session.sessions import Datum, Reader
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, INSPECTOR, SUPERVISOR, Actor
from ingest.desk.kernel.faults import not_found
from ingest.desk.kernel.numbers import SessionPath, TerminalPath
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import sends

router = api_router("sessions")


@sends(router.get, "/sessions/{terminal}/{session}/neighbours", NeighboursTold, summary="Who else was there")
def show_neighbours(actor: Reader, conn: Db, terminal: TerminalPath, session: SessionPath) -> Json:
    """Sessions on the same ground at the same time, and how near their cars came; a school is told of its
    own alone. 同一训练场同一时间的其他培训。"""
    found = neighbours.neighbours(conn, int(terminal), session, actor.only_school)
    if found is None:
        raise not_found()
    return found


@sends(router.get, "/sessions/{terminal}/{session}/fences", FencesTold, summary="Its fences' history")
def show_fences(
    actor: Reader,
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
    datum: Annotated[Datum, Query(description="Datum of the areas.")] = "wgs84",
) -> Json:
    """Every version that the registry has had of the fences near the trace: dates, when and from what file it
    was loaded, and by how much it changed. 教学区域的历史版本。"""
    found = fence_history.fence_history(conn, int(terminal), session, actor.only_school, datum)
    if found is None:
        raise not_found()
    return found


@sends(router.get, "/sessions/{terminal}/{session}/notes", NotesTold, summary="Inspectors' notes")
def show_notes(
    actor: Annotated[Actor, allow(SUPERVISOR, INSPECTOR, AUDITOR, scope="read")],
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
) -> Json:
    """What inspectors noted, oldest first; not for schools and trainees, and part of no verdict.
    监管人员备注。"""
    found = notes.told(conn, actor.who, int(terminal), session)
    if found is None:
        raise not_found()
    return {"items": found}


@router.post("/sessions/{terminal}/{session}/notes")
def add_note(
    actor: Annotated[Actor, allow(SUPERVISOR, INSPECTOR, scope="decide")],
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
    asked: NoteAsked,
) -> NoteNumber:
    """Note something for other inspectors; it cannot be changed or taken back. 添加备注，不可修改或删除。"""
    return NoteNumber(note=notes.add(conn, actor.who, int(terminal), session, asked.words))
