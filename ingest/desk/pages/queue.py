"""The queue's page: the first thing an inspector sees."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from ingest.decisions.causes import CAUSES, offered
from ingest.decisions.kinds import ACCEPT, KINDS, REFUSE, RESTORE, SECOND_LOOK
from ingest.decisions.states import STATES
from ingest.desk.api.deciding.reversals import open_reversals
from ingest.desk.api.queue.filters import given, kept_by, query_of
from ingest.desk.api.queue.rows import AskedHere, filters_of, queue_page
from ingest.desk.api.queue.shapes import QueueEntry
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, INSPECTOR, ROLES, SCHOOL, SUPERVISOR, Actor
from ingest.desk.kernel.paging import After
from ingest.desk.kernel.render import local, page
from ingest.desk.kernel.router import Db, Json, both, page_router

router = page_router()
ROWS = 50
ASKED_BY_PEOPLE = ("appealed", "changed", "second_look", "drawn")
_ALWAYS_SHOWN = {"search", "state", "reason", "school"}


@router.get("/")
def show_queue(
    request: Request,
    actor: Annotated[Actor, allow(*ROLES, scope="read")],
    conn: Db,
    asked: AskedHere,
    after: After = None,
) -> HTMLResponse:
    """Sessions that need a human, worst first."""
    filters = filters_of(asked, actor)
    found = queue_page(conn, actor, filters, after, ROWS, counted=False)
    return page(
        request,
        "queue/queue.html",
        actor,
        script_texts=("queue.script",),
        asked={**asked.model_dump(), "after": after},
        items=[_row(one) for one in found.items],
        next=found.next,
        states=[name for name, _, _ in STATES.values()],
        sees_schools=actor.only_school is None,
        reversals=[_proposed(one) for one in open_reversals(conn, actor)],
        may_decide=actor.role != AUDITOR,
        may_lease=actor.role in (SUPERVISOR, INSPECTOR),
        bulk_kinds=[{"name": kind, "text": both(KINDS[kind])} for kind in _bulk_kinds(actor)],
        causes=[
            {"name": one.code, "kinds": one.kinds, "text": {"en": one.english, "zh": one.chinese}}
            for one in offered(actor.role == SCHOOL, True)
        ],
        query_without_cursor=query_of(asked),
        filter_json=given(asked),
        more_set=bool(given(asked).keys() - _ALWAYS_SHOWN),
        kept=kept_by(conn, actor).items,
    )


def _bulk_kinds(actor: Actor) -> tuple[str, ...]:
    return (ACCEPT, REFUSE) if actor.role == SCHOOL else (ACCEPT, REFUSE, RESTORE, SECOND_LOOK)


def _row(one: QueueEntry) -> dict[str, Any]:
    shown = one.model_dump()
    shown["began"] = local(one.started_at, one.utc_offset_min)
    shown["held_until"] = local(one.lease_until, one.utc_offset_min)
    # What people or the draw ask, then what its minutes say; that a rule asks says less than its reason.
    asked = [why.sentence.model_dump() for why in one.why if why.code in ASKED_BY_PEOPLE]
    said = [reason.sentence.model_dump() for reason in one.reasons[:4]]
    shown["sentences"] = asked + said or [why.sentence.model_dump() for why in one.why]
    return shown


def _proposed(one: Json) -> Json:
    said = next(
        ({"en": cause.english, "zh": cause.chinese} for cause in CAUSES if cause.code == one["cause"]), None
    )
    proposed = local(datetime.fromisoformat(one["at"]), one["utc_offset_min"])
    return one | {"proposed": proposed, "said": said or {"en": one["cause"], "zh": one["cause"]}}
