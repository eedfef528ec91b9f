"""Log-in, log-out and whose a browser's cookie is."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ingest.casework.accounts import second_factor
from ingest.casework.accounts.accounts import NAME, subject
from ingest.casework.accounts.faults import wrong_password
from ingest.casework.accounts.passwords import Passwords
from ingest.casework.audit import note
from ingest.casework.who import SUPERVISOR, Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import accounts, browser_sessions
from ingest.store.desk.accounts.accounts import Account
from ingest.store.desk.accounts.browser_sessions import Session

# How old the time of the last use may be before it is written again.
SEEN_EVERY = timedelta(seconds=20)
SESSIONS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Policy:
    """How long sessions live, who needs a second factor, how many failed tries in a window are too many.

    tries_here: at one account from one address, so that whoever guesses locks out nobody but themselves;
    tries_of_account: from all addresses; tries_of_address: at all accounts.
    """

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    second_factor: frozenset[str] = frozenset({SUPERVISOR})
    tries_here: int = 5
    tries_of_account: int = 30
    tries_of_address: int = 20
    window: timedelta = timedelta(minutes=15)


class LoggedIn(NamedTuple):
    """A new session. cookie: the secret, told once; is_whole False: something must be set up first."""

    account: int
    cookie: str
    is_whole: bool


class LogInRefused(Exception):
    """The one answer for a wrong name, password or code; wait_s: after too many, how long to wait."""

    def __init__(self, wait_s: int | None = None) -> None:
        super().__init__("The log-in was refused.")
        self.wait_s = wait_s


def log_in(
    conn: Connection,
    passwords: Passwords,
    policy: Policy,
    name: str,
    password: str,
    code: str,
    address: str,
    now: datetime,
    former: str | None = None,
) -> LoggedIn:
    """A new session for the right name, password and (where there is one) code. Raises LogInRefused.

    former: the cookie that the browser had; its session ends, so that nobody can lay a known cookie under it.
    """
    name = name.strip().lower()
    tries = _count_try(conn, policy, name, address, now)
    found = accounts.by_name(conn, name) if NAME.fullmatch(name) else None
    account = found if found is not None and found.is_active else None
    fits = passwords.fits(None if account is None else account.password_hash, password)
    if account is None or not fits or not _second_fits(conn, account, code, now):
        of = "?" if found is None else found.name
        note(conn, Who(0, "", "nobody", 0, address), "log_in.refused", subject(of), {})
        raise LogInRefused
    if passwords.is_outdated(account.password_hash or ""):
        accounts.set_password(conn, account.id, passwords.hash(password), account.password_is_initial)
    who = Who(account.id, account.name, account.role, account.school, address)
    with conn.transaction():
        browser_sessions.log_in_worked(conn, tries, _keys(name, address)[:2])
        browser_sessions.forget_before(conn, now - policy.longest - SESSIONS_KEPT)
        begun = _begin(conn, policy, account, now, former)
        note(conn, who, "log_in", subject(account.name), {"is_whole": begun.is_whole})
    return begun


def renew(conn: Connection, policy: Policy, account: int, now: datetime, former: str) -> LoggedIn | None:
    """A new session in place of a former one, after its account changed; None without the account."""
    found = accounts.by_id(conn, account)
    if found is None or not found.is_active:
        return None
    with conn.transaction():
        return _begin(conn, policy, found, now, former)


def lacks(policy: Policy, account: Account) -> list[str]:
    """What must be set up before the account can be used: password, second_factor, in this order."""
    missing = ["password"] if account.password_is_initial else []
    if account.totp_secret is None and account.role in policy.second_factor | {SUPERVISOR}:
        missing.append("second_factor")
    return missing


def session_of(conn: Connection, policy: Policy, cookie: str, now: datetime) -> Session | None:
    """The session of a cookie, used now; None when unknown, ended, idle too long or too old."""
    digest = digest_of(cookie)
    found = browser_sessions.find(conn, digest)
    if found is None:
        return None
    if now - found.seen_at > policy.idle or now - found.created_at > policy.longest:
        browser_sessions.end(conn, digest, now)
        return None
    if now - found.seen_at > SEEN_EVERY:
        browser_sessions.seen(conn, digest, now)
    return found


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
    tries = _count_try(conn, policy, who.name, who.address, now)
    found = accounts.by_id(conn, who.account)
    if not passwords.fits(None if found is None else found.password_hash, password):
        note(conn, who, "account.wrong_password", subject(who.name), {})
        raise wrong_password()
    browser_sessions.log_in_worked(conn, tries, _keys(who.name, who.address)[:2])


def csrf_of(cookie: str) -> str:
    """What a page of this session must send back: derived from the cookie, which no script can read."""
    return hmac.digest(cookie.encode(), b"csrf", "sha256").hex()


def digest_of(secret: str) -> bytes:
    """SHA-256: all that is kept of a cookie or a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _begin(conn: Connection, policy: Policy, account: Account, now: datetime, former: str | None) -> LoggedIn:
    if former is not None:
        browser_sessions.end(conn, digest_of(former), now)
    cookie = secrets.token_urlsafe(32)
    is_whole = not lacks(policy, account)
    browser_sessions.add(conn, digest_of(cookie), account.id, is_whole, now)
    return LoggedIn(account.id, cookie, is_whole)


def _second_fits(conn: Connection, account: Account, code: str, now: datetime) -> bool:
    if account.totp_secret is None:
        return True
    step = second_factor.step_of(account.totp_secret, code, now)
    return step is not None and accounts.use_step(conn, account.id, step)


def _count_try(conn: Connection, policy: Policy, name: str, address: str, now: datetime) -> Sequence[int]:
    # Counted before the password is looked at, so that many tries at once are as many as one after another.
    most = (policy.tries_here, policy.tries_of_account, policy.tries_of_address)
    limits = list(zip(_keys(name, address), most, strict=True))
    tries, oldest = browser_sessions.try_log_in(conn, limits, now - policy.window, now)
    if oldest is not None:
        raise LogInRefused(max(1, int((oldest + policy.window - now).total_seconds()) + 1))
    return tries


def _keys(name: str, address: str) -> tuple[str, str, str]:
    """What tries are counted by: account and address, account, address."""
    of_name, of_address = "name:" + digest_of(name).hex(), address_key(address)
    return f"{of_name} {of_address}", of_name, of_address


def address_key(address: str) -> str:
    """Whose tries they are: an IPv6 network of 64 bits is one customer's, an IPv4 address within IPv6 is that
    address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address}"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return f"address:{ipaddress.ip_network((int(found), 64), strict=False)}"
        found = found.ipv4_mapped
    return f"address:{found}"
