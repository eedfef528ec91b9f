"""Reversals of final decisions: proposed by one supervisor, settled by another."""

from __future__ import annotations

from ingest.desk.kernel.actor import AUDITOR, SUPERVISOR, Actor
from ingest.desk.kernel.router import Json, api_router
from ingest.store.connection import Connection
from ingest.store.desk import decisions

router = api_router("decisions")


def open_reversals(conn: Connection, actor: Actor) -> list[Json]:
    """Proposals that wait for their second person, for those who may know of them."""
    if actor.role not in (SUPERVISOR, AUDITOR):
        return []
    return [
        {
            "id": one.id,
            "at": one.at.isoformat(),
            "decision": one.decision,
            "terminal": f"{one.terminal:016d}",
            "session": one.session,
            "proposed_by": one.name,
            "cause": one.cause,
            "words": one.words,
            "may_settle": actor.role == SUPERVISOR and one.account != actor.account,
        }
        for one in decisions.open_proposals(conn)
    ]
