"""The first log-in of a new supervisor: a password, a second factor, then the desk; and what fails."""

from __future__ import annotations

import pyotp
from playwright.sync_api import expect

from ingest.casework.accounts import accounts
from ingest.casework.audit import SYSTEM
from ingest.store.connection import Connection
from tests.browser.accounts import CHEAP, PASSWORD
from tests.browser.conftest import Enter, OpenPage, Served, log_in

FIRST, OWN = "given by the office", "Schulterblick nach links"


def test_a_new_supervisor_sets_up_his_account(open_page: OpenPage, desk: Served, conn: Connection) -> None:
    accounts.add(conn, SYSTEM, CHEAP, "nora", "supervisor", 0, FIRST, is_initial=True)
    nora = open_page()
    page = nora.page
    nora.forgiven.append("401")
    nora.go("/numbers")
    assert "/log-in?next=" in page.url
    log_in(nora, "nora", "", FIRST)
    page.fill("#new", OWN)
    page.fill("#again", OWN)
    page.press("#again", "Enter")
    page.wait_for_url("**/log-in")
    log_in(nora, "nora", "", OWN)
    assert "/log-in/set-up" in page.url
    whole = "() => document.querySelector('main img').naturalWidth > 100"
    page.wait_for_function(whole)
    factor = pyotp.TOTP(page.inner_text("#secret").strip())
    page.fill("#code", factor.now())
    page.press("#code", "Enter")
    expect(page.locator("#queue")).to_be_visible()

    page.click("header form button")
    page.wait_for_url("**/log-in")
    nora.go("/")
    assert "/log-in" in page.url


def test_a_wrong_password_is_told_in_one_sentence(open_page: OpenPage, desk: Served) -> None:
    nobody = open_page()
    nobody.forgiven.append("401")
    told = set()
    for name, password in (("ines", "a wrong password"), ("nobody", PASSWORD)):
        nobody.go("/log-in")
        nobody.page.fill("#name", name)
        nobody.page.fill("#password", password)
        nobody.page.press("#password", "Enter")
        told.add(nobody.page.inner_text("#fault"))
    assert len(told) == 1


def test_a_supervisor_needs_the_code(open_page: OpenPage, desk: Served) -> None:
    sara = open_page()
    sara.forgiven.append("401")
    sara.go("/log-in")
    sara.page.fill("#name", "sara")
    sara.page.fill("#password", PASSWORD)
    sara.page.press("#password", "Enter")
    expect(sara.page.locator("#fault")).to_be_visible()


def test_another_password_ends_the_other_browsers(
    enter: Enter, open_page: OpenPage, desk: Served, conn: Connection
) -> None:
    ivan, elsewhere = enter("ivan"), open_page()
    log_in(elsewhere, "ivan", "")
    ivan.go("/account")
    ivan.page.fill("#present", PASSWORD)
    ivan.page.fill("#new", OWN)
    ivan.page.fill("#again", OWN)
    ivan.page.press("#again", "Enter")
    told = ivan.page.locator("#ended")
    expect(told).to_be_visible()
    assert "Other browsers logged out: 1. API tokens revoked: 0." in told.inner_text()
    ivan.picture("account_password_changed")
    ivan.page.keyboard.press("Enter")
    ivan.page.wait_for_function("() => !document.querySelector('#ended').open")
    ivan.page.wait_for_load_state()
    ivan.page.select_option("#language", "zh")
    ivan.page.click("form[data-path='/v1/account/language'] button")
    expect(ivan.page.locator("h1")).to_have_text("我的账号")
    elsewhere.go("/account")
    assert "/log-in" in elsewhere.page.url


def test_an_open_browser_is_asked_for_the_password_before_a_token_is_made(
    open_page: OpenPage, desk: Served, conn: Connection
) -> None:
    sven = open_page()
    sven.forgiven += ["403", "422"]
    log_in(sven, "sven", desk.accounts.code("sven"))
    conn.execute("UPDATE browser_session SET confirmed_at = confirmed_at - interval '11 minutes'")
    conn.execute("UPDATE account SET totp_last = 0 WHERE name = 'sven'")
    sven.go("/account")
    sven.page.fill("#label", "nightly report")
    sven.page.press("#label", "Enter")
    asked, told = sven.page.locator("#confirm"), sven.page.locator("#told")
    expect(asked).to_be_visible()
    sven.picture("account_confirm")
    sven.page.keyboard.press("Escape")
    expect(told).to_contain_text("操作未执行")
    sven.page.press("#label", "Enter")
    for password in ("a wrong password", PASSWORD):
        sven.page.fill("#confirm-password", password)
        sven.page.fill("#confirm-code", desk.accounts.code("sven"))
        sven.page.press("#confirm-code", "Enter")
        if password != PASSWORD:
            expect(sven.page.locator("#confirm-fault")).to_contain_text("密码或验证码不正确")
            sven.picture("account_confirm_wrong")
    expect(sven.page.locator("#once-text")).to_contain_text("hfd_")
    expect(asked).to_be_hidden()


def test_a_browser_that_was_left_somewhere_is_logged_out_from_here(
    enter: Enter, open_page: OpenPage, desk: Served
) -> None:
    anna, elsewhere = enter("anna"), open_page()
    log_in(elsewhere, "anna", "")
    anna.go("/account")
    rows = anna.page.locator("#browsers tbody tr")
    expect(rows).to_have_count(2)
    anna.picture("account_browsers")
    anna.page.click("#browsers button")
    expect(rows).to_have_count(1)
    elsewhere.go("/account")
    assert "/log-in" in elsewhere.page.url
