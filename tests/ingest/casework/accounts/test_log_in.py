"""Log-in: who gets in, how often it may be tried, how long a session lives, what the log may hold of it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from ingest.casework.accounts import accounts, log_in, second_factor
from ingest.casework.accounts.log_in import LogInRefused, Policy, session_of
from ingest.casework.audit import SYSTEM
from ingest.store.connection import Connection, connect
from ingest.store.desk.accounts import accounts as stored
from tests.ingest.casework.seats import CHEAP, GOOD, NOW, POLICY, alive, enrol, enter, make


def test_the_right_password_gets_in_and_nothing_else_does(conn: Connection) -> None:
    number = make(conn, "li")
    begun = enter(conn)
    assert (begun.account, begun.is_whole, len(begun.cookie)) == (number, True, 43)
    session = session_of(conn, POLICY, begun.cookie, NOW)
    assert session is not None and (session.name, session.role) == ("li", "inspector")
    for name, password in (("li", GOOD + "!"), ("li", ""), ("wang", GOOD), ("", ""), ("li\0", GOOD)):
        with pytest.raises(LogInRefused) as refused:
            enter(conn, name, password)
        assert refused.value.wait_s is None
    assert not alive(conn, "no such cookie")


def test_the_same_password_in_wide_letters_is_the_same(conn: Connection) -> None:
    make(conn, "li")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in GOOD)
    assert enter(conn, password=wide).is_whole


def test_a_disabled_account_and_one_without_a_password_do_not_get_in(conn: Connection) -> None:
    accounts.disable(conn, SYSTEM, make(conn, "li"))
    stored.add(conn, "empty", "auditor", 0, None, False)
    for name in ("li", "empty"):
        with pytest.raises(LogInRefused):
            enter(conn, name)


def test_each_code_works_once_and_none_without_its_password(conn: Connection) -> None:
    totp = enrol(conn, make(conn, "wang", "supervisor"))
    with pytest.raises(LogInRefused):
        enter(conn, "wang", code=totp.at(NOW))  # the code that enrolled it
    with pytest.raises(LogInRefused):
        enter(conn, "wang")
    code = totp.at(NOW + timedelta(seconds=30))
    assert enter(conn, "wang", code=f"{code[:3]} {code[3:]}").is_whole
    with pytest.raises(LogInRefused):
        enter(conn, "wang", code=code, later_s=30)
    late = NOW + timedelta(seconds=300)
    with pytest.raises(LogInRefused):
        enter(conn, "wang", "wrong password", totp.at(late), later_s=300)
    assert enter(conn, "wang", code=totp.at(late), later_s=300).is_whole


def test_one_code_used_at_the_same_time_lets_one_in(apart: Connection, postgres_url: str) -> None:
    totp = enrol(apart, make(apart, "wang", "supervisor"))
    code, begun = totp.at(NOW + timedelta(seconds=30)), []

    def run() -> None:
        with connect(postgres_url) as own:
            try:
                begun.append(enter(own, "wang", code=code))
            except LogInRefused:
                pass

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun) == 1


def test_codes_of_the_step_before_and_after_fit_and_no_further_ones() -> None:
    secret = second_factor.new_secret()
    import pyotp

    for steps in range(-3, 4):
        code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=30 * steps))
        found = second_factor.step_of(secret, code, NOW)
        assert found == (int(NOW.timestamp()) // 30 + steps if abs(steps) <= 1 else None)
    assert second_factor.step_of(secret, "１２", NOW) is None


def test_without_a_needed_second_factor_or_an_own_password_it_is_not_whole(conn: Connection) -> None:
    make(conn, "wang", "supervisor")
    accounts.add(conn, SYSTEM, CHEAP, "new", "auditor", 0, GOOD, is_initial=True)
    for name, missing in (("wang", ["second_factor"]), ("new", ["password"]), ("li", [])):
        if name == "li":
            make(conn, "li")
        assert enter(conn, name).is_whole is not bool(missing)
        assert log_in.lacks(POLICY, accounts.by_name(conn, name)) == missing
    every = Policy(second_factor=frozenset({"inspector"}))
    assert log_in.lacks(every, accounts.by_name(conn, "li")) == ["second_factor"]
    assert log_in.lacks(every, accounts.by_name(conn, "wang")) == ["second_factor"]
