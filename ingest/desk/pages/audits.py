"""The random audit's pages: the days with their published digests, one day's draw, how often two agree."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from ingest.casework.drawing import draw
from ingest.casework.local_time import local_offset_min
from ingest.decisions.kinds import KINDS
from ingest.desk.api.drawing.audits import DayPath, list_days, list_drawn, show_day
from ingest.desk.api.drawing.told import AgreedTold, DayTold, IntervalTold, agreement_told
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, INSPECTOR, ROLES, SUPERVISOR, Actor
from ingest.desk.kernel.paging import After
from ingest.desk.kernel.render import language_of, local, page
from ingest.desk.kernel.router import Db, page_router
from ingest.store.desk.draws import repeats as repeat_rows
from ingest.store.desk.draws import seen as draws_seen

router = page_router()
DAYS, ROWS = 20, 100
Reader = Annotated[Actor, allow(*ROLES, scope="read")]


@router.get("/audits")
def show_audits(request: Request, actor: Reader, conn: Db, after: After = None) -> HTMLResponse:
    """Days of the random audit, and how often inspectors agree."""
    offset_min = local_offset_min(conn)
    found = list_days(actor, conn, after, DAYS)
    now = datetime.now(UTC)
    last = draw.last_over(now, offset_min)
    newest = draws_seen.days(conn, None, 1)
    oversees = actor.role in (SUPERVISOR, AUDITOR)
    agreement = agreement_told(repeat_rows.compared(conn, None, None)) if oversees else None
    return page(
        request,
        "audits.html",
        actor,
        days=[_day(one, offset_min) for one in found.items],
        count=found.count,
        next=found.next,
        after=after,
        closable=last if actor.role == SUPERVISOR and (not newest or newest[0].day < last) else None,
        conserved=draws_seen.conserved(conn) if oversees else None,
        overdue=draws_seen.overdue(conn, now) if oversees else None,
        ahead=newest[0].day if oversees and newest and newest[0].committed_at > now else None,
        agreement=agreement,
        agreed=None if agreement is None else _agreed_rows(agreement.sessions, agreement.minutes),
        pairs=[]
        if agreement is None
        else [(one, _agreed_rows(one.sessions, one.minutes)) for one in agreement.pairs],
        kinds=_kinds(language_of(request, actor)),
        may_settle=actor.role == SUPERVISOR,
        offset_min=offset_min,
    )


@router.get("/audits/{day}")
def show_audit(request: Request, actor: Reader, conn: Db, day: DayPath, after: After = None) -> HTMLResponse:
    """One day: what was published, what was drawn, how to check it, and the acts that are left."""
    offset_min = local_offset_min(conn)
    told = show_day(actor, conn, day)
    drawn = list_drawn(actor, conn, day, after, ROWS)
    supervises = actor.role == SUPERVISOR
    return page(
        request,
        "audit_day.html",
        actor,
        day=_day(told, offset_min),
        drawn=drawn.items,
        drawn_count=drawn.count,
        oversees=actor.role in (SUPERVISOR, AUDITOR),
        decides=actor.role == INSPECTOR,
        next=drawn.next,
        may_seed=supervises and told.state == "due",
        may_draw=supervises and told.seed is not None and told.drawn_at is None,
    )


def _day(one: DayTold, offset_min: int) -> dict[str, Any]:
    return {
        **one.model_dump(),
        "seed_quoted": None if one.seed is None else shlex.quote(one.seed),
        "committed": local(one.committed_at, offset_min),
        "due": local(one.seed_due, offset_min),
        "published": local(one.seed_published_at, offset_min),
        "drawn_local": local(one.drawn_at, offset_min),
    }


def _agreed_rows(sessions: AgreedTold, minutes: AgreedTold) -> list[dict[str, Any]]:
    return [_agreed("sessions", sessions), _agreed("minutes", minutes)]


def _agreed(of: str, one: AgreedTold) -> dict[str, Any]:
    return {
        "of": of,
        "n": one.n,
        "agreed": one.agreed,
        "share": _figure(one.share, 100, "{:.1f} %", "{:.1f}–{:.1f} %"),
        "kappa": _figure(one.kappa, 1, "{:.2f}", "{:.2f} … {:.2f}"),
    }


def _figure(one: IntervalTold | None, times: int, value: str, span: str) -> str:
    if one is None:
        return "–"
    told = value.format(one.value * times)
    if one.low is None or one.high is None:
        return told
    return f"{told} ({span.format(one.low * times, one.high * times)})"


def _kinds(language: str) -> dict[str, str]:
    return {name: texts[0 if language == "en" else 1] for name, texts in KINDS.items()}
