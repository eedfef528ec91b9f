"""Reversals of final decisions: proposed by one supervisor, settled by another."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict

from ingest.casework.deciding import decide as acts
from ingest.desk.api.deciding.decisions import Cause, DecidedTold, Words, told
from ingest.desk.api.deciding.shapes import Reversals
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, SUPERVISOR, Actor
from ingest.desk.kernel.numbers import SessionPath, TerminalPath
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import rfc3339, sends
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions

router = api_router("decisions")

Supervisor = Annotated[Actor, allow(SUPERVISOR, scope="decide")]
Proposal = Annotated[int, Path(ge=1, lt=2**63, description="The proposal's number.")]


class ReversalAsked(BaseModel):
    """Why a final decision should be reversed."""

    model_config = ConfigDict(extra="forbid")

    cause: Cause
    words: Words = ""


class ProposedTold(BaseModel):
    """The proposal's number: another supervisor confirms it."""

    proposal: int


class ClosedTold(BaseModel):
    """withdrawn by who proposed it, refused by another."""

    outcome: str


@router.post("/sessions/{terminal}/{session}/reversal")
def propose_reversal(
    actor: Supervisor, conn: Db, terminal: TerminalPath, session: SessionPath, asked: ReversalAsked
) -> ProposedTold:
    """Propose to reverse a session's final decision. 提出推翻终审，须另一名监管员确认。"""
    number = acts.propose_reversal(conn, actor.who, int(terminal), session, asked.cause, asked.words)
    return ProposedTold(proposal=number)


@router.post("/reversals/{proposal}/confirm")
def confirm_reversal(actor: Supervisor, conn: Db, proposal: Proposal) -> DecidedTold:
    """Reverse a final decision that another supervisor proposed to reverse. 确认推翻终审。"""
    return told(acts.confirm(conn, actor.who, proposal))


@router.post("/reversals/{proposal}/refuse")
def refuse_reversal(actor: Supervisor, conn: Db, proposal: Proposal) -> ClosedTold:
    """Close a proposal without reversing anything. 驳回或撤回该提议。"""
    return ClosedTold(outcome=acts.decline(conn, actor.who, proposal))


@sends(router.get, "/reversals", Reversals)
def list_reversals(actor: Annotated[Actor, allow(SUPERVISOR, AUDITOR, scope="read")], conn: Db) -> Json:
    """Proposals that wait for their second person, oldest first. 等待第二人确认的提议。"""
    return {"items": open_reversals(conn, actor)}


def open_reversals(conn: Connection, actor: Actor) -> list[Json]:
    """Proposals that wait for their second person, for those who may know of them."""
    if actor.role not in (SUPERVISOR, AUDITOR):
        return []
    return [
        {
            "id": one.id,
            "at": rfc3339(one.at),
            "utc_offset_min": one.utc_offset_min,
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
