"""One training session: as judged and decided, and its fixes."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from ingest.casework.session import view as session_view
from ingest.desk.api.session.history_shapes import TraceTold
from ingest.desk.api.session.shapes import SessionTold
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.faults import not_found
from ingest.desk.kernel.numbers import SessionPath, TerminalPath
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import sends

router = api_router("sessions")

Reader = Annotated[Actor, allow(*ROLES, scope="read")]
Datum = Literal["wgs84", "gcj02"]


@sends(router.get, "/sessions/{terminal}/{session}", SessionTold, summary="One training session")
def show_session(actor: Reader, conn: Db, terminal: TerminalPath, session: SessionPath) -> Json:
    """The head, every minute with the machine's verdict, the effective one and all reasons as sentences, face
    checks, marks, flags, suspicions, the chain, decisions and appeals. `seen` goes with a decision.
    一次培训的全部情况：逐分钟判定及原因、人脸核验、标记、处理与申诉。"""
    found = session_view.view(conn, int(terminal), session, actor.only_school)
    if found is None:
        raise not_found()
    return found


@sends(
    router.get, "/sessions/{terminal}/{session}/trace", TraceTold, summary="Its fixes, and the fences around"
)
def show_trace(
    actor: Reader,
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
    datum: Annotated[
        Datum, Query(description="Datum of shown_lat_e7, shown_lon_e7 and the fences.")
    ] = "wgs84",
) -> Json:
    """Each minute's fixes as lists: second, lat_e7, lon_e7 (WGS-84), speed_kmh10, satellites, hdop10,
    margin_dm (the radius the judge gave it) and place: 0 in, 1 in doubt, 2 out, 3 out and counted,
    4 dead-reckoned, -1 nothing to say. Fences: those of that moment (`then`) and today's (`today`).
    轨迹点与当时、当前的教学区域。"""
    found = session_view.trace(conn, int(terminal), session, actor.only_school, datum)
    if found is None:
        raise not_found()
    return found
