"""Deciding on one session: decide, undo, repeat; the ledger of what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Body
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ingest.casework.deciding.decide import Decided
from ingest.casework.drawing import blind
from ingest.decisions.kinds import KINDS, LAYERS
from ingest.desk.api.deciding.shapes import Ledger
from ingest.desk.api.deciding.within_sight import check_within_sight
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import INSPECTOR, ROLES, SCHOOL, SUPERVISOR, Actor
from ingest.desk.kernel.numbers import Number16, SessionPath, TerminalPath
from ingest.desk.kernel.router import Db, Json, Message, api_router, both
from ingest.desk.kernel.shapes import rfc3339, sends
from ingest.store.desk.deciding import decisions
from ingest.store.desk.deciding.decisions import DecisionRow

router = api_router("decisions")

Decider = Annotated[Actor, allow(SUPERVISOR, INSPECTOR, SCHOOL, scope="decide")]
Cause = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z_]*$")]
Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Seen = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Minute = Annotated[int, Field(ge=0, le=71_582_788)]
Minutes = Annotated[list[Minute], Field(max_length=1440)]
Chosen = Annotated[
    str, StringConstraints(pattern=r"^(all|unsure|refused|accepted|reason:[0-9]{1,3})$", max_length=12)
]
SettlingKind = Literal["accept", "refuse", "restore", "second_look"]


class DecisionAsked(BaseModel):
    """minutes: Unix minutes of refuse and restore; chosen: these by a word instead: all, those that stand as
    unsure, refused or accepted, or reason:20, those of which the machine gives reason 20. cause: of
    /v1/decisions/words. words: at most 80 characters. seen: how the session stood when the person looked;
    without it nothing is compared."""

    model_config = ConfigDict(extra="forbid")

    kind: SettlingKind
    minutes: Minutes = []
    chosen: Chosen | None = None
    cause: Cause = ""
    words: Words = ""
    seen: Seen = ""


class UndoAsked(BaseModel):
    """Why the decision is taken back. decision: its number, when only that one is meant."""

    model_config = ConfigDict(extra="forbid")

    decision: Annotated[int, Field(ge=1, lt=2**63)] | None = None

    cause: Cause = "mistaken"
    words: Words = ""


class RepeatAsked(BaseModel):
    """minutes: needed where the last decision's minutes were chosen one by one."""

    model_config = ConfigDict(extra="forbid")

    minutes: Minutes = []
    seen: Seen = ""


class DecidedTold(BaseModel):
    """What became of a session: before and after are the minutes that count."""

    terminal: Number16
    session: int
    decision: int
    state: str
    before: int
    after: int
    seen: str


class LastDecision(BaseModel):
    """A decision. bulk: what those decided at once with it have in common; sessions: how many they are."""

    terminal: Number16
    session: int
    decision: int
    kind: Message
    at: datetime
    bulk: str | None
    sessions: int


class LastTold(BaseModel):
    """None where there is no decision."""

    last: LastDecision | None


@router.post("/sessions/{terminal}/{session}/decisions")
def add_decision(
    actor: Decider, conn: Db, terminal: TerminalPath, session: SessionPath, asked: DecisionAsked
) -> DecidedTold:
    """Decide on a session, in the layer of whoever decides: accept as judged, refuse or restore minutes, or
    send it for a second look. 对一次培训作出处理。"""
    minutes = asked.chosen or tuple(asked.minutes)
    decided = blind.decide(
        conn,
        actor.who,
        int(terminal),
        session,
        asked.kind,
        minutes,
        asked.cause,
        asked.words,
        seen=asked.seen,
    )
    return told(decided)


@router.post("/sessions/{terminal}/{session}/undo")
def undo_decision(
    actor: Decider,
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
    asked: Annotated[UndoAsked, Body()] = UndoAsked(),  # noqa: B008
) -> DecidedTold:
    """Take your last decision on a session out again, by one more entry. 撤回本人对该记录的上一次处理。"""
    key = (int(terminal), session)
    return told(blind.undo(conn, actor.who, *key, asked.cause, asked.words, decision=asked.decision))


@router.post("/decisions/undo")
def undo_last_decision(actor: Decider, conn: Db) -> DecidedTold:
    """Take out the last decision you made on any session. 撤回本人最近一次处理。"""
    return told(blind.undo_last(conn, actor.who))


@router.get("/decisions/last")
def tell_last_decision(actor: Decider, conn: Db) -> LastTold:
    """The last decision you made on any session that stands, and how many sessions were decided with it and
    could be taken back with it. 本人最近一次仍有效的处理。"""
    row = blind.last_decision(conn, actor.who)
    if row is None:
        return LastTold(last=None)
    bulk = None if row.bulk is None else str(row.bulk)
    many = 1 if bulk is None else len(decisions.of_bulk(conn, bulk, actor.account))
    kind = Message(**both(KINDS[row.kind]))
    last = LastDecision(
        terminal=f"{row.terminal:016d}",
        session=row.session,
        decision=row.id,
        kind=kind,
        at=row.at,
        bulk=bulk,
        sessions=many,
    )
    return LastTold(last=last)


@router.post("/sessions/{terminal}/{session}/repeat")
def repeat_decision(
    actor: Decider,
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
    asked: Annotated[RepeatAsked, Body()] = RepeatAsked(),  # noqa: B008
) -> DecidedTold:
    """Decide as you did last: kind, cause and words. 重复本人上一次的处理方式。"""
    minutes = tuple(asked.minutes)
    return told(blind.repeat(conn, actor.who, int(terminal), session, minutes, seen=asked.seen))


@sends(router.get, "/sessions/{terminal}/{session}/decisions", Ledger)
def list_decisions(
    actor: Annotated[Actor, allow(*ROLES, scope="read")],
    conn: Db,
    terminal: TerminalPath,
    session: SessionPath,
) -> Json:
    """Every decision on a session, oldest first, undone ones too. 该记录的全部处理，含已撤回的。"""
    key = (int(terminal), session)
    check_within_sight(actor, conn, key)
    rows = decisions.of_sessions(conn, [key]).get(key, [])
    return {"items": [decision_told(row) for row in rows]}


def decision_told(row: DecisionRow) -> Json:
    """One entry of the ledger."""
    return {
        "id": row.id,
        "at": rfc3339(row.at),
        "layer": {"number": row.layer, "name": both(LAYERS[row.layer])},
        "kind": {"name": row.kind, "text": both(KINDS[row.kind])},
        "by": row.name,
        "accepts": row.accepts,
        "refuses": row.refuses,
        "cause": row.cause,
        "words": row.words,
        "undoes": row.undoes or None,
        "proposed_by": row.proposer or None,
        "bulk": None if row.bulk is None else str(row.bulk),
        "judged_under": row.judged_under,
    }


def told(decided: Decided) -> DecidedTold:
    """The answer to a decision."""
    values = decided._asdict()
    values["terminal"] = f"{decided.terminal:016d}"
    return DecidedTold(**values)
