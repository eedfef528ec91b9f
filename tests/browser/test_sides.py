"""Several people at one desk: leases, schools and their appeals, the final word and its reversal, bulk."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import expect

from ingest.store.connection import Connection
from tests.browser.conftest import Enter, Served, Watched
from tests.browser.test_decide import Key, ledger, path_of, settle


def session_of(conn: Connection, school: int, past: int = 0) -> Key:
    """A session of that school that waits for a human, the past-th worst."""
    row = conn.execute(
        "SELECT terminal, session FROM queue_entry WHERE needs_human AND school = %s"
        " ORDER BY score DESC, terminal, session LIMIT 1 OFFSET %s",
        (school, past),
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def ask(
    watched: Watched, method: str, path: str, body: Mapping[str, object] | None = None
) -> tuple[int, str]:
    """Ask the API from within the page, as its scripts do."""
    script = """async ([method, path, body]) => {
      const headers = { "x-csrf-token": document.querySelector("meta[name=csrf]").content,
        "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
      const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
      return [answer.status, await answer.text()];
    }"""
    status, text = watched.page.evaluate(script, [method, path, body])
    return int(status), str(text)


def test_two_inspectors_do_not_collide(enter: Enter, desk: Served, conn: Connection) -> None:
    key = session_of(conn, desk.town.first_school)
    ines, ivan = enter("ines"), enter("ivan")
    ines.go("/")
    ines.page.keyboard.press("n")
    ines.page.wait_for_url("**" + path_of(key))
    ivan.go(path_of(key))
    ivan.forgiven.append("409")
    expect(ivan.page.locator("dl.facts")).to_contain_text("ines")
    ivan.page.keyboard.press("a")
    told = ivan.page.locator("#decide-told")
    expect(told).to_contain_text("ines")
    expect(told).to_contain_text(re.compile(r"\d\d:\d\d"))
    ivan.page.keyboard.press("1")
    ivan.page.keyboard.press("Enter")
    ivan.page.wait_for_timeout(300)
    assert conn.execute("SELECT count(*) FROM decision").fetchone() == (0,)
    # The next worst is another one.
    ivan.go("/")
    ivan.page.keyboard.press("n")
    ivan.page.wait_for_url("**/sessions/**")
    assert path_of(key) not in ivan.page.url
    ines.page.keyboard.press("j")
    ines.page.wait_for_url(lambda url: path_of(key) not in url)


def test_a_school_sees_only_its_own(enter: Enter, desk: Served, conn: Connection) -> None:
    away = enter("away")
    away.go("/?listed=true")
    hrefs = [one.get_attribute("href") or "" for one in away.page.locator("#queue .why a").all()]
    held = conn.execute(
        "SELECT count(*) FROM queue_entry WHERE school = %s", (desk.town.second_school,)
    ).fetchone()
    assert held == (len(hrefs),) and held > (0,)
    assert all(f"{desk.town.of_second[0]:016d}" in href for href in hrefs)
    assert desk.town.first_school != desk.town.second_school
    assert "Songbei" not in away.page.inner_text("main")

    away.forgiven.append("404")
    other = desk.town.outside
    answer = away.page.goto(away.base + path_of(other))
    assert answer is not None and answer.status == 404
    assert away.page.inner_text("h1") and "Songbei" not in away.page.content()
    away.go("/")
    for path in (f"/v1{path_of(other)}", f"/v1{path_of(other)}/trace", f"/v1{path_of(other)}/decisions"):
        assert ask(away, "GET", path)[0] == 404
    photo = next(iter(desk.town.photos)).hex()
    assert ask(away, "GET", f"/v1/photos/{photo}?terminal={desk.town.with_photos[0]:016d}")[0] == 404
    asked = {"kind": "accept", "cause": "harmless", "words": "", "minutes": []}
    assert ask(away, "POST", f"/v1{path_of(other)}/decisions", asked)[0] == 404
    assert ask(away, "POST", f"/v1{path_of(other)}/appeals", {"words": "ours"})[0] == 404
    status, text = ask(away, "GET", f"/v1/queue?listed=true&school={desk.town.first_school:016d}")
    assert status in (200, 404) and f"{other[0]:016d}" not in text


def test_an_appeal_and_its_answer(enter: Enter, desk: Served) -> None:
    key = desk.town.of_second
    away, ivan = enter("away"), enter("ivan")
    away.go(path_of(key))
    assert away.page.locator("[data-kind=restore]").count() == 0
    away.page.fill("#appeal-words", "The road to the fuel station was <b>blocked</b>.")
    away.page.click("#history form button[type=submit]")
    expect(away.page.locator("#history .words")).to_contain_text("<b>blocked</b>")
    expect(away.page.locator("#state")).to_contain_text("appealed")

    ivan.go("/?state=appealed")
    expect(ivan.page.locator("#queue tbody tr")).to_have_count(1)
    ivan.page.keyboard.press("j")
    ivan.page.keyboard.press("Enter")
    ivan.page.wait_for_url("**" + path_of(key))
    ivan.page.fill("#appeal-words", "Please send the photo of the road block.")
    ivan.page.click("#history form button[type=submit]")
    expect(ivan.page.locator("#history .words")).to_have_count(2)
    away.go(path_of(key))
    expect(away.page.locator("#history")).to_contain_text("Please send the photo")


def test_final_is_reversed_only_by_two(enter: Enter, desk: Served, conn: Connection) -> None:
    key = desk.town.outside
    sara, sven, ines = enter("sara"), enter("sven"), enter("ines")
    sara.go(path_of(key))
    before = ledger(conn, key)
    settle(sara, "s", "1", "the corridor was agreed by letter")
    sara.page.wait_for_url(lambda url: path_of(key) not in url)
    final = ledger(conn, key)
    assert final > before
    ines.go(path_of(key))
    ines.forgiven.append("409")
    expect(ines.page.locator("#state")).to_contain_text("final")
    assert ines.page.locator("[data-kind]").count() == 0
    asked = {"kind": "refuse", "cause": "out_of_fence", "chosen": "all"}
    status, text = ask(ines, "POST", f"/v1{path_of(key)}/decisions", asked)
    assert status == 409 and "is_final" in text
    assert ledger(conn, key) == final

    sara.go(path_of(key))
    settle(sara, "v", "1", "the letter was withdrawn")
    expect(sara.page.locator("#told")).to_have_class(re.compile("shown"))
    assert ledger(conn, key) == final
    sara.go("/")
    mine = sara.page.locator("[data-proposal]")
    expect(mine).to_contain_text("the letter was withdrawn")
    assert mine.locator("[data-settle=confirm]").count() == 0
    assert re.search(r"proposed by sara: \w.+ UTC\+08:00", mine.inner_text(), re.DOTALL), mine.inner_text()
    sven.go("/")
    sven.page.click("[data-settle=confirm]")
    expect(sven.page.locator("[data-proposal]")).to_have_count(0)
    assert ledger(conn, key) == before


def test_bulk_is_shown_before_it_is_done(enter: Enter, desk: Served, conn: Connection) -> None:
    sara = enter("sara")
    page = sara.page
    sara.go(f"/?listed=true&school={desk.town.first_school:016d}&state=new")
    rows = page.locator("#queue tbody tr")
    count = rows.count()
    assert count >= 4
    page.keyboard.press("j")
    for _ in range(count - 1):
        page.keyboard.press("j")
    for _ in range(2):
        page.keyboard.press("x")
        page.keyboard.press("k")
    before = conn.execute("SELECT count(*) FROM decision").fetchone()
    page.keyboard.press("b")
    expect(page.locator("dialog#bulk")).to_be_visible()
    assert page.locator("#bulk-decide").is_disabled()
    page.fill("#bulk-words", "looked at together")
    page.select_option("#bulk-cause", index=1)
    page.click("#bulk-ask")
    expect(page.locator("#bulk-preview li")).to_have_count(2)
    assert conn.execute("SELECT count(*) FROM decision").fetchone() == before
    page.click("#bulk-decide")
    page.wait_for_function("() => !document.querySelector('dialog#bulk').open")
    done = conn.execute(
        "SELECT count(*), count(DISTINCT bulk) FROM decision WHERE bulk IS NOT NULL"
    ).fetchone()
    assert done == (2, 1)
