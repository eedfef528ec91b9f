"""Every page in both languages, at three widths: nothing untranslated, pale, too wide, unlabelled, unreached.

Screenshots of all of them are left in build/screenshots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from ingest.casework.audit import SYSTEM
from ingest.casework.drawing import draw
from ingest.casework.trainee import link as trainee_link
from ingest.store.connection import connect
from tests.browser import looking, town
from tests.browser.accounts import ROLES
from tests.browser.conftest import SIZES, Enter, Served, Watched
from tests.browser.test_decide import path_of

DAY = datetime(2026, 5, 12, tzinfo=UTC)
MASKED, COMMAND = "马**", "hourfence audit verify"
NAMES = sorted(
    (
        town.SONGBEI,
        town.JIANGNAN,
        town.NORTH,
        town.POND,
        town.ROAD,
        town.SOUTH,
        *town.PEOPLE,
        *town.TRAINEES,
        MASKED,
        COMMAND,
    ),
    key=len,
    reverse=True,
)
PLATES = [f"黑A{1007 + 7 * at}学" for at in range(40)]
PAGES: dict[str, Callable[[Served], str]] = {
    "queue": lambda desk: "/",
    "session-outside": lambda desk: path_of(desk.town.outside),
    "session-photos": lambda desk: path_of(desk.town.with_photos),
    "live": lambda desk: "/live",
    "numbers": lambda desk: "/numbers?from=2026-05-01&to=2026-05-31",
    "conservation": lambda desk: "/numbers/conservation",
    "anomalies": lambda desk: "/numbers/anomalies?from=2026-05-01&to=2026-05-31",
    "warnings": lambda desk: "/numbers/warnings?day=2026-05-12",
    "audits": lambda desk: "/audits",
    "audit-day": lambda desk: f"/audits/{DAY.date()}",
    "audit-log": lambda desk: "/audit-log",
    "accounts": lambda desk: "/accounts",
    "account": lambda desk: "/account",
    "trainee": lambda desk: f"/t/{_token(desk)}",
    "log-in": lambda desk: "/log-in",
    "missing": lambda desk: "/sessions/9999999999999999/1",
}
OPEN = ("log-in", "trainee")
REDRAWN_MS = 300
"""Maps, strips and curves follow a new width within this."""
SEEN_BY = {"audit-log": ("sara", "anna"), "accounts": ("sara", "anna")}


def _token(desk: Served) -> str:
    until_s = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
    return trainee_link.link_key(desk.data).token(desk.town.trainee, until_s)


@pytest.fixture(scope="module", autouse=True)
def drawn(desk: Served) -> Iterator[None]:
    """The random audit of the day is drawn."""
    now, seed, day = DAY + timedelta(days=2), "5e" * 32, DAY.date()
    with connect(desk.database_url, patience_s=10) as conn:
        draw.commit(conn, SYSTEM, now, 480, day)
        for name in ("sara", "sven"):
            draw.enter_seed(conn, desk.accounts.people[name], now + timedelta(hours=3), day, seed)
        draw.run(conn, desk.accounts.people["sara"], day)
    yield


def _opened(
    enter: Enter, open_page: Callable[..., Watched], desk: Served, name: str, language: str
) -> Watched:
    watched = open_page(language=language) if name in OPEN else enter("sara", language=language)
    if name == "missing":
        watched.forgiven.append("404")
    watched.go(PAGES[name](desk))
    if name.startswith("session"):
        expect(watched.page.locator("#map path.trace-line").first).to_be_attached()
    if name == "session-photos":
        watched.page.keyboard.press("i")
        expect(watched.page.locator("#faces img").first).to_be_visible()
    return watched


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page(
    enter: Enter, open_page: Callable[..., Watched], desk: Served, name: str, language: str
) -> None:
    watched = _opened(enter, open_page, desk, name, language)
    page = watched.page
    wrong = [("language", one) for one in looking.untranslated(page, language, (*NAMES, *PLATES))]
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(REDRAWN_MS if page.locator("#map").count() else 50)
        wrong += [(size, one) for one in looking.too_wide(page)]
        watched.picture(f"{name}-{language}-{size}")
        if language == "en":
            wrong += [(f"{size}, pale", one) for one in looking.pale(page)]
            if size == "phone":
                wrong += [("small", one) for one in looking.too_small(page)]
    if language == "en":
        wrong += [("label", one) for one in looking.unlabelled(page)]
        wrong += [("focus", one) for one in looking.unreached(page)]
    assert not wrong, "\n".join(f"{kind}: {one}" for kind, one in wrong)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_dialogs(enter: Enter, desk: Served, language: str) -> None:
    sara = enter("sara", language=language)
    page = sara.page
    wrong: list[tuple[str, str]] = []

    def look(name: str, key: str) -> None:
        page.keyboard.press(key)
        shown = page.locator("dialog[open]")
        expect(shown).to_be_visible()
        wrong.extend((name, one) for one in looking.untranslated(page, language, (*NAMES, *PLATES)))
        wrong.extend((name, one) for one in (*looking.pale(page), *looking.unlabelled(page)))
        page.set_viewport_size({"width": 360, "height": 740})
        page.wait_for_timeout(REDRAWN_MS)
        wrong.extend((name, one) for one in looking.too_wide(page))
        box = shown.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360, name
        sara.picture(f"dialog-{name}-{language}-phone")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.keyboard.press("Escape")
        expect(shown).to_have_count(0)

    sara.go("/")
    look("queue-keys", "?")
    page.keyboard.press("j")
    page.keyboard.press("x")
    look("bulk", "b")
    sara.go(path_of(desk.town.with_photos))
    for name, key in (
        ("keys", "?"),
        ("accept", "a"),
        ("refuse", "r"),
        ("restore", "s"),
        ("second-look", "l"),
    ):
        # Minutes to refuse and to restore are marked first.
        page.keyboard.press("Shift+ArrowRight")
        look(name, key)
    assert not wrong, wrong


@pytest.mark.parametrize("who", ["ines", "home", "anna"])
def test_each_role_sees_its_pages(enter: Enter, desk: Served, who: str) -> None:
    watched = enter(who)
    watched.forgiven += ["403", "404"]
    wrong = []
    for name, path in PAGES.items():
        answer = watched.page.goto(watched.base + path(desk))
        assert answer is not None
        refused = name in SEEN_BY and who not in SEEN_BY[name]
        wanted = 404 if name == "missing" else 403 if refused else 200
        if answer.status != wanted:
            wrong.append(f"{name}: {answer.status}, not {wanted}")
        wrong += [f"{name}: {one}" for one in looking.untranslated(watched.page, "en", (*NAMES, *PLATES))]
    assert not wrong, wrong
    assert ROLES[who] in watched.page.inner_text("header")


def test_the_switch_changes_the_language_and_stays(enter: Enter, desk: Served) -> None:
    watched = enter("ines")
    page = watched.page
    for name in ("queue", "session-outside", "numbers", "live", "account"):
        watched.go(PAGES[name](desk))
        here = page.url
        page.click("a.language")
        assert page.url == here
        assert page.evaluate("() => document.documentElement.lang") == "zh-CN"
        page.click("a.language")
        assert page.url == here
        assert page.evaluate("() => document.documentElement.lang") == "en"
