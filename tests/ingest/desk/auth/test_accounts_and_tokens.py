"""Accounts, tokens and the audit log over HTTP: who may, what is told once, what scopes allow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework import audit
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log
from tests.ingest.casework.seats import GOOD
from tests.ingest.desk.auth.browsers import Browser, Clock


def make_token(one: Browser, *scopes: str, days: int = 7) -> str:
    answer = one.send("POST", "/v1/tokens", {"label": "test", "scopes": list(scopes), "days": days})
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


def by(app: FastAPI, token: str) -> TestClient:
    headers = {"authorization": f"Bearer {token}"}
    return TestClient(app, headers=headers, raise_server_exceptions=False, follow_redirects=False)


def test_a_supervisor_makes_an_account_whose_owner_replaces_its_password(boss: Browser, app: FastAPI) -> None:
    made = boss.send("POST", "/v1/accounts", {"name": "chen", "role": "school", "school": "5002"})
    assert made.status_code == 201
    assert made.json()["school"] == "0000000000005002"
    password = made.json()["password"]
    chen = Browser(app)
    assert chen.try_log_in("chen", password).headers["location"] == "/log-in/set-up"
    again = boss.send("POST", "/v1/accounts", {"name": "chen", "role": "auditor"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "name_taken")
    given = boss.send("POST", "/v1/accounts/chen/password", {"password": GOOD + "?"})
    assert given.json()["password"] is None
    assert chen.client.get("/log-in/set-up").headers["location"] == "/log-in", "its browsers are logged out"
    assert boss.send("POST", "/v1/accounts/boss/password", {}).status_code == 409


def test_acts_on_accounts_show_at_once(boss: Browser, app: FastAPI) -> None:
    boss.send("POST", "/v1/accounts", {"name": "gao", "role": "inspector", "password": GOOD})
    changed = boss.send("PUT", "/v1/accounts/gao/role", {"role": "school", "school": "77"})
    assert changed.json()["school"] == "0000000000000077"
    assert boss.send("PUT", "/v1/accounts/gao/role", {"role": "auditor", "school": "77"}).status_code == 422
    assert boss.send("POST", "/v1/accounts/gao/disable").json()["is_active"] is False
    assert Browser(app).try_log_in("gao").status_code == 401
    assert boss.send("POST", "/v1/accounts/gao/enable").json()["is_active"] is True
    assert boss.send("POST", "/v1/accounts/gao/second-factor/reset").json()["has_second_factor"] is False
    assert boss.client.get("/v1/accounts/nobody").status_code == 404
    assert boss.send("POST", "/v1/accounts/boss/disable").json()["error"]["code"] == "own_account"
    log = boss.client.get("/v1/audit-log", params={"subject": "account:gao"}).json()["items"]
    assert [entry["action"].removeprefix("account.") for entry in log] == [
        "reset_second_factor",
        "enable",
        "log_in.refused",
        "disable",
        "set_role",
        "add",
    ]
    assert log[0]["actor"] == "boss" and log[0]["address"] == "192.0.2.1"


def test_the_lists_page_by_cursor(boss: Browser) -> None:
    names: list[str] = []
    after: str | None = None
    while True:
        params: dict[str, Any] = {"limit": 2} | ({"after": after} if after else {})
        page = boss.client.get("/v1/accounts", params=params).json()
        names += [item["name"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert names == sorted(names) and len(names) == page["count"] >= 4
    first = boss.client.get("/v1/audit-log", params={"limit": 3}).json()
    second = boss.client.get("/v1/audit-log", params={"limit": 3, "after": first["next"]}).json()
    entries = [item["entry"] for item in first["items"] + second["items"]]
    assert entries == list(range(entries[0], entries[0] - 6, -1))
    assert first["items"][0]["before"] == first["items"][1]["digest"]
    assert boss.client.get("/v1/audit-log/head").json()["digest"] == first["items"][0]["digest"]
    assert boss.client.get("/v1/audit-log", params={"account": "no body"}).json()["items"] == []


def test_the_audit_log_finds_who_has_no_account(boss: Browser, app: FastAPI) -> None:
    with app.state.desk.pool.connection() as conn:
        audit.note(conn, audit.SYSTEM, "draw.run", "draw:2026-09-15", {})
    found = boss.client.get("/v1/audit-log", params={"account": audit.SYSTEM.name}).json()["items"]
    assert found[0]["action"] == "draw.run" and {(one["account"], one["actor"]) for one in found} == {
        (0, "system")
    }


def test_the_audit_logs_page_takes_the_words_that_it_shows(boss: Browser) -> None:
    boss.send("PUT", "/v1/account/language", {"language": "zh"})
    try:
        page = boss.client.get("/audit-log", params={"action": "登录", "account": "boss"}).text
        assert '<option value="log_in" selected>登录</option>' in page and ' title="log_in"' in page
        assert "没有符合条件的记录" not in page
        none = boss.client.get("/audit-log", params={"account": "nobody at all"}).text
        assert "没有符合条件的记录。 账号须与" in none
    finally:
        boss.send("PUT", "/v1/account/language", {"language": "en"})


def test_the_audit_log_takes_no_nul_and_no_filter_that_it_does_not_know(boss: Browser) -> None:
    assert boss.client.get("/audit-log", params={"actor": "boss"}).status_code == 422
    assert boss.client.get("/v1/audit-log", params={"subject": "\0"}).status_code == 422


def test_only_supervisors_change_accounts_and_only_auditors_read_them_too(app: FastAPI) -> None:
    body = {"name": "mallory", "role": "supervisor"}
    for name, reads in (("ada", 200), ("li", 403), ("west", 403)):
        one = Browser(app).log_in(name)
        for path in ("/v1/accounts", "/v1/audit-log", "/accounts", "/audit-log", "/v1/accounts/li"):
            assert one.client.get(path).status_code == reads, (name, path)
        assert one.send("POST", "/v1/accounts", body).status_code == 403
        for act in ("disable", "enable", "second-factor/reset"):
            assert one.send("POST", f"/v1/accounts/boss/{act}").status_code == 403
        assert one.client.get("/v1/tokens", params={"everybody": True}).status_code == 403
    for path in ("/v1/accounts", "/v1/audit-log", "/v1/tokens", "/v1/account"):
        assert TestClient(app).get(path).status_code == 401


def test_a_token_does_what_its_scopes_and_role_allow(boss: Browser, li: Browser, app: FastAPI) -> None:
    read, both = by(app, make_token(boss, "read")), by(app, make_token(boss, "read", "accounts"))
    weak = by(app, make_token(li, "read", "accounts"))
    assert read.get("/v1/account").json()["scopes"] == ["read"]
    assert read.get("/v1/accounts").status_code == 200
    assert read.post("/v1/accounts/west/enable").status_code == 403
    assert both.post("/v1/accounts/west/enable").status_code == 200
    assert weak.post("/v1/accounts/west/enable").status_code == 403
    only_orders = by(app, make_token(boss, "orders"))
    assert only_orders.get("/v1/account").status_code == 403


def test_a_token_makes_no_token_and_changes_no_password(boss: Browser, app: FastAPI) -> None:
    token = by(app, make_token(boss, "read", "accounts"))
    for method, path, body in (
        ("POST", "/v1/tokens", {"label": "x", "scopes": ["decide"]}),
        ("DELETE", "/v1/tokens/1", None),
        ("POST", "/v1/account/password", {"present": GOOD, "new": GOOD + "!"}),
        ("POST", "/v1/account/second-factor", None),
        ("POST", "/v1/account/second-factor/proof", {"code": "000000"}),
        ("PUT", "/v1/account/language", {"language": "zh"}),
    ):
        answer = token.request(method, path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "only_browser"), path


def test_a_token_is_never_taken_with_or_as_a_cookie(li: Browser, app: FastAPI, clock: Clock) -> None:
    text = make_token(li, "read", days=1)
    both = li.client.get("/v1/account", headers={"authorization": f"Bearer {text}"})
    assert (both.status_code, both.json()["error"]["code"]) == (400, "token_with_cookie")
    assert TestClient(app, cookies={"hourfence": text}).get("/v1/account").status_code == 401
    for header in (f"Basic {text}", text, "Bearer", "Bearer hfd_x", f"Bearer {li.cookie}"):
        assert TestClient(app, headers={"authorization": header}).get("/v1/account").status_code == 401
    assert li.client.get("/v1/account", headers={"authorization": "Basic eDp5"}).status_code == 200
    program = by(app, text)
    assert program.get("/v1/account").status_code == 200
    clock.now += timedelta(days=1)
    assert program.get("/v1/account").status_code == 401


def test_a_token_is_told_once_and_ends_when_revoked(li: Browser, boss: Browser, app: FastAPI) -> None:
    text = make_token(li, "read")
    [newest, *_] = li.client.get("/v1/tokens").json()["items"]
    assert text not in str(newest) and newest["account"] == "li"
    assert text not in li.client.get("/account").text
    west = Browser(app).log_in("west")
    assert west.send("DELETE", f"/v1/tokens/{newest['number']}").status_code == 404
    assert any(row["account"] == "li" for row in boss.client.get("/v1/tokens?everybody=1").json()["items"])
    assert boss.send("DELETE", f"/v1/tokens/{newest['number']}").status_code == 204
    assert by(app, text).get("/v1/account").status_code == 401


def test_a_person_changes_the_own_password_and_whoever_had_the_old_one_is_out(
    app: FastAPI, boss: Browser, conn: Connection
) -> None:
    boss.send("POST", "/v1/accounts", {"name": "sun", "role": "inspector", "password": GOOD + "1"})
    sun = Browser(app)
    sun.try_log_in("sun", GOOD + "1")
    sun.read_token("/log-in/set-up")
    form = {"new": GOOD, "again": GOOD, "csrf": sun.csrf}
    assert sun.client.post("/log-in/set-up/password", data=form).status_code == 303
    sun, elsewhere = Browser(app).log_in("sun"), Browser(app).log_in("sun")
    wrong = sun.send("POST", "/v1/account/password", {"present": "wrong", "new": GOOD + "2"})
    assert wrong.json()["error"]["code"] == "wrong_password"
    assert sun.send("POST", "/v1/account/password", {"present": GOOD, "new": "short"}).status_code == 422
    token, before = make_token(sun, "read"), sun.cookie
    asked = {"present": GOOD, "new": GOOD + "2", "revoke_tokens": False}
    done = sun.send("POST", "/v1/account/password", asked)
    assert (done.status_code, done.json()) == (200, {"browsers_logged_out": 1, "tokens_revoked": 0})
    assert elsewhere.client.get("/v1/account").status_code == 401
    assert sun.cookie != before and sun.client.get("/v1/account").status_code == 200
    assert by(app, token).get("/v1/account").status_code == 200
    sun.read_token("/account")
    done = sun.send("POST", "/v1/account/password", {"present": GOOD + "2", "new": GOOD + "3"})
    assert done.json() == {"browsers_logged_out": 0, "tokens_revoked": 1}
    assert by(app, token).get("/v1/account").status_code == 401
    noted = next(iter(audit_log.listed(conn, None, 1, action="account.own_password")))
    assert noted.details == {"sessions_ended": 0, "revoked": 1, "tokens_kept": False, "is_initial": False}
    Browser(app).log_in("sun", GOOD + "3")


def test_the_present_password_cannot_be_guessed(li: Browser) -> None:
    codes = [
        li.send("POST", "/v1/account/password", {"present": f"guess {n}", "new": GOOD + "2"}).status_code
        for n in range(7)
    ]
    assert codes == [422] * 5 + [429] * 2


def test_a_second_factor_of_ones_own_is_enrolled_over_the_api(
    app: FastAPI, conn: Connection, clock: Clock
) -> None:
    ada, elsewhere = Browser(app).log_in("ada"), Browser(app).log_in("ada")
    begun = ada.send("POST", "/v1/account/second-factor").json()
    assert begun["address"].startswith("otpauth://") and begun["picture"].startswith("<svg")
    totp, before = pyotp.TOTP(begun["secret"]), ada.cookie
    assert ada.send("POST", "/v1/account/second-factor/proof", {"code": "12"}).status_code == 422
    answer = ada.send("POST", "/v1/account/second-factor/proof", {"code": totp.at(clock.now)})
    assert answer.status_code == 204 and ada.cookie != before
    assert elsewhere.client.get("/v1/account").status_code == 401, "it never showed a second factor"
    assert ada.client.get("/v1/account").json()["has_second_factor"] is True
    assert ada.send("POST", "/v1/account/second-factor").status_code == 403, (
        "the new cookie's token is another"
    )
    assert Browser(app).try_log_in("ada").status_code == 401
    conn.execute("UPDATE account SET totp_secret = NULL WHERE name = 'ada'")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_show_no_secret_and_no_markup_of_others(
    boss: Browser, conn: Connection, language: str
) -> None:
    evil = "<script>alert(1)</script>"
    boss.client.cookies.set("hf_lang", language)
    boss.send("POST", "/v1/tokens", {"label": evil, "scopes": ["read"]})
    for path in ("/account", "/accounts", "/audit-log", f"/audit-log?subject={evil}", "/log-in/set-up"):
        page = boss.client.get(path)
        assert page.status_code in (200, 303), page.text
        assert evil not in page.text
    [[secret, kept]] = conn.execute(
        "SELECT totp_secret, password_hash FROM account WHERE name = 'boss'"
    ).fetchall()
    text = "".join(boss.client.get(path).text for path in ("/account", "/accounts", "/audit-log"))
    assert secret not in text and kept not in text and "argon2" not in text
    assert "&lt;script&gt;" in text
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in text
