"""The random audit's answers. Nothing here tells an inspector which drawn session is a repeat before him."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

from pydantic import BaseModel

from ingest.casework.drawing import repeats
from ingest.casework.drawing.repeats import Figures
from ingest.desk.kernel.actor import AUDITOR, INSPECTOR, SUPERVISOR, Actor
from ingest.desk.kernel.numbers import Number16, number16
from ingest.desk.kernel.paging import page
from ingest.draw.agreement import Agreement, Interval
from ingest.store.connection import Connection
from ingest.store.desk.draws import seen as draws_seen
from ingest.store.desk.draws.repeats import Compared
from ingest.store.desk.draws.seen import Day


class DayTold(BaseModel):
    """One day. state: closed (its seed is not out), due (two supervisors must enter it), seeded, drawn, or
    empty (no session, so nothing to draw). What has not happened yet is null. decided: of the drawn sessions,
    null where that would tell too much; repeats, repeats_answered: to supervisors and auditors; repeat_key:
    once none waits for an answer."""

    day: date
    state: Literal["closed", "due", "seeded", "drawn", "empty"]
    committed_at: datetime
    list_sha256: str
    sessions: int
    seed_rule: str
    seed_due: datetime
    seed_readers: int
    seed: str | None
    seed_published_at: datetime | None
    drawn_at: datetime | None
    result_sha256: str | None
    drawn: int | None
    decided: int | None
    repeats: int | None
    repeats_answered: int | None
    repeat_key: str | None


class DrawnTold(BaseModel):
    """One drawn session. waits_for: to supervisors and auditors, whom it is dealt to and waits for; is_mine:
    to inspectors, whether it waits for the one who asks; is_answered: to these whether their own answer, to
    those whether any is given and sealed."""

    terminal: Number16
    session: int
    school: Number16 | None
    school_name: str | None
    is_decided: bool
    waits_for: list[str] | None
    is_mine: bool | None
    is_answered: bool | None


class DrawnPage(BaseModel):
    """Drawn sessions by school."""

    items: list[DrawnTold]
    next: str | None
    count: int


class IntervalTold(BaseModel):
    """A figure with its 95 % interval; null where the data give none."""

    value: float
    low: float | None
    high: float | None


class AgreedTold(BaseModel):
    """n pairs of answers, agreed of them equal; kappa: Cohen's, null where chance alone explains all."""

    n: int
    agreed: int
    share: IntervalTold | None
    kappa: IntervalTold | None


class PairTold(BaseModel):
    """Two inspectors."""

    one: str
    other: str
    sessions: AgreedTold
    minutes: AgreedTold


class DifferenceTold(BaseModel):
    """A repeat whose answers differ. minutes: how many."""

    day: date
    terminal: Number16
    session: int
    first: str
    first_kind: str
    second: str
    second_kind: str
    minutes: int
    at: datetime
    is_settled: bool


class AgreementTold(BaseModel):
    """How often two inspectors agree, over all, by pair, and where they do not."""

    sessions: AgreedTold
    minutes: AgreedTold
    pairs: list[PairTold]
    differences: list[DifferenceTold]


def day_told(conn: Connection, actor: Actor, row: Day) -> DayTold:
    """One day for this actor: a school is told how many of its own are drawn."""
    oversees = actor.role in (SUPERVISOR, AUDITOR)
    drawn = row.drawn
    if drawn is not None and actor.only_school is not None:
        drawn = draws_seen.drawn_count(conn, row.day, actor.only_school)
    return DayTold(
        day=row.day,
        state=_state(row),
        committed_at=row.committed_at,
        list_sha256=row.digest.hex(),
        sessions=row.sessions,
        seed_rule=row.seed_words,
        seed_due=row.seed_due,
        seed_readers=row.seed_readers,
        seed=row.seed,
        seed_published_at=row.seed_published_at,
        drawn_at=row.drawn_at,
        result_sha256=None if row.result_digest is None else row.result_digest.hex(),
        drawn=drawn,
        decided=row.decided if oversees and row.drawn is not None else None,
        repeats=row.repeats if oversees else None,
        repeats_answered=row.answered if oversees and row.repeats is not None else None,
        repeat_key=repeats.repeat_key(conn, row.day),
    )


def _state(row: Day) -> Literal["closed", "due", "seeded", "drawn", "empty"]:
    if row.drawn_at is not None:
        return "drawn"
    if row.seed is not None:
        return "seeded"
    if not row.sessions:
        return "empty"
    return "due" if row.seed_due <= datetime.now(UTC) else "closed"


def drawn_page(
    conn: Connection, actor: Actor, day: date, after: tuple[int, int, int] | None, limit: int
) -> DrawnPage:
    """A page of a day's drawn sessions."""
    rows = draws_seen.drawn(conn, day, actor.only_school, after, limit + 1)
    told = page(rows, limit, lambda row: (row.school, row.terminal, row.session))
    items = [
        DrawnTold(
            terminal=f"{row.terminal:016d}",
            session=row.session,
            school=number16(row.school),
            school_name=row.school_name or None,
            is_decided=row.is_decided,
            waits_for=row.names if actor.role in (SUPERVISOR, AUDITOR) else None,
            is_answered=_is_answered(actor, row.sealed_by),
            is_mine=actor.account in row.accounts if actor.role == INSPECTOR else None,
        )
        for row in told["items"]
    ]
    return DrawnPage(
        items=items, next=told["next"], count=draws_seen.drawn_count(conn, day, actor.only_school)
    )


def _is_answered(actor: Actor, sealed_by: int) -> bool | None:
    if actor.role == INSPECTOR:
        return sealed_by == actor.account
    return sealed_by != 0 if actor.role in (SUPERVISOR, AUDITOR) else None


def agreement_told(some: Sequence[Compared]) -> AgreementTold:
    """Figures and differences of answered repeats."""
    whole = repeats.figures(some)
    return AgreementTold(
        sessions=_agreed(whole.sessions),
        minutes=_agreed(whole.minutes),
        pairs=[_pair(one.one, one.other, one.figures) for one in repeats.by_pair(some)],
        differences=[
            DifferenceTold(
                day=one.day,
                terminal=f"{one.terminal:016d}",
                session=one.session,
                first=one.first_name,
                first_kind=one.first_kind,
                second=one.second_name,
                second_kind=one.second_kind,
                minutes=sum(count for first, second, count in one.minutes if first != second),
                at=one.at,
                is_settled=one.is_settled,
            )
            for one in some
            if one.differs
        ],
    )


def _pair(one: str, other: str, figures: Figures) -> PairTold:
    return PairTold(
        one=one, other=other, sessions=_agreed(figures.sessions), minutes=_agreed(figures.minutes)
    )


def _agreed(one: Agreement) -> AgreedTold:
    return AgreedTold(n=one.n, agreed=one.agreed, share=_interval(one.share), kappa=_interval(one.kappa))


def _interval(one: Interval | None) -> IntervalTold | None:
    return None if one is None else IntervalTold(value=one.value, low=one.low, high=one.high)
