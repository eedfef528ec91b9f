"""The pages /account (one's own), /accounts (a supervisor's) and /audit-log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from ingest.casework.accounts.tokens import SCOPES
from ingest.casework.local_time import local_offset_min
from ingest.desk.auth import accounts_api, audit_log_api, browsers_api, tokens_api
from ingest.desk.auth.accounts_api import shown
from ingest.desk.auth.entry_told import actor_noted, actor_told, details_told
from ingest.desk.kernel import texts
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, ROLES, SUPERVISOR, Actor
from ingest.desk.kernel.faults import not_found
from ingest.desk.kernel.known_query import only_known_query
from ingest.desk.kernel.paging import After
from ingest.desk.kernel.render import language_of, local, page
from ingest.desk.kernel.router import Db, page_router
from ingest.store.desk.accounts import accounts as stored

router = page_router()
ROWS = 100
ACTIONS = "auth.action"
AREAS = (
    "account",
    "appeal",
    "decision",
    "draw",
    "log_in",
    "note",
    "order",
    "pack",
    "repeat",
    "reversal",
    "token",
    "trainee",
)
"""What the acts are about whose codes have a dot."""


@router.get("/account")
def own(
    request: Request,
    actor: Annotated[Actor, allow(*ROLES, scope="read")],
    conn: Db,
    after: After = None,
) -> HTMLResponse:
    """One's own password, second factor, language and tokens."""
    account = stored.by_id(conn, actor.account)
    if account is None:
        raise not_found()
    offset_min = local_offset_min(conn)
    listed = tokens_api.listed(actor, conn, False, after, ROWS)
    return page(
        request,
        "auth/account.html",
        actor,
        script_texts=("auth.script",),
        account=shown(account),
        browsers=[_with_times(row, offset_min) for row in browsers_api.listed(request, actor, conn)["items"]],
        tokens=[_with_times(row, offset_min) for row in listed["items"]],
        next=listed["next"],
        scopes=SCOPES,
    )


@router.get("/accounts")
def everybody(
    request: Request,
    actor: Annotated[Actor, allow(SUPERVISOR, AUDITOR, scope="read")],
    conn: Db,
    after: After = None,
) -> HTMLResponse:
    """All accounts."""
    offset_min = local_offset_min(conn)
    listed = accounts_api.listed(actor, conn, after, ROWS)
    mine = stored.by_id(conn, actor.account)
    return page(
        request,
        "auth/accounts.html",
        actor,
        script_texts=("auth.script",),
        accounts=[_with_times(row, offset_min) for row in listed["items"]],
        count=listed["count"],
        next=listed["next"],
        roles=ROLES,
        may_change=actor.role == SUPERVISOR,
        has_second_factor=mine is not None and mine.totp_secret is not None,
    )


# A misspelt filter would show everybody's acts as if they were those asked for.
@router.get("/audit-log", dependencies=[Depends(only_known_query)])
def audit_log(
    request: Request,
    actor: Annotated[Actor, allow(SUPERVISOR, AUDITOR, scope="read")],
    conn: Db,
    account: audit_log_api.Acting = None,
    action: audit_log_api.Searched = None,
    subject: audit_log_api.Searched = None,
    after: After = None,
) -> HTMLResponse:
    """Who did what, the newest first."""
    offset_min = local_offset_min(conn)
    said = texts.shipped().below(ACTIONS, language_of(request, actor))
    account = actor_noted(account.strip(), language_of(request, actor)) if account else None
    action = code_said(action, said) if action else None
    listed = audit_log_api.listed(actor, conn, account, action, subject, after, ROWS)
    asked = {"account": account or "", "action": action or "", "subject": subject or ""}
    actions = {code_of(key): words for key, words in said.items()}
    rows = [
        {
            **row,
            "at": _moment(row["at"], offset_min),
            "exactly": row["at"],
            "who": actor_told(row["actor"], language_of(request, actor)),
            "told": details_told(row["details"], language_of(request, actor), offset_min),
            "said": said.get(_text_key(row["action"]), row["action"]),
        }
        for row in listed["items"]
    ]
    return page(
        request,
        "auth/audit_log.html",
        actor,
        rows=rows,
        head=audit_log_api.head(actor, conn),
        asked=asked,
        actions=sorted(({asked["action"]: asked["action"]} | actions).items(), key=lambda one: one[1]),
        older=None if listed["next"] is None else "?" + urlencode({**asked, "after": listed["next"]}),
    )


def code_of(key: str) -> str:
    """The act whose words have this key: ``auth.action.decision_add`` are those of ``decision.add``."""
    name = key.removeprefix(f"{ACTIONS}.")
    area = next((one for one in AREAS if name.startswith(f"{one}_")), "")
    return f"{area}.{name[len(area) + 1 :]}" if area else name


def code_said(action: str, said: dict[str, str]) -> str:
    """An act by its code or by the words that stand in the rows."""
    return next((code_of(key) for key, words in said.items() if words == action.strip()), action.strip())


def _text_key(action: str) -> str:
    return f"{ACTIONS}.{action.replace('.', '_')}"


def _moment(iso: str, offset_min: int) -> str:
    return local(datetime.fromisoformat(iso), offset_min)


def _with_times(row: dict[str, Any], offset_min: int) -> dict[str, Any]:
    return {
        name: _moment(value, offset_min) if name.endswith("_at") and value is not None else value
        for name, value in row.items()
    }
