"""An inspector's morning by keyboard: the worst session, what is wrong with it, a decision, the next."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ingest.store.connection import Connection
from tests.browser.conftest import Enter, Served, Watched

Key = tuple[int, int]


def key_here(page: Page) -> Key:
    """(terminal, session) of the session page that is open."""
    found = re.search(r"/sessions/(\d{16})/(\d+)", page.url)
    assert found, page.url
    return int(found[1]), int(found[2])


def path_of(key: Key) -> str:
    return f"/sessions/{key[0]:016d}/{key[1]}"


def ledger(conn: Connection, key: Key) -> int:
    """What the ledger holds for a session; as many as there are minutes that count."""
    row = conn.execute(
        "SELECT (SELECT coalesce(sum(minutes), 0)::int FROM credit"
        "  WHERE (terminal, session) = (%(t)s, %(s)s)),"
        " (SELECT count(*)::int FROM effective_verdict"
        "  WHERE (terminal, session) = (%(t)s, %(s)s) AND verdict = 0)",
        {"t": key[0], "s": key[1]},
    ).fetchone()
    assert row is not None and row[0] == row[1]
    return int(row[0])


def settle(watched: Watched, key: str, cause: str, words: str) -> None:
    """Decide by keyboard: the kind's key, the cause's digit, words, Enter."""
    page = watched.page
    page.keyboard.press(key)
    expect(page.locator("dialog#decide")).to_be_visible()
    page.keyboard.press(cause)
    page.focus("#decide-words")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_an_inspector_works_by_keyboard(enter: Enter, desk: Served, conn: Connection) -> None:
    ines = enter("ines")
    page = ines.page
    ines.go("/")
    scores = [int(text) for text in page.locator("td.score").all_inner_texts()]
    assert len(scores) >= 8 and scores == sorted(scores, reverse=True)
    worst = page.locator("#queue tbody tr").first
    reason = worst.locator(".why a").inner_text()
    assert len(reason) > 10

    page.keyboard.press("j")
    expect(worst).to_have_attribute("aria-current", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/**")
    first = key_here(page)
    assert worst_of(conn) == first
    summary = page.locator("#summary").inner_text()
    assert re.search(r"\d+ of \d+ minutes", summary) and reason.rstrip(".").lower() in summary.lower()

    before = ledger(conn, first)
    page.keyboard.press("Home")
    settle(ines, "r", "1", "looked at by the test")
    page.wait_for_url(lambda url: "/sessions/" in url and path_of(first) not in url)
    assert key_here(page) != first
    refused = ledger(conn, first)
    assert refused < before
    state = conn.execute(
        "SELECT cause, words FROM decision WHERE (terminal, session) = (%s, %s) ORDER BY id DESC", first
    ).fetchone()
    assert state is not None and state[1] == "looked at by the test"

    ines.go(path_of(first))
    expect(page.locator("#history")).to_contain_text("looked at by the test")
    page.keyboard.press("u")
    expect(page.locator("#history .is-undone")).to_have_count(1)
    assert ledger(conn, first) == before


def worst_of(conn: Connection) -> Key:
    row = conn.execute(
        "SELECT terminal, session FROM queue_entry WHERE needs_human ORDER BY score DESC, terminal, session"
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_minutes_are_restored_and_counted(enter: Enter, desk: Served, conn: Connection) -> None:
    ivan = enter("ivan")
    page = ivan.page
    key = desk.town.outside
    ivan.go(path_of(key))
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#marked")).to_contain_text("3")
    settle(ivan, "s", "1", "the fence was wrong")
    page.wait_for_url(lambda url: path_of(key) not in url)
    assert ledger(conn, key) == 3
    ivan.go(path_of(key))
    # What the machine judged stays to be seen under what was decided.
    page.keyboard.press("Home")
    expect(page.locator("#why-body")).to_contain_text("refused")
    expect(page.locator("#why-body .decided-by")).to_contain_text("ivan")
    assert page.locator("#strip rect.decided").count() == 3


def test_the_cause_is_the_persons_to_choose(enter: Enter, desk: Served, conn: Connection) -> None:
    """None is chosen for him, so that Enter alone writes nobody's opinion into the ledger."""
    ivan = enter("ivan")
    page = ivan.page
    ivan.go(path_of(desk.town.outside))
    before = conn.execute("SELECT count(*) FROM decision").fetchone()
    for key in ("a", "l"):
        page.keyboard.press(key)
        expect(page.locator("dialog#decide")).to_be_visible()
        expect(page.locator("#decide-causes input:checked")).to_have_count(0)
        page.keyboard.press("Enter")
        expect(page.locator("#decide-told")).to_contain_text("Choose a cause first.")
        page.keyboard.press("Escape")
    assert conn.execute("SELECT count(*) FROM decision").fetchone() == before
    # Of minutes that are refused already there is nothing to refuse.
    page.keyboard.press("End")
    page.keyboard.press("r")
    expect(page.locator("dialog#decide")).to_be_hidden()


def test_an_undo_takes_the_lease_back_with_it(enter: Enter, desk: Served, conn: Connection) -> None:
    ines = enter("ines")
    page = ines.page
    ines.go("/")
    page.keyboard.press("n")
    page.wait_for_url("**/sessions/**")
    first = key_here(page)
    settle(ines, "l", "1", "")
    page.wait_for_url(lambda url: "/sessions/" in url and path_of(first) not in url)
    second = key_here(page)
    held = "SELECT terminal, session FROM queue_entry WHERE lease_until > now() AND owner ="
    held += " (SELECT id FROM account WHERE name = 'ines')"
    assert conn.execute(held.encode()).fetchall() == [second]
    page.keyboard.press("u")
    page.wait_for_url("**" + path_of(first))
    assert conn.execute(held.encode()).fetchall() == [first]


def test_the_fences_of_today_are_a_switch_with_one_name(enter: Enter, desk: Served) -> None:
    ivan = enter("ivan")
    ivan.go(path_of(desk.town.outside))
    switch = ivan.page.get_by_role("button", name="Fences of today")
    expect(switch).to_have_attribute("aria-pressed", "false")
    ivan.page.keyboard.press("f")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")


def test_the_cursor_moves_everything(enter: Enter, desk: Served) -> None:
    anna = enter("anna")
    page = anna.page
    anna.go(path_of(desk.town.with_photos))
    expect(page.locator("#map path.trace-line").first).to_be_attached()
    assert "trainee" in page.locator("#summary").inner_text().lower()
    expect(page.locator("#map path.fence").first).to_be_attached()
    assert page.locator("#strip g").count() == 24
    page.keyboard.press("Home")

    def seen() -> list[str]:
        picture = "() => document.getElementById('curves').toDataURL()"
        return [
            page.inner_text("#clock"),
            page.locator("#strip rect.cursor").get_attribute("x") or "",
            page.locator("#strip").get_attribute("aria-valuenow") or "",
            page.inner_text("#why-title"),
            page.input_value("#scrubber"),
            page.locator("#map path.car").get_attribute("d") or "",
            page.evaluate(picture),
        ]

    here = seen()
    page.keyboard.press("ArrowRight")
    after = seen()
    assert all(one != other for one, other in zip(here, after, strict=True)), (here[:-1], after[:-1])
    page.keyboard.press("n")
    expect(page.locator("#why-body .reason").first).to_be_visible()
    told = page.locator("#why-body .reason p").first.inner_text()
    assert re.search(r"\d", told), told

    page.keyboard.press("i")
    expect(page.locator("#faces img").first).to_be_visible()
    whole = (
        "() => [...document.querySelectorAll('#faces img')].every((one) => one.complete && one.naturalWidth)"
    )
    page.wait_for_function(whole)


def test_who_looked_at_a_face_is_in_the_log(enter: Enter, desk: Served, conn: Connection) -> None:
    home = enter("home")
    home.go(path_of(desk.town.with_photos))
    home.page.keyboard.press("i")
    expect(home.page.locator("#faces img").first).to_be_visible()
    home.page.wait_for_load_state("networkidle")
    row = conn.execute("SELECT count(*) FROM audit_log WHERE action = 'face_viewed'").fetchone()
    assert row is not None and row[0] >= 1
