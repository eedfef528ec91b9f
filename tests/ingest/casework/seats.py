"""What tests of accounts share: a cheap hasher, a moment, passwords that are taken."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from argon2 import PasswordHasher

from ingest.casework.accounts import log_in
from ingest.casework.accounts.accounts import add, begin_second_factor, prove_second_factor
from ingest.casework.accounts.factor_keys import FactorKeys
from ingest.casework.accounts.log_in import Asked, LoggedIn, Policy, session_of
from ingest.casework.accounts.passwords import Passwords
from ingest.casework.audit import SYSTEM
from ingest.store.connection import Connection

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
GOOD = "vier Laster bergab"
KEYS = FactorKeys(Path(tempfile.mkdtemp()) / "second-factor.key")
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def make(conn: Connection, name: str, role: str = "inspector", school: int = 0) -> int:
    """An account with the password GOOD."""
    return add(conn, SYSTEM, CHEAP, name, role, school, GOOD, is_initial=False)


def enrol(conn: Connection, account: int, now: datetime = NOW, keys: FactorKeys = KEYS) -> pyotp.TOTP:
    """Give it a second factor; what makes its codes."""
    totp = pyotp.TOTP(begin_second_factor(conn, keys, account))
    prove_second_factor(conn, SYSTEM, keys, account, totp.at(now), now)
    return totp


POLICY = Policy()
HERE = "192.0.2.1"


def enter(
    conn: Connection,
    name: str = "li",
    password: str = GOOD,
    code: str = "",
    address: str = HERE,
    later_s: float = 0,
    former: str | None = None,
    browser: str = "",
) -> LoggedIn:
    asked = Asked(name, password, code, address, former, browser)
    return log_in.log_in(conn, CHEAP, KEYS, POLICY, asked, NOW + timedelta(seconds=later_s))


def alive(conn: Connection, cookie: str, later: timedelta = timedelta(0)) -> bool:
    return session_of(conn, POLICY, cookie, NOW + later) is not None
