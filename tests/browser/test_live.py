"""The live page while a car drives: what the server takes in is shown without loading the page again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from ingest.store.connection import Connection
from simulators.worlds.shift import Shift
from tests.browser import town
from tests.browser.conftest import Enter, Served

LOCAL = timedelta(hours=8)


def drive_now(desk: Served) -> int:
    """A car that has rested since May signs somebody in and drives three minutes to now; its terminal."""
    world = desk.town.world
    cab = world.cabs[-2]
    written = len(cab.book.rows)
    begin = datetime.now(UTC) + LOCAL - timedelta(minutes=4)
    days = (begin.date() - datetime.fromisoformat(world.date).date()).days
    trainee = int(world.registry["trainees"][0]["trainee"])
    instructor = int(world.registry["instructors"][0]["instructor"])
    shift = Shift(world, cab, f"{begin:%H:%M}", world.place.ring(), instructor=instructor, day=days)
    shift.lesson(3, trainee, closes=False)
    fresh = [row.record for row in cab.book.rows[written:]]
    town.deliver(desk.database_url, town.sealed(cab.terminal, fresh))
    return cab.terminal


def hidden_and_shown_again(page: Page) -> None:
    """A hidden tab gives its connection back, of which a browser has six; seen again, it goes on."""
    become = (
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.evaluate(become, True)
    with page.expect_request("**/v1/live/events?after=*") as asked:
        page.evaluate(become, False)
    last = asked.value.url.rpartition("=")[2]
    assert last != page.evaluate("JSON.parse(document.getElementById('live').textContent).event")
    expect(page.locator("#watching")).to_have_class("chip accepted")


def test_a_car_that_begins_to_drive_is_seen_and_ordered(enter: Enter, desk: Served, conn: Connection) -> None:
    ines = enter("ines")
    page = ines.page
    ines.go("/live")
    expect(page.locator("#watching")).to_have_class("chip accepted")
    running = page.locator("#filters [data-filter=running] .n")
    expect(running).to_have_text("0")
    page.evaluate("() => { window.stays = true; }")

    terminal = drive_now(desk)
    expect(running).to_have_text("1", timeout=15_000)
    row = page.locator(f"#cars tr[data-terminal='{terminal:016d}']")
    expect(row).to_contain_text(f"{datetime.now(UTC) + LOCAL:%Y-%m-%d}")
    expect(row).to_contain_text("UTC+08:00")
    assert page.evaluate("() => window.stays")

    row.locator("button").press("Enter")
    expect(page.locator("#chosen")).to_contain_text(f"{terminal:016d}")
    hidden_and_shown_again(page)
    page.locator("#chosen button").first.press("Enter")
    expect(page.locator("#orders tr")).to_have_count(1)
    found = conn.execute("SELECT count(*) FROM terminal_order WHERE terminal = %s", (terminal,)).fetchone()
    assert found == (1,)
    expect(page.locator("#orders tr")).to_contain_text("ines")


def test_a_school_watches_only_its_own_cars(enter: Enter, desk: Served) -> None:
    away = enter("away")
    away.go("/live")
    expect(away.page.locator("#cars tr")).to_have_count(1)
    expect(away.page.locator("#cars tr")).to_have_attribute("data-terminal", f"{desk.town.of_second[0]:016d}")
    away.page.locator("#cars button").press("Enter")
    expect(away.page.locator("#chosen dl")).to_be_visible()
    assert away.page.locator("#chosen button").count() == 0
