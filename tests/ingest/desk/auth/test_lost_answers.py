"""A request that was done and never answered is not done again, and says so; one whose key was taken over
does nothing."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message

from ingest.store.connection import Connection
from tests.ingest.casework.seats import CHEAP, GOOD
from tests.ingest.desk.auth.browsers import Browser, Clock
from tests.ingest.desk.auth.test_accounts_and_tokens import make_token
from tests.ingest.desk.auth.test_idempotency import code

OVER = timedelta(seconds=121)


class Killed(BaseException):
    """The desk ends here: nothing that runs after a fault runs after it."""


def ask_and_fail(app: FastAPI, token: str, key: str, path: str, body: object, fault: BaseException) -> None:
    """A request, done by the desk, whose answer meets a fault instead of being sent."""
    sent = json.dumps(body).encode()
    headers = {
        "host": "testserver",
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        "idempotency-key": key,
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 5000),
        "server": ("testserver", 80),
        "state": {},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(_: Message) -> None:
        raise fault

    # In a thread of its own: this one may have a loop that runs already.
    with ThreadPoolExecutor(1) as threads, pytest.raises(type(fault)):
        threads.submit(asyncio.run, app(scope, receive, send)).result()


def given(token: str, key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "idempotency-key": key}


def enablings(conn: Connection) -> int:
    [[count]] = conn.execute("SELECT count(*) FROM audit_log WHERE action = 'account.enable'").fetchall()
    return int(count)


@pytest.fixture
def token(boss: Browser) -> str:
    return make_token(boss, "read", "accounts", days=2)


def test_what_was_done_when_the_desk_died_is_not_done_again(
    app: FastAPI, token: str, conn: Connection, clock: Clock
) -> None:
    path, before, program = "/v1/accounts/west/enable", enablings(conn), Browser(app).client
    ask_and_fail(app, token, "killed", path, None, Killed())
    assert enablings(conn) == before + 1
    body, headers = b"null", {**given(token, "killed"), "content-type": "application/json"}
    assert code(program.post(path, content=body, headers=headers)) == "being_answered"
    clock.now += OVER
    for _ in range(2):
        answer = program.post(path, content=body, headers=headers)
        assert (answer.status_code, code(answer)) == (409, "answer_lost")
        assert answer.json()["error"]["message"]["zh"] and "not done again" in answer.text
    other = program.post("/v1/accounts/li/enable", headers=given(token, "killed"))
    assert code(other) == "key_reused"
    assert enablings(conn) == before + 1
    assert program.post(path, headers=given(token, "another key")).status_code == 200


def test_what_was_done_before_a_fault_is_not_done_again(app: FastAPI, token: str, conn: Connection) -> None:
    path, before = "/v1/accounts/west/enable", enablings(conn)
    ask_and_fail(app, token, "fault", path, None, OSError("the connection broke"))
    headers = {**given(token, "fault"), "content-type": "application/json"}
    answer = Browser(app).client.post(path, content=b"null", headers=headers)
    assert (answer.status_code, code(answer)) == (409, "answer_lost")
    assert enablings(conn) == before + 1


def test_what_was_not_done_when_the_desk_died_is_done(
    app: FastAPI, token: str, conn: Connection, clock: Clock
) -> None:
    path, headers = "/v1/accounts/nobody/enable", given(token, "refused")
    ask_and_fail(app, token, "refused", path, None, Killed())
    clock.now += OVER
    answer = Browser(app).client.post(path, content=b"null", headers=headers)
    assert (answer.status_code, code(answer)) == (404, "no_such_account")


def test_a_request_whose_key_was_taken_over_does_nothing(
    app: FastAPI, token: str, conn: Connection, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hasher is so slow that the client asks again; the second request is done, the first is not."""
    path, program, hash_quickly = "/v1/accounts/ada/password", Browser(app).client, CHEAP.hash
    second: list[httpx.Response] = []

    def ask() -> httpx.Response:
        return program.post(path, json={"password": "three lorries uphill"}, headers=given(token, "slow"))

    def slow(password: str) -> str:
        monkeypatch.setattr(CHEAP, "hash", hash_quickly)
        clock.now += OVER
        second.append(ask())
        return hash_quickly(password)

    monkeypatch.setattr(CHEAP, "hash", slow)
    first = ask()
    assert second[0].status_code == 200 and "idempotent-replay" not in second[0].headers
    assert (first.status_code, code(first)) == (409, "being_answered")
    done = conn.execute("SELECT count(*) FROM audit_log WHERE action = 'account.set_password'").fetchone()
    assert done == (1,)
    assert (ask().status_code, ask().headers["idempotent-replay"]) == (200, "true")


def test_a_wrong_password_is_not_what_was_asked(li: Browser, conn: Connection) -> None:
    """It is in the audit log, and the request was all the same not done."""
    body, key = {"present": "not this one", "new": GOOD + " and more"}, {"idempotency-key": "wrong"}
    for _ in range(2):
        answer = li.send("POST", "/v1/account/password", body, **key)
        assert code(answer) not in ("answer_lost", "being_answered")
    done = conn.execute("SELECT is_done FROM idempotent_answer WHERE key = 'wrong'").fetchone()
    assert done in (None, (False,))
