"""Orders to terminals: given here, sent when the terminal is next heard from, followed until done."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from firmware.wire.fields import U32
from ingest.casework.live import orders
from ingest.decisions.order_causes import ORDER_CAUSES
from ingest.desk.api.deciding.shapes import CauseNamed
from ingest.desk.api.live.cars import feed_of
from ingest.desk.api.live.shapes import OrderPage, OrderTold
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import INSPECTOR, ROLES, SUPERVISOR, Actor
from ingest.desk.kernel.faults import DeskFault, not_found
from ingest.desk.kernel.paging import After, Limit, key_of, page
from ingest.desk.kernel.router import Db, Json, api_router, both
from ingest.desk.kernel.shapes import sends
from ingest.store.connection import StoreError
from ingest.store.desk.live import orders_seen
from ingest.store.desk.live.orders_seen import OrderFilter, SeenOrder

router = api_router("orders")

SIXTEEN = r"^[0-9]{16}$"
Terminal16 = Annotated[str, Field(pattern=SIXTEEN, description="16 digits.")]
RecordNumber = Annotated[int, Field(ge=1, le=U32)]


_OF_KINDS = {"role": orders.FACE_CHECK, "end": orders.BAN, "first": orders.RESEND, "last": orders.RESEND}
"""Fields that only one kind of order has."""


class OrderCauses(BaseModel):
    """Why training is banned and a ban ended; a cause goes with the kinds it names."""

    items: list[CauseNamed]


class OrderAsked(BaseModel):
    """An order for one terminal. role: of a face check. end: of a ban, without one it is open. first, last:
    the records to send again. until: not to be done after that. cause, words: why; a ban and its end need
    a cause of their kind (/v1/orders/causes). What belongs to another kind is refused."""

    model_config = ConfigDict(extra="forbid")

    terminal: Terminal16
    kind: Literal["face_check", "ban", "unban", "resend", "status"]
    role: Literal["both", "instructor", "trainee"] = "both"
    end: AwareDatetime | None = None
    first: RecordNumber | None = None
    last: RecordNumber | None = None
    until: AwareDatetime | None = None
    cause: Annotated[str, Field(max_length=40)] = ""
    words: Annotated[str, Field(max_length=400, description="At most 80 characters.")] = ""

    def options(self) -> dict[str, Any]:
        """What the kind of order needs, as casework.orders.give takes it. Raises DeskFault."""
        given = {name for name in _OF_KINDS if getattr(self, name) is not None} & self.model_fields_set
        strange = sorted(name for name in given if _OF_KINDS[name] != self.kind)
        if strange:
            raise DeskFault(
                422,
                "order_field",
                f"An order of the kind {self.kind} has no {', '.join(strange)}; leave it out.",
                f"{self.kind} 类指令不含 {'、'.join(strange)}，请去掉。",
                kind=self.kind,
            )
        if self.kind == orders.FACE_CHECK:
            return {"role": self.role}
        if self.kind == orders.BAN:
            return {"end_s": _to_come("end", self.end)}
        if self.kind == orders.RESEND:
            if self.first is None or self.last is None or self.first > self.last:
                raise DeskFault(
                    422,
                    "order_records",
                    "Name the first and the last record to send again, the lower number first.",
                    "请填写需补传记录的起止序号，且起始序号不大于结束序号。",
                )
            return {"first": self.first, "last": self.last}
        return {}


@sends(router.post, "/orders", OrderTold, 201, summary="Give an order")
def give(
    request: Request,
    asked: OrderAsked,
    actor: Annotated[Actor, allow(SUPERVISOR, INSPECTOR, scope="orders")],
    conn: Db,
) -> Json:
    """It waits for the terminal, is sent, received and done: /v1/orders and /v1/live/events tell."""
    options, until_s = asked.options(), _to_come("until", asked.until)
    terminal = int(asked.terminal)
    try:
        number = orders.give(
            conn, actor.who, terminal, asked.kind, options, until_s, asked.cause, asked.words
        )
    except orders.TerminalUnknown:
        raise not_found() from None
    except StoreError as fault:
        raise DeskFault(422, "order_invalid", str(fault), "该指令的内容无效，请检查后重试。") from None
    feed_of(request.app).follow_order(terminal, number)
    (given,) = orders_seen.by_key(conn, [(terminal, number)])
    return orders.shown(given, int(time.time()))


@sends(router.get, "/orders/causes", OrderCauses, summary="What training is banned for")
def causes(actor: Annotated[Actor, allow(*ROLES, scope="read")]) -> Json:
    """The causes of bans and of their end, in both languages. 禁训与解除禁训的理由。"""
    return {
        "items": [
            {
                "name": one.code,
                "kinds": list(one.kinds),
                "text": both((one.english, one.chinese)),
                "needs_words": one.needs_words,
            }
            for one in ORDER_CAUSES
        ]
    }


@sends(router.get, "/orders", OrderPage, summary="Orders, the newest first")
def listed(
    actor: Annotated[Actor, allow(*ROLES, scope="read")],
    conn: Db,
    terminal: Annotated[str | None, Query(pattern=SIXTEEN)] = None,
    only_open: Annotated[bool, Query(alias="open", description="Only those not done.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """States: waiting, sent, received, done, refused, expired. A school sees those of its own terminals,
    a face check once the terminal has received it."""
    asked = OrderFilter(int(terminal or 0), actor.only_school or 0, only_open)
    found = orders_seen.page(conn, asked, _place(after), limit + 1)
    now_s = int(time.time())
    answer = page(found, limit, _sort_key, orders_seen.count(conn, asked))
    answer["items"] = [orders.shown(order, now_s) for order in answer["items"]]
    return answer


def _sort_key(order: SeenOrder) -> tuple[str, int, int]:
    return order.created_at.astimezone(UTC).isoformat(), order.terminal, order.number


def _place(after: str | None) -> tuple[datetime, int, int] | None:
    key = key_of(after, (str, int, int))
    if key is None:
        return None
    try:
        at = datetime.fromisoformat(key[0]).astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise DeskFault(
            422,
            "bad_cursor",
            "The cursor is not one of this list; begin without it.",
            "翻页标记无效，请从第一页开始。",
        )
    return at, key[1], key[2]


def _to_come(field: str, instant: datetime | None) -> int:
    """Unix seconds of a time to come, 0 for none."""
    if instant is None:
        return 0
    second = instant.timestamp()
    if not time.time() < second <= U32:
        raise DeskFault(
            422,
            "time_is_over",
            f"The time in {field} must be to come, and before 2106.",
            "时间必须晚于当前时间，且早于 2106 年。",
            field=field,
        )
    return int(second)
