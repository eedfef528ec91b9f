"""The live page and its events over HTTP, with terminals that deliver through the real receiving path."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from firmware.wire import orders as wire
from ingest.casework.accounts.log_in import digest_of
from ingest.casework.live import feed as feeds
from ingest.casework.live.feed import LiveFeed
from ingest.cli.desk import web
from ingest.desk.api.live import cars as api
from ingest.desk.auth.identify import COOKIE, identify
from ingest.desk.kernel.settings import DeskSettings
from ingest.receive import order_desk
from ingest.store import registry, registry_file
from ingest.store.connection import Connection
from tests.ingest.desk.asking import as_role
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import key_of, registry_of, terminal_with

OURS, THEIRS = 9999999999999999, 5001
NUMBERS = iter(range(7101, 7120))
NOT_OURS = 7140
PATIENCE_S = 120.0
Told = Iterator[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def gate(module_postgres_url: str, desk_conn: Connection) -> Iterator[Gate]:
    made = Gate(module_postgres_url)
    document = registry_of(*range(7101, 7120))
    theirs = {"number": f"{THEIRS:016d}", "name": "北山驾校"}
    car = {"number": "7" * 16, "plate": "沪B0001学", "school": theirs["number"]}
    other = {"number": f"{NOT_OURS:016d}", "key_hex": key_of(NOT_OURS).hex(), "revoked_at": None}
    document["schools"].append(theirs)
    document["cars"].append(car)
    document["terminals"].append({**other, "car": car["number"], "school": theirs["number"]})
    registry.load(made.conn, registry_file.check(document, "test"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def served(desk_app: FastAPI, gate: Gate) -> Iterator[str]:
    """The desk on a real socket; its address."""
    # Two seconds between looks are for a city, not for tests.
    desk_app.state.live_feed = LiveFeed(desk_app.state.desk.pool.connection, look_s=0.05)
    ready = threading.Event()
    listener = web.listening("127.0.0.1:0")
    server = web.server_of(desk_app, DeskSettings(desk_app.state.desk.settings.data), ready.set)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    assert ready.wait(PATIENCE_S)
    yield web.address_of(listener, False).rstrip("/")
    server.should_exit = True
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def told(answer: httpx.Response) -> Told:
    """(name, data) of each event."""
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def now_of(base: str, headers: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{base}/v1/live", headers=headers).json()
    return found


def test_an_order_is_watched_from_the_page_to_the_terminal_and_back(
    served: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_desk, "LOOK_S", 0.0)
    terminal = terminal_with(next(NUMBERS), 2)
    gate.deliver((terminal.topic, terminal.payload(1, 4)))
    me, text = as_role("inspector"), f"{terminal.number:016d}"
    after = now_of(served, me)["event"]
    with httpx.stream(
        "GET", f"{served}/v1/live/events?after={after}", headers=me, timeout=PATIENCE_S
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        # What keeps a proxy between from holding it back.
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["cache-control"] == "no-store, no-transform"
        events = told(answer)
        body = {"terminal": text, "kind": "face_check", "role": "trainee"}
        given = httpx.post(f"{served}/v1/orders", json=body, headers=me)
        assert (given.status_code, given.json()["state"]) == (201, "waiting")
        assert order_states(events, text, "waiting")
        gate.deliver((terminal.topic, terminal.payload(4, 4)))
        terminal.minute()
        gate.deliver(terminal.last())
        assert order_states(events, text, "sent")
        terminal.done(given.json()["number"], wire.FACE_CHECK, wire.DONE, 1)
        gate.deliver(terminal.last())
        (last,) = order_states(events, text, "done")
        assert (last["outcome"], last["value"], last["by"]) == ("done", 1, "test-inspector")


def order_states(events: Told, terminal: str, state: str) -> list[dict[str, Any]]:
    """Read on until an order of that terminal is in that state."""
    for _, data in events:
        found = [one for one in data["orders"] if (one["terminal"], one["state"]) == (terminal, state)]
        if found:
            return found
    return []


def test_only_what_changed_is_sent_and_a_reader_goes_on_where_it_stopped(served: str, gate: Gate) -> None:
    one, other = terminal_with(next(NUMBERS), 1), terminal_with(next(NUMBERS), 1)
    gate.deliver((one.topic, one.payload(1, 3)), (other.topic, other.payload(1, 3)))
    me = as_role("auditor")
    with httpx.stream("GET", f"{served}/v1/live/events", headers=me, timeout=PATIENCE_S) as answer:
        events = told(answer)
        name, whole = next(events)
        assert name == "whole" and {len(whole["cars"])} == {now_of(served, me)["count"]}
        if other.number not in {int(car["terminal"]) for car in whole["cars"] if car["heard_at"]}:
            # The last look was before their first records.
            changed_until(events, other.number)
        one.minute()
        gate.deliver(one.last())
        changed, event = changed_until(events, one.number)
        assert other.number not in changed
    other.minute()
    gate.deliver(other.last())
    again = {**me, "last-event-id": event}
    with httpx.stream("GET", f"{served}/v1/live/events", headers=again, timeout=PATIENCE_S) as answer:
        changed, _ = changed_until(told(answer), other.number)
        assert one.number not in changed
    strange = {**me, "last-event-id": "cafe-1-2"}
    with httpx.stream("GET", f"{served}/v1/live/events", headers=strange, timeout=PATIENCE_S) as answer:
        assert next(told(answer))[0] == "whole"


def changed_until(events: Told, terminal: int) -> tuple[set[int], str]:
    """Read changes, and nothing but changes, until that car is in one; all cars in them, the last event."""
    changed: set[int] = set()
    for name, data in events:
        assert name == "change"
        changed |= {int(car["terminal"]) for car in data["cars"]}
        if terminal in changed:
            return changed, data["event"]
    raise AssertionError(f"no change of {terminal}")


def test_a_school_sees_its_own_cars_and_orders_alone(served: str, gate: Gate) -> None:
    theirs = as_role("school", THEIRS)
    assert [car["plate"] for car in now_of(served, theirs)["cars"]] == ["沪B0001学"]
    ours = {car["school"] for car in now_of(served, as_role("school", OURS))["cars"]}
    assert ours == {f"{OURS:016d}"}
    for number in (NOT_OURS, next(NUMBERS)):
        body = {"terminal": f"{number:016d}", "kind": "status"}
        assert httpx.post(f"{served}/v1/orders", json=body, headers=as_role("inspector")).status_code == 201
    listed = httpx.get(f"{served}/v1/orders", headers=theirs).json()
    assert ([one["terminal"] for one in listed["items"]], listed["count"]) == ([f"{NOT_OURS:016d}"], 1)
    with httpx.stream("GET", f"{served}/v1/live/events", headers=theirs, timeout=PATIENCE_S) as answer:
        name, whole = next(told(answer))
    assert {one["terminal"] for one in whole["orders"]} == {f"{NOT_OURS:016d}"}


def test_the_page_shows_the_cars_without_scripts(served: str, gate: Gate) -> None:
    terminal = terminal_with(next(NUMBERS), 1)
    gate.deliver((terminal.topic, terminal.payload(1, 3)))
    page = httpx.get(f"{served}/live", headers={**as_role("inspector"), "accept-language": "en"})
    assert page.status_code == 200
    assert f'data-terminal="{terminal.number:016d}"' in page.text
    assert httpx.get(f"{served}/v1/live/fences", headers=as_role("inspector")).json() == {"items": []}


def test_a_stream_ends_soon_after_its_accounts_session(
    served: str, desk_app: FastAPI, desk_conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "HEARTBEAT_S", 0.1)
    monkeypatch.setattr(desk_app.state.desk, "identify", identify)
    now, cookie = datetime.now(UTC), "a-cookie-of-the-test"
    desk_conn.execute(
        "INSERT INTO browser_session (digest, account, is_whole, created_at, seen_at)"
        " VALUES (%s, %s, true, %s, %s)",
        (digest_of(cookie), desk_app.state.accounts["inspector"], now, now - timedelta(minutes=5)),
    )
    url, mine = f"{served}/v1/live/events", {"cookie": f"{COOKIE}={cookie}"}
    with httpx.stream("GET", url, headers=mine, timeout=PATIENCE_S) as answer:
        events = told(answer)
        assert next(events)[0] == "whole"
        desk_conn.execute("UPDATE browser_session SET ended_at = now()")
        assert list(events)[-1] == ("over", {"reason": "logged_out"})
    assert httpx.get(url, headers=mine).status_code == 401


def test_nobody_listens_without_an_account_or_too_often(
    served: str, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/v1/live/events").status_code == 401
    monkeypatch.setattr(api, "LISTENERS_MOST_OF_ONE", 0)
    refused = client.get("/v1/live/events", headers=as_role("inspector"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_listeners")


def test_a_feed_that_is_kept_warm_looks_though_nobody_watches(
    desk_app: FastAPI, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes first finds the cars there: nothing is asked of the database for it."""
    monkeypatch.setattr(feeds, "IDLE_S", 0.05)
    looks = threading.Semaphore(0)

    @contextmanager
    def counted() -> Iterator[Connection]:
        looks.release()
        with desk_app.state.desk.pool.connection() as conn:
            yield conn

    feed = LiveFeed(counted, look_s=60.0)
    feed.keep_warm()
    assert looks.acquire(timeout=PATIENCE_S) and looks.acquire(timeout=PATIENCE_S)
    monkeypatch.setattr(feed, "_connections", None)
    told = feed.told_since(None, None)
    assert told is not None and told.whole and json.loads(told.text)["cars"]
    feed.end()


def test_a_watcher_wakes_a_feed_that_rests(desk_app: FastAPI, gate: Gate) -> None:
    feed = LiveFeed(desk_app.state.desk.pool.connection, look_s=0.05)
    feed.keep_warm()
    assert feed.since(None, None) is not None
    terminal, woken = terminal_with(next(NUMBERS), 1), threading.Event()
    feed.watch(woken.set)
    gate.deliver((terminal.topic, terminal.payload(1, 3)))
    assert woken.wait(PATIENCE_S)
    feed.end()


def test_listeners_are_told_to_come_again_when_the_desk_ends(served: str, desk_app: FastAPI) -> None:
    with httpx.stream(
        "GET", f"{served}/v1/live/events", headers=as_role("auditor"), timeout=PATIENCE_S
    ) as answer:
        events = told(answer)
        assert next(events)[0] == "whole"
        desk_app.state.live_feed.end()
        assert list(events)[-1] == ("over", {"reason": "restart"})
