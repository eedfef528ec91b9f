"""What the API tells of a session in the queue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from ingest.decisions.kinds import LAYERS
from ingest.decisions.needs import WHY
from ingest.decisions.states import STATES
from ingest.desk.kernel.numbers import Number16, number16
from ingest.desk.kernel.router import Message
from ingest.judge.reasons import BY_NUMBER
from ingest.store.desk.queue.entries import QueueRow


class Named(BaseModel):
    """Somebody or something of the registry; number null: unknown."""

    number: Annotated[str | None, Field(description="16 digits.")]
    name: str | None


class ReasonTold(BaseModel):
    """A reason code: stable number and NAME, its sentence."""

    number: int
    name: str
    sentence: Message


class WhyTold(BaseModel):
    """Why a human is asked."""

    code: str
    sentence: Message


NOT_YOURS: dict[str, tuple[str, str]] = {
    "dealt_to_another": ("with another inspector (random audit)", "由其他稽查员处理（随机抽查）"),
    "answer_stands": ("your answer is sealed", "您的处理已封存"),
    "second_look_by_another": ("for somebody else to look at", "须由他人处理"),
}
"""Code that a decision would be refused with -> (English, Chinese)."""


class Owner(BaseModel):
    """Who holds the lease, which schools are not told, else who decided last."""

    account: int
    name: str


class Layer(BaseModel):
    """The highest layer that decided: 0 automatic, 1 school, 2 inspector, 3 supervision."""

    number: int
    name: Message


class QueueEntry(BaseModel):
    """A session in the queue. Minutes: recorded = accepted + refused + unsure by the machine; effective:
    accepted when decisions are laid over."""

    terminal: Number16
    session: int
    state: Annotated[str, Field(description="new, leased, decided, appealed or final.")]
    score: Annotated[int, Field(description="Place in the queue; more is worse.")]
    needs_human: bool
    why: list[WhyTold]
    reasons: list[ReasonTold]
    school: Named
    ground: str | None
    utc_offset_min: int
    instructor: Named
    trainee: Named
    car: Named
    part: Annotated[int, Field(description="Part of training, 1 to 4.")]
    started_at: datetime
    ended_at: datetime | None
    local_day: date
    recorded: int
    accepted: int
    refused: int
    unsure: int
    effective: int
    owner: Owner | None
    lease_until: datetime | None
    layer: Layer
    decision: Annotated[int | None, Field(description="The last one that holds.")]
    changed: Annotated[bool, Field(description="Judged otherwise than when it was decided.")]
    drawn: Annotated[bool, Field(description="Drawn by the random audit.")]
    not_yours: Annotated[
        WhyTold | None,
        Field(
            description="Why it waits for somebody else than whoever asks; the code is that with which a "
            "decision would be refused: dealt_to_another, answer_stands or second_look_by_another."
        ),
    ]
    judged_under: str


class QueuePage(BaseModel):
    """A page of the queue, worst first; count: how many match in all, null where it was not asked for."""

    items: list[QueueEntry]
    next: str | None
    count: int | None


class FacetOf(BaseModel):
    """A state or a ground, and how many have it."""

    name: str
    count: int


class SchoolFacet(BaseModel):
    """A school, and how many sessions are its."""

    number: Annotated[str, Field(description="16 digits.")]
    name: str | None
    count: int


class ReasonFacet(FacetOf):
    """A reason, and how many sessions have it."""

    sentence: Message


class QueueFacets(BaseModel):
    """What can be filtered by: up to 50 of each; count: how many match in all."""

    school: list[SchoolFacet]
    ground: list[FacetOf]
    state: list[FacetOf]
    reason: list[ReasonFacet]
    count: int


def entry_told(row: QueueRow, not_yours: str | None) -> QueueEntry:
    """A row as the API tells it. not_yours: a code of NOT_YOURS for whoever asks."""
    return QueueEntry(
        terminal=f"{row.terminal:016d}",
        session=row.session,
        state=STATES[row.state][0],
        score=row.score,
        needs_human=row.needs_human,
        why=[WhyTold(code=code, sentence=_both(*WHY[code])) for code in row.why],
        reasons=[reason_told(number) for number in row.reasons if number in BY_NUMBER],
        school=_named(row.school, row.school_name),
        ground=row.ground or None,
        utc_offset_min=row.utc_offset_min,
        instructor=_named(row.instructor, row.instructor_name),
        trainee=_named(row.trainee, row.trainee_name),
        car=_named(row.car, row.plate),
        part=row.part,
        started_at=row.started_at,
        ended_at=row.ended_at,
        local_day=row.local_day,
        recorded=row.recorded,
        accepted=row.accepted,
        refused=row.refused,
        unsure=row.unsure,
        effective=row.effective,
        owner=Owner(account=row.owner, name=row.owner_name) if row.owner else None,
        lease_until=row.lease_until,
        layer=Layer(number=row.layer, name=_both(*LAYERS[row.layer])),
        decision=row.decision or None,
        changed=row.changed,
        drawn=row.drawn,
        not_yours=WhyTold(code=not_yours, sentence=_both(*NOT_YOURS[not_yours])) if not_yours else None,
        judged_under=row.judged_under,
    )


def reason_told(number: int) -> ReasonTold:
    """A reason by its number."""
    _, name, _, english, chinese = BY_NUMBER[number]
    return ReasonTold(number=number, name=name, sentence=_both(english, chinese))


def _both(english: str, chinese: str) -> Message:
    return Message(en=english, zh=chinese)


def _named(number: int, name: str) -> Named:
    return Named(number=number16(number), name=name or None)
