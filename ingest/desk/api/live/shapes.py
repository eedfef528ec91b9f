"""What the API tells of the cars now, and of orders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ingest.desk.kernel.numbers import Number16
from ingest.desk.kernel.router import Message
from ingest.desk.kernel.shapes import Count, Cursor, Instant


class LiveFix(BaseModel):
    """The last measured fix, WGS-84. where: against the fences that allow the training at that minute."""

    at: Instant
    lat: Annotated[float, Field(description="Degrees.")]
    lon: Annotated[float, Field(description="Degrees.")]
    speed_kmh: float | None
    heading_deg: float | None
    where: Literal["in", "unsure", "out", "no_fence"]
    outside_m: float


class LiveSession(BaseModel):
    """A session without a sign-out so far. since null: its sign-in has not arrived."""

    session: int
    trainee: Number16
    trainee_name: str
    instructor: Number16
    instructor_name: str
    part: int
    since: Instant | None


class LiveBan(BaseModel):
    """The training ban in force; until null: open."""

    until: Instant | None


class LiveCar(BaseModel):
    """One car. heard_at null: never; malfunctions: codes that are set; orders_open: how many; put_aside:
    records that came and did not get on."""

    terminal: Number16
    car: Number16
    plate: str
    school: Number16
    school_name: str
    revoked: bool
    heard_at: Instant | None
    offline_since: Instant | None
    fix: LiveFix | None
    running: LiveSession | None
    malfunctions: list[int]
    ban: LiveBan | None
    orders_open: int
    put_aside: int


class OrderTold(BaseModel):
    """An order. number: with the terminal its key. value: what the terminal answered. by: who gave it."""

    terminal: Number16
    number: int
    kind: str
    state: Literal["waiting", "sent", "received", "done", "refused", "expired"]
    outcome: str | None
    value: int | None
    by: str
    cause: Annotated[str | None, Field(description="Why; of bans and their end always.")]
    cause_text: Message | None
    words: str
    until: Annotated[Instant | None, Field(description="Not to be done after that.")]
    given_at: Instant
    sent_at: Instant | None
    received_at: Instant | None
    done_at: Instant | None


class OrderPage(BaseModel):
    """Orders, the newest first."""

    items: list[OrderTold]
    next: Cursor
    count: Count


class LiveTold(BaseModel):
    """The cars now. event: where /v1/live/events goes on from."""

    event: str
    whole: bool
    at: Instant
    cars: list[LiveCar]
    orders: list[OrderTold]
    count: int
    offline_after_s: int


class LiveFence(BaseModel):
    """A fence in force."""

    fence: str
    ground: str
    kind: str
    parts: list[int]
    rings: Annotated[list[list[list[float]]], Field(description="[longitude, latitude] in degrees.")]


class LiveFences(BaseModel):
    """Fences in force now."""

    items: list[LiveFence]
