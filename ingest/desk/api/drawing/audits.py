"""The random audit: days with their lists, seeds and results, the acts on them, and how often two agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from ingest.casework.drawing import draw, repeats
from ingest.casework.local_time import local_offset_min
from ingest.desk.api.drawing.told import (
    AgreementTold,
    DayTold,
    DrawnPage,
    agreement_told,
    day_told,
    drawn_page,
)
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, ROLES, SUPERVISOR, Actor
from ingest.desk.kernel.days import days_in_order
from ingest.desk.kernel.faults import DeskFault, not_found
from ingest.desk.kernel.numbers import SessionPath, TerminalPath
from ingest.desk.kernel.paging import After, Limit, key_of, page
from ingest.desk.kernel.router import Db, api_router
from ingest.draw.errors import DrawError
from ingest.draw.seeds import public
from ingest.store.connection import Connection
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import repeats as repeat_rows
from ingest.store.desk.draws import seen as draws_seen

router = api_router("random audit")

Reader = Annotated[Actor, allow(*ROLES, scope="read")]
Overseer = Annotated[Actor, allow(SUPERVISOR, AUDITOR, scope="read")]
Supervisor = Annotated[Actor, allow(SUPERVISOR, scope="decide")]
DayPath = Annotated[date, Path(description="The list's local day, as 2026-11-22.")]
Words = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]
Line = Annotated[str, StringConstraints(max_length=400, pattern=r"^[^\x00]*$")]
_UNREADABLE = ("draw_seed_form", "draw_seed_rule", "draw_list")


class DayPage(BaseModel):
    """Days, the newest first."""

    items: list[DayTold]
    next: str | None
    count: int


class CommitAsked(BaseModel):
    """Where the seed will come from; both or none: none is the beacon's first round an hour later."""

    model_config = ConfigDict(extra="forbid")

    seed_rule: Line | None = None
    seed_at: AwareDatetime | None = None


class SeedAsked(BaseModel):
    """The public value as it was published."""

    model_config = ConfigDict(extra="forbid")

    seed: Line
    published_at: AwareDatetime | None = None


class SeedTold(BaseModel):
    """stands: another supervisor had entered the same; differs: another has entered another value, so that
    one of them has to be entered again."""

    stands: bool
    differs: bool


class SettledTold(BaseModel):
    """It is settled."""

    settled: bool


class SettleAsked(BaseModel):
    """What the supervisor found."""

    model_config = ConfigDict(extra="forbid")

    words: Words = ""


@contextmanager
def drawing() -> Iterator[None]:
    """What the draw refuses, in the one error shape."""
    try:
        yield
    except DrawError as refused:
        status = 422 if refused.code in _UNREADABLE else 403 if refused.code == "role_may_not" else 409
        raise DeskFault(status, refused.code, refused.english, refused.chinese) from None


@router.get("/audits", summary="Days of the random audit, the newest first")
def list_days(actor: Reader, conn: Db, after: After = None, limit: Limit = 50) -> DayPage:
    """Each with the SHA-256 of its list, its seed, and what was drawn. 各日名单的摘要、种子与抽取结果。"""
    key = key_of(after, (int,))
    before = None
    if key is not None:
        try:
            before = date.fromordinal(key[0])
        except (ValueError, OverflowError):
            raise DeskFault(
                422, "bad_cursor", "The cursor is not one of this list.", "翻页标记无效。"
            ) from None
    rows = draws_seen.days(conn, before, limit + 1)
    told = page(rows, limit, lambda row: (row.day.toordinal(),))
    items = [day_told(conn, actor, row) for row in told["items"]]
    return DayPage(items=items, next=told["next"], count=draws_seen.day_count(conn))


@router.get("/audits/agreement", summary="How often two inspectors agree")
def show_agreement(
    actor: Overseer,
    conn: Db,
    day_from: Annotated[date | None, Query(alias="from")] = None,
    day_to: Annotated[date | None, Query(alias="to")] = None,
) -> AgreementTold:
    """From blind repeats: over all, by pair, and where they differ. 盲复核中两名稽查员的一致率。"""
    return agreement_told(repeat_rows.compared(conn, *days_in_order(day_from, day_to)))


@router.get("/audits/{day}", summary="One day of the random audit")
def show_day(actor: Reader, conn: Db, day: DayPath) -> DayTold:
    """As in the list of days. 某日的抽查情况。"""
    found = draws_seen.day_of(conn, day)
    if found is None:
        raise not_found()
    return day_told(conn, actor, found)


@router.get("/audits/{day}/drawn", summary="The drawn sessions of a day")
def list_drawn(actor: Reader, conn: Db, day: DayPath, after: After = None, limit: Limit = 50) -> DrawnPage:
    """By school; a school sees its own; 404 without a list of that day. 该日抽中的培训记录。"""
    key = key_of(after, (int, int, int))
    if draws.commit_of(conn, day) is None:
        raise not_found()
    return drawn_page(conn, actor, day, key, limit)


@router.get(
    "/audits/{day}/{file}.txt",
    summary="A published file",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {}}}},
)
def download(
    actor: Reader, conn: Db, day: DayPath, file: Annotated[Literal["list", "drawn"], Path()]
) -> PlainTextResponse:
    """The closed list, or the drawn lines, to the byte, for anyone to check: it names no person. Without an
    account: /published/{day}/{file}.txt. 公布的名单或抽取结果。"""
    return file_of(conn, day, file)


def file_of(conn: Connection, day: date, file: str) -> PlainTextResponse:
    """The file as it was published: list or drawn."""
    closed = draws.commit_of(conn, day)
    text = draws.result_of(conn, day) if file == "drawn" else None if closed is None else closed.text
    if text is None:
        raise not_found()
    name = f'attachment; filename="draw-{day}-{file}.txt"'
    return PlainTextResponse(text, headers={"content-disposition": name})


@router.post("/audits/{day}/commit", status_code=201, summary="Close a day's list")
def close_day(actor: Supervisor, conn: Db, day: DayPath, asked: CommitAsked) -> DayTold:
    """Only when the day and its grace are over. 封存某日名单。"""
    with drawing():
        rule = None
        if asked.seed_rule is not None and asked.seed_at is not None:
            rule = public(asked.seed_rule, int(asked.seed_at.timestamp()))
        elif asked.seed_rule is not None or asked.seed_at is not None:
            raise DrawError(
                "draw_seed_rule",
                "Name the public value and when it comes out, or neither.",
                "公开数值及其公布时间须同时填写，或都不填。",
            )
        draw.commit(conn, actor.who, _now(), local_offset_min(conn), day, rule)
    return show_day(actor, conn, day)


@router.post("/audits/{day}/seed", summary="Enter a day's seed")
def enter_seed(actor: Supervisor, conn: Db, day: DayPath, asked: SeedAsked) -> SeedTold:
    """It stands once two supervisors have entered the same. 录入种子，须两名监管员录入一致。"""
    with drawing():
        stands = draw.enter_seed(conn, actor.who, _now(), day, asked.seed, asked.published_at)
    return SeedTold(stands=stands, differs=not stands and len(draws.seed_entries(conn, day)) > 1)


@router.post("/audits/{day}/draw", summary="Draw a day")
def draw_day(actor: Supervisor, conn: Db, day: DayPath) -> DayTold:
    """What is drawn waits in the queue. 抽取，抽中的记录进入待办队列。"""
    with drawing():
        draw.run(conn, actor.who, day)
    return show_day(actor, conn, day)


@router.post(
    "/audits/repeats/{terminal}/{session}/settle", status_code=200, summary="Settle two answers that differ"
)
def settle(
    actor: Supervisor, conn: Db, terminal: TerminalPath, session: SessionPath, asked: SettleAsked
) -> SettledTold:
    """A supervisor has looked; a wrong decision is decided anew apart. 监管员已核查两份不同的处理。"""
    repeats.settle(conn, actor.who, _now(), (int(terminal), session), asked.words)
    return SettledTold(settled=True)


def _now() -> datetime:
    return datetime.now(UTC)
