"""A blind repeat over HTTP: it comes, looks and is decided like any other session, and changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework import audit
from ingest.casework.deciding import queue
from ingest.casework.drawing import draw
from ingest.casework.who import Who
from ingest.store.connection import Connection
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, add_sessions, add_terminals, moment
from tests.ingest.desk.asking import as_role

DAY = date(2026, 3, 1)
CLOSING = moment("2026-03-01 22:00")
DUE = CLOSING + timedelta(hours=2)
MINUTE = int(moment("2026-03-01 02:00").timestamp()) // 60
SESSION = "/v1/sessions/0000000000000011/1"
ANSWER = {"kind": "accept", "cause": "evidence_agrees"}


@pytest.fixture(scope="module", autouse=True)
def decided(desk_conn: Connection, desk_app: FastAPI) -> None:
    """One session, drawn, a repeat, and refused whole by the supervisor."""
    add_terminals(desk_conn, (11, 5001, "2026-01-01"))
    add_sessions(desk_conn, 11, moment("2026-03-01 02:00"), [1])
    draw.commit(desk_conn, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY)
    for name in ("li", "wang"):
        draw.enter_seed(desk_conn, add_account(desk_conn, name), DUE, DAY, "5e" * 32)
    draw.run(desk_conn, audit.SYSTEM, DAY)
    queue.refresh(desk_conn, [(11, 1)])


def ask(client: TestClient, path: str, role: str) -> Any:
    answer = client.get(path, headers=as_role(role))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_repeat_from_next_to_its_answer(client: TestClient, desk_conn: Connection) -> None:
    bare = ask(client, SESSION, "inspector")
    refuse = {"kind": "refuse", "minutes": [MINUTE], "cause": "not_driving"}
    made = client.post(f"{SESSION}/decisions", json=refuse, headers=as_role("supervisor"))
    assert made.status_code == 200, made.text
    known = ask(client, SESSION, "inspector")
    assert known["head"]["effective"]["accepted"] == 1 and known["history"]["decisions"]
    taken = client.post("/v1/queue/next", json={}, headers=as_role("inspector")).json()["session"]
    assert (taken["terminal"], taken["session"]) == ("0000000000000011", 1)
    assert client.post(f"{SESSION}/lease", headers=as_role("inspector")).json()["seen"] == taken["seen"]

    shown = ask(client, SESSION, "inspector")
    assert shown["history"] == {"decisions": [], "appeals": []} and "test-supervisor" not in str(shown)
    for name in ("head", "minutes", "summary", "history", "seen"):
        assert shown[name] == bare[name], name
    assert shown["seen"] == taken["seen"]
    assert ask(client, f"{SESSION}/decisions", "inspector") == {"items": []}
    (row,) = ask(client, "/v1/queue?listed=true", "inspector")["items"]
    assert (row["state"], row["effective"], row["owner"], row["decision"]) == ("new", 2, None, None)
    for path in (SESSION[3:], "/?listed=true"):
        page = client.get(path, headers=as_role("inspector"))
        assert page.status_code == 200 and "test-supervisor" not in page.text
    # Others see what holds.
    assert ask(client, SESSION, "auditor")["head"]["effective"]["accepted"] == 1

    before = ledger(desk_conn)
    stale = client.post(
        f"{SESSION}/decisions", json=ANSWER | {"seen": "0-0-00"}, headers=as_role("inspector")
    )
    assert stale.status_code == 409 and stale.json()["error"]["code"] == "changed_meanwhile"
    unfit = client.post(
        f"{SESSION}/decisions", json=ANSWER | {"cause": "made_up"}, headers=as_role("inspector")
    )
    assert unfit.status_code == 422
    nothing = client.post(f"{SESSION}/repeat", json={}, headers=as_role("inspector"))
    assert nothing.json()["error"]["code"] == "nothing_to_repeat"
    done = client.post(
        f"{SESSION}/decisions", json=ANSWER | {"seen": taken["seen"]}, headers=as_role("inspector")
    )
    assert done.status_code == 200, done.text
    told = done.json()
    assert (told["state"], told["before"], told["after"]) == ("decided", 2, 2)
    assert ledger(desk_conn) == before
    agreement = ask(client, "/v1/audits/agreement", "auditor")
    assert (agreement["sessions"]["n"], agreement["sessions"]["agreed"]) == (1, 0)
    assert (agreement["minutes"]["n"], agreement["minutes"]["agreed"]) == (2, 1)
    assert client.post("/v1/queue/next", json={}, headers=as_role("inspector")).json() == {"session": None}
    assert ask(client, SESSION, "inspector")["history"]["decisions"]


def test_the_last_decision_repeated_is_an_answer_too(client: TestClient, desk_conn: Connection) -> None:
    add_sessions(desk_conn, 11, moment("2026-03-02 02:00"), [2, 3])
    draw.commit(desk_conn, audit.SYSTEM, CLOSING + timedelta(days=1), OFFSET_MIN, DAY + timedelta(days=1))
    for (name,) in desk_conn.execute("SELECT id FROM account WHERE name IN ('li', 'wang')").fetchall():
        who = Who(name, "x", "supervisor", 0, "")
        draw.enter_seed(desk_conn, who, DUE + timedelta(days=1), DAY + timedelta(days=1), "5e" * 32)
    draw.run(desk_conn, audit.SYSTEM, DAY + timedelta(days=1))
    queue.refresh(desk_conn, [(11, 2), (11, 3)])
    ((repeated,),) = desk_conn.execute("SELECT session FROM drawn_session WHERE session > 1").fetchall()
    own, other = f"/v1/sessions/{11:016d}/{5 - repeated}", f"/v1/sessions/{11:016d}/{repeated}"
    made = client.post(f"{own}/decisions", json=ANSWER, headers=as_role("inspector"))
    assert made.status_code == 200, made.text
    assert client.post(f"{other}/decisions", json=ANSWER, headers=as_role("supervisor")).status_code == 200
    assert (
        client.post("/v1/queue/next", json={}, headers=as_role("inspector")).json()["session"]["session"]
        == repeated
    )
    before = ledger(desk_conn)
    assert client.post(f"{other}/repeat", json={}, headers=as_role("inspector")).status_code == 200
    assert ledger(desk_conn) == before
    assert ask(client, "/v1/audits/agreement", "auditor")["sessions"]["n"] == 2


def ledger(conn: Connection) -> tuple[object, ...]:
    """What the second answer must not touch."""
    return tuple(
        conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3".encode()).fetchall()
        for name in ("decision", "decided_minute", "credit", "queue_entry")
    )
