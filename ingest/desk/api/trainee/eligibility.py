"""Is a trainee eligible: asked, signed, on paper; and the link to the trainee's own page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from ingest.casework.live.orders import iso
from ingest.casework.trainee import link as trainee_link
from ingest.casework.trainee import report
from ingest.casework.trainee.page import with_waiting
from ingest.desk.api.trainee.shapes import EligibilityTold, ReportKey, TraineeLink
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import ROLES, SCHOOL, SUPERVISOR, Actor
from ingest.desk.kernel.faults import not_found
from ingest.desk.kernel.numbers import NumberPath
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import sends
from ingest.store.connection import Connection
from ingest.store.desk import trainee_page
from ingest.store.desk.trainee_page import Registered

router = api_router("trainees")

DAYS = 90


class LinkAsked(BaseModel):
    """days: how long the link holds."""

    model_config = ConfigDict(extra="forbid")

    days: Annotated[int, Field(ge=1, le=trainee_link.DAYS_MOST)] = DAYS


@sends(router.get, "/trainees/{trainee}/eligibility", EligibilityTold, summary="Is this trainee eligible?")
def eligible(
    actor: Annotated[Actor, allow(*ROLES, scope="eligibility")],
    conn: Db,
    trainee: NumberPath,
    part: Annotated[int | None, Query(ge=1, le=4, description="Part of training; all without.")] = None,
) -> Json:
    """The stage report: `eligible` is true just when `missing` is empty; every minute with its reasons.

    The answer is of `as_of` and under `syllabus` (its digest); do not keep it for later: a late record, a
    decision or a correction of the registry may change it either way. `waits_to_be_judged` tells what of the
    trainee is stored and not in the report yet: ask again where it is not zero. `format` changes when a field
    changes its meaning. A school asks for its own trainees.
    """
    now = datetime.now(UTC)
    person = _seen(conn, actor, int(trainee), now)
    return with_waiting(conn, int(trainee), person.school, now, part)


@router.get(
    "/trainees/{trainee}/eligibility.{kind}",
    summary="The same as a signed report, or for paper",
    response_class=Response,
    responses={
        200: {
            "description": "jws: compact JWS (RFC 7515, Ed25519), its payload the JSON answer; pdf: A4.",
            "content": {
                "application/jose": {"schema": {"type": "string"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
def eligible_file(
    request: Request,
    actor: Annotated[Actor, allow(*ROLES, scope="eligibility", is_dear=True)],
    conn: Db,
    trainee: NumberPath,
    kind: Literal["jws", "pdf"],
    part: Annotated[int | None, Query(ge=1, le=4, description="Part of training; all without.")] = None,
) -> Response:
    """`hourfence stage verify FILE --key public.jwk` checks it, or a JOSE library that knows `alg` Ed25519
    (RFC 9864; older ones know EdDSA only: docs/how-to/stage-report.md has six lines); noted in the log."""
    now = datetime.now(UTC)
    person = _seen(conn, actor, int(trainee), now)
    told = with_waiting(conn, int(trainee), person.school, now, part)
    body = report.written(conn, actor.who, request.app.state.desk.settings.data, told, kind, person)
    name = f'attachment; filename="hourfence-eligibility-{trainee}.{kind}"'
    return Response(body, media_type=report.MEDIA[kind], headers={"content-disposition": name})


@router.get("/eligibility-key", summary="What signed reports are checked with")
def key_of_reports(
    request: Request, actor: Annotated[Actor, allow(*ROLES, scope="eligibility")]
) -> ReportKey:
    """The public key as JWK (RFC 8037). Compare `kid` with the published one once, then keep it."""
    return ReportKey(**report.public_key(request.app.state.desk.settings.data))


@router.post("/trainees/{trainee}/link", status_code=201, summary="A link to the trainee's own page")
def link(
    request: Request,
    actor: Annotated[Actor, allow(SUPERVISOR, SCHOOL, scope="eligibility")],
    conn: Db,
    trainee: NumberPath,
    asked: LinkAsked,
) -> TraineeLink:
    """Whoever has the link sees that trainee's hours, and nothing else, until `expires_at`."""
    now = datetime.now(UTC)
    _seen(conn, actor, int(trainee), now)
    key = trainee_link.link_key(request.app.state.desk.settings.data)
    token, until = trainee_link.give(conn, actor.who, key, int(trainee), asked.days, now)
    return TraineeLink(path=f"/t/{token}", expires_at=str(iso(until)))


def _seen(conn: Connection, actor: Actor, trainee: int, now: datetime) -> Registered:
    """The registration of a trainee that this actor may see. Raises DeskFault 404."""
    person = trainee_page.registered(conn, trainee, now)
    if person is None:
        raise not_found()
    actor.must_see(person.school)
    return person
