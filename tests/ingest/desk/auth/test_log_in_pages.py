"""Log-in over HTTP: cookies, guessing, forged forms, fixation, idle limit, set-up, what no log may hold."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework.accounts import accounts
from ingest.casework.accounts.guessing import name_key
from ingest.casework.audit import SYSTEM, canonical, verify
from ingest.desk.app import make_desk
from ingest.desk.auth.means import keys_of, now_of
from ingest.desk.kernel.paths import path_here
from ingest.desk.kernel.settings import DeskSettings
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log
from tests.ingest.casework.seats import CHEAP, GOOD, enrol, make
from tests.ingest.desk.auth.browsers import Browser, Clock


def test_log_in_leads_to_the_page_that_was_wanted_and_log_out_ends_it(browser: Browser) -> None:
    wanted = browser.client.get("/account?after=x")
    assert wanted.status_code == 303
    assert wanted.headers["location"] == "/log-in?next=%2Faccount%3Fafter%3Dx"
    form = browser.client.get(wanted.headers["location"])
    assert 'value="/account?after=x"' in form.text
    answer = browser.try_log_in("li", next="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert browser.client.get("/log-in?next=/account").headers["location"] == "/account"
    browser.read_token("/account")
    before = browser.cookie
    out = browser.client.post("/log-out", data={"csrf": browser.csrf})
    assert out.headers["location"] == "/log-in"
    browser.client.cookies.set("hourfence", before)
    assert browser.client.get("/v1/account").status_code == 401


def test_the_cookie_is_for_this_site_and_no_script(browser: Browser) -> None:
    header, known = browser.try_log_in("li").headers.get_list("set-cookie")
    assert header.startswith("hourfence=") and len(browser.cookie) == 43
    assert all(part in header for part in ("HttpOnly", "SameSite=strict", "Path=/"))
    assert "Domain" not in header and "Max-Age" not in header and "Secure" not in header
    assert known.startswith("hourfence-browser=") and browser.cookie not in known
    assert all(part in known for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=15552000"))


def test_by_https_the_cookie_is_secure_and_of_this_host(
    conn: Connection, module_postgres_url: str, tmp_path: Path, clock: Clock
) -> None:
    app = make_desk(DeskSettings(tmp_path, https=True), module_postgres_url)
    app.state.passwords, app.state.clock = CHEAP, clock
    with TestClient(app):
        secure = Browser(app, "https://testserver")
        header = secure.try_log_in("li").headers["set-cookie"]
        assert header.startswith("__Host-hourfence=") and "Secure" in header and "Path=/" in header
        assert "__Host-hourfence-browser=" in header and header.count("Secure") == 2
        assert secure.client.get("/v1/account").json()["name"] == "li"
        plain = {"cookie": f"hourfence={secure.client.cookies['__Host-hourfence']}"}
        assert TestClient(app, "https://testserver").get("/v1/account", headers=plain).status_code == 401


def test_all_that_is_wrong_is_answered_alike(browser: Browser) -> None:
    tried = [("li", "wrong"), ("nobody", "wrong"), ("nobody", GOOD), ("ni\0", "x")]
    answers = [browser.try_log_in(name, password) for name, password in tried]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[1].text == answers[2].text == answers[0].text.replace('value="li"', 'value="nobody"')
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_guessing_has_to_wait(browser: Browser, clock: Clock) -> None:
    for _ in range(5):
        assert browser.try_log_in("li", "wrong").status_code == 401
    answer = browser.try_log_in("li")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 800
    clock.now += timedelta(minutes=15, seconds=1)
    assert browser.try_log_in("li").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    ],
)
def test_another_site_cannot_log_anybody_in(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.try_log_in("li", **headers).status_code == 403
    assert browser.cookie == ""


def test_a_browser_that_says_only_the_origin_is_believed_that(browser: Browser) -> None:
    form = {"name": "li", "password": GOOD}
    for origin, status in (
        ("https://evil.example", 403),
        ("null", 403),
        ("http://testserver.evil.example", 403),
        ("http://testserver", 303),
    ):
        answer = browser.client.post("/log-in", data=form, headers={"origin": origin})
        assert answer.status_code == status, origin


def test_a_write_without_the_pages_token_or_from_elsewhere_is_refused(li: Browser, app: FastAPI) -> None:
    other = Browser(app).log_in("ada")
    body = {"language": "en"}
    for token, site in (
        ("", "same-origin"),
        ("0" * 64, "same-origin"),
        (other.csrf, "same-origin"),
        (li.csrf, "cross-site"),
        (li.csrf, "same-site"),
    ):
        headers = {"x-csrf-token": token, "sec-fetch-site": site}
        answer = li.client.put("/v1/account/language", json=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf"), (token, site)
    headers = {"x-csrf-token": li.csrf, "origin": "https://evil.example"}
    assert li.client.put("/v1/account/language", json=body, headers=headers).status_code == 403
    assert li.client.post("/log-out", data={"csrf": "x"}).status_code == 403
    assert li.send("PUT", "/v1/account/language", body).json()["language"] == "en"


def test_an_address_that_is_none_is_told_in_the_accounts_language(browser: Browser, app: FastAPI) -> None:
    english = {"accept-language": "en-US"}
    known = Browser(app).log_in("ada").client.get("/audit", headers=english)
    assert known.status_code == 404 and '<html lang="zh' in known.text and "/log-out" in known.text
    nobody = browser.client.get("/audit", headers=english)
    assert nobody.status_code == 404 and '<html lang="en' in nobody.text


def test_a_cookie_laid_under_the_browser_is_not_used_after_log_in(browser: Browser, app: FastAPI) -> None:
    attacker = Browser(app)
    attacker.try_log_in("west")
    for laid in (attacker.cookie, "x" * 43, "ä", "x" * 5000):
        victim = Browser(app)
        header = f"hourfence={laid}".encode("latin-1")
        answer = victim.client.post(
            "/log-in", data={"name": "li", "password": GOOD}, headers={b"cookie": header}
        )
        assert answer.status_code == 303
        assert victim.cookie not in ("", laid)
    assert attacker.client.get("/v1/account").status_code == 401


def test_an_unused_session_ends_after_half_an_hour(li: Browser, clock: Clock) -> None:
    clock.now += timedelta(minutes=29)
    assert li.client.get("/v1/account").status_code == 200
    clock.now += timedelta(minutes=30, seconds=1)
    answer = li.client.get("/v1/account")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_logged_in")
    assert li.client.get("/account").status_code == 303


def test_a_new_supervisor_sets_up_password_and_second_factor_first(
    app: FastAPI, conn: Connection, clock: Clock
) -> None:
    accounts.add(conn, SYSTEM, CHEAP, "chief", "supervisor", 0, GOOD, is_initial=True)
    one = Browser(app)
    assert one.try_log_in("chief").headers["location"] == "/log-in/set-up"
    for path in ("/accounts", "/account", "/v1/accounts"):
        assert one.client.get(path).status_code in (303, 401)
    assert one.client.get("/log-in").headers["location"] == "/log-in/set-up"
    page = one.read_token("/log-in/set-up")
    assert 'name="again"' in page.text and "data:image" not in page.text
    new = GOOD + " und zurück"

    def choose(new: str, again: str, csrf: str) -> int:
        form = {"new": new, "again": again, "csrf": csrf}
        return one.client.post("/log-in/set-up/password", data=form).status_code

    assert choose(new, new, "0" * 64) == 403
    assert choose(new, new + "x", one.csrf) == 422
    assert choose("short", "short", one.csrf) == 422
    assert choose(GOOD, GOOD, one.csrf) == 422
    assert choose(new, new, one.csrf) == 303
    assert one.try_log_in("chief").status_code == 401
    assert one.try_log_in("chief", new).headers["location"] == "/log-in/set-up"
    page = one.read_token("/log-in/set-up")
    secret = page.text.split('id="secret">')[1].split("<")[0]
    assert secret in one.read_token("/log-in/set-up").text, "a page loaded twice shows the same secret"

    def prove(code: str, csrf: str) -> int:
        return one.client.post("/log-in/set-up/second-factor", data={"code": code, "csrf": csrf}).status_code

    code, before = pyotp.TOTP(secret).at(clock.now), one.cookie
    assert prove("000000", one.csrf) == 422
    assert prove(code, "x") == 403
    assert prove(code, one.csrf) == 303
    assert one.cookie != before
    assert one.client.get("/v1/account").json()["has_second_factor"] is True
    again = Browser(app)
    assert again.try_log_in("chief", new, code).status_code == 401, "each code once"
    assert again.try_log_in("chief", new).status_code == 401
    clock.now += timedelta(seconds=30)
    assert again.try_log_in("chief", new, pyotp.TOTP(secret).at(clock.now)).headers["location"] == "/"


def test_a_whole_session_cannot_use_the_set_up(li: Browser) -> None:
    assert li.client.get("/log-in/set-up").headers["location"] == "/"
    form = {"new": GOOD + "!", "again": GOOD + "!", "csrf": li.csrf}
    assert li.client.post("/log-in/set-up/password", data=form).status_code == 403


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "", "/\r\nx: y", "javascript:x", "/a\\b"],
)
def test_log_in_leads_nowhere_else(browser: Browser, target: str) -> None:
    assert path_here(target) == "/"
    assert browser.try_log_in("li", next=target).headers["location"] == "/"
    led = browser.client.get("/language/en", params={"next": target})
    assert led.headers["location"] == "/" and "hf_lang=en" in led.headers["set-cookie"]


def test_another_site_does_not_switch_the_language(browser: Browser) -> None:
    for site in ("cross-site", "same-site"):
        led = browser.client.get("/language/en?next=/log-in", headers={"sec-fetch-site": site})
        assert led.headers["location"] == "/log-in" and "set-cookie" not in led.headers


def test_no_log_and_no_answer_holds_a_secret(
    app: FastAPI, conn: Connection, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    make(conn, "quiet")
    one = Browser(app)
    typed_in_the_wrong_field = "my-own-passphrase"
    answers = [one.try_log_in(typed_in_the_wrong_field, GOOD), one.try_log_in("quiet")]
    one.read_token("/account")
    token = one.send("POST", "/v1/tokens", {"label": "x", "scopes": ["read"]}).json()["token"]
    one.send("POST", "/v1/account/password", {"present": GOOD, "new": [GOOD + "wrong kind"]})
    answers.append(one.send("POST", "/v1/account/password", {"present": "not " + GOOD, "new": GOOD + "!"}))
    answers.append(one.client.get("/v1/account"))
    secrets = (GOOD, token, one.cookie, one.csrf, "wrong kind")
    assert all(secrets)
    entries = list(audit_log.every(conn))
    assert verify(entries).broken_at is None
    kept = "".join(canonical(entry).decode() for entry in entries) + str(
        conn.execute("SELECT * FROM idempotent_answer").fetchall()
    )
    printed = capfd.readouterr()
    told = kept + "".join(record.getMessage() for record in caplog.records) + printed.out + printed.err
    for secret in (*secrets, typed_in_the_wrong_field):
        assert secret not in told
    for answer in answers:
        assert not any(secret in answer.text for secret in (GOOD, token, one.cookie))


def test_without_the_key_of_the_second_factors_the_operator_learns_what_to_do(
    app: FastAPI, conn: Connection, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    keys = keys_of(app)
    totp = enrol(conn, make(conn, "keyless"), clock.now - timedelta(minutes=5), keys)
    away = keys.path.rename(keys.path.with_name("away"))
    try:
        answer = Browser(app).try_log_in("keyless", code=totp.at(clock.now))
        assert Browser(app).try_log_in("keyless", "wrong").status_code == 401
    finally:
        away.rename(keys.path)
    assert answer.status_code == 503 and "动态验证码密钥" in answer.text
    assert str(keys.path) not in answer.text and "set-cookie" not in answer.headers
    assert f"{keys.path}: the key of the second factors is missing; put the file back" in caplog.text
    clock.now += timedelta(seconds=30)
    assert Browser(app).try_log_in("keyless", code=totp.at(clock.now)).status_code == 303


def test_a_browser_that_was_logged_in_from_is_known_by_its_cookie(app: FastAPI, conn: Connection) -> None:
    own = Browser(app).log_in("li")
    for _ in range(30):
        conn.execute("INSERT INTO log_in_failure (key, at) VALUES (%s, %s)", (name_key("li"), now_of(app)))
    assert Browser(app).try_log_in("li").status_code == 429
    assert own.try_log_in("li").status_code == 303
