"""/v1/audit-log: the chained log of every act, for supervisors and auditors."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Any

from fastapi import Query

from ingest.casework.accounts.accounts import NAME
from ingest.desk.auth.shapes import AuditHead, AuditPage
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import AUDITOR, SUPERVISOR, Actor
from ingest.desk.kernel.paging import After, Limit, key_of, page
from ingest.desk.kernel.router import Db, Json, api_router
from ingest.desk.kernel.shapes import sends
from ingest.store.desk.accounts import accounts, audit_log
from ingest.store.desk.accounts.audit_log import Entry

router = api_router("audit log")

Reader = Annotated[Actor, allow(SUPERVISOR, AUDITOR, scope="read")]
Searched = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Acting = Annotated[str | None, Query(max_length=80, pattern=r"^[^\x00]*$")]


@sends(router.get, "/audit-log", AuditPage, summary="Entries, the newest first")
def listed(
    actor: Reader,
    conn: Db,
    account: Annotated[Acting, Query(description="Of this account's name, or such as system.")] = None,
    action: Annotated[Searched, Query(description="Such as log_in, or decision for all of them.")] = None,
    subject: Annotated[Searched, Query(description="Such as account:li or session:TERMINAL/NUMBER.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """With digests, so that anybody who reads it can follow the chain. count is not told: null."""
    found = accounts.by_name(conn, account) if account and NAME.fullmatch(account) else None
    key = key_of(after, (int,))
    rows = audit_log.listed(
        conn,
        key[0] if key else None,
        limit + 1,
        account=None if found is None else found.id,
        actor=account or None if found is None else None,
        action=action or None,
        subject=subject or None,
    )
    answer = page(rows, limit, lambda row: (row.entry,))
    answer["items"] = [shown(row) for row in answer["items"]]
    return answer


@router.get("/audit-log/head", summary="The last entry's number and digest")
def head(actor: Reader, conn: Db) -> AuditHead:
    """What is published each day."""
    last = audit_log.head(conn)
    return AuditHead(entry=last.entry, digest=last.digest.hex())


def shown(entry: Entry) -> dict[str, Any]:
    """An entry as the API tells it; at to the microsecond, as it was digested."""
    return {
        "entry": entry.entry,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "account": entry.account,
        "actor": entry.actor,
        "role": entry.role,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "address": entry.address,
        "before": entry.before.hex(),
        "digest": entry.digest.hex(),
    }
