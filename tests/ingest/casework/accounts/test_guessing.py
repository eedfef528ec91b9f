"""Guessing at passwords: what is counted, who has to wait, and who is not kept out by it."""

from __future__ import annotations

import threading

import pytest
from argon2 import PasswordHasher

from ingest.casework.accounts import accounts, log_in
from ingest.casework.accounts.faults import AccountFault
from ingest.casework.accounts.log_in import Asked, LogInRefused
from ingest.casework.accounts.passwords import Passwords
from ingest.casework.audit import SYSTEM
from ingest.casework.who import Who
from ingest.store.connection import Connection, connect
from tests.ingest.casework.seats import CHEAP, GOOD, HERE, KEYS, NOW, POLICY, enter, make


@pytest.mark.parametrize("name", ["li", "nobody"])
def test_guessing_at_one_name_has_to_wait_whether_it_exists_or_not(conn: Connection, name: str) -> None:
    make(conn, "li")
    waits = []
    for at in range(7):
        with pytest.raises(LogInRefused) as refused:
            enter(conn, name, "wrong", later_s=at)
        waits.append(refused.value.wait_s)
    assert waits == [None] * 5 + [15 * 60 - 5 + 1, 15 * 60 - 6 + 1]
    if name == "li":
        with pytest.raises(LogInRefused):
            enter(conn, later_s=10)
        assert enter(conn, later_s=10, address="198.51.100.1").is_whole, "others are not locked out"
        assert enter(conn, later_s=15 * 60).is_whole


def test_guessing_at_one_account_from_many_addresses_has_to_wait(conn: Connection) -> None:
    make(conn, "li")
    for at in range(30):
        with pytest.raises(LogInRefused) as refused:
            enter(conn, "li", "wrong", address=f"192.0.2.{at}")
        assert refused.value.wait_s is None
    with pytest.raises(LogInRefused) as refused:
        enter(conn, address="198.51.100.1")
    assert refused.value.wait_s == 15 * 60 + 1


def test_guessing_from_one_address_has_to_wait(conn: Connection) -> None:
    make(conn, "li")
    for at in range(20):
        with pytest.raises(LogInRefused) as refused:
            enter(conn, f"name{at}", "wrong")
        assert refused.value.wait_s is None
    with pytest.raises(LogInRefused) as refused:
        enter(conn)
    assert refused.value.wait_s is not None
    assert enter(conn, address="198.51.100.1").is_whole


def test_all_addresses_of_an_ipv6_customer_are_one(conn: Connection) -> None:
    for at in range(20):
        with pytest.raises(LogInRefused) as refused:
            enter(conn, f"name{at}", "wrong", address=f"2001:db8:0:1::{at:x}")
        assert refused.value.wait_s is None
    for address, waits in (
        ("2001:db8:0:1:ffff::1", True),
        ("2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", False),
        ("", False),
    ):
        with pytest.raises(LogInRefused) as refused:
            enter(conn, f"of {address}", "wrong", address=address)
        assert (refused.value.wait_s is not None) is waits, address


def test_guesses_at_the_same_time_are_counted_too(apart: Connection, postgres_url: str) -> None:
    make(apart, "li")
    looked_at: list[bool] = []

    def guess(at: int) -> None:
        with connect(postgres_url) as own:
            try:
                enter(own, "li", "wrong", later_s=at / 100)
            except LogInRefused as refused:
                looked_at.append(refused.wait_s is None)

    threads = [threading.Thread(target=guess, args=(at,)) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(looked_at) == [False] * 7 + [True] * 5


def test_a_log_in_forgives_the_tries_before_it(conn: Connection) -> None:
    make(conn, "li")
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(LogInRefused):
                enter(conn, password="wrong")
        enter(conn)


def test_the_present_password_cannot_be_guessed_from_a_session(conn: Connection) -> None:
    who = Who(make(conn, "li"), "li", "inspector", 0, HERE)
    log_in.check_own_password(conn, CHEAP, POLICY, who, GOOD, NOW)
    for _ in range(5):
        with pytest.raises(AccountFault):
            log_in.check_own_password(conn, CHEAP, POLICY, who, "wrong", NOW)
    with pytest.raises(LogInRefused):
        log_in.check_own_password(conn, CHEAP, POLICY, who, GOOD, NOW)


def test_an_unknown_name_costs_one_check_of_a_password_like_a_known_one(conn: Connection) -> None:
    checks: list[bool] = []

    class Counting(Passwords):
        def fits(self, kept: str | None, password: str) -> bool:
            checks.append(super().fits(kept, password))
            return checks[-1]

    counting = Counting(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    make(conn, "li")
    accounts.disable(conn, SYSTEM, make(conn, "gone"))
    for name in ("li", "nobody", "gone"):
        with pytest.raises(LogInRefused):
            log_in.log_in(conn, counting, KEYS, POLICY, Asked(name, "wrong", "", HERE), NOW)
    assert checks == [False] * 3


def test_a_known_browser_gets_in_whatever_is_guessed_elsewhere(conn: Connection) -> None:
    make(conn, "li")
    make(conn, "wang")
    own = enter(conn).browser
    for at in range(30):
        with pytest.raises(LogInRefused):
            enter(conn, "li", "wrong", address=f"198.51.100.{at}", later_s=1)
    for at in range(20):
        with pytest.raises(LogInRefused):
            enter(conn, f"name{at}", "wrong", later_s=2)
    with pytest.raises(LogInRefused) as refused:
        enter(conn, later_s=3)
    assert refused.value.wait_s is not None, "somebody else's browser, or a new one"
    assert enter(conn, later_s=3, browser=own).browser == own
    with pytest.raises(LogInRefused) as refused:
        enter(conn, "wang", later_s=3, browser=own)
    assert refused.value.wait_s is not None, "it is known to its own accounts only"


def test_guessing_from_a_known_browser_has_to_wait_too(conn: Connection) -> None:
    make(conn, "li")
    own = enter(conn).browser
    waits = []
    for at in range(11):
        with pytest.raises(LogInRefused) as refused:
            enter(conn, "li", "wrong", later_s=at, browser=own)
        waits.append(refused.value.wait_s is not None)
    assert waits == [False] * 10 + [True]


def test_a_browser_is_known_by_what_was_given_out_and_until_the_password_changes(conn: Connection) -> None:
    number = make(conn, "li")
    assert enter(conn, browser="laid under").browser != "laid under"
    own = enter(conn).browser
    assert own not in str(conn.execute("SELECT * FROM known_browser").fetchall())
    accounts.set_password(conn, SYSTEM, CHEAP, number, GOOD + "!", is_initial=False)
    assert conn.execute("SELECT * FROM known_browser").fetchall() == []
    for at in range(25):
        enter(conn, password=GOOD + "!", later_s=at)
    [[kept]] = conn.execute("SELECT count(*) FROM known_browser").fetchall()
    assert kept == 20, "the longest unused ones are forgotten"


def test_strangers_have_few_tries_a_day_and_another_password_begins_anew(conn: Connection) -> None:
    number = make(conn, "li")
    for at in range(100):
        with pytest.raises(LogInRefused) as refused:
            enter(conn, "li", "wrong", address=f"10.0.0.{at}", later_s=900 * (at // 25))
        assert refused.value.wait_s is None
    with pytest.raises(LogInRefused) as refused:
        enter(conn, later_s=3600)
    assert refused.value.wait_s == 24 * 3600 - 3600 + 1
    accounts.set_password(conn, SYSTEM, CHEAP, number, GOOD + "!", is_initial=True)
    enter(conn, password=GOOD + "!", later_s=3600)


def test_a_password_that_changes_while_the_old_one_is_checked_is_not_let_in(conn: Connection) -> None:
    number = make(conn, "li")

    class Slow(Passwords):
        def fits(self, kept: str | None, password: str) -> bool:
            fits = super().fits(kept, password)
            accounts.set_password(conn, SYSTEM, CHEAP, number, GOOD + "!", is_initial=False)
            return fits

        def is_outdated(self, kept: str) -> bool:
            return True

    slow = Slow(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with pytest.raises(LogInRefused):
        log_in.log_in(conn, slow, KEYS, POLICY, Asked("li", GOOD, "", HERE), NOW)
    assert conn.execute("SELECT * FROM browser_session").fetchall() == []
    enter(conn, password=GOOD + "!", later_s=1)


def test_strangers_do_not_keep_somebody_from_changing_the_own_password(conn: Connection) -> None:
    who = Who(make(conn, "li"), "li", "inspector", 0, HERE)
    for at in range(30):
        with pytest.raises(LogInRefused):
            enter(conn, "li", "wrong", address=f"198.51.100.{at}")
    log_in.check_own_password(conn, CHEAP, POLICY, who, GOOD, NOW)
