"""The pages of log-in and log-out, and what has to be set up before an account can be used."""

from __future__ import annotations

import base64
import hmac
from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from ingest.casework.accounts import accounts, log_in
from ingest.casework.accounts.factor_keys import KeyFault
from ingest.casework.accounts.faults import AccountFault
from ingest.casework.accounts.guessing import digest_of
from ingest.casework.accounts.log_in import Asked, LogInRefused, csrf_of
from ingest.casework.accounts.passwords import LONGEST
from ingest.casework.who import Who
from ingest.desk.auth.identify import (
    browser_of,
    check_origin,
    cookie_of,
    give_browser_cookie,
    give_cookie,
    session_in,
    take_cookie,
)
from ingest.desk.auth.means import (
    address_of,
    key_away,
    keys_of,
    not_from_here,
    now_of,
    passwords_of,
    policy_of,
    refusals_told,
)
from ingest.desk.auth.own_account_api import enrolment
from ingest.desk.auth.room import LogInDb, room
from ingest.desk.kernel.access import allow, for_everybody
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.paths import path_here
from ingest.desk.kernel.render import page
from ingest.desk.kernel.router import Db, page_router
from ingest.store.desk.accounts import accounts as stored
from ingest.store.desk.accounts.browser_sessions import Session

router = page_router()

SET_UP = "/log-in/set-up"
Text = Annotated[str, Form(max_length=LONGEST)]
Target = Annotated[str, Form(max_length=2000)]


@router.get("/log-in", dependencies=[for_everybody()])
def show(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    """The form, or on to where a known session wanted to go."""
    found = session_in(request)
    if found is not None:
        return RedirectResponse(path_here(next) if found[1].is_whole else SET_UP, 303)
    return page(request, "auth/log_in.html", next=path_here(next), name="", fault=None, wait_min=0)


@router.post("/log-in", dependencies=[for_everybody(), room()])
def enter(
    request: Request,
    conn: LogInDb,
    name: Text = "",
    password: Text = "",
    code: Annotated[str, Form(max_length=20)] = "",
    next: Target = "/",
) -> Response:
    """A new session for the right name, password and code; one answer for all that is wrong."""
    check_origin(request)
    app, desk = request.app, request.app.state.desk
    try:
        asked = Asked(name, password, code, address_of(request), cookie_of(request), browser_of(request))
        policy = policy_of(desk.settings)
        begun = log_in.log_in(conn, passwords_of(app), keys_of(app), policy, asked, now_of(app))
    except KeyFault as fault:
        raise key_away(fault) from None
    except LogInRefused as refused:
        wait_s = refused.wait_s or 0
        answer: Response = page(
            request,
            "auth/log_in.html",
            status=429 if wait_s else 401,
            next=path_here(next),
            name=name,
            fault="too_often" if wait_s else "wrong",
            wait_min=-(-wait_s // 60),
        )
        if wait_s:
            answer.headers["retry-after"] = str(wait_s)
        return answer
    answer = RedirectResponse(path_here(next) if begun.is_whole else SET_UP, 303)
    give_cookie(answer, desk.settings, begun.cookie)
    give_browser_cookie(answer, desk.settings, begun.browser)
    return answer


@router.post("/log-out")
def leave(request: Request, actor: Annotated[Actor, allow(*ROLES, scope="read")], conn: Db) -> Response:
    """End this browser's session."""
    log_in.log_out(conn, actor.who, cookie_of(request) or "", now_of(request.app))
    answer = RedirectResponse("/log-in", 303)
    take_cookie(answer, request.app.state.desk.settings)
    return answer


@router.get(SET_UP, dependencies=[for_everybody()])
def show_set_up(request: Request, conn: Db) -> Response:
    """What is missing: an own password, a second factor."""
    found = session_in(request)
    if found is None:
        return RedirectResponse("/log-in", 303)
    return RedirectResponse("/", 303) if found[1].is_whole else _set_up(request, conn, *found)


@router.post(SET_UP + "/password", dependencies=[for_everybody()])
def set_up_password(
    request: Request, conn: Db, new: Text = "", again: Text = "", csrf: Text = ""
) -> Response:
    """Replace the password that somebody else chose; then log in with it."""
    cookie, session = _not_whole(request, csrf)
    if new != again:
        return _set_up(request, conn, cookie, session, _differ())
    account = stored.by_id(conn, session.account)
    if account is None or not account.password_is_initial:
        return RedirectResponse(SET_UP, 303)
    try:
        who, passwords = _who(request, session), passwords_of(request.app)
        # A reset has revoked its tokens; those made since are the operator's, for a program.
        accounts.set_password(conn, who, passwords, session.account, new, is_initial=False, keep_tokens=True)
    except AccountFault as fault:
        return _set_up(request, conn, cookie, session, fault)
    answer = RedirectResponse("/log-in", 303)
    take_cookie(answer, request.app.state.desk.settings)
    return answer


@router.post(SET_UP + "/second-factor", dependencies=[for_everybody()])
def set_up_second_factor(
    request: Request, conn: Db, code: Annotated[str, Form(max_length=20)] = "", csrf: Text = ""
) -> Response:
    """Prove the second factor with a code; the session becomes whole under another cookie."""
    cookie, session = _not_whole(request, csrf)
    desk, now = request.app.state.desk, now_of(request.app)
    try:
        keys = keys_of(request.app)
        who = _who(request, session)
        accounts.prove_second_factor(conn, who, keys, session.account, code, now, digest_of(cookie))
    except KeyFault as fault:
        raise key_away(fault) from None
    except AccountFault as fault:
        return _set_up(request, conn, cookie, session, fault)
    renewed = log_in.renew(conn, policy_of(desk.settings), session.account, now, cookie)
    if renewed is None:
        return RedirectResponse("/log-in", 303)
    answer = RedirectResponse("/" if renewed.is_whole else SET_UP, 303)
    give_cookie(answer, desk.settings, renewed.cookie)
    return answer


def picture_address(picture: str) -> str:
    """An SVG as a data: address, which the pages' policy lets an img have."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


def _set_up(
    request: Request, conn: Db, cookie: str, session: Session, fault: AccountFault | None = None
) -> Response:
    account = stored.by_id(conn, session.account)
    missing = [] if account is None else log_in.lacks(policy_of(request.app.state.desk.settings), account)
    if account is None or not missing:
        return RedirectResponse("/log-in", 303)
    shown = None
    if missing[0] == "second_factor":
        with refusals_told():
            secret = accounts.begin_second_factor(conn, keys_of(request.app), account.id)
        shown = enrolment(account.name, secret)
        shown["picture"] = picture_address(shown["picture"])
    return page(
        request,
        "auth/set_up.html",
        status=200 if fault is None else 422,
        name=account.name,
        missing=missing[0],
        enrolment=shown,
        fault=fault,
        own_csrf=csrf_of(cookie),
    )


def _not_whole(request: Request, csrf: str) -> tuple[str, Session]:
    """The session that is being set up. Raises DeskFault for anything else, or a form of another page."""
    check_origin(request)
    found = session_in(request)
    if found is None or found[1].is_whole:
        raise not_from_here()
    if not hmac.compare_digest(csrf.encode("utf-8", "replace"), csrf_of(found[0]).encode()):
        raise not_from_here()
    return found


def _who(request: Request, session: Session) -> Who:
    return Who(session.account, session.name, session.role, session.school, address_of(request))


def _differ() -> AccountFault:
    return AccountFault("password_differs", "The two passwords differ.", "两次输入的密码不一致。")
