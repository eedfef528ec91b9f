"""How many failed log-ins are too many: by account and address, by account, by address, by known browser.

A browser from which the account was logged in to before brings a cookie that says so. Its tries are counted
under that browser alone: whoever guesses elsewhere, from however many addresses, locks the owner out of new
browsers only (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). All others together have few
tries a day, as NIST SP 800-63B asks (5.2.2: at most 100 in a row), whatever their addresses are.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.accounts import known_browsers, tries
from ingest.store.desk.accounts.tries import Limit

KNOWN_FOR = timedelta(days=180)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class TriesMost:
    """Failed tries in a window that are too many.

    here: at one account from one address; of_account: from all unknown browsers, in a day as well;
    of_address: at all accounts; of_browser: at one account from a browser that it knows; of_own: of the
    present password by somebody who is logged in.
    """

    here: int = 5
    of_account: int = 30
    of_account_a_day: int = 100
    of_address: int = 20
    of_browser: int = 10
    of_own: int = 5
    window: timedelta = timedelta(minutes=15)


class LogInRefused(Exception):
    """The one answer for a wrong name, password or code; wait_s: after too many, how long to wait."""

    def __init__(self, wait_s: int | None = None) -> None:
        super().__init__("The log-in was refused.")
        self.wait_s = wait_s


class Counted(NamedTuple):
    """A try that was counted before its password was looked at. forgiven: the keys whose failures a success
    forgets; those of the account and of the address stay, for they are of others too."""

    rows: Sequence[int]
    forgiven: Sequence[str]


def count_log_in(
    conn: Connection,
    most: TriesMost,
    name: str,
    account: int | None,
    address: str,
    browser: str,
    now: datetime,
) -> Counted:
    """Count a log-in. account: None for nobody's name; browser: the cookie of a known one, or ''. Raises
    LogInRefused."""
    of_name, of_address = name_key(name), address_key(address)
    digest = digest_of(browser)
    if account is not None and browser and known_browsers.is_known(conn, account, digest, now - KNOWN_FOR):
        of_browser = f"browser:{account} {digest.hex()}"
        return _counted(conn, [Limit(of_browser, most.of_browser, most.window)], now)
    return _counted(
        conn,
        [
            Limit(f"{of_name} {of_address}", most.here, most.window),
            Limit(of_name, most.of_account, most.window),
            Limit(of_name, most.of_account_a_day, _DAY),
            Limit(of_address, most.of_address, most.window),
        ],
        now,
    )


def count_own(conn: Connection, most: TriesMost, account: int, now: datetime) -> Counted:
    """Count a try of somebody who is logged in at their own present password: no stranger's tries stand in
    the way. Raises LogInRefused."""
    return _counted(conn, [Limit(f"own:{account}", most.of_own, most.window)], now)


def forgive(conn: Connection, counted: Counted) -> None:
    """It was the right password."""
    tries.worked(conn, counted.rows, counted.forgiven)


def know(conn: Connection, account: int, browser: str, now: datetime) -> str:
    """The account was logged in to from this browser; the cookie by which it is known. browser: the one it
    brought, which is taken only where it was given out here."""
    if not browser or not known_browsers.is_any(conn, digest_of(browser)):
        browser = secrets.token_urlsafe(32)
    known_browsers.keep(conn, account, digest_of(browser), now, now - KNOWN_FOR)
    return browser


def forget_of(conn: Connection, account: int, name: str) -> None:
    """After another password: what was guessed at the old one counts no more, and no browser is known."""
    tries.worked(conn, [], [name_key(name), f"own:{account}"])
    known_browsers.forget_all(conn, account)


def name_key(name: str) -> str:
    """An account's name as tries are counted by it: people type passwords into the wrong field."""
    return "name:" + digest_of(name).hex()


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


def digest_of(secret: str) -> bytes:
    """SHA-256: all that is kept of a cookie or a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _counted(conn: Connection, limits: Sequence[Limit], now: datetime) -> Counted:
    rows, again_at = tries.begin(conn, limits, now)
    if again_at is not None:
        raise LogInRefused(max(1, int((again_at - now).total_seconds()) + 1))
    return Counted(rows, [limits[0].key])
