"""Names with markup from the registry, and words with markup from people, are text everywhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, Served, Watched
from tests.browser.test_decide import path_of, settle
from tests.browser.test_pages import PAGES
from tests.browser.town import JIANGNAN, MARKUP

WORDS = "<img src=x onerror=alert(3)>"


def is_text(watched: Watched) -> None:
    """No element came of any markup, and no dialog."""
    page = watched.page
    assert page.locator("img[src=x]").count() == 0
    assert (
        page.locator("script", has_text="alert").count()
        == page.locator("script[type='application/json']", has_text="alert").count()
    )


@pytest.mark.parametrize("name", ["queue", "live", "numbers", "anomalies", "conservation", "trainee"])
def test_names_of_the_registry(enter: Enter, desk: Served, name: str) -> None:
    anna = enter("anna")
    anna.page.on("dialog", lambda dialog: anna.errors.append(f"a dialog: {dialog.message}"))
    anna.go(PAGES[name](desk))
    is_text(anna)
    if name in ("queue", "live", "numbers"):
        assert MARKUP in anna.page.inner_text("main")


def test_the_session_page_and_its_map(enter: Enter, desk: Served) -> None:
    anna = enter("anna")
    page = anna.page
    page.on("dialog", lambda dialog: anna.errors.append(f"a dialog: {dialog.message}"))
    anna.go(path_of(desk.town.of_second))
    assert JIANGNAN in page.inner_text("dl.facts")
    fence = page.locator("#map path.fence").first
    fence.dispatch_event("mouseover")
    expect(page.locator(".leaflet-tooltip").filter(has_text=MARKUP).first).to_be_visible()
    is_text(anna)


def test_words_of_people(enter: Enter, desk: Served) -> None:
    ivan = enter("ivan")
    page = ivan.page
    page.on("dialog", lambda dialog: ivan.errors.append(f"a dialog: {dialog.message}"))
    ivan.go(path_of(desk.town.outside))
    page.keyboard.press("Home")
    settle(ivan, "s", "1", WORDS)
    page.wait_for_url(lambda url: path_of(desk.town.outside) not in url)
    ivan.go(path_of(desk.town.outside))
    expect(page.locator("#history")).to_contain_text(WORDS)
    expect(page.locator("#why-body .decided-by")).to_contain_text(WORDS)
    is_text(ivan)
