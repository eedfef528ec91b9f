"""The evidence pack of a session, as a download."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from ingest.casework.packs import build as pack
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import INSPECTOR, ROLES, SUPERVISOR, Actor
from ingest.desk.kernel.faults import not_allowed
from ingest.desk.kernel.numbers import SessionPath, TerminalPath
from ingest.desk.kernel.router import Db, api_router

router = api_router("packs")


class Zip(Response):
    """A zip file."""

    media_type = "application/zip"


@router.get("/sessions/{terminal}/{session}/pack", response_class=Zip)
def get_pack(
    request: Request,
    actor: Annotated[Actor, allow(*ROLES, scope="export")],
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
    photos: Annotated[bool, Query(description="With the pictures: inspectors and supervisors only.")] = False,
) -> Zip:
    """Everything that proves a session, in one zip that `hourfence verify` checks offline; noted in the audit
    log. 一次培训的完整证据包，可离线校验。"""
    if photos and actor.role not in (SUPERVISOR, INSPECTOR):
        raise not_allowed()
    folder = request.app.state.desk.settings.data
    data = pack.build(conn, actor.who, int(terminal), session, photos, folder)
    name = f"evidence-{terminal}-{session}.zip"
    return Zip(data, headers={"content-disposition": f'attachment; filename="{name}"'})
