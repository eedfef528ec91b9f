"""Filters of the queue kept under a name, each account its own."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from ingest.desk.api.queue.rows import Asked, AskedInQuery, filters_of
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.faults import DeskFault, not_found
from ingest.desk.kernel.router import Db, api_router
from ingest.store.desk.queue import kept
from ingest.store.desk.queue.kept import KeptRow

router = api_router("queue")

Reader = Annotated[Actor, allow(*ROLES, scope="read")]
# What one keeps for oneself changes nothing that others see, so an auditor's browser may too.
Keeper = Annotated[Actor, allow(*ROLES, scope="decide")]
FilterPath = Annotated[int, Path(ge=1, lt=2**63, description="The filter's number.")]
FilterName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$"),
]


class KeptFilter(BaseModel):
    """A filter of your own. query: of the queue's address that shows it."""

    id: int
    name: str
    filters: Asked
    query: str


class KeptFilters(BaseModel):
    """The oldest first; most: how many one account may keep."""

    items: list[KeptFilter]
    most: int


class FilterKept(BaseModel):
    """A name of 1 to 40 characters, and what it stands for."""

    model_config = ConfigDict(extra="forbid")

    name: FilterName
    filters: Asked


class FilterRenamed(BaseModel):
    """Its new name."""

    model_config = ConfigDict(extra="forbid")

    name: FilterName


@router.get("/queue/filters", response_model_exclude_defaults=True)
def list_filters(actor: Reader, conn: Db) -> KeptFilters:
    """The filters you keep. 我保存的筛选条件。"""
    return kept_by(conn, actor)


@router.post("/queue/filters", response_model_exclude_defaults=True)
def keep_filter(actor: Keeper, conn: Db, asked: FilterKept) -> KeptFilter:
    """Keep filters under a name. 保存筛选条件。"""
    filters_of(asked.filters, actor)
    try:
        row = kept.add(conn, actor.account, asked.name, given(asked.filters))
    except kept.NameTaken:
        raise _name_taken(asked.name) from None
    if row is None:
        raise DeskFault(
            409,
            "filters_full",
            f"You keep {kept.MOST} filters already; delete one first.",
            f"您已保存 {kept.MOST} 个筛选条件，请先删除一个。",
            most=kept.MOST,
        )
    return _told(row)


@router.patch("/queue/filters/{number}", response_model_exclude_defaults=True)
def rename_filter(actor: Keeper, conn: Db, number: FilterPath, asked: FilterRenamed) -> KeptFilter:
    """Give one of your filters another name. 重命名筛选条件。"""
    try:
        row = kept.rename(conn, actor.account, number, asked.name)
    except kept.NameTaken:
        raise _name_taken(asked.name) from None
    if row is None:
        raise not_found()
    return _told(row)


@router.delete("/queue/filters/{number}", status_code=204)
def delete_filter(actor: Keeper, conn: Db, number: FilterPath) -> Response:
    """Delete one of your filters. 删除筛选条件。"""
    if not kept.delete(conn, actor.account, number):
        raise not_found()
    return Response(status_code=204)


def kept_by(conn: Db, actor: Actor) -> KeptFilters:
    """What this person keeps."""
    return KeptFilters(items=[_told(row) for row in kept.of_account(conn, actor.account)], most=kept.MOST)


def given(asked: Asked) -> dict[str, Any]:
    """What was asked for, by the names of the address, without what was not."""
    return asked.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def query_of(asked: Asked) -> str:
    """The query of the queue's address."""
    return urlencode({key: "true" if value is True else value for key, value in given(asked).items()})


def _told(row: KeptRow) -> KeptFilter:
    asked = AskedInQuery.model_validate(row.asked)
    return KeptFilter(id=row.id, name=row.name, filters=asked, query=query_of(asked))


def _name_taken(name: str) -> DeskFault:
    return DeskFault(
        409,
        "filter_name_taken",
        "You keep another filter under this name; choose another name.",
        "您已有同名的筛选条件，请换一个名称。",
        name=name,
    )
