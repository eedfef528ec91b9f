"""Leaving a session leaves no lease and no words behind, and an undo takes back exactly what it names."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ingest.casework.deciding.bulk import bulk_decide, bulk_preview
from ingest.store.connection import Connection
from tests.browser.accounts import PASSWORD
from tests.browser.conftest import Enter, Served, Watched
from tests.browser.test_decide import Key, key_here, path_of, settle


def held(conn: Connection) -> list[Key]:
    """The sessions that somebody holds."""
    return conn.execute("SELECT terminal, session FROM queue_entry WHERE lease_until > now()").fetchall()


def holds(page: Page, conn: Connection, some: list[Key]) -> None:
    """Wait until exactly these are held; what a page says as it goes has no answer to wait for."""
    for _ in range(100):
        if held(conn) == some:
            return
        page.wait_for_timeout(50)
    assert held(conn) == some


def standing(conn: Connection) -> set[Key]:
    """The sessions with a decision that nobody took back."""
    rows = conn.execute(
        "SELECT terminal, session FROM decision d WHERE undoes IS NULL"
        " AND NOT EXISTS (SELECT FROM decision u WHERE u.undoes = d.id)"
    )
    return set(rows.fetchall())


@pytest.fixture
def somewhere(conn: Connection) -> list[Key]:
    """Sessions that wait, worst first, and nobody has decided."""
    return conn.execute(
        "SELECT terminal, session FROM queue_entry WHERE needs_human AND state = 0 ORDER BY rank, 1, 2"
    ).fetchall()


def opened(watched: Watched, key: Key) -> Page:
    watched.go(path_of(key))
    expect(watched.page.locator("#clock")).not_to_be_empty()
    return watched.page


def test_nothing_is_held_by_whoever_leafs_on(enter: Enter, conn: Connection) -> None:
    ines = enter("ines")
    page = ines.page
    ines.go("/")
    page.keyboard.press("n")
    page.wait_for_url("**/sessions/**")
    seen = [key_here(page)]
    for _ in range(2):
        expect(page.locator("#clock")).not_to_be_empty()
        page.keyboard.press("j")
        page.wait_for_url(lambda url: path_of(seen[-1]) not in url)
        seen.append(key_here(page))
        holds(page, conn, seen[-1:])
    # Looked at again it is still his; cancelled too, as he came with it.
    page.reload()
    expect(page.locator("#clock")).not_to_be_empty()
    holds(page, conn, seen[-1:])
    page.keyboard.press("a")
    expect(page.locator("dialog#decide")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#decide")).to_be_hidden()
    holds(page, conn, seen[-1:])
    page.locator("a[href='/'].compact").click()
    page.wait_for_url("**/")
    assert held(conn) == [] and page.locator(".state-leased").count() == 0
    # Nor by who goes another way.
    page.keyboard.press("n")
    page.wait_for_url("**/sessions/**")
    expect(page.locator("#clock")).not_to_be_empty()
    page.go_back()
    holds(page, conn, [])


def test_a_cancelled_dialog_holds_nothing(enter: Enter, conn: Connection, somewhere: list[Key]) -> None:
    page = opened(enter("ines"), somewhere[0])
    page.keyboard.press("a")
    expect(page.locator("dialog#decide")).to_be_visible()
    holds(page, conn, somewhere[:1])
    page.keyboard.press("Escape")
    holds(page, conn, [])


def test_words_are_of_one_session_and_one_person(
    enter: Enter, desk: Served, conn: Connection, somewhere: list[Key]
) -> None:
    ines = enter("ines")
    page = opened(ines, somewhere[0])
    page.keyboard.press("a")
    page.locator("#decide-causes input").last.check()
    page.fill("#decide-words", "he drove drunk")
    page.click("#decide-stay")
    expect(page.locator("#history")).to_contain_text("he drove drunk")
    opened(ines, somewhere[1])
    page.keyboard.press("a")
    # The last cause is offered again, the words never.
    expect(page.locator("#decide-causes input:checked")).to_have_count(1)
    expect(page.locator("#decide-words")).to_have_value("")
    holds(page, conn, somewhere[1:2])
    page.keyboard.press("Escape")
    holds(page, conn, [])
    # Another person at the same tab finds nothing, however the first one went.
    page.context.clear_cookies(name="hourfence")
    ines.go("/log-in")
    page.fill("#name", "ivan")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/")
    opened(ines, somewhere[1])
    page.keyboard.press("a")
    expect(page.locator("dialog#decide")).to_be_visible()
    expect(page.locator("#decide-causes input:checked")).to_have_count(0)
    expect(page.locator("#decide-words")).to_have_value("")
    holds(page, conn, somewhere[1:2])
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/log-in")
    left = page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('hf.'))")
    assert left == []
    holds(page, conn, [])


def test_an_offer_undoes_what_it_stands_beside(enter: Enter, conn: Connection, somewhere: list[Key]) -> None:
    """Also where the next session is one that the same person decided before."""
    older, later = somewhere[0], somewhere[1]
    ines = enter("ines")
    page = opened(ines, older)
    page.keyboard.press("a")
    page.keyboard.press("1")
    page.click("#decide-stay")
    expect(page.locator("#told button")).to_be_visible()
    before = standing(conn)
    assert older in before
    # The machine judged it otherwise since, and it is the worst of all.
    conn.execute(
        "UPDATE queue_entry SET needs_human = true, changed = true, score = 10000"
        " WHERE (terminal, session) = (%s, %s)",
        older,
    )
    opened(ines, later)
    settle(ines, "a", "1", "")
    page.wait_for_url("**" + path_of(older))
    expect(page.locator("#told button")).to_be_visible()
    assert standing(conn) == before | {later}
    page.keyboard.press("u")
    page.wait_for_url("**" + path_of(later))
    assert standing(conn) == before
    # Without an offer it asks which, where there are two.
    settle(ines, "a", "1", "")
    page.wait_for_url("**" + path_of(older))
    opened(ines, older)
    page.keyboard.press("u")
    choices = page.locator("dialog[open] p button")
    expect(choices).to_have_count(2)
    expect(choices.first).to_contain_text("on this session")
    expect(choices.last).to_contain_text(path_of(later).removeprefix("/sessions/"))
    ines.picture("undo-which")
    page.keyboard.press("2")
    page.wait_for_url("**" + path_of(later))
    assert standing(conn) == before


def test_a_bulk_decision_is_never_taken_back_by_halves(
    enter: Enter, desk: Served, conn: Connection, somewhere: list[Key]
) -> None:
    who, some = desk.accounts.people["ines"], somewhere[:3]
    asked = (some, "accept", (), "harmless", "")
    bulk_decide(conn, who, *asked, bulk_preview(conn, who, *asked).digest)
    before = standing(conn)
    ines = enter("ines")
    ines.go("/")
    page = ines.page
    expect(page.locator("#count")).not_to_be_empty()
    page.keyboard.press("u")
    choices = page.locator("dialog[open] p button")
    expect(choices.last).to_contain_text("all 3 decided at once")
    page.keyboard.press("Escape")
    expect(choices).to_have_count(0)
    assert standing(conn) == before
    # A session's history offers it at any time.
    opened(ines, some[1])
    page.get_by_role("button", name="Undo them all").click()
    expect(page.locator("#told")).to_contain_text("Undone on 3 sessions.")
    script = "import('/static/kernel.js').then(({ text }) => text('kernel.script.undone_all', { n: 1 }))"
    assert page.evaluate(script) == "Undone on 1 session."
    assert standing(conn) == before - set(some)
