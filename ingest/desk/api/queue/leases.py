"""Leases: take a session, give it back, or take the worst that is free."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel

from ingest.casework.deciding import lease as acts
from ingest.casework.deciding.lease import Leased
from ingest.casework.drawing import blind
from ingest.decisions.refusals import DecisionRefused
from ingest.desk.api.queue.rows import Asked, filters_of
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import INSPECTOR, SUPERVISOR, Actor
from ingest.desk.kernel.numbers import Number16, SessionPath, TerminalPath
from ingest.desk.kernel.paging import After, key_of
from ingest.desk.kernel.router import Db, api_router

router = api_router("leases")

Holder = Annotated[Actor, allow(SUPERVISOR, INSPECTOR, scope="decide")]


class LeaseTold(BaseModel):
    """A lease that you hold. seen: how the session stands, to be given back with a decision."""

    terminal: Number16
    session: int
    until: datetime
    seen: str


class NextTold(BaseModel):
    """The session that was taken, None when nothing is left."""

    session: LeaseTold | None


@router.post("/sessions/{terminal}/{session}/lease")
def take_lease(actor: Holder, conn: Db, terminal: TerminalPath, session: SessionPath) -> LeaseTold:
    """Take a session for ten minutes, or renew your lease. 领取或续领一条记录，十分钟内有效。"""
    return _told(blind.lease(conn, actor.who, int(terminal), session))


@router.delete("/sessions/{terminal}/{session}/lease", status_code=204)
def give_back(actor: Holder, conn: Db, terminal: TerminalPath, session: SessionPath) -> Response:
    """Give your lease back. 放弃领取。"""
    acts.release(conn, actor.who, int(terminal), session)
    return Response(status_code=204)


@router.post("/queue/next")
def take_next(actor: Holder, conn: Db, asked: Asked, after: After = None) -> NextTold:
    """Take the worst session under these filters that is free; after: the cursor of one to leave behind, of
    which your lease ends. 领取当前筛选下最严重的一条；after 为离开的记录，其领取随之结束。"""
    try:
        place = key_of(after, (int, int, int))
        _, leased = acts.next_for(conn, actor.who, filters_of(asked, actor), place)
    except DecisionRefused as refused:
        if refused.code != "nothing_waits":
            raise
        return NextTold(session=None)
    return NextTold(session=_told(leased))


def _told(leased: Leased) -> LeaseTold:
    return LeaseTold(
        terminal=f"{leased.terminal:016d}",
        session=leased.session,
        until=datetime.fromtimestamp(leased.until_s, UTC),
        seen=leased.seen,
    )
