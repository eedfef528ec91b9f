"""The random audit over HTTP: who sees and does what, the published bytes, and what stays blind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework import audit
from ingest.casework.drawing import draw
from ingest.draw.day_list import parse
from ingest.draw.sampler import drawn, text_of
from ingest.store.connection import Connection
from ingest.store.desk.draws import dealt
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import seen as draws_seen
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, add_sessions, add_terminals, moment
from tests.ingest.desk.asking import as_role

DAY = date(2026, 3, 1)
CLOSING = moment("2026-03-01 22:00")
DUE = CLOSING + timedelta(hours=2)
SEED = "5e" * 32
OWN, OTHER = 5001, 5002


@pytest.fixture(scope="module")
def day(desk_conn: Connection) -> Iterator[date]:
    """Closed and drawn: 60 sessions of one school, 20 of another, 3 and 1 drawn, 1 of them a repeat."""
    add_terminals(desk_conn, (11, OWN, "2026-01-01"), (12, OTHER, "2026-01-01"))
    add_sessions(desk_conn, 11, moment("2026-03-01 02:00"), range(1, 61))
    add_sessions(desk_conn, 12, moment("2026-03-01 02:00"), range(1, 21))
    draw.commit(desk_conn, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY)
    for name in ("li", "wang"):
        draw.enter_seed(desk_conn, add_account(desk_conn, name), DUE, DAY, SEED)
    add_account(desk_conn, "zhou", "inspector")
    draw.run(desk_conn, audit.SYSTEM, DAY)
    yield DAY


def ask(client: TestClient, path: str, role: str = "auditor", school: int | None = None) -> dict[str, object]:
    answer = client.get(path, headers=as_role(role, school))
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_what_is_published_can_be_derived_again(client: TestClient, day: date) -> None:
    told = ask(client, f"/v1/audits/{day}", "inspector")
    listed = client.get(f"/v1/audits/{day}/list.txt", headers=as_role("school"))
    assert hashlib.sha256(listed.content).hexdigest() == told["list_sha256"]
    assert listed.headers["content-disposition"] == 'attachment; filename="draw-2026-03-01-list.txt"'
    result = client.get(f"/v1/audits/{day}/drawn.txt", headers=as_role("auditor"))
    assert result.text == text_of(drawn(parse(listed.text), SEED)) and result.text.count("\n") == 4
    assert hashlib.sha256(result.content).hexdigest() == told["result_sha256"]
    assert (told["seed"], told["drawn"], told["sessions"]) == (SEED, 4, 80)
    # For everybody, who has no account; what is not there is not told apart.
    for file, answer in (("list", listed), ("drawn", result)):
        public = client.get(f"/published/{day}/{file}.txt")
        assert public.content == answer.content
        assert public.headers["cache-control"] == "public, max-age=3600"
        none = client.get(f"/published/2020-01-01/{file}.txt")
        assert (none.status_code, none.headers["cache-control"]) == (404, "no-store")
    assert told["list_sha256"] in client.get("/published.txt").text


def test_a_school_sees_its_own_drawn_sessions(client: TestClient, day: date) -> None:
    for school, count in ((OWN, 3), (OTHER, 1), (777, 0)):
        told = ask(client, f"/v1/audits/{day}/drawn", "school", school)
        assert told["count"] == count == len(told["items"])  # type: ignore[arg-type]
        assert {one["school"] for one in told["items"]} <= {f"{school:016d}"}  # type: ignore[attr-defined,index]
        assert ask(client, f"/v1/audits/{day}", "school", school)["drawn"] == count


def test_who_sees_whom_it_waits_for(client: TestClient, day: date) -> None:
    told = {role: ask(client, f"/v1/audits/{day}/drawn", role)["items"] for role in ("auditor", "inspector")}
    for one in told["auditor"]:  # type: ignore[attr-defined]
        assert one["is_mine"] is None and set(one["waits_for"]) <= {"test-inspector", "zhou"}
    mine = [one["is_mine"] for one in told["inspector"]]  # type: ignore[attr-defined]
    assert mine == ["test-inspector" in one["waits_for"] for one in told["auditor"]]  # type: ignore[attr-defined]
    assert {one["waits_for"] for one in told["inspector"]} == {None}  # type: ignore[attr-defined]


def test_the_pages_of_the_drawn_hold_each_once(client: TestClient, day: date) -> None:
    seen: list[object] = []
    path = f"/v1/audits/{day}/drawn?limit=3"
    while path:
        told = ask(client, path)
        seen += [(one["terminal"], one["session"]) for one in told["items"]]  # type: ignore[attr-defined,index]
        path = f"/v1/audits/{day}/drawn?limit=3&after={told['next']}" if told["next"] else ""
    assert len(seen) == len(set(seen)) == 4  # type: ignore[arg-type]


def test_only_who_oversees_is_told_of_repeats(client: TestClient, day: date) -> None:
    assert ask(client, f"/v1/audits/{day}", "auditor")["repeats"] == 1
    for role in ("inspector", "school"):
        told = ask(client, f"/v1/audits/{day}", role)
        hidden = ("repeats", "repeats_answered", "decided", "repeat_key")
        assert [told[name] for name in hidden] == [None] * 4
        refused = client.get("/v1/audits/agreement", headers=as_role(role))
        assert refused.status_code == 403


def test_both_answers_of_a_repeat_are_compared_once_the_second_is_given(
    client: TestClient, desk_app: FastAPI, desk_conn: Connection, day: date
) -> None:
    (key,) = [(one.terminal, one.session) for one in draws_seen.drawn(desk_conn, day) if one.is_repeat]
    path = f"/v1/sessions/{key[0]:016d}/{key[1]}/decisions"
    first, second = dealt.waited_for(desk_conn, key)
    refuse = {"kind": "refuse", "chosen": "all", "cause": "not_driving"}
    told = {}
    for account, body in ((first, refuse), (second, {"kind": "accept", "cause": "evidence_agrees"})):
        desk_app.state.accounts["inspector"] = account
        assert ask(client, f"/v1/audits/{day}")["repeat_key"] is None
        assert not any(decided(client, day, role)[key] for role in ("auditor", "inspector"))
        answer = client.post(path, json=body, headers=as_role("inspector"))
        assert answer.status_code == 200, answer.text
        told[account] = answer.json()
    assert [(one["decision"], one["before"], one["after"]) for one in told.values()] == [(0, 2, 0), (0, 2, 2)]
    assert decided(client, day, "inspector")[key] and decided(client, day, "auditor")[key]
    agreement = ask(client, "/v1/audits/agreement")
    assert agreement["sessions"]["n"] == 1 and agreement["minutes"]["n"] == 2  # type: ignore[index]
    (difference,) = agreement["differences"]  # type: ignore[misc]
    assert (difference["minutes"], difference["is_settled"]) == (2, False)
    assert ask(client, f"/v1/audits/{day}")["repeat_key"] == draws.key_of(desk_conn, day)
    page = client.get("/audits", headers=as_role("supervisor"))
    assert page.status_code == 200 and "test-inspector" in page.text
    settle = f"/v1/audits/repeats/{key[0]:016d}/{key[1]}/settle"
    assert client.post(settle, json={"words": "seen"}, headers=as_role("supervisor")).status_code == 200
    assert client.post(settle, json={}, headers=as_role("supervisor")).status_code == 409


def decided(client: TestClient, day: date, role: str) -> dict[tuple[int, int], bool]:
    told = ask(client, f"/v1/audits/{day}/drawn", role)
    return {
        (int(one["terminal"]), one["session"]): one["is_decided"]
        for one in told["items"]  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("2026-03-01/commit", {}, 409, "draw_day_closed"),
        ("2999-01-01/commit", {}, 409, "draw_day_open"),
        ("9999-12-31/commit", {}, 409, "draw_day_open"),
        ("0001-01-01/commit", {}, 409, "draw_day_closed"),
        ("2026-03-02/commit", {"seed_rule": "the lottery of Sunday"}, 422, "draw_seed_rule"),
        (
            "2026-03-02/commit",
            {"seed_rule": "the lottery of Sunday", "seed_at": "9999-12-31T23:59:59-12:00"},
            422,
            "draw_seed_rule",
        ),
        ("2026-03-01/seed", {"seed": SEED, "published_at": "9999-12-31T23:59:59-12:00"}, 409, None),
        ("2026-03-01/seed", {"seed": SEED}, 409, "draw_seed_stands"),
        ("2026-03-09/seed", {"seed": SEED}, 409, "draw_no_list"),
        ("2026-03-01/draw", None, 409, "draw_done"),
        ("1.3.2026/draw", None, 422, None),
        ("2026-03-01/seed", {"seed": "x" * 500}, 422, None),
    ],
)
def test_acts_that_are_refused(
    client: TestClient, day: date, path: str, body: object, status: int, code: str | None
) -> None:
    answer = client.post(f"/v1/audits/{path}", json=body, headers=as_role("supervisor"))
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["message"]["zh"] and error["message"]["en"] and (code is None or error["code"] == code)


def test_a_list_is_closed_over_http_and_its_seed_waits(client: TestClient, day: date) -> None:
    later = "2026-03-05"
    for role in ("inspector", "school", "auditor"):
        assert client.post(f"/v1/audits/{later}/commit", json={}, headers=as_role(role)).status_code == 403
    made = client.post(f"/v1/audits/{later}/commit", json={}, headers=as_role("supervisor"))
    assert made.status_code == 201 and made.json()["seed_rule"].startswith("drand quicknet")
    early = client.post(f"/v1/audits/{later}/seed", json={"seed": SEED}, headers=as_role("supervisor"))
    assert early.json()["error"]["code"] == "draw_seed_early"
    told = ask(client, "/v1/audits?limit=1")
    assert told["count"] == 2 and [one["day"] for one in told["items"]] == [later]  # type: ignore[attr-defined,index]
    rest = ask(client, f"/v1/audits?limit=1&after={told['next']}")
    assert [one["day"] for one in rest["items"]] == ["2026-03-01"]  # type: ignore[attr-defined,index]
    assert rest["next"] is None


@pytest.mark.parametrize("role", ["supervisor", "inspector", "school", "auditor"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_render_in_both_languages(client: TestClient, day: date, role: str, language: str) -> None:
    client.cookies.set("hf_lang", language)
    try:
        for path in ("/audits", f"/audits/{day}"):
            answer = client.get(path, headers=as_role(role))
            assert answer.status_code == 200, answer.text
            assert ("随机抽查" if language == "zh" else "Random audit") in answer.text
            assert "<script>" not in answer.text and "style=" not in answer.text
        assert SEED in answer.text
    finally:
        client.cookies.clear()
    assert client.get("/audits/2020-01-01", headers=as_role(role)).status_code == 404


def test_the_second_supervisor_is_told_that_the_values_differ(
    client: TestClient, desk_conn: Connection, day: date
) -> None:
    later = day + timedelta(days=9)
    draw.commit(desk_conn, audit.SYSTEM, CLOSING + timedelta(days=9), OFFSET_MIN, later)
    draw.enter_seed(desk_conn, add_account(desk_conn, "zhao"), DUE + timedelta(days=9), later, SEED)
    path, who = f"/v1/audits/{later}/seed", as_role("supervisor")
    wrong = client.post(path, json={"seed": "5f" * 32}, headers=who)
    assert wrong.json() == {"stands": False, "differs": True}
    page = client.get(f"/audits/{later}", headers={**who, "accept-language": "en"}).text
    assert "entered differs" in page and "5e5e" not in page
    right = client.post(path, json={"seed": SEED.upper()}, headers=who)
    assert right.json() == {"stands": True, "differs": False}
