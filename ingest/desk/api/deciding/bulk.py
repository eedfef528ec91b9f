"""One decision on many sessions: a preview first, then exactly that or nothing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from ingest.casework.deciding import bulk as acts
from ingest.casework.deciding.bulk_undo import bulk_undo
from ingest.decisions.refusals import REFUSALS
from ingest.desk.api.deciding.decisions import Cause, Chosen, Decider, SettlingKind, Words
from ingest.desk.api.queue.rows import Asked, filters_of
from ingest.desk.kernel.actor import Actor
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.numbers import Number16
from ingest.desk.kernel.router import Db, Message, api_router
from ingest.store.desk.queue.filters import Filters

router = api_router("decisions")


class SessionNamed(BaseModel):
    """One session."""

    model_config = ConfigDict(extra="forbid")

    terminal: Number16
    session: Annotated[int, Field(ge=1, lt=2**32)]


class BulkAsked(BaseModel):
    """Either sessions or filters. chosen: the minutes of refuse and restore."""

    model_config = ConfigDict(extra="forbid")

    kind: SettlingKind
    cause: Cause
    words: Words = ""
    chosen: Chosen | None = None
    sessions: Annotated[list[SessionNamed], Field(max_length=500)] | None = None
    filters: Asked | None = None


class BulkConfirmed(BulkAsked):
    """The same as was previewed, with the preview's digest."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class BulkItem(BaseModel):
    """One session: minutes that count before and after; refused: why it is left out."""

    terminal: Number16
    session: int
    minutes: int
    before: int
    after: int
    refused: str | None
    why: Message | None


class BulkPreview(BaseModel):
    """What the decision would do; before and after are sums over the sessions it would decide."""

    digest: str
    items: list[BulkItem]
    decided: int
    left_out: int
    before: int
    after: int


class BulkTold(BaseModel):
    """bulk: the number that all its decisions have in common."""

    bulk: str
    decided: int
    left_out: int


@router.post("/bulk/preview")
def preview_bulk(actor: Decider, conn: Db, asked: BulkAsked) -> BulkPreview:
    """What one decision would do to each of many sessions; nothing is written. 预览批量处理的结果。"""
    found = acts.bulk_preview(
        conn, actor.who, _what(asked, actor), asked.kind, asked.chosen or (), asked.cause, asked.words
    )
    items = [_item(one) for one in found.items]
    decided = [one for one in items if one.refused is None]
    return BulkPreview(
        digest=found.digest,
        items=items,
        decided=len(decided),
        left_out=len(items) - len(decided),
        before=sum(one.before for one in decided),
        after=sum(one.after for one in decided),
    )


@router.post("/bulk/decide")
def decide_bulk(actor: Decider, conn: Db, asked: BulkConfirmed) -> BulkTold:
    """Decide what was previewed: all of it, or nothing when anything has changed. 按预览批量处理。"""
    done = acts.bulk_decide(
        conn,
        actor.who,
        _what(asked, actor),
        asked.kind,
        asked.chosen or (),
        asked.cause,
        asked.words,
        asked.digest,
    )
    return BulkTold(**done._asdict())


@router.post("/bulk/{bulk}/undo")
def undo_bulk(
    actor: Decider, conn: Db, bulk: Annotated[UUID, Path(description="The bulk decision's number.")]
) -> BulkTold:
    """Take your bulk decision out again wherever it is still your last one. 撤回本人的一次批量处理。"""
    return BulkTold(**bulk_undo(conn, actor.who, str(bulk))._asdict())


def _what(asked: BulkAsked, actor: Actor) -> Filters | list[tuple[int, int]]:
    if (asked.sessions is None) == (asked.filters is None):
        raise DeskFault(
            422, "bulk_what", "Name either sessions or filters.", "请指定记录或筛选条件（二选一）。"
        )
    if asked.filters is not None:
        return filters_of(asked.filters, actor)
    return [(int(one.terminal), one.session) for one in asked.sessions or ()]


def _item(one: acts.Item) -> BulkItem:
    why = None
    if one.refused:
        english, chinese = REFUSALS[one.refused]
        why = Message(en=english, zh=chinese)
    return BulkItem(
        terminal=f"{one.terminal:016d}",
        session=one.session,
        minutes=one.minutes,
        before=one.before,
        after=one.after,
        refused=one.refused or None,
        why=why,
    )
