"""The pace of writes and exports: so many at once, so many a minute, bounded in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from ingest.desk.kernel.pace import KEYS_MOST, TOKENS_TOGETHER, Paces
from tests.ingest.desk.asking import as_role


class Stopwatch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_one_a_second() -> None:
    clock = Stopwatch()
    paces = Paces(60, 5, clock)
    li, wang = [("li", 1)], [("wang", 1)]
    assert [paces.take(paces.writes, li) for _ in range(61)] == [0] * 60 + [1]
    assert paces.take(paces.writes, wang) == 0 == paces.take(paces.exports, li)
    clock.now += 1
    assert [paces.take(paces.writes, li) for _ in range(2)] == [0, 1]
    assert [paces.take(paces.exports, wang) for _ in range(6)] == [0] * 5 + [12]
    clock.now += 3600
    assert [paces.take(paces.writes, li) for _ in range(61)] == [0] * 60 + [1], "rest is not saved up"


def test_tokens_of_one_account_have_some_times_the_pace_together() -> None:
    paces = Paces(10, 5, Stopwatch())
    asked = [[(("token", n), 1), (("tokens", 7), TOKENS_TOGETHER)] for n in range(6)]
    taken = [sum(paces.take(paces.writes, keys) == 0 for _ in range(20)) for keys in asked]
    assert taken == [10, 10, 10, 10, 0, 0]


@given(st.lists(st.floats(0, 10), max_size=80), st.integers(1, 50))
def test_never_more_than_twice_the_pace_in_any_minute_and_waiting_as_told_is_enough(
    rests: list[float], a_minute: int
) -> None:
    clock = Stopwatch()
    paces = Paces(a_minute, 1, clock)
    taken = []
    for rest in rests:
        clock.now += rest
        wait_s = paces.take(paces.writes, [("li", 1)])
        if wait_s:
            clock.now += wait_s
            assert paces.take(paces.writes, [("li", 1)]) == 0
        taken.append(clock.now)
    for begin in taken:
        assert sum(begin <= at < begin + 60 for at in taken) <= 2 * a_minute


def test_it_remembers_no_more_than_so_many() -> None:
    clock = Stopwatch()
    paces = Paces(60, 5, clock)
    for number in range(3 * KEYS_MOST):
        paces.take(paces.writes, [(number, 1)])
        clock.now += 0.0001
    assert len(paces) <= KEYS_MOST
    assert paces.take(paces.writes, [("li", 1)]) == 0


@pytest.fixture
def hurried(desk_app: FastAPI) -> Iterator[FastAPI]:
    before, desk_app.state.paces = desk_app.state.paces, Paces(3, 2, Stopwatch())
    yield desk_app
    desk_app.state.paces = before


def test_over_http_it_is_429_with_retry_after_in_both_languages(hurried: FastAPI, client: TestClient) -> None:
    body = {"language": "zh"}
    boss, li = as_role("supervisor"), as_role("inspector")
    answers = [client.put("/v1/account/language", json=body, headers=boss) for _ in range(4)]
    assert [one.status_code for one in answers] == [200] * 3 + [429]
    error = answers[-1].json()["error"]
    assert (error["code"], error["details"]) == ("too_many_writes", {"wait_s": 20, "a_minute": 3})
    assert "3 a minute" in error["message"]["en"] and "20 秒" in error["message"]["zh"]
    assert answers[-1].headers["retry-after"] == "20"
    assert client.get("/v1/account", headers=boss).status_code == 200, "reading is not counted"
    assert client.put("/v1/account/language", json=body, headers=li).status_code == 200
    page = client.post("/log-out", headers=boss)
    assert (page.status_code, page.headers["retry-after"]) == (429, "20") and "<html" in page.text


def test_an_answer_told_again_is_counted_and_a_first_one_once(hurried: FastAPI, client: TestClient) -> None:
    headers = {**as_role("supervisor"), "idempotency-key": "one and the same"}
    statuses = [
        client.put("/v1/account/language", json={"language": "en"}, headers=headers).status_code
        for _ in range(4)
    ]
    assert statuses == [200] * 3 + [429]
    hurried.state.paces = Paces(3, 2, Stopwatch())
    assert client.put("/v1/account/language", json={"language": "en"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/exports/conservation.json", 200),
        *((f"/v1/trainees/3100000000000021/eligibility.{kind}", 404) for kind in ("jws", "pdf")),
    ],
)
def test_what_is_made_as_a_file_has_a_pace_of_its_own(
    hurried: FastAPI, client: TestClient, path: str, status: int
) -> None:
    answers = [client.get(path, headers=as_role("auditor")) for _ in range(3)]
    assert [one.status_code for one in answers] == [status, status, 429]
    assert answers[-1].json()["error"]["code"] == "too_many_exports"


def test_a_forged_write_takes_nothing_from_its_victim(hurried: FastAPI, client: TestClient) -> None:
    forged = {**as_role("supervisor"), "x-csrf-token": "0" * 64}
    for _ in range(5):
        assert client.post("/log-out", headers=forged).status_code == 403
    assert client.put(
        "/v1/account/language", json={"language": "en"}, headers=as_role("supervisor")
    ).is_success
