"""The queue by keyboard: search, kept filters, several at once, what is undone; cut lines and two tabs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from ingest.casework.audit import SYSTEM
from ingest.casework.drawing import draw
from ingest.casework.up_to_date import bring_up_to_date
from ingest.store.connection import Connection
from tests.browser.conftest import Enter, Served
from tests.browser.test_decide import Key, key_here, path_of, settle

ZONE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC\+08:00")


def ready(page: Page) -> None:
    """The page's keys are heard once its counts have come."""
    expect(page.locator("#count")).not_to_be_empty()


def told(page: Page) -> str:
    expect(page.locator("#told")).to_have_class(re.compile("shown"))
    return page.locator("#told").inner_text()


def test_filters_live_in_the_address(enter: Enter, desk: Served) -> None:
    """Back, forward, reload and a link that is passed on show the same queue."""
    ines = enter("ines")
    page = ines.page
    ines.go("/")
    whole = page.locator("#queue tbody tr").count()
    page.keyboard.press("/")
    page.keyboard.type("wang 周丽")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?search=*")
    assert parse_qs(urlsplit(page.url).query) == {"search": ["wang 周丽"]}
    found = page.locator("#queue tbody tr")
    assert found.count() >= 1
    for row in found.all():
        assert "王建国" in row.inner_text() and "周丽" in row.inner_text()
    page.reload()
    assert page.input_value("#search") == "wang 周丽"
    page.go_back()
    assert page.locator("#queue tbody tr").count() == whole
    assert page.input_value("#search") == ""
    expect(page.locator("#state")).to_be_enabled()
    page.go_forward()
    assert page.input_value("#search") == "wang 周丽"
    page.fill("#search", "nobody at all")
    page.press("#search", "Enter")
    expect(page.get_by_text("No training session matches these filters.")).to_be_visible()


@pytest.mark.parametrize(("size", "language"), [("desk", "en"), ("phone", "zh")])
def test_a_filter_is_kept_by_keyboard(enter: Enter, desk: Served, size: str, language: str) -> None:
    name = f"水塘 {size}"
    ivan = enter("ivan", size, language)
    page = ivan.page
    ivan.go("/?score=1&search=pond")
    page.keyboard.press("f")
    expect(page.locator("dialog#kept")).to_be_visible()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    kept = page.locator(".kept a", has_text=name)
    expect(kept).to_have_attribute("aria-current", "true")
    ivan.picture(f"queue-kept-{size}-{language}")
    ivan.go("/")
    ready(page)
    page.keyboard.press("1")
    page.wait_for_url("**/?*search=pond*")
    ready(page)
    page.keyboard.press("f")
    ivan.picture(f"queue-kept-dialog-{size}-{language}")
    page.locator("[data-filter] input").fill(f"{name} 2")
    page.keyboard.press("Enter")
    expect(page.locator(".kept a", has_text=f"{name} 2")).to_be_visible()
    ready(page)
    page.keyboard.press("f")
    page.locator("[data-delete]").click()
    expect(page.locator(".kept a")).to_have_count(0)


def test_every_key_of_the_list_does_something(enter: Enter, desk: Served) -> None:
    ines = enter("ines")
    page = ines.page
    ines.go("/")
    page.keyboard.press("?")
    keys = page.locator("dialog#keys kbd").all_inner_texts()
    assert {"j", "k", "n", "x", "⇧X", "b", "u", "/", "f", "?", "[", "]", "1", "9"} <= set(keys)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("#queue tbody tr").first).to_have_attribute("aria-current", "true")
    page.keyboard.press("x")
    assert "1 selected" in told(page)
    page.keyboard.press("Shift+X")
    many = page.locator(".select").count()
    assert page.locator(".select:checked").count() == many
    page.keyboard.press("Shift+X")
    assert page.locator(".select:checked").count() == 0


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_several_at_once_say_when_each_began(enter: Enter, desk: Served, conn: Connection, size: str) -> None:
    """With the ground's zone; the cause is chosen by the person; nothing is decided before the preview."""
    ines = enter("ines", size)
    page = ines.page
    ines.go("/")
    for row in page.locator("#queue tbody tr").all()[:3]:
        assert ZONE.search(row.inner_text())
        row.locator(".select").check()
    page.keyboard.press("b")
    expect(page.locator("dialog#bulk")).to_be_visible()
    page.focus("#bulk-words")
    page.keyboard.press("Enter")
    expect(page.locator("#bulk-preview")).to_contain_text("Choose the cause")
    page.select_option("#bulk-cause", "evidence_agrees")
    page.locator("#bulk-ask").click()
    expect(page.locator("#bulk-preview li").first).to_contain_text(ZONE)
    expect(page.locator("#bulk-decide")).to_be_focused()
    ines.picture(f"queue-bulk-{size}")
    before = conn.execute("SELECT count(*) FROM decision").fetchone()
    if size == "phone":
        page.keyboard.press("Escape")
        assert conn.execute("SELECT count(*) FROM decision").fetchone() == before
        return
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("Decided: 3 sessions.")
    ready(page)
    page.keyboard.press("u")
    expect(page.locator("#told")).to_contain_text("Undone on 3 sessions.")
    standing = "SELECT count(*) FROM queue_entry WHERE state = 2"
    assert conn.execute(standing).fetchone() == (0,)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_eight_sessions_are_seen_at_once(enter: Enter, desk: Served, language: str) -> None:
    """On a screen of 1280 by 800, with the filters folded; every reason of the row one is at is shown."""
    ines = enter("ines", "desk", language)
    page = ines.page
    ines.go("/?listed=true")
    ready(page)
    page.locator("#filters details").evaluate("one => { one.open = false; }")
    page.screenshot(path=f"build/screenshots/queue-dense-{language}.png")
    ends = "rows => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"
    assert page.locator("#queue tbody tr").evaluate_all(ends) >= 8
    assert page.locator("#filters").bounding_box()["height"] < 72  # type: ignore[index]
    page.keyboard.press("j")
    says = page.locator("#queue tr[aria-current] .says")
    assert says.evaluate("one => one.scrollHeight <= one.clientHeight + 1")


def test_keys_pass_over_what_waits_for_another_inspector(
    enter: Enter, desk: Served, conn: Connection
) -> None:
    drawn_at = draw_the_day(conn, desk)
    name = next(one for one in ("ines", "ivan") if len(drawn_at[one]) < len(drawn_at["all"]))
    someone = enter(name)
    page = someone.page
    someone.go("/?listed=true")
    ready(page)
    others = page.locator("#queue tr[data-not-yours]")
    assert others.count() == len(drawn_at["all"]) - len(drawn_at[name]) > 0
    expect(others.first).to_contain_text("with another inspector (random audit)")
    expect(others.first.locator(".select")).to_be_disabled()
    someone.picture("queue-not-yours")
    free = page.locator("#queue tbody tr:not([data-not-yours])")
    for row in free.all():
        page.keyboard.press("j")
        expect(row).to_have_attribute("aria-current", "true")
    page.keyboard.press("j")
    expect(free.last).to_have_attribute("aria-current", "true")
    for row in reversed(free.all()[:-1]):
        page.keyboard.press("k")
        expect(row).to_have_attribute("aria-current", "true")


def draw_the_day(conn: Connection, desk: Served) -> dict[str, set[Key]]:
    """The random audit of the town's day: what is drawn, and what of it is dealt to whom."""
    people = desk.accounts.people
    (last,) = conn.execute("SELECT max(local_day) FROM queue_entry").fetchone() or (None,)
    assert last is not None
    closing = datetime(last.year, last.month, last.day, 22, tzinfo=UTC)
    draw.commit(conn, SYSTEM, closing, 480, last)
    for name in ("sara", "sven"):
        draw.enter_seed(conn, people[name], closing + timedelta(hours=2), last, "5e" * 32)
    draw.run(conn, SYSTEM, last)
    bring_up_to_date(conn)
    found: dict[str, set[Key]] = {"all": set(), "ines": set(), "ivan": set()}
    rows = conn.execute("SELECT terminal, session, name FROM draw_dealt JOIN account ON account.id = account")
    for terminal, session, name in rows:
        found["all"].add((terminal, session))
        found[name].add((terminal, session))
    return found


def test_a_line_that_is_cut_in_the_middle_decides_once(enter: Enter, desk: Served, conn: Connection) -> None:
    """The desk has decided, and its answer is lost: said again, it gives that answer and decides no more."""
    ines = enter("ines")
    page = ines.page
    ines.forgiven.append("ERR_")
    ines.go("/")
    page.keyboard.press("n")
    page.wait_for_url("**/sessions/**")
    key = key_here(page)
    lost: list[str] = []
    many = "SELECT count(*)::int FROM decision WHERE (terminal, session) = (%s, %s)"
    (before,) = conn.execute(many, key).fetchone() or (0,)

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route("**/decisions", lose)
    settle(ines, "a", "1", "said twice")
    expect(page.locator("#decide-told")).to_contain_text("did not answer")
    page.focus("#decide-words")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: path_of(key) not in url)
    assert lost and conn.execute(many, key).fetchone() == (before + 1,)
    # The next page says what was done, and its button takes it back.
    page.locator("#told button").click()
    page.wait_for_url("**" + path_of(key))
    assert conn.execute(many, key).fetchone() == (before + 2,)


def test_two_tabs_and_a_word_that_came_too_late(enter: Enter, desk: Served, conn: Connection) -> None:
    """What was written in the second tab is there again when its page is loaded anew."""
    key = desk.town.outside
    ivan = enter("ivan")
    ivan.forgiven.append("409")
    page = ivan.page
    ivan.go(path_of(key))
    other = page.context.new_page()
    other.goto(desk.base + path_of(key))
    page.keyboard.press("l")
    page.keyboard.press("1")
    page.locator("#decide-stay").click()
    expect(page.locator("#history")).to_contain_text("ivan")
    other.keyboard.press("a")
    expect(other.locator("dialog#decide")).to_be_visible()
    other.keyboard.press("1")
    other.fill("#decide-words", "written in vain")
    with other.expect_navigation():
        other.keyboard.press("Enter")
    other.keyboard.press("a")
    expect(other.locator("#decide-words")).to_have_value("written in vain")


def test_a_lease_that_ends_while_one_writes(enter: Enter, desk: Served, conn: Connection) -> None:
    """Who holds it now, and until when in the ground's zone; what was written stays."""
    key = desk.town.with_photos
    ivan = enter("ivan")
    ivan.forgiven.append("409")
    page = ivan.page
    ivan.go(path_of(key))
    with page.expect_response("**/lease"):
        page.keyboard.press("a")
    conn.execute(
        "UPDATE queue_entry SET lease_until = now() + interval '9 min', owner ="
        " (SELECT id FROM account WHERE name = 'ines') WHERE (terminal, session) = (%s, %s)",
        key,
    )
    page.keyboard.press("1")
    page.fill("#decide-words", "written for long")
    page.keyboard.press("Enter")
    expect(page.locator("#decide-told")).to_contain_text("ines")
    expect(page.locator("#decide-told")).to_contain_text(ZONE)
    expect(page.locator("#decide-words")).to_have_value("written for long")
    page.keyboard.press("Escape")
    ivan.go("/?state=leased")
    expect(page.locator("#queue tbody tr").first).to_contain_text(re.compile("held by ines until .* UTC"))
