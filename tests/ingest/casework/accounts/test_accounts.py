"""Acts on accounts: what is refused, what ends with them, and that each is noted."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.casework.accounts import accounts, second_factor, tokens
from ingest.casework.accounts.faults import AccountFault
from ingest.casework.accounts.passwords import COMMONEST, check_new
from ingest.casework.audit import SYSTEM, verify
from ingest.casework.who import Who
from ingest.store.connection import Connection, connect
from ingest.store.desk.accounts import accounts as stored
from ingest.store.desk.accounts import audit_log
from tests.ingest.casework.seats import CHEAP, GOOD, KEYS, NOW, enrol, make


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(AccountFault) as fault:
        act()
    assert fault.value.english and fault.value.chinese
    return fault.value.code


# --- passwords ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_length"),
        ("elf Zeichen", "password_length"),
        ("x" * 201, "password_length"),
        ("li is my name!", "password_has_name"),
        ("MY NAME IS LI.", "password_has_name"),
        ("passwordpassword", "password_common"),
        ("Qwertyuiop123", "password_common"),
        ("ｐａｓｓｗｏｒｄ1234", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("121212121212121212", "password_common"),
    ],
)
def test_a_bad_password_is_refused(password: str, code: str) -> None:
    assert refused(lambda: check_new("li", password)) == code


@pytest.mark.parametrize("password", [GOOD, "学时不能造假，围栏之内才算数", "zwölf Zeichn"])
def test_a_good_password_is_taken(password: str) -> None:
    check_new("li", password)


def test_every_common_password_is_long_enough_to_be_asked_about() -> None:
    assert len(COMMONEST) > 60
    assert all(len(password) >= 12 for password in COMMONEST)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_hash_fits_its_own_password_only(one: str, other: str) -> None:
    kept = CHEAP.hash(one)
    assert CHEAP.fits(kept, one)
    if one.isascii() and other.isascii() and one != other:
        assert not CHEAP.fits(kept, other)
    assert not CHEAP.fits(None, one)
    assert not CHEAP.fits("no hash", one)


# --- acts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "role", "school", "code"),
    [
        ("L", "inspector", 0, "bad_name"),
        ("Li", "inspector", 0, "bad_name"),
        ("li li", "inspector", 0, "bad_name"),
        ("李明", "inspector", 0, "bad_name"),
        ("-li", "inspector", 0, "bad_name"),
        ("li\n", "inspector", 0, "bad_name"),
        ("x" * 41, "inspector", 0, "bad_name"),
        ("li", "boss", 0, "bad_role"),
        ("li", "school", 0, "bad_school"),
        ("li", "school", -1, "bad_school"),
        ("li", "inspector", 5001, "bad_school"),
        ("taken", "inspector", 0, "name_taken"),
    ],
)
def test_a_bad_account_is_not_made(conn: Connection, name: str, role: str, school: int, code: str) -> None:
    make(conn, "taken")
    before = audit_log.head(conn)
    assert refused(lambda: make(conn, name, role, school)) == code
    assert (stored.count(conn), audit_log.head(conn)) == (1, before)


def test_every_act_is_noted_and_the_chain_holds(conn: Connection) -> None:
    boss = make(conn, "boss", "supervisor")
    who = Who(boss, "boss", "supervisor", 0, "192.0.2.9")
    li = make(conn, "li")
    enrol(conn, li)
    accounts.set_password(conn, who, CHEAP, li, GOOD + "!", is_initial=True)
    accounts.reset_second_factor(conn, who, li)
    accounts.set_role(conn, who, li, "school", 5001)
    accounts.disable(conn, who, li)
    accounts.enable(conn, who, li)
    accounts.set_language(conn, who, li, "en")
    found = stored.by_id(conn, li)
    assert found is not None
    assert (found.role, found.school, found.language, found.is_active) == ("school", 5001, "en", True)
    assert (found.totp_secret, found.password_is_initial) == (None, True)
    entries = list(audit_log.every(conn))
    assert verify(entries).entries == 9
    assert [entry.action.removeprefix("account.") for entry in entries[2:]] == [
        "second_factor",
        "set_password",
        "reset_second_factor",
        "set_role",
        "disable",
        "enable",
        "set_language",
    ]
    assert {entry.subject for entry in entries[1:]} == {"account:li"}
    assert entries[-1].address == "192.0.2.9"


def test_nobody_takes_their_own_rights_or_second_factor(conn: Connection) -> None:
    boss = make(conn, "boss", "supervisor")
    make(conn, "other", "supervisor")
    who = Who(boss, "boss", "supervisor", 0, "")
    for act in (
        lambda: accounts.disable(conn, who, boss),
        lambda: accounts.enable(conn, who, boss),
        lambda: accounts.set_role(conn, who, boss, "auditor", 0),
        lambda: accounts.reset_second_factor(conn, who, boss),
    ):
        assert refused(act) == "own_account"


def test_the_last_supervisor_stays(conn: Connection) -> None:
    boss = make(conn, "boss", "supervisor")
    assert refused(lambda: accounts.disable(conn, SYSTEM, boss)) == "last_supervisor"
    assert refused(lambda: accounts.set_role(conn, SYSTEM, boss, "auditor", 0)) == "last_supervisor"
    make(conn, "second", "supervisor")
    accounts.disable(conn, SYSTEM, boss)


def test_two_supervisors_who_disable_each_other_at_once_leave_one(
    apart: Connection, postgres_url: str
) -> None:
    pair = [make(apart, "one", "supervisor"), make(apart, "two", "supervisor")]

    def disable(account: int) -> None:
        with connect(postgres_url) as own:
            try:
                accounts.disable(own, SYSTEM, account)
            except AccountFault:
                pass

    threads = [threading.Thread(target=disable, args=(account,)) for account in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with apart.transaction():
        assert len(stored.lock_supervisors(apart)) == 1


def test_what_is_not_there_is_told(conn: Connection) -> None:
    for act in (
        lambda: accounts.by_name(conn, "nobody"),
        lambda: accounts.disable(conn, SYSTEM, 99),
        lambda: accounts.set_password(conn, SYSTEM, CHEAP, 99, GOOD, is_initial=False),
        lambda: accounts.begin_second_factor(conn, KEYS, 99),
        lambda: accounts.set_language(conn, SYSTEM, 99, "en"),
        lambda: tokens.create(conn, SYSTEM, 99, "x", ["read"], 1, NOW),
    ):
        assert refused(act) == "no_such_account"


def test_the_same_password_again_is_refused(conn: Connection) -> None:
    li = make(conn, "li")
    act = lambda: accounts.set_password(conn, SYSTEM, CHEAP, li, GOOD, is_initial=False)  # noqa: E731
    assert refused(act) == "password_same"


def test_a_second_factor_needs_its_proof_and_is_not_replaced(conn: Connection) -> None:
    li = make(conn, "li")
    prove = lambda: accounts.prove_second_factor(conn, SYSTEM, KEYS, li, "000000", NOW)  # noqa: E731
    assert refused(prove) == "wrong_code"
    secret = accounts.begin_second_factor(conn, KEYS, li)
    assert accounts.begin_second_factor(conn, KEYS, li) == secret, (
        "a page loaded twice shows the same picture"
    )
    assert refused(prove) == "wrong_code"
    enrol(conn, li)
    assert refused(prove) == "has_second_factor"
    assert refused(lambda: accounts.begin_second_factor(conn, KEYS, li)) == "has_second_factor"


def test_the_picture_is_an_svg_that_the_policy_of_the_pages_allows() -> None:
    text = second_factor.address("li", second_factor.new_secret())
    assert text.startswith("otpauth://totp/Hourfence:li?secret=")
    picture = second_factor.picture(text)
    assert picture.startswith("<svg ") and picture.endswith("</svg>")
    assert "style" not in picture and "<script" not in picture
