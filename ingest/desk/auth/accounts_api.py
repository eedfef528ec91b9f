"""/v1/accounts: a supervisor lists, makes, disables accounts and resets what was lost or forgotten."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field

from ingest.casework.accounts import accounts
from ingest.casework.accounts.faults import own_account
from ingest.casework.accounts.passwords import LONGEST
from ingest.desk.auth.means import passwords_of, refusals_told
from ingest.desk.auth.shapes import AccountPage, AccountTold, AccountWithPassword
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, SUPERVISOR, Actor
from ingest.desk.kernel.paging import After, Limit, key_of, page
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import rfc3339, sends
from ingest.store.desk.accounts import accounts as stored
from ingest.store.desk.accounts.accounts import Account

router = api_router("accounts")

Boss = Annotated[Actor, allow(SUPERVISOR, scope="accounts", confirmed=True)]
Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9._-]{1,39}$", description="The account's name.")]
RoleName = Literal["supervisor", "inspector", "school", "auditor"]
School = Annotated[
    str | None, Field(pattern=r"^[0-9]{1,16}$", description="Number of the school; only for role school.")
]


class AccountAsked(BaseModel):
    """A new account. password: one to begin with; without it one is made up and told once in the answer."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=40)]
    role: RoleName
    school: School = None
    password: Annotated[str | None, Field(max_length=LONGEST)] = None


class RoleAsked(BaseModel):
    """Another role."""

    model_config = ConfigDict(extra="forbid")

    role: RoleName
    school: School = None


class PasswordAsked(BaseModel):
    """Another password to begin with; without it one is made up and told once."""

    model_config = ConfigDict(extra="forbid")

    password: Annotated[str | None, Field(max_length=LONGEST)] = None


@sends(router.get, "/accounts", AccountPage, summary="Accounts by name")
def listed(
    actor: Annotated[Actor, allow(SUPERVISOR, AUDITOR, scope="read")],
    conn: Db,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """All accounts, also disabled ones, without any secret."""
    key = key_of(after, (str,))
    found = stored.listed(conn, key[0] if key else "", limit + 1)
    answer = page(found, limit, lambda row: (row.name,), stored.count(conn))
    answer["items"] = [shown(row) for row in answer["items"]]
    return answer


@sends(router.get, "/accounts/{name}", AccountTold, summary="One account")
def one(name: Name, actor: Annotated[Actor, allow(SUPERVISOR, AUDITOR, scope="read")], conn: Db) -> Json:
    """Without any secret."""
    return shown(_found(conn, name))


@sends(router.post, "/accounts", AccountWithPassword, 201, summary="Make an account")
def add(request: Request, asked: AccountAsked, actor: Boss, conn: Db) -> Json:
    """Its owner chooses another password at the first log-in."""
    password = asked.password or _made_up()
    with refusals_told():
        accounts.add(
            conn,
            actor.who,
            passwords_of(request.app),
            asked.name,
            asked.role,
            int(asked.school or 0),
            password,
            is_initial=True,
        )
    return _with_password(request, shown(_found(conn, asked.name)), asked.password, password)


@sends(
    router.post,
    "/accounts/{name}/password",
    AccountWithPassword,
    summary="Give another password to begin with",
)
def set_password(request: Request, name: Name, asked: PasswordAsked, actor: Boss, conn: Db) -> Json:
    """The account's browsers are logged out, its tokens revoked; its owner chooses another password at the
    next log-in."""
    password = asked.password or _made_up()
    with refusals_told():
        found = accounts.by_name(conn, name)
        if found.id == actor.account:
            raise own_account()
        accounts.set_password(conn, actor.who, passwords_of(request.app), found.id, password, is_initial=True)
    return _with_password(request, shown(_found(conn, name)), asked.password, password)


@sends(router.post, "/accounts/{name}/second-factor/reset", AccountTold, summary="Take the second factor off")
def reset_second_factor(name: Name, actor: Boss, conn: Db) -> Json:
    """For a lost telephone; noted in the audit log; the account's browsers are logged out."""
    with refusals_told():
        accounts.reset_second_factor(conn, actor.who, accounts.by_name(conn, name).id)
    return shown(_found(conn, name))


@sends(router.put, "/accounts/{name}/role", AccountTold, summary="Another role")
def set_role(name: Name, asked: RoleAsked, actor: Boss, conn: Db) -> Json:
    """The account's browsers are logged out, its tokens revoked for good."""
    with refusals_told():
        number = accounts.by_name(conn, name).id
        accounts.set_role(conn, actor.who, number, asked.role, int(asked.school or 0))
    return shown(_found(conn, name))


@sends(router.post, "/accounts/{name}/disable", AccountTold, summary="Disable an account")
def disable(name: Name, actor: Annotated[Actor, allow(SUPERVISOR, scope="accounts")], conn: Db) -> Json:
    """Its browsers are logged out, its tokens revoked for good. It takes a right away and waits for no
    password."""
    with refusals_told():
        accounts.disable(conn, actor.who, accounts.by_name(conn, name).id)
    return shown(_found(conn, name))


@sends(router.post, "/accounts/{name}/enable", AccountTold, summary="Enable an account")
def enable(name: Name, actor: Boss, conn: Db) -> Json:
    """It may log in again."""
    with refusals_told():
        accounts.enable(conn, actor.who, accounts.by_name(conn, name).id)
    return shown(_found(conn, name))


def shown(account: Account) -> dict[str, Any]:
    """An account as the API tells it."""
    return {
        "name": account.name,
        "role": account.role,
        "school": f"{account.school:016d}" if account.school else None,
        "language": account.language,
        "is_active": account.is_active,
        "has_second_factor": account.totp_secret is not None,
        "password_is_initial": account.password_is_initial,
        "created_at": rfc3339(account.created_at),
    }


def _found(conn: Db, name: str) -> Account:
    with refusals_told():
        return accounts.by_name(conn, name)


def _made_up() -> str:
    return "-".join(secrets.token_hex(3) for _ in range(4))


def _with_password(
    request: Request, answer: dict[str, Any], given: str | None, password: str
) -> dict[str, Any]:
    # A password is told once: the answer that an Idempotency-Key keeps is without it.
    request.state.answer_kept = {**answer, "password": None}
    return {**answer, "password": password if given is None else None}
