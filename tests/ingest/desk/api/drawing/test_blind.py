"""Blind repeats over HTTP, against an inspector who gets all that he can get and tries to tell them.

What he sees of a repeat that a colleague has answered is compared with what he sees of other sessions that
are dealt to him, and with what he saw before the colleague did anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework import audit
from ingest.casework.drawing import draw
from ingest.casework.up_to_date import bring_up_to_date
from ingest.desk.kernel.access import routes_of
from ingest.store.connection import Connection
from ingest.store.desk.draws import dealt
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, add_sessions, add_terminals, moment
from tests.ingest.desk.asking import as_role

DAY = date(2026, 3, 1)
CLOSING = moment("2026-03-01 22:00")
BEGAN = moment("2026-03-01 02:00")
MINUTE = int(BEGAN.timestamp()) // 60
TERMINALS = range(7101, 7141)
ACCEPT = {"kind": "accept", "cause": "evidence_agrees"}
REFUSE = {"kind": "refuse", "minutes": [MINUTE], "cause": "not_driving"}


class Person(NamedTuple):
    """An inspector at a client of his own."""

    client: TestClient
    app: FastAPI
    account: int

    def get(self, path: str) -> str:
        """Status and body; the body without what tells the moment."""
        self._sit_down()
        answer = self.client.get(path, headers=as_role("inspector"))
        return f"{answer.status_code} " + re.sub(r"\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d[^\"]*", "then", answer.text)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        self._sit_down()
        return self.client.request(method, path, json=body, headers=as_role("inspector"))

    def _sit_down(self) -> None:
        self.app.state.accounts["inspector"] = self.account


class Audit(NamedTuple):
    """Forty schools with a session each, all drawn, four of them repeats. mine: terminals of what is dealt to
    the spy and whether it is a repeat that a colleague has answered, not all of those that are none."""

    spy: Person
    mine: dict[int, bool]
    before: dict[str, str]
    after: dict[str, str]


@pytest.fixture(scope="module")
def drawn(desk_conn: Connection, desk_app: FastAPI, client: TestClient) -> Iterator[Audit]:
    add_terminals(desk_conn, *((one, one - 1000, "2026-01-01") for one in TERMINALS))
    with desk_conn.transaction():
        for one in TERMINALS:
            add_sessions(desk_conn, one, BEGAN, [1])
    people = [add_account(desk_conn, name, "inspector").account for name in ("chen", "zhou")]
    desk_conn.execute("UPDATE account SET is_active = false WHERE name = 'test-inspector'")
    draw.commit(desk_conn, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY)
    for name in ("li", "wang"):
        draw.enter_seed(desk_conn, add_account(desk_conn, name), CLOSING + timedelta(hours=2), DAY, "5e" * 32)
    draw.run(desk_conn, audit.SYSTEM, DAY)
    bring_up_to_date(desk_conn)
    spy, colleague = (Person(client, desk_app, account) for account in people)
    hands = {one: dealt.waited_for(desk_conn, (one, 1)) for one in TERMINALS}
    mine = {one: len(some) > 1 for one, some in hands.items() if spy.account in some}
    assert sum(mine.values()) == 4 and len(mine) > 10
    looked = [one for one in mine if mine[one]] + [one for one in mine if not mine[one]][:2]
    mine = {one: mine[one] for one in looked}
    before = everything(spy, looked)
    for one, some in hands.items():
        if some == [colleague.account]:
            continue  # What a colleague does openly, the spy may see.
        if colleague.account in some:
            at_work(colleague, f"/v1/sessions/{one:016d}/1", ACCEPT if one % 2 else REFUSE)
    bring_up_to_date(desk_conn)
    yield Audit(spy, mine, before, everything(spy, looked))
    desk_conn.execute("UPDATE account SET is_active = true WHERE name = 'test-inspector'")


def at_work(who: Person, path: str, body: dict[str, Any]) -> None:
    """Look at a session and decide it, as the page does."""
    assert who.get(path.removeprefix("/v1")).startswith("200")
    taken = who.send("POST", f"{path}/lease")
    assert taken.status_code == 200, taken.text
    decided = who.send("POST", f"{path}/decisions", {**body, "seen": taken.json()["seen"]})
    assert decided.status_code == 200 and decided.json()["state"] == "decided", decided.text


def everything(who: Person, terminals: list[int]) -> dict[str, str]:
    """Path -> what this person gets there, of every page and route that can be read."""
    found = {}
    for path in (
        *paths(who.app, terminals),
        *(f"/?state={state}&listed=true" for state in ("new", "leased", "decided", "appealed", "final")),
        *(f"/v1/queue?{asked}" for asked in FILTERS),
        *(f"/v1/queue/facets?{asked}" for asked in FILTERS),
    ):
        found[path] = who.get(path)
        assert found[path][:3] in ("200", "403", "404", "409", "422"), (path, found[path][:200])
    return found


FILTERS = (
    "listed=true&limit=100&counted=true",
    "counted=true&limit=100",
    "state=new&counted=true",
    "state=leased&counted=true",
    "state=decided&counted=true",
    "mine=true&counted=true",
    "score=1&counted=true",
    "search=7101&counted=true",
    "search=7102%2F1&counted=true",
)
MADE = {"kind": "csv", "file": "drawn", "day": str(DAY), "dimension": "school", "language": "en"}
# A stream, ways to change language, and what these sessions have no records for.
NOT_READ = ("/v1/live/events", "/language", "/log-in", "/v1/sessions/{terminal}/{session}/pack")


def paths(app: FastAPI, terminals: list[int]) -> list[str]:
    """Every path that answers GET, those of one session for each terminal's."""
    found = []
    for route in routes_of(app.routes):
        if "GET" not in route.methods or route.path.startswith(NOT_READ):
            continue
        path = re.sub(r"\{(kind|file|day|dimension|language)\}", lambda one: MADE[one[1]], route.path)
        if "{terminal}" in path:
            found += [path.format(terminal=f"{one:016d}", session=1) for one in terminals]
        elif "{" not in path:
            found.append(path)
    assert len(found) > 70
    return found


def masked(text: str, terminal: int) -> str:
    """Without what tells one session of this test from another by its number."""
    text = re.sub(r'"cursor": "[^"]*"', "place", text)
    return re.sub(rf"\b0*({terminal}|{terminal - 1000})\b", "N", text)


def classes(found: Audit, of: Callable[[int], str]) -> tuple[set[str], set[str]]:
    """What can be told of repeats, and of the other sessions that are dealt to the spy."""
    told: tuple[set[str], set[str]] = set(), set()
    for terminal, is_repeat in found.mine.items():
        told[not is_repeat].add(masked(of(terminal), terminal))
    return told


def test_nothing_that_can_be_read_changes_by_a_first_answer(drawn: Audit) -> None:
    changed = [path for path, told in drawn.before.items() if drawn.after[path] != told]
    # Its head tells that somebody did something: every act is an entry of the audit log.
    assert changed == ["/published.txt"]


@pytest.mark.parametrize("part", ["", "/decisions", "/appeals", "/trace", "/notes", "page"])
def test_a_repeat_is_told_as_any_other_session(drawn: Audit, part: str) -> None:
    start = "/sessions" if part == "page" else "/v1/sessions"
    path = f"{start}/{{:016d}}/1{part.removeprefix('page')}"
    repeats, others = classes(drawn, lambda one: drawn.after[path.format(one)])
    assert len(others) == 1 and repeats == others


def test_the_queue_holds_a_repeat_where_and_as_any_other(drawn: Audit) -> None:
    drawn.spy._sit_down()
    answer = drawn.spy.client.get("/v1/queue?limit=100&counted=true", headers=as_role("inspector")).json()
    assert [int(one["terminal"]) for one in answer["items"]] == list(TERMINALS)
    assert answer["count"] == len(TERMINALS)
    rows = {int(one["terminal"]): str(one) for one in answer["items"]}
    repeats, others = classes(drawn, rows.__getitem__)
    assert len(others) == 1 and repeats == others


def test_the_queue_says_of_each_session_what_a_decision_would_be_refused_with(
    drawn: Audit, desk_conn: Connection
) -> None:
    (other,) = desk_conn.execute("SELECT id FROM account WHERE name = 'zhou'").fetchone() or (0,)
    told = {}
    for who in (drawn.spy, drawn.spy._replace(account=other)):
        rows = who.send("GET", "/v1/queue?limit=100").json()["items"]
        page = who.get("/")
        for row in rows:
            code = row["not_yours"] and row["not_yours"]["code"]
            taken = who.send("POST", f"/v1/sessions/{row['terminal']}/1/lease")
            assert code == (None if taken.status_code == 200 else taken.json()["error"]["code"])
            who.send("DELETE", f"/v1/sessions/{row['terminal']}/1/lease")
            told[who.account, int(row["terminal"])] = code
        codes = [code for (account, _), code in told.items() if account == who.account]
        assert len(codes) == len(TERMINALS)
        assert page.count(" data-not-yours") == len(codes) - codes.count(None)
    # The spy hears nothing of the four that a colleague has answered, the colleague only of his own.
    assert {told[drawn.spy.account, one] for one in drawn.mine} == {None}
    assert {told[drawn.spy.account, one] for one in TERMINALS} == {None, "dealt_to_another"}
    for one, is_repeat in drawn.mine.items():
        assert told[other, one] == ("answer_stands" if is_repeat else "dealt_to_another")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/sessions/{}/1/undo", {}),
        ("POST", "/v1/sessions/{}/1/repeat", {}),
        ("DELETE", "/v1/sessions/{}/1/lease", None),
        ("POST", "/v1/sessions/{}/1/lease", None),
        ("POST", "/v1/sessions/{}/1/decisions", {"kind": "accept", "cause": "made_up"}),
        ("POST", "/v1/sessions/{}/1/decisions", {**ACCEPT, "seen": "1-0-00"}),
        ("POST", "/v1/sessions/{}/1/decisions", {"kind": "accept", "cause": "appeal_wrong"}),
    ],
)
def test_probing_answers_the_same(drawn: Audit, method: str, path: str, body: Any) -> None:
    def told(terminal: int) -> str:
        answer = drawn.spy.send(method, path.format(f"{terminal:016d}"), body)
        assert answer.status_code < 500
        return f"{answer.status_code} " + re.sub(r"\d{4}-\d\d-\d\d[^\"]*", "then", answer.text)

    repeats, others = classes(drawn, told)
    assert len(others) == 1 and repeats == others


def test_bulk_tells_nothing(drawn: Audit) -> None:
    def told(terminal: int) -> str:
        asked = {**ACCEPT, "sessions": [{"terminal": f"{terminal:016d}", "session": 1}]}
        return str(drawn.spy.send("POST", "/v1/bulk/preview", asked).json()["items"])

    repeats, others = classes(drawn, told)
    assert len(others) == 1 and repeats == others


def test_next_hands_all_out_in_the_order_of_the_queue(drawn: Audit, desk_conn: Connection) -> None:
    order, known = [], []
    while (taken := drawn.spy.send("POST", "/v1/queue/next", {}).json()["session"]) is not None:
        terminal = int(taken["terminal"])
        order.append(terminal)
        answer = drawn.spy.send("POST", f"/v1/sessions/{terminal:016d}/1/decisions", ACCEPT)
        assert answer.status_code == 200
        known.append((answer.json()["decision"] == 0, drawn.mine.get(terminal, False)))
    assert order == sorted(order) and set(order) > set(drawn.mine)
    # Only now he is told which were repeats; and both answers count.
    assert all(told == is_repeat for told, is_repeat in known)
    row = desk_conn.execute("SELECT count(*), count(*) FILTER (WHERE kind <> first_kind) FROM repeat_answer")
    assert row.fetchone() == (4, sum(repeat and one % 2 == 0 for one, repeat in drawn.mine.items()))
    agreement = drawn.spy.client.get("/v1/audits/agreement", headers=as_role("auditor")).json()
    assert agreement["sessions"]["n"] == 4
