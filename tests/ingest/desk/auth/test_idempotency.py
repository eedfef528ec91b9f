"""Idempotency-Key: done once, told again; another request, another account or a race is kept apart."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from ingest.desk.auth import idempotency
from ingest.store.connection import Connection
from tests.ingest.casework.seats import CHEAP, GOOD
from tests.ingest.desk.auth.browsers import Browser, Clock
from tests.ingest.desk.auth.test_accounts_and_tokens import by, make_token

BODY = {"label": "nightly", "scopes": ["read"]}


def tokens(conn: Connection) -> int:
    [[count]] = conn.execute("SELECT count(*) FROM api_token").fetchall()
    return int(count)


def code(answer: httpx.Response) -> str:
    found: str = answer.json()["error"]["code"]
    return found


def test_the_same_request_again_is_told_the_first_answer_without_its_secret(
    li: Browser, conn: Connection
) -> None:
    before = tokens(conn)
    first = li.send("POST", "/v1/tokens", BODY, **{"idempotency-key": "k1"})
    again = li.send("POST", "/v1/tokens", BODY, **{"idempotency-key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert "idempotent-replay" not in first.headers and again.headers["idempotent-replay"] == "true"
    assert again.json() == {**first.json(), "token": None}
    assert tokens(conn) == before + 1
    kept = str(conn.execute("SELECT * FROM idempotent_answer").fetchall())
    assert first.json()["token"] not in kept
    assert again.headers["cache-control"] == "no-store" and "content-security-policy" in again.headers


def test_another_request_with_the_key_is_refused_and_another_account_has_its_own(
    li: Browser, app: FastAPI, conn: Connection
) -> None:
    before = tokens(conn)
    key = {"idempotency-key": "k2"}
    li.send("POST", "/v1/tokens", BODY, **key)
    for path, body in (("/v1/tokens", {**BODY, "label": "x"}), ("/v1/tokens?x=1", BODY)):
        answer = li.send("POST", path, body, **key)
        assert (answer.status_code, code(answer)) == (422, "key_reused")
    west = Browser(app).log_in("west")
    assert west.send("POST", "/v1/tokens", BODY, **key).json()["token"] is not None
    assert tokens(conn) == before + 2


def test_a_refusal_by_a_rule_is_kept_and_one_of_rights_is_not(boss: Browser, li: Browser) -> None:
    key = {"idempotency-key": "k3"}
    for replay in (None, "true"):
        answer = boss.send("POST", "/v1/accounts/boss/disable", **key)
        assert (answer.status_code, code(answer)) == (409, "own_account")
        assert answer.headers.get("idempotent-replay") == replay
    for _ in range(2):
        answer = li.send("POST", "/v1/accounts/boss/disable", **key)
        assert answer.status_code == 403 and "idempotent-replay" not in answer.headers
    assert li.client.post("/v1/tokens", json=BODY, headers=key).status_code == 403
    assert li.send("POST", "/v1/tokens", BODY, **key).status_code == 201, "a forged request takes no key"


def test_nobody_takes_no_key(browser: Browser, conn: Connection) -> None:
    answer = browser.send("POST", "/v1/tokens", BODY, **{"idempotency-key": "k4"})
    assert answer.status_code == 401
    assert conn.execute("SELECT FROM idempotent_answer WHERE key = 'k4'").fetchone() is None


@pytest.mark.parametrize("key", ["x" * 81, "", "ä"])
def test_a_bad_key_is_refused(li: Browser, key: str) -> None:
    headers = {b"idempotency-key": key.encode(), b"x-csrf-token": li.csrf.encode()}
    answer = li.client.post("/v1/tokens", json=BODY, headers=headers)
    assert (answer.status_code, code(answer)) == (422, "bad_key")


def test_a_token_with_fewer_scopes_is_not_told_anothers_answer(boss: Browser, app: FastAPI) -> None:
    key = {"idempotency-key": "k5"}
    may, may_not = by(app, make_token(boss, "read", "accounts")), by(app, make_token(boss, "read"))
    assert may.post("/v1/accounts/west/enable", headers=key).status_code == 200
    assert may.post("/v1/accounts/west/enable", headers=key).headers["idempotent-replay"] == "true"
    assert code(may_not.post("/v1/accounts/west/enable", headers=key)) == "key_reused"


def test_a_password_cannot_be_guessed_at_in_what_is_kept_of_a_request(
    li: Browser, app: FastAPI, conn: Connection
) -> None:
    """It is sealed with the cookie, which is not in the database: in another log-in it is another request."""
    key, body = {"idempotency-key": "k11"}, {"password": GOOD}
    assert li.send("POST", "/v1/account/confirm", body, **key).status_code == 200
    assert li.send("POST", "/v1/account/confirm", body, **key).headers["idempotent-replay"] == "true"
    again = Browser(app).log_in("li").send("POST", "/v1/account/confirm", body, **key)
    assert (again.status_code, code(again)) == (422, "key_reused")
    assert GOOD not in str(conn.execute("SELECT * FROM idempotent_answer").fetchall())


def test_a_body_too_large_is_refused(li: Browser) -> None:
    body = {**BODY, "label": "x" * (2 << 20)}
    assert li.send("POST", "/v1/tokens", body, **{"idempotency-key": "k6"}).status_code == 413


def test_two_at_once_are_done_once(
    boss: Browser, app: FastAPI, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hasher waits here, so that the second request arrives while the first is being answered."""
    body = {"name": "twin", "role": "inspector", "password": GOOD}
    answers: list[httpx.Response] = []
    began, second_answered = threading.Event(), threading.Event()
    hash_quickly = CHEAP.hash

    def slow(password: str) -> str:
        began.set()
        second_answered.wait(120)
        return hash_quickly(password)

    monkeypatch.setattr(CHEAP, "hash", slow)

    def ask() -> None:
        answers.append(boss.send("POST", "/v1/accounts", body, **{"idempotency-key": "k7"}))

    first = threading.Thread(target=ask)
    first.start()
    assert began.wait(120)
    ask()
    second_answered.set()
    first.join()
    told = sorted((answer.status_code, answer.json().get("error", {}).get("code")) for answer in answers)
    assert told == [(201, None), (409, "being_answered")]
    later = boss.send("POST", "/v1/accounts", body, **{"idempotency-key": "k7"})
    assert (later.status_code, later.headers["idempotent-replay"]) == (201, "true")


def test_eight_at_the_same_moment_are_done_once(li: Browser, conn: Connection) -> None:
    before = tokens(conn)
    statuses: list[int] = []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        statuses.append(li.send("POST", "/v1/tokens", BODY, **{"idempotency-key": "k8"}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tokens(conn) == before + 1
    assert set(statuses) <= {201, 409} and 201 in statuses


def test_a_claim_that_was_never_answered_is_taken_over_after_a_while(
    li: Browser, conn: Connection, clock: Clock
) -> None:
    [[number]] = conn.execute("SELECT id FROM account WHERE name = 'li'").fetchall()
    conn.execute(
        "INSERT INTO idempotent_answer (account, key, request, created_at) VALUES (%s, 'k9', %s, %s)",
        (number, bytes(32), clock.now),
    )
    key = {"idempotency-key": "k9"}
    assert li.send("POST", "/v1/tokens", BODY, **key).status_code == 422
    clock.now += timedelta(seconds=121)
    assert li.send("POST", "/v1/tokens", BODY, **key).status_code == 201


def test_after_a_week_a_key_is_free_again(li: Browser, conn: Connection, clock: Clock) -> None:
    key = {"idempotency-key": "k10"}
    program = by(li.client.app, make_token(li, "read", days=30))  # type: ignore[arg-type]
    assert li.send("POST", "/v1/tokens", BODY, **key).status_code == 201
    clock.now += timedelta(days=8)
    assert program.get("/v1/account").status_code == 200
    fresh = Browser(li.client.app).log_in("li")  # type: ignore[arg-type]
    assert fresh.send("POST", "/v1/tokens", BODY, **key).headers.get("idempotent-replay") is None


def test_what_was_done_is_not_done_again_though_its_answer_was_too_large(
    li: Browser, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "ANSWER_LARGEST", 50)
    before, key = tokens(conn), {"idempotency-key": "large answer"}
    assert li.send("POST", "/v1/tokens", BODY, **key).status_code == 201
    again = li.send("POST", "/v1/tokens", BODY, **key)
    assert (again.status_code, code(again)) == (409, "done_before")
    assert tokens(conn) == before + 1
