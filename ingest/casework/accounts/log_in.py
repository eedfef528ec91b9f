"""Log-in, log-out and whose a browser's cookie is."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from ingest.casework.accounts import guessing, second_factor
from ingest.casework.accounts.accounts import NAME, subject
from ingest.casework.accounts.factor_keys import FactorKeys, is_sealed
from ingest.casework.accounts.faults import wrong_password
from ingest.casework.accounts.guessing import Counted, LogInRefused, TriesMost, digest_of
from ingest.casework.accounts.passwords import Passwords
from ingest.casework.audit import note
from ingest.casework.who import SUPERVISOR, Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import accounts, browser_sessions
from ingest.store.desk.accounts.accounts import Account
from ingest.store.desk.accounts.browser_sessions import Session

__all__ = ["LogInRefused", "digest_of"]
# How old the time of the last use may be before it is written again.
SEEN_EVERY = timedelta(seconds=20)
SESSIONS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Policy:
    """How long sessions live, for how long a password given in one is enough for grave acts, who needs a
    second factor, how many failed tries are too many."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    confirmed: timedelta = timedelta(minutes=10)
    second_factor: frozenset[str] = frozenset({SUPERVISOR})
    tries: TriesMost = field(default_factory=TriesMost)


@dataclass(frozen=True)
class Asked:
    """What somebody gives to log in, and from where. former: the cookie that the browser had; its session
    ends, so that nobody can lay a known cookie under it. browser: the cookie of a browser that was logged in
    from before."""

    name: str
    password: str = field(repr=False)
    code: str = field(repr=False)
    address: str
    former: str | None = field(default=None, repr=False)
    browser: str = field(default="", repr=False)


class LoggedIn(NamedTuple):
    """A new session. cookie: the secret, told once; is_whole False: something must be set up first. browser:
    the cookie by which this browser is known from now on."""

    account: int
    cookie: str
    is_whole: bool
    browser: str = ""


def log_in(
    conn: Connection, passwords: Passwords, keys: FactorKeys, policy: Policy, asked: Asked, now: datetime
) -> LoggedIn:
    """A new session for the right name, password and (where there is one) code. Raises LogInRefused,
    KeyFault."""
    name = asked.name.strip().lower()
    found = accounts.by_name(conn, name) if NAME.fullmatch(name) else None
    number = None if found is None else found.id
    counted = guessing.count_log_in(conn, policy.tries, name, number, asked.address, asked.browser, now)
    account = found if found is not None and found.is_active else None
    fits = passwords.fits(None if account is None else account.password_hash, asked.password)
    if account is None or not fits or not second_fits(conn, keys, account, asked.code, now):
        raise _refused(conn, found, asked.address)
    hashed = account.password_hash or ""
    if passwords.is_outdated(hashed):
        anew = passwords.hash(asked.password)
        hashed = anew if accounts.rehash(conn, account.id, hashed, anew) else hashed
    begun = _begun(conn, policy, account, hashed, counted, asked, now)
    if begun is None:
        raise _refused(conn, found, asked.address)
    return begun


def _begun(
    conn: Connection,
    policy: Policy,
    account: Account,
    hashed: str,
    counted: Counted,
    asked: Asked,
    now: datetime,
) -> LoggedIn | None:
    """The session; None where the account was changed or disabled since its password was looked at."""
    with conn.transaction():
        current = accounts.locked(conn, account.id)
        if current is None or not current.is_active or current.password_hash != hashed:
            return None
        guessing.forgive(conn, counted)
        browser = guessing.know(conn, account.id, asked.browser, now)
        browser_sessions.forget_before(conn, now - policy.longest - SESSIONS_KEPT)
        if asked.former is not None:
            browser_sessions.end(conn, digest_of(asked.former), now)
        begun = _begin(conn, policy, current, now, now, asked.address)
        who = Who(account.id, account.name, account.role, account.school, asked.address)
        note(conn, who, "log_in", subject(account.name), {"is_whole": begun.is_whole})
    return begun._replace(browser=browser)


def _refused(conn: Connection, found: Account | None, address: str) -> LogInRefused:
    of = "?" if found is None else found.name
    note(conn, Who(0, "", "nobody", 0, address), "log_in.refused", subject(of), {})
    return LogInRefused()


def renew(conn: Connection, policy: Policy, account: int, now: datetime, former: str) -> LoggedIn | None:
    """A new session in place of a former one, after its account changed, confirmed when that one was; None
    where that has ended."""
    with conn.transaction():
        found = accounts.locked(conn, account)
        before = browser_sessions.find(conn, digest_of(former))
        if found is None or before is None or not browser_sessions.end(conn, digest_of(former), now):
            return None
        return _begin(conn, policy, found, now, before.confirmed_at, before.address)


def lacks(policy: Policy, account: Account) -> list[str]:
    """What must be set up before the account can be used: password, second_factor, in this order."""
    missing = ["password"] if account.password_is_initial else []
    if account.totp_secret is None and account.role in policy.second_factor | {SUPERVISOR}:
        missing.append("second_factor")
    return missing


def session_of(conn: Connection, policy: Policy, cookie: str, now: datetime) -> Session | None:
    """The session of a cookie, used now; None when unknown, ended, idle too long or too old.

    One in which something must be set up lets whoever sits there choose a password or a second factor: it
    ends when its log-in is too long ago for that.
    """
    digest = digest_of(cookie)
    found = browser_sessions.find(conn, digest)
    if found is None:
        return None
    is_too_old = now - found.seen_at > policy.idle or now - found.created_at > policy.longest
    if is_too_old or not (found.is_whole or is_confirmed(policy, found, now)):
        browser_sessions.end(conn, digest, now)
        return None
    if now - found.seen_at > SEEN_EVERY:
        browser_sessions.seen(conn, digest, now)
    return found


def is_confirmed(policy: Policy, session: Session, now: datetime) -> bool:
    """Whether the password was given in the session so lately that grave acts need it no further."""
    # A clock that was put back far makes nothing last longer.
    return session.confirmed_at is not None and abs(now - session.confirmed_at) <= policy.confirmed


def log_out(conn: Connection, who: Who, cookie: str, now: datetime) -> None:
    """End the cookie's session."""
    with conn.transaction():
        if browser_sessions.end(conn, digest_of(cookie), now):
            note(conn, who, "log_out", subject(who.name), {})


def check_own_password(
    conn: Connection, passwords: Passwords, policy: Policy, who: Who, password: str, now: datetime
) -> None:
    """Ask for the present password again before a grave change, with the limits of a log-in.

    Raises AccountFault for a wrong one, LogInRefused after too many.
    """
    counted = guessing.count_own(conn, policy.tries, who.account, now)
    found = accounts.by_id(conn, who.account)
    if not passwords.fits(None if found is None else found.password_hash, password):
        note(conn, who.aside, "account.wrong_password", subject(who.name), {})
        raise wrong_password()
    guessing.forgive(conn, counted)


def csrf_of(cookie: str) -> str:
    """What a page of this session must send back: derived from the cookie, which no script can read."""
    return hmac.digest(cookie.encode(), b"csrf", "sha256").hex()


def _begin(
    conn: Connection,
    policy: Policy,
    account: Account,
    now: datetime,
    confirmed_at: datetime | None,
    address: str,
) -> LoggedIn:
    cookie = secrets.token_urlsafe(32)
    is_whole = not lacks(policy, account)
    browser_sessions.add(conn, digest_of(cookie), account.id, is_whole, now, confirmed_at, address)
    return LoggedIn(account.id, cookie, is_whole)


def second_fits(conn: Connection, keys: FactorKeys, account: Account, code: str, now: datetime) -> bool:
    """Whether the account has no second factor, or this is its code, which is used up. Raises KeyFault."""
    kept = account.totp_secret
    if kept is None:
        return True
    secret = keys.open(account.id, kept)
    step = second_factor.step_of(secret, code, now)
    if step is None or not accounts.use_step(conn, account.id, step):
        return False
    if not is_sealed(kept):
        with conn.transaction():
            accounts.locked(conn, account.id)
            accounts.reseal(conn, account.id, kept, keys.seal(conn, account.id, secret))
    return True
