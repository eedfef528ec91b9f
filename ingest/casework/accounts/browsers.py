"""The browsers in which an account is logged in, and the end of one of them by its owner."""

from __future__ import annotations

from datetime import datetime

from ingest.casework.accounts.accounts import subject
from ingest.casework.accounts.faults import no_browser
from ingest.casework.accounts.guessing import digest_of
from ingest.casework.accounts.log_in import Policy
from ingest.casework.audit import note
from ingest.casework.who import Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import browser_sessions
from ingest.store.desk.accounts.browser_sessions import Open

LISTED_MOST = 100


def listed(conn: Connection, policy: Policy, account: int, cookie: str, now: datetime) -> list[Open]:
    """Those that are logged in now, the last used first. cookie: of the one that asks."""
    idle, longest = now - policy.idle, now - policy.longest
    return browser_sessions.open_of(conn, account, digest_of(cookie), idle, longest, LISTED_MOST)


def end(conn: Connection, who: Who, number: int, now: datetime) -> None:
    """Log one of one's own out. Raises AccountFault."""
    with conn.transaction():
        if not browser_sessions.end_number(conn, who.account, number, now):
            raise no_browser()
        note(conn, who, "account.end_browser", subject(who.name), {"number": number})
