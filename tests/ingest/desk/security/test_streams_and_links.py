"""A stream after its rights were taken, a trainee's link that is none, a proxy that is everybody."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework.trainee.link import link_key
from ingest.desk.api.live import cars as live
from ingest.desk.kernel.settings import DeskSettings, DeskSettingsError
from ingest.store.connection import Connection
from tests.ingest.casework.seats import make
from tests.ingest.casework.sessions import NAME, SCHOOL
from tests.ingest.desk.security.conftest import Seat
from tests.ingest.judging.journal import TRAINEES

Seats = Callable[[str], Seat]
EVENTS = "/v1/live/events"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.2)


def ends(answer: httpx.Response) -> Iterator[str]:
    """What the stream says from here to its end."""
    for line in answer.iter_lines():
        if line.startswith(("event:", "data:")):
            yield line


@pytest.mark.parametrize("way", ["disable", "role", "log-out", "revoke"])
def test_a_stream_ends_with_its_rights(seat: Seats, url: str, conn: Connection, way: str) -> None:
    name = f"listens-{way}"
    make(conn, name)
    who = Seat(url, name)
    who.log_in()
    client, sara = who.http, seat("sara")
    if way == "revoke":
        client = who.token("read")
    with client.stream("GET", EVENTS) as answer:
        assert answer.status_code == 200
        told = ends(answer)
        assert next(told) == "event: whole"
        if way == "disable":
            assert sara.send(f"/v1/accounts/{name}/disable").status_code == 200
        elif way == "role":
            body = {"role": "school", "school": f"{SCHOOL + 1:016d}"}
            assert sara.send(f"/v1/accounts/{name}/role", body, "PUT").status_code == 200
        elif way == "revoke":
            (one,) = who.get("/v1/tokens").json()["items"]
            assert who.send(f"/v1/tokens/{one['number']}", method="DELETE").status_code == 204
        else:
            assert who.send("/log-out").status_code == 303
        rest = list(told)
        assert rest[-2:] == ["event: over", 'data: {"reason": "logged_out"}']


def test_a_stream_of_a_school_has_nothing_of_another(seat: Seats) -> None:
    with seat("other").http.stream("GET", EVENTS) as answer:
        lines = ends(answer)
        assert next(lines) == "event: whole"
        assert "0000000000000007" not in next(lines)
    for event in ("0-0-0", "x" * 80, "1-1-99999999999999", "\u0660"):
        asked = {"after": event}
        with seat("other").http.stream("GET", EVENTS, params=asked) as answer:
            assert answer.status_code == 200 and next(ends(answer)) == "event: whole"


def test_only_so_many_streams_of_one(seat: Seats) -> None:
    ivan, held = seat("ivan"), []
    for _ in range(live.LISTENERS_MOST_OF_ONE):
        held.append(ivan.http.stream("GET", EVENTS))
        assert held[-1].__enter__().status_code == 200
    assert ivan.get(EVENTS).status_code == 429
    for one in held:
        one.__exit__(None, None, None)


def test_a_link_opens_one_trainee_and_nothing_else(
    anybody: httpx.Client, seat: Seats, settings: DeskSettings
) -> None:
    trainee = f"{TRAINEES[0]:016d}"
    made = seat("own").send(f"/v1/trainees/{trainee}/link", {"days": 1})
    path = made.json()["path"]
    assert NAME not in anybody.get(path).text and anybody.get(path).status_code == 200
    assert anybody.get(path).headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in anybody.get(path).headers
    data = base64.urlsafe_b64decode(path.removeprefix("/t/") + "=")
    key = link_key(settings.data)
    forged = [
        data[:15] + bytes([data[15] ^ 1]) + data[16:],  # another trainee
        data[:4] + b"\xff" * 4 + data[8:],  # a later end
        bytes(3) + b"\x02" + data[4:],  # another version
        data[:16] + bytes(16),
        data[:-1],
        data + b"\0",
        key._mac(data[:16]) + data[:16],
    ]
    told = [anybody.get("/t/" + base64.urlsafe_b64encode(one).decode().rstrip("=")) for one in forged]
    told += [anybody.get(path + end) for end in ("=", "A", "%00")]
    told.append(anybody.get("/t/" + key.token(TRAINEES[0], 1)))
    assert {one.status_code for one in told} == {404}
    # But for the way back after a change of language they are the same page.
    assert len({re.sub(r"next=[^\"]*", "", one.text) for one in told}) == 1
    # It is no token and no cookie of the desk.
    token = path.removeprefix("/t/")
    assert anybody.get("/v1/account", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert anybody.get("/v1/account", headers={"cookie": f"hourfence={token}"}).status_code == 401


def test_links_are_opened_so_often_and_not_more(anybody: httpx.Client) -> None:
    """Whatever X-Forwarded-For says."""
    told = [
        anybody.get(f"/t/{'x' * 43}", headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code
        for n in range(40)
    ]
    assert 429 in told and set(told) == {404, 429}


def test_a_network_is_one_customer(app: FastAPI, url: str) -> None:
    """Whoever has 64 bits of addresses opens no more than whoever has one."""
    told = []
    for number in range(40):
        here = (f"2001:db8::{number:x}", 5000)
        told.append(TestClient(app, client=here).get(f"/t/{'x' * 43}").status_code)
    assert set(told[:30]) == {404} and set(told[30:]) == {429}


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "::/0", "10.0.0.1,*", "proxy.example", "/run/socket"])
def test_a_proxy_is_somebody(tmp_path: Path, proxy: str) -> None:
    """Who believes everybody believes what a guesser says of an address."""
    with pytest.raises(DeskSettingsError, match="TRUSTED_PROXY"):
        DeskSettings.from_environment(tmp_path, {"HOURFENCE_DESK_TRUSTED_PROXY": proxy})


@pytest.mark.parametrize("proxy", ["10.0.0.1", "10.0.0.0/8, ::1", ""])
def test_a_proxy_by_its_address(tmp_path: Path, proxy: str) -> None:
    found = DeskSettings.from_environment(tmp_path, {"HOURFENCE_DESK_TRUSTED_PROXY": proxy})
    assert found.trusted_proxy == (proxy or None)
