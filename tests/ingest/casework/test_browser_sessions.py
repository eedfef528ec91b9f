"""A browser's session: how long it lives, what ends it, what is kept of it and what no log may hold."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from ingest.casework.accounts import accounts, log_in
from ingest.casework.accounts.log_in import Asked, LogInRefused, csrf_of
from ingest.casework.accounts.passwords import Passwords
from ingest.casework.audit import SYSTEM, canonical, verify
from ingest.casework.who import Who
from ingest.store.connection import Connection
from ingest.store.desk.accounts import accounts as stored
from ingest.store.desk.accounts import audit_log
from tests.ingest.casework.seats import CHEAP, GOOD, HERE, KEYS, NOW, POLICY, alive, enrol, enter, make


def test_a_session_ends_unused_and_at_the_latest_after_twelve_hours(conn: Connection) -> None:
    make(conn, "li")
    unused = enter(conn).cookie
    assert alive(conn, unused, timedelta(minutes=30))
    assert alive(conn, unused, timedelta(minutes=60))
    assert not alive(conn, unused, timedelta(minutes=90, seconds=1))
    assert not alive(conn, unused, timedelta(minutes=61)), "an ended session stays ended"
    used = enter(conn).cookie
    for minutes in range(20, 12 * 60 + 1, 20):
        assert alive(conn, used, timedelta(minutes=minutes))
    assert not alive(conn, used, timedelta(hours=12, seconds=1))


def test_a_new_log_in_ends_the_session_whose_cookie_the_browser_brought(conn: Connection) -> None:
    make(conn, "li")
    laid_under = enter(conn).cookie
    own = enter(conn, former=laid_under).cookie
    assert own != laid_under
    assert (alive(conn, laid_under), alive(conn, own)) == (False, True)
    assert csrf_of(own) != csrf_of(laid_under)


def test_log_out_a_new_password_and_disabling_end_sessions(conn: Connection) -> None:
    number = make(conn, "li")
    who = Who(number, "li", "inspector", 0, HERE)
    first, second = enter(conn).cookie, enter(conn).cookie
    log_in.log_out(conn, who, first, NOW)
    assert (alive(conn, first), alive(conn, second)) == (False, True)
    accounts.set_password(conn, who, CHEAP, number, GOOD + "!", is_initial=False)
    assert not alive(conn, second)
    third = enter(conn, password=GOOD + "!").cookie
    accounts.disable(conn, SYSTEM, number)
    assert not alive(conn, third)
    accounts.enable(conn, SYSTEM, number)
    assert not alive(conn, third)


def test_the_cookie_is_not_in_the_database(conn: Connection) -> None:
    make(conn, "li")
    cookie = enter(conn).cookie
    [[digest]] = conn.execute("SELECT digest FROM browser_session").fetchall()
    assert bytes(digest) == log_in.digest_of(cookie)


def test_a_password_hashed_with_old_parameters_is_hashed_again(conn: Connection) -> None:
    number = make(conn, "li")
    now_stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    log_in.log_in(conn, now_stronger, KEYS, POLICY, Asked("li", GOOD, "", HERE), NOW)
    account = stored.by_id(conn, number)
    assert account is not None and "$m=8,t=2,p=1$" in (account.password_hash or "")
    assert not now_stronger.is_outdated(account.password_hash or "")


def test_neither_the_audit_log_nor_any_log_holds_a_secret(
    conn: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number = make(conn, "wang", "supervisor")
    totp = enrol(conn, number)
    typed_in_the_wrong_field = "my secret passphrase"
    with pytest.raises(LogInRefused):
        enter(conn, typed_in_the_wrong_field, GOOD)
    code = totp.at(NOW + timedelta(seconds=30))
    begun = enter(conn, "wang", code=code)
    account = stored.by_id(conn, number)
    assert account is not None and account.password_hash is not None and account.totp_secret is not None
    entries = list(audit_log.every(conn))
    assert [entry.action for entry in entries] == [
        "account.add",
        "account.second_factor",
        "log_in.refused",
        "log_in",
    ]
    assert verify(entries).broken_at is None
    told = caplog.text + repr(account) + "".join(canonical(entry).decode() for entry in entries)
    for secret in (
        GOOD,
        begun.cookie,
        csrf_of(begun.cookie),
        account.totp_secret,
        account.password_hash,
        typed_in_the_wrong_field,
        f'"{code}"',
    ):
        assert secret not in told
