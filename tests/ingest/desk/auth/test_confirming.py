"""A browser left open: grave acts ask for the password (and the code) once more, lighter ones do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from fastapi import FastAPI

from ingest.casework.accounts import accounts
from ingest.casework.audit import SYSTEM
from ingest.desk.auth.means import keys_of
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log
from tests.ingest.casework.seats import CHEAP, GOOD
from tests.ingest.desk.auth.browsers import Browser, Clock
from tests.ingest.desk.auth.test_accounts_and_tokens import by, make_token

LATER = timedelta(minutes=10, seconds=1)
TOKEN = {"label": "x", "scopes": ["read"]}
OF_ANYBODY: list[tuple[str, str, Any]] = [
    ("POST", "/v1/tokens", TOKEN),
    ("POST", "/v1/account/second-factor", None),
    ("POST", "/v1/account/second-factor/proof", {"code": "000000"}),
]
OF_SUPERVISORS: list[tuple[str, str, Any]] = [
    ("POST", "/v1/accounts", {"name": "mallory", "role": "supervisor"}),
    ("POST", "/v1/accounts/li/password", {}),
    ("POST", "/v1/accounts/li/second-factor/reset", None),
    ("PUT", "/v1/accounts/li/role", {"role": "supervisor"}),
    ("POST", "/v1/accounts/li/enable", None),
]


def refused(one: Browser, acts: list[tuple[str, str, Any]]) -> set[tuple[int, str]]:
    answers = [one.send(*act) for act in acts]
    return {(answer.status_code, answer.json()["error"]["code"]) for answer in answers}


def confirm(one: Browser, password: str = GOOD, code: str = "") -> int:
    return one.send("POST", "/v1/account/confirm", {"password": password, "code": code}).status_code


def test_ten_minutes_after_the_log_in_a_grave_act_needs_the_password(
    li: Browser, conn: Connection, clock: Clock
) -> None:
    clock.now += LATER - timedelta(seconds=1)
    made = li.send("POST", "/v1/tokens", TOKEN)
    assert made.status_code == 201
    clock.now += timedelta(seconds=1)
    assert refused(li, OF_ANYBODY) == {(403, "confirm_first")}
    assert conn.execute("SELECT totp_pending FROM account WHERE name = 'li'").fetchone() == (None,)
    assert li.send("DELETE", f"/v1/tokens/{made.json()['number']}").status_code == 204
    answer = li.send("POST", "/v1/account/confirm", {"password": GOOD})
    until = (clock.now + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert answer.json() == {"confirmed_until": until}
    assert li.send("POST", "/v1/tokens", TOKEN).status_code == 201
    clock.now += LATER
    assert refused(li, OF_ANYBODY) == {(403, "confirm_first")}


def test_a_clock_that_is_put_back_prolongs_nothing(li: Browser, clock: Clock) -> None:
    clock.now -= LATER
    assert refused(li, OF_ANYBODY) == {(403, "confirm_first")}
    clock.now += LATER


def test_a_supervisor_needs_the_code_too_and_each_works_once(
    boss: Browser, app: FastAPI, conn: Connection, clock: Clock
) -> None:
    program = by(app, make_token(boss, "read", "accounts"))
    clock.now += LATER
    assert refused(boss, OF_ANYBODY + OF_SUPERVISORS) == {(403, "confirm_first")}
    assert program.post("/v1/accounts/west/enable").status_code == 200, "a token is not asked"
    assert boss.send("POST", "/v1/accounts/west/disable").status_code == 200, "it takes a right away"
    [[number, kept]] = conn.execute("SELECT id, totp_secret FROM account WHERE name = 'boss'").fetchall()
    code = pyotp.TOTP(keys_of(app).open(number, kept)).at(clock.now)
    assert [confirm(boss), confirm(boss, code="000000"), confirm(boss, "wrong", code)] == [422] * 3
    assert refused(boss, OF_SUPERVISORS) == {(403, "confirm_first")}
    assert confirm(boss, code=code) == 200, "a wrong password does not use the code up"
    assert confirm(boss, code=code) == 422
    assert boss.send("POST", "/v1/accounts/west/enable").status_code == 200
    told = [entry.action for entry in audit_log.listed(conn, None, 9, action="account")]
    assert told[:3] == ["account.enable", "account.confirm_refused", "account.confirm"]


def test_one_browser_is_confirmed_and_not_the_others(li: Browser, app: FastAPI, clock: Clock) -> None:
    other = Browser(app).log_in("li")
    clock.now += LATER
    assert confirm(li) == 200
    assert refused(other, OF_ANYBODY) == {(403, "confirm_first")}


def test_a_stolen_browser_does_not_guess_the_password(li: Browser, app: FastAPI, clock: Clock) -> None:
    clock.now += LATER
    assert [confirm(li, f"guess {n}") for n in range(6)] == [422] * 5 + [429]
    assert confirm(li) == 429, "not even the right one"
    own = {"present": GOOD, "new": GOOD + "2"}
    assert li.send("POST", "/v1/account/password", own).status_code == 429, "counted together"
    assert Browser(app).log_in("li").send("POST", "/v1/tokens", TOKEN).status_code == 201, "its owner may"


def test_another_cookie_of_the_same_browser_is_confirmed_no_longer_than_the_first(
    app: FastAPI, conn: Connection, clock: Clock
) -> None:
    accounts.add(conn, SYSTEM, CHEAP, "kim", "inspector", 0, GOOD, is_initial=False)
    kim = Browser(app).log_in("kim")
    clock.now += LATER
    own = {"present": GOOD, "new": GOOD + "2"}
    assert kim.send("POST", "/v1/account/password", own).status_code == 200
    kim.read_token("/account")
    assert refused(kim, OF_ANYBODY) == {(403, "confirm_first")}, "a new password is no code"


@pytest.mark.parametrize("initial", [True, False])
def test_a_log_in_that_has_to_be_set_up_is_not_left_open(
    app: FastAPI, conn: Connection, clock: Clock, initial: bool
) -> None:
    name = f"new-{initial}".lower()
    accounts.add(conn, SYSTEM, CHEAP, name, "supervisor", 0, GOOD, is_initial=initial)
    one = Browser(app)
    assert one.try_log_in(name).headers["location"] == "/log-in/set-up"
    assert one.client.get("/log-in/set-up").status_code == 200
    clock.now += LATER
    assert one.client.get("/log-in/set-up").headers["location"] == "/log-in"


def test_a_program_and_a_stranger_cannot_confirm(li: Browser, app: FastAPI, browser: Browser) -> None:
    body = {"password": GOOD}
    answer = by(app, make_token(li, "read")).post("/v1/account/confirm", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "only_browser")
    assert browser.send("POST", "/v1/account/confirm", body).status_code == 401
    forged = li.client.post("/v1/account/confirm", json=body)
    assert (forged.status_code, forged.json()["error"]["code"]) == (403, "csrf")
