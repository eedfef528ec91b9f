"""Appeals: a school contests what does not count, both sides write, a decision closes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from ingest.casework.deciding import appeal as acts
from ingest.desk.api.deciding.shapes import Appeals
from ingest.desk.api.deciding.within_sight import check_within_sight
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import INSPECTOR, ROLES, SCHOOL, SUPERVISOR, Actor
from ingest.desk.kernel.numbers import SessionPath, TerminalPath
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import rfc3339, sends
from ingest.store.connection import Connection
from ingest.store.desk.deciding import appeals

router = api_router("appeals")

SchoolOnly = Annotated[Actor, allow(SCHOOL, scope="decide")]
AppealPath = Annotated[int, Path(ge=1, lt=2**63, description="The appeal's number.")]


class Said(BaseModel):
    """What one side says, 1 to 1000 characters."""

    model_config = ConfigDict(extra="forbid")

    words: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class AppealNumber(BaseModel):
    """The appeal's number."""

    appeal: int


class EntryNumber(BaseModel):
    """The number of what was said."""

    entry: int


@sends(router.get, "/sessions/{terminal}/{session}/appeals", Appeals)
def list_appeals(
    actor: Annotated[Actor, allow(*ROLES, scope="read")],
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
) -> Json:
    """A session's appeals with their threads, oldest first. 该记录的申诉及往来说明。"""
    key = (int(terminal), session)
    check_within_sight(actor, conn, key)
    return {"items": appeals_told(conn, key)}


def appeals_told(conn: Connection, key: tuple[int, int]) -> list[Json]:
    """A session's appeals, oldest first, each with its thread."""
    held = appeals.of_session(conn, key)
    threads: dict[int, list[Json]] = {one.id: [] for one in held}
    for said in appeals.thread(conn, list(threads)):
        threads[said.appeal].append(
            {"at": rfc3339(said.at), "by": said.name, "role": said.role, "words": said.words}
        )
    return [
        {
            "id": one.id,
            "opened_at": rfc3339(one.opened_at),
            "by": one.name,
            "closed_at": rfc3339(one.closed_at),
            "decision": one.decision or None,
            "thread": threads[one.id],
        }
        for one in held
    ]


@router.post("/sessions/{terminal}/{session}/appeals")
def open_appeal(
    actor: SchoolOnly, conn: Db, terminal: TerminalPath, session: SessionPath, asked: Said
) -> AppealNumber:
    """Appeal against what does not count of your session. 驾校提出申诉。"""
    return AppealNumber(appeal=acts.open_appeal(conn, actor.who, int(terminal), session, asked.words))


@router.post("/appeals/{appeal}/thread")
def say_in_appeal(
    actor: Annotated[Actor, allow(SUPERVISOR, INSPECTOR, SCHOOL, scope="decide")],
    conn: Db,
    appeal: AppealPath,
    asked: Said,
) -> EntryNumber:
    """Add to an open appeal's thread. 在申诉中补充说明。"""
    return EntryNumber(entry=acts.say(conn, actor.who, appeal, asked.words))


@router.delete("/appeals/{appeal}", status_code=204)
def withdraw_appeal(actor: SchoolOnly, conn: Db, appeal: AppealPath) -> Response:
    """Take your appeal back. 撤回申诉。"""
    acts.withdraw(conn, actor.who, appeal)
    return Response(status_code=204)
