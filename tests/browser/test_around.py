"""What lies around a session: another one beside it, who else was there, versions of fences, notes, zones."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ingest.judge.suspicions import PHOTO_REUSED
from ingest.store.connection import Connection
from tests.browser.conftest import SIZES, Enter, Served, Watched
from tests.browser.test_decide import path_of
from tests.browser.test_sides import ask

ZONE = "UTC+08:00"
APART = re.compile(r"^At \d\d:\d\d:\d\d here and \d\d:\d\d:\d\d there \(UTC\+08:00\): \d+ m apart\.$")


def in_view(page: Page, selector: str) -> bool:
    """Whether the middle of an element is within the map."""
    script = """(selector) => {
      const boxOf = (each) => document.querySelector(each).getBoundingClientRect();
      const one = boxOf(selector), map = boxOf("#map");
      const x = one.x + one.width / 2, y = one.y + one.height / 2;
      return x >= map.left && x <= map.right && y >= map.top && y <= map.bottom;
    }"""
    return bool(page.evaluate(script, selector))


def test_the_first_look_shows_the_whole_way(enter: Enter, desk: Served) -> None:
    watched = enter("ines")
    for size, (width, height) in SIZES.items():
        watched.page.set_viewport_size({"width": width, "height": height})
        watched.go(path_of(desk.town.outside))
        expect(watched.page.locator("#map path.trace-line").first).to_be_attached()
        for pin in (".map-pin.start span", ".map-pin.end span", ".fence-name", "#map path.car"):
            expect(watched.page.locator(pin).first).to_be_attached()
            assert in_view(watched.page, pin), (size, pin)


def test_every_axis_names_the_zone_and_a_version_lies_over_the_map(enter: Enter, desk: Served) -> None:
    watched = enter("ines")
    page = watched.page
    watched.go(path_of(desk.town.outside))
    expect(page.locator("#map path.trace-line").first).to_be_attached()
    for place in ("#strip .zone", "#clock", "#why-title", "#faces-title", "#summary", "#neighbours-title"):
        expect(page.locator(place)).to_contain_text(ZONE)
    expect(page.locator("#versions th").first).to_contain_text(ZONE)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#marked")).to_contain_text(ZONE)
    page.keyboard.press("s")
    expect(page.locator("#decide-minutes")).to_contain_text(ZONE)
    page.keyboard.press("Escape")
    a_version_lies_over_the_map(page)


def a_version_lies_over_the_map(page: Page) -> None:
    button = page.locator("#versions details[open] button").first
    expect(page.locator("#versions details[open]").first).to_contain_text("at this session")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#map path.version")).to_have_count(1)
    button.click()
    expect(page.locator("#map path.version")).to_have_count(0)


def test_a_session_that_used_the_same_picture_is_put_beside(
    enter: Enter, desk: Served, conn: Connection
) -> None:
    row = conn.execute(
        "SELECT terminal, session, other_terminal, other_session FROM suspicion WHERE kind = %s"
        " AND (terminal, session) <> (other_terminal, other_session) LIMIT 1",
        (PHOTO_REUSED,),
    ).fetchone()
    assert row is not None
    watched = enter("ines")
    page = watched.page
    watched.go(path_of(row[:2]))
    expect(page.locator("#map path.trace-line").first).to_be_attached()
    page.locator("#found [data-beside]").first.focus()
    page.keyboard.press("b")
    beside = page.locator("#beside")
    expect(beside).to_be_visible()
    expect(beside).to_contain_text(f"{row[2]:016d}/{row[3]}")
    expect(beside).to_contain_text("The same picture is in both sessions.")
    expect(page.locator("#map path.beside-line").first).to_be_attached()
    expect(page.locator("#map .beside-car")).to_be_visible()
    expect(page.locator("#beside .apart")).to_have_text(APART)
    on_a_phone_both_are_named(watched)
    page.keyboard.press("Escape")
    expect(beside).to_be_hidden()
    expect(page.locator("#found [data-beside]").first).to_be_focused()
    expect(page.locator("#map path.beside-line")).to_have_count(0)


def on_a_phone_both_are_named(watched: Watched) -> None:
    """The two stand beside each other over the whole width; cells say whose they are, no number is broken."""
    page = watched.page
    page.set_viewport_size({"width": 360, "height": 740})
    watched.picture("beside-phone")
    script = """() => [...document.querySelectorAll("#beside tbody tr:first-child td")].map((cell) => {
      const { left, right, top } = cell.getBoundingClientRect();
      const lines = [...cell.querySelectorAll(".code")].map((each) => each.getClientRects().length);
      return { left, right, top, lines, whose: getComputedStyle(cell, "::before").content };
    })"""
    this, other = page.evaluate(script)
    assert (this["whose"], other["whose"]) == ('"This session"', '"The other session"')
    assert this["top"] == other["top"] and this["left"] < 40 and other["right"] > 320
    assert this["right"] <= other["left"] and this["lines"] == other["lines"] == [1]
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.set_viewport_size({"width": 1280, "height": 800})


def test_who_else_was_there_and_photos_of_it_on_a_key(enter: Enter, desk: Served, conn: Connection) -> None:
    """Looking at the other's photos is written to the log as looking at one's own."""
    seen = "SELECT count(*) FROM audit_log WHERE action = 'face_viewed' AND subject LIKE %s"
    subject = f"session:{desk.town.with_photos[0]:016d}/%"
    watched = enter("ivan")
    page = watched.page
    watched.go(path_of(desk.town.outside))
    rows = page.locator("#neighbours tbody tr")
    expect(rows.first).to_be_visible()
    assert all(re.search(r"\d+\t\d+ m\t\d+ m", text) for text in rows.all_inner_texts())
    link = page.locator(f"a[href$='{path_of(desk.town.with_photos)}']")
    rows.filter(has=link).get_by_role("button").click()
    expect(page.locator("#beside .apart")).to_have_text(APART)
    before = page.locator("#beside .apart").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#beside .apart")).not_to_have_text(before)
    assert conn.execute(seen, (subject,)).fetchone() == (0,)
    page.keyboard.press("i")
    expect(page.locator("#beside img").first).to_be_visible()
    page.wait_for_function("() => [...document.querySelectorAll('#beside img')].every((one) => one.complete)")
    shown = page.evaluate(
        "() => new Set([...document.querySelectorAll('#beside img')].map((one) => one.src)).size"
    )
    assert conn.execute(seen, (subject,)).fetchone() == (shown,)


def test_a_note_is_seen_by_inspectors_and_not_by_a_school(enter: Enter, desk: Served) -> None:
    path = path_of(desk.town.outside)
    ines, anna, home = enter("ines"), enter("anna"), enter("home")
    ines.go(path)
    ines.page.fill("#note-words", "The <b>gate</b> was shut.\nSee the letter.")
    ines.page.click("#notes + form button")
    expect(ines.page.locator("#notes .words")).to_have_text("The <b>gate</b> was shut.\nSee the letter.")
    anna.go(path)
    expect(anna.page.locator("#notes .words")).to_contain_text("<b>gate</b>")
    expect(anna.page.locator("#notes-many")).to_have_text("Notes: 1")
    assert anna.page.locator("#note-words").count() == 0
    home.go(path)
    expect(home.page.locator("#neighbours tbody tr").first).to_be_visible()
    assert home.page.locator("#notes").count() == 0 and "gate" not in home.page.content()
    home.forgiven.append("403")
    assert ask(home, "GET", f"/v1{path}/notes")[0] == 403
