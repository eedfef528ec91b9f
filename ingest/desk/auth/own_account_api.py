"""/v1/account: what somebody does to their own account, and whose token or browser this is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from ingest.casework.accounts import accounts, confirming, log_in, second_factor
from ingest.casework.accounts.guessing import digest_of
from ingest.casework.accounts.passwords import LONGEST
from ingest.desk.auth.accounts_api import shown
from ingest.desk.auth.identify import cookie_of, give_cookie
from ingest.desk.auth.means import keys_of, now_of, passwords_of, policy_of, refusals_told
from ingest.desk.auth.shapes import ConfirmedUntil, Enrolment, OwnAccount, PasswordChanged
from ingest.desk.kernel.access import BROWSER, allow
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.faults import not_found
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import rfc3339, sends
from ingest.store.desk.accounts import accounts as stored

router = api_router("account")

Anybody = Annotated[Actor, allow(*ROLES, scope="read")]
Person = Annotated[Actor, allow(*ROLES, scope=BROWSER)]
Confirmed = Annotated[Actor, allow(*ROLES, scope=BROWSER, confirmed=True)]
PasswordText = Annotated[str, Field(max_length=LONGEST)]


class OwnPassword(BaseModel):
    """The present password and the new one. revoke_tokens: whether one's API tokens end with the old one."""

    model_config = ConfigDict(extra="forbid")

    present: PasswordText
    new: PasswordText
    revoke_tokens: bool = True


class Confirmation(BaseModel):
    """The present password, and a code of the authenticator app where the account has a second factor."""

    model_config = ConfigDict(extra="forbid")

    password: PasswordText
    code: Annotated[str, Field(max_length=20)] = ""


class Code(BaseModel):
    """A code of the authenticator app."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=20)]


class Language(BaseModel):
    """The language of one's pages."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["zh", "en"]


@sends(router.get, "/account", OwnAccount, summary="Who I am")
def me(actor: Anybody, conn: Db) -> Json:
    """The account, and the token's scopes (null for a browser)."""
    found = stored.by_id(conn, actor.account)
    if found is None:
        raise not_found()
    return {**shown(found), "scopes": None if actor.scopes is None else sorted(actor.scopes)}


@router.post("/account/password", summary="Change my password")
def change_password(
    request: Request, response: Response, asked: OwnPassword, actor: Person, conn: Db
) -> PasswordChanged:
    """The account's other browsers are logged out; this one gets another cookie."""
    app, desk = request.app, request.app.state.desk
    passwords, policy, cookie = passwords_of(app), policy_of(desk.settings), cookie_of(request) or ""
    with refusals_told():
        log_in.check_own_password(conn, passwords, policy, actor.who, asked.present, now_of(app))
        ended = accounts.set_password(
            conn,
            actor.who,
            passwords,
            actor.account,
            asked.new,
            is_initial=False,
            keep_tokens=not asked.revoke_tokens,
            but=digest_of(cookie),
        )
    renewed = log_in.renew(conn, policy, actor.account, now_of(app), cookie)
    if renewed is not None:
        give_cookie(response, desk.settings, renewed.cookie)
    return PasswordChanged(browsers_logged_out=ended.sessions, tokens_revoked=ended.tokens)


@sends(router.post, "/account/confirm", ConfirmedUntil, summary="Show that it is me")
def confirm(request: Request, asked: Confirmation, actor: Person, conn: Db) -> Json:
    """After this, as after a log-in, this browser is good for ten minutes for what is marked [confirmed].
    Wrong ones are counted with those at the present password: five in 15 minutes."""
    app = request.app
    with refusals_told():
        until = confirming.confirm(
            conn,
            passwords_of(app),
            keys_of(app),
            policy_of(app.state.desk.settings),
            actor.who,
            cookie_of(request) or "",
            asked.password,
            asked.code,
            now_of(app),
        )
    return {"confirmed_until": rfc3339(until)}


@sends(router.post, "/account/second-factor", Enrolment, summary="Begin a second factor")
def begin_second_factor(request: Request, actor: Confirmed, conn: Db) -> Json:
    """The secret as text, as an otpauth address and as a picture; it counts once a code has proved it."""
    with refusals_told():
        secret = accounts.begin_second_factor(conn, keys_of(request.app), actor.account)
    request.state.answer_kept = {"secret": None, "address": None, "picture": None}
    return enrolment(actor.name, secret)


@router.post("/account/second-factor/proof", status_code=204, summary="Prove the second factor")
def prove_second_factor(request: Request, asked: Code, actor: Confirmed, conn: Db) -> Response:
    """With a code of the app; from the next log-in on a code is asked for. The cookie is a new one, the
    account's other browsers are logged out."""
    desk, now = request.app.state.desk, now_of(request.app)
    keys, cookie = keys_of(request.app), cookie_of(request) or ""
    with refusals_told():
        accounts.prove_second_factor(conn, actor.who, keys, actor.account, asked.code, now, digest_of(cookie))
    answer = Response(status_code=204)
    renewed = log_in.renew(conn, policy_of(desk.settings), actor.account, now, cookie)
    if renewed is not None:
        give_cookie(answer, desk.settings, renewed.cookie)
    return answer


@sends(router.put, "/account/language", OwnAccount, summary="The language of my pages")
def set_language(asked: Language, actor: Person, conn: Db) -> Json:
    """zh or en."""
    with refusals_told():
        accounts.set_language(conn, actor.who, actor.account, asked.language)
    return me(actor, conn)


def enrolment(name: str, secret: str) -> dict[str, Any]:
    """What an authenticator app needs, in three ways."""
    address = second_factor.address(name, secret)
    return {"secret": secret, "address": address, "picture": second_factor.picture(address)}
