"""Before a grave act somebody logged in shows once more who they are: an open browser is not enough."""

from __future__ import annotations

from datetime import datetime

from ingest.casework.accounts import guessing
from ingest.casework.accounts.accounts import subject
from ingest.casework.accounts.factor_keys import FactorKeys
from ingest.casework.accounts.faults import wrong_confirmation
from ingest.casework.accounts.guessing import digest_of
from ingest.casework.accounts.log_in import Policy, second_fits
from ingest.casework.accounts.passwords import Passwords
from ingest.casework.audit import note
from ingest.casework.who import Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import accounts, browser_sessions


def confirm(
    conn: Connection,
    passwords: Passwords,
    keys: FactorKeys,
    policy: Policy,
    who: Who,
    cookie: str,
    password: str,
    code: str,
    now: datetime,
) -> datetime:
    """Until when the cookie's session is good for grave acts. code: looked at where there is a second factor.

    Counted with the tries at one's own present password. Raises AccountFault for a wrong one, LogInRefused
    after too many, KeyFault.
    """
    counted = guessing.count_own(conn, policy.tries, who.account, now)
    found = accounts.by_id(conn, who.account)
    fits = passwords.fits(None if found is None else found.password_hash, password)
    if found is None or not fits or not second_fits(conn, keys, found, code, now):
        note(conn, who.aside, "account.confirm_refused", subject(who.name), {})
        raise wrong_confirmation()
    with conn.transaction():
        if not browser_sessions.confirm(conn, digest_of(cookie), who.account, now):
            raise wrong_confirmation()
        guessing.forgive(conn, counted)
        note(conn, who, "account.confirm", subject(who.name), {})
    return now + policy.confirmed
