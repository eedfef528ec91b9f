"""/v1/account/browsers: where one is logged in, and logging out there from here."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request, Response

from ingest.casework.accounts import browsers
from ingest.desk.auth.identify import cookie_of
from ingest.desk.auth.means import now_of, policy_of, refusals_told
from ingest.desk.auth.shapes import BrowserPage
from ingest.desk.kernel.access import BROWSER, allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import rfc3339, sends
from ingest.store.desk.accounts.browser_sessions import Open

router = api_router("account")

Person = Annotated[Actor, allow(*ROLES, scope=BROWSER)]


@sends(router.get, "/account/browsers", BrowserPage, summary="Where I am logged in")
def listed(request: Request, actor: Person, conn: Db) -> Json:
    """The last used first, a hundred at most, in one page."""
    policy = policy_of(request.app.state.desk.settings)
    found = browsers.listed(conn, policy, actor.account, cookie_of(request) or "", now_of(request.app))
    return {"items": [shown(one) for one in found], "next": None, "count": len(found)}


@router.delete("/account/browsers/{number}", status_code=204, summary="Log a browser of mine out")
def end(request: Request, number: Annotated[int, Path(ge=1, lt=2**63)], actor: Person, conn: Db) -> Response:
    """It needs no password: it only takes away."""
    with refusals_told():
        browsers.end(conn, actor.who, number, now_of(request.app))
    return Response(status_code=204)


def shown(one: Open) -> dict[str, Any]:
    """A browser as the API tells of it."""
    return {
        "number": str(one.number),
        "begun_at": rfc3339(one.created_at),
        "used_at": rfc3339(one.seen_at),
        "address": one.address or None,
        "is_this": one.is_this,
    }
