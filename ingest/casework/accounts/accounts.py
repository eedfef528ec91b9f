"""Acts on accounts: made, given another password, role or second factor, disabled; each noted in the log.

Every act takes the account's number and raises AccountFault where it is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from ingest.casework.accounts import guessing, second_factor
from ingest.casework.accounts.factor_keys import FactorKeys
from ingest.casework.accounts.faults import (
    AccountFault,
    bad_name,
    bad_school,
    has_second_factor,
    last_supervisor,
    name_taken,
    no_account,
    own_account,
    wrong_code,
)
from ingest.casework.accounts.passwords import Passwords, check_new
from ingest.casework.audit import note
from ingest.casework.who import ROLES, SCHOOL, SUPERVISOR, Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import accounts, browser_sessions, tokens
from ingest.store.desk.accounts.accounts import Account

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
SCHOOL_MOST = 10**16 - 1
LANGUAGES = ("zh", "en")


def add(
    conn: Connection,
    who: Who,
    passwords: Passwords,
    name: str,
    role: str,
    school: int,
    password: str,
    *,
    is_initial: bool,
) -> int:
    """A new account's number. is_initial: its owner must choose another password at the first log-in."""
    if NAME.fullmatch(name) is None:
        raise bad_name()
    _check_role(role, school)
    check_new(name, password)
    hashed = passwords.hash(password)
    with conn.transaction():
        account = accounts.add(conn, name, role, school, hashed, is_initial)
        if account is None:
            raise name_taken(name)
        note(conn, who, "account.add", subject(name), {"account": account, "role": role, "school": school})
    return account


def subject(name: str) -> str:
    """An account as the audit log's subject."""
    return f"account:{name}"


def by_name(conn: Connection, name: str) -> Account:
    """The account of that name. Raises AccountFault."""
    found = accounts.by_name(conn, name) if NAME.fullmatch(name) else None
    if found is None:
        raise no_account()
    return found


class Ended(NamedTuple):
    """What another password ended: browser sessions, tokens."""

    sessions: int
    tokens: int


def set_password(
    conn: Connection,
    who: Who,
    passwords: Passwords,
    account: int,
    password: str,
    *,
    is_initial: bool,
    keep_tokens: bool = False,
    but: bytes = b"",
) -> Ended:
    """Another password: whoever had the old one has nothing any more.

    All of the account's browser sessions end but the one with that digest, its tokens are revoked unless
    they are to be kept, no browser is known. is_initial: given by somebody else, for its owner to replace.
    """
    found = _found(conn, account)
    check_new(found.name, password)
    if passwords.fits(found.password_hash, password):
        raise AccountFault(
            "password_same",
            "The new password is the old one; choose another.",
            "新密码与旧密码相同，请更换。",
        )
    hashed = passwords.hash(password)
    with conn.transaction():
        accounts.set_password(conn, account, hashed, is_initial)
        guessing.forget_of(conn, account, found.name)
        now = _now()
        ended = Ended(
            browser_sessions.end_all(conn, account, now, but),
            0 if keep_tokens else tokens.revoke_all(conn, account, now),
        )
        action = "account.own_password" if who.account == account else "account.set_password"
        details = {
            "sessions_ended": ended.sessions,
            "revoked": ended.tokens,
            "tokens_kept": keep_tokens,
            "is_initial": is_initial,
        }
        note(conn, who, action, subject(found.name), details)
    return ended


def begin_second_factor(conn: Connection, keys: FactorKeys, account: int) -> str:
    """The secret to enrol, the same one until it is proved. Raises AccountFault where one is in use,
    KeyFault."""
    with conn.transaction():
        found = _locked(conn, account)
        if found.totp_secret is not None:
            raise has_second_factor()
        if found.totp_pending is not None:
            return keys.open(account, found.totp_pending)
        secret = second_factor.new_secret()
        accounts.set_pending(conn, account, keys.seal(conn, account, secret))
    return secret


def prove_second_factor(
    conn: Connection,
    who: Who,
    keys: FactorKeys,
    account: int,
    code: str,
    now: datetime,
    but: bytes = b"",
) -> None:
    """Make the secret that was begun the second factor: the code shows that the app has it. The account's
    browser sessions, which never showed one, end but the one with that digest. Raises KeyFault."""
    with conn.transaction():
        found = _locked(conn, account)
        if found.totp_secret is not None:
            raise has_second_factor()
        secret = None if found.totp_pending is None else keys.open(account, found.totp_pending)
        step = None if secret is None else second_factor.step_of(secret, code, now)
        if step is None:
            raise wrong_code()
        accounts.enrol(conn, account, step)
        ended = browser_sessions.end_all(conn, account, now, but)
        note(conn, who, "account.second_factor", subject(found.name), {"sessions_ended": ended})


def reset_second_factor(conn: Connection, who: Who, account: int) -> None:
    """Take the second factor off, for a lost telephone; the account's browser sessions end."""
    with conn.transaction():
        found = _other(conn, who, account)
        accounts.drop_second_factor(conn, account)
        ended = browser_sessions.end_all(conn, account, _now())
        had = found.totp_secret is not None
        note(
            conn,
            who,
            "account.reset_second_factor",
            subject(found.name),
            {"had_one": had, "sessions_ended": ended},
        )


def set_role(conn: Connection, who: Who, account: int, role: str, school: int) -> None:
    """Another role and school; the account's browser sessions end, and its tokens, made for other rights, are
    revoked for good."""
    _check_role(role, school)
    with conn.transaction():
        found = _other(conn, who, account)
        if role != SUPERVISOR:
            _keep_a_supervisor(conn, account)
        accounts.set_role(conn, account, role, school)
        now = _now()
        browser_sessions.end_all(conn, account, now)
        details = {
            "role": role,
            "school": school,
            "role_before": found.role,
            "school_before": found.school,
            "revoked": tokens.revoke_all(conn, account, now),
        }
        note(conn, who, "account.set_role", subject(found.name), details)


def disable(conn: Connection, who: Who, account: int) -> None:
    """No more log-ins; its browser sessions end and its tokens are revoked for good."""
    with conn.transaction():
        found = _other(conn, who, account)
        _keep_a_supervisor(conn, account)
        accounts.set_active(conn, account, False)
        now = _now()
        details = {
            "sessions_ended": browser_sessions.end_all(conn, account, now),
            "revoked": tokens.revoke_all(conn, account, now),
        }
        note(conn, who, "account.disable", subject(found.name), details)


def enable(conn: Connection, who: Who, account: int) -> None:
    """Let it log in again."""
    with conn.transaction():
        found = _other(conn, who, account)
        accounts.set_active(conn, account, True)
        note(conn, who, "account.enable", subject(found.name), {})


def set_language(conn: Connection, who: Who, account: int, language: str) -> None:
    """The language of its pages, zh or en."""
    found = _found(conn, account)
    if language not in LANGUAGES:
        raise AccountFault("bad_language", "The language is zh or en.", "语言只能是 zh 或 en。")
    with conn.transaction():
        accounts.set_language(conn, account, language)
        note(conn, who, "account.set_language", subject(found.name), {"language": language})


def _check_role(role: str, school: int) -> None:
    if role not in ROLES:
        raise AccountFault(
            "bad_role", f"The role is one of {', '.join(ROLES)}.", f"角色只能是 {'、'.join(ROLES)}。"
        )
    if (role == SCHOOL) != (school != 0) or not 0 <= school <= SCHOOL_MOST:
        raise bad_school()


def _found(conn: Connection, account: int) -> Account:
    found = accounts.by_id(conn, account)
    if found is None:
        raise no_account()
    return found


def _locked(conn: Connection, account: int) -> Account:
    found = accounts.locked(conn, account)
    if found is None:
        raise no_account()
    return found


def _other(conn: Connection, who: Who, account: int) -> Account:
    found = _found(conn, account)
    if who.account == account:
        raise own_account()
    return found


def _keep_a_supervisor(conn: Connection, account: int) -> None:
    if accounts.lock_supervisors(conn) == [account]:
        raise last_supervisor()


def _now() -> datetime:
    return datetime.now(UTC)
