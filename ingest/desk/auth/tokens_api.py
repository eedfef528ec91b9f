"""/v1/tokens: one's own API tokens; a supervisor sees and revokes everybody's."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from ingest.casework.accounts import tokens
from ingest.desk.auth.means import now_of, refusals_told
from ingest.desk.auth.shapes import TokenMade, TokenPage
from ingest.desk.kernel.access import BROWSER, allow
from ingest.desk.kernel.actor import ROLES, SUPERVISOR, Actor
from ingest.desk.kernel.faults import not_allowed
from ingest.desk.kernel.paging import After, Limit, key_of, page
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import rfc3339, sends
from ingest.store.desk.accounts import tokens as stored
from ingest.store.desk.accounts.tokens import Token

router = api_router("tokens")

Anybody = Annotated[Actor, allow(*ROLES, scope="read")]
Person = Annotated[Actor, allow(*ROLES, scope=BROWSER)]
Confirmed = Annotated[Actor, allow(*ROLES, scope=BROWSER, confirmed=True)]
ScopeName = Literal["read", "decide", "orders", "export", "accounts", "eligibility"]


class TokenAsked(BaseModel):
    """A new token of one's own: what for, good for which scopes and how many days."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(min_length=1, max_length=tokens.LABEL_MOST)]
    scopes: Annotated[list[ScopeName], Field(min_length=1, max_length=len(tokens.SCOPES))]
    days: Annotated[int, Field(ge=1, le=tokens.DAYS_MOST)] = 90


@sends(router.get, "/tokens", TokenPage, summary="API tokens, the newest first")
def listed(
    actor: Anybody,
    conn: Db,
    everybody: Annotated[bool, Query(description="All accounts' tokens; for supervisors.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """Without the tokens themselves."""
    if everybody and actor.role != SUPERVISOR:
        raise not_allowed()
    account = None if everybody else actor.account
    key = key_of(after, (int,))
    found = stored.listed(conn, account, key[0] if key else None, limit + 1)
    answer = page(found, limit, lambda row: (row.id,), stored.count(conn, account))
    answer["items"] = [shown(row) for row in answer["items"]]
    return answer


@sends(router.post, "/tokens", TokenMade, 201, summary="Make a token of my own")
def create(request: Request, asked: TokenAsked, actor: Confirmed, conn: Db) -> Json:
    """The token is told once, here; it can do what both its scopes and its owner's role allow."""
    now = now_of(request.app)
    with refusals_told():
        number, text = tokens.create(
            conn, actor.who, actor.account, asked.label, asked.scopes, asked.days, now
        )
    made = stored.by_id(conn, number)
    assert made is not None
    request.state.answer_kept = {**shown(made), "token": None}
    return {**shown(made), "token": text}


@router.delete("/tokens/{number}", status_code=204, summary="Revoke a token")
def revoke(
    request: Request,
    number: Annotated[int, Path(ge=1, lt=2**63)],
    actor: Person,
    conn: Db,
) -> Response:
    """One's own, or as a supervisor anybody's."""
    with refusals_told():
        of_all = actor.role == SUPERVISOR
        tokens.revoke(conn, actor.who, number, now_of(request.app), of_all=of_all)
    return Response(status_code=204)


def shown(token: Token) -> dict[str, Any]:
    """A token as the API tells of it."""
    return {
        "number": str(token.id),
        "account": token.name,
        "label": token.label,
        "scopes": token.scopes,
        "created_at": rfc3339(token.created_at),
        "expires_at": rfc3339(token.expires_at),
        "revoked_at": rfc3339(token.revoked_at),
        "used_at": rfc3339(token.used_at),
    }
