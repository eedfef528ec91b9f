"""API tokens: made once, kept as SHA-256, good for some scopes and some days."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from ingest.casework.accounts.accounts import subject
from ingest.casework.accounts.faults import AccountFault, no_account
from ingest.casework.accounts.log_in import digest_of
from ingest.casework.audit import TOKEN_START, note
from ingest.casework.who import Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import accounts, tokens
from ingest.store.desk.accounts.tokens import Bearer

SCOPES = ("read", "decide", "orders", "export", "accounts", "eligibility")
LABEL_MOST = 80
DAYS_MOST = 3660


def create(
    conn: Connection, who: Who, account: int, label: str, scopes: Collection[str], days: int, now: datetime
) -> tuple[int, str]:
    """A new token's number and the token itself, which is told only here. Raises AccountFault."""
    wanted = sorted(set(scopes), key=list(SCOPES).index) if set(scopes) <= set(SCOPES) else []
    if not wanted:
        names = ", ".join(SCOPES)
        raise AccountFault(
            "bad_scope", f"A token needs scopes, each one of {names}.", f"令牌须有权限范围，可选：{names}。"
        )
    if not 1 <= len(label.strip()) <= LABEL_MOST or not label.isprintable() or TOKEN_START in label:
        raise AccountFault(
            "bad_label",
            f"A token's label has 1 to {LABEL_MOST} characters.",
            f"令牌名称须为 1 至 {LABEL_MOST} 个字符。",
        )
    if not 1 <= days <= DAYS_MOST:
        raise AccountFault(
            "bad_days", f"A token is good for 1 to {DAYS_MOST} days.", f"令牌有效期须为 1 至 {DAYS_MOST} 天。"
        )
    text = TOKEN_START + secrets.token_urlsafe(32)
    with conn.transaction():
        owner = accounts.by_id(conn, account)
        if owner is None or not owner.is_active:
            raise no_account()
        expires_at = now + timedelta(days=days)
        number = tokens.add(conn, digest_of(text), account, label.strip(), wanted, now, expires_at)
        details = {"number": number, "label": label.strip(), "scopes": wanted, "days": days}
        note(conn, who, "token.add", subject(owner.name), details)
    return number, text


def revoke(conn: Connection, who: Who, number: int, now: datetime, *, of_all: bool = False) -> None:
    """End a token of one's own, or (of_all) of anybody's. Raises AccountFault."""
    with conn.transaction():
        found = tokens.by_id(conn, number)
        if found is None or not (of_all or found.account == who.account):
            raise AccountFault(
                "no_such_token", "There is no such token; see the list.", "没有该令牌，请查看列表。"
            )
        if tokens.revoke(conn, number, now):
            note(conn, who, "token.revoke", subject(found.name), {"number": number, "label": found.label})


def bearer_of(conn: Connection, text: str, now: datetime) -> Bearer | None:
    """As whom and for what a token is good now; None when it is not."""
    if not text.startswith(TOKEN_START):
        return None
    return tokens.bearer(conn, digest_of(text), now)
