"""Many at once and very slowly: what nobody in particular can do to the desk by waiting."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from ingest.casework.accounts.passwords import Passwords
from ingest.cli.desk import in_time
from ingest.desk.auth import room
from ingest.store.connection import Connection
from tests.ingest.desk.security.conftest import FROM_HERE, Seat
from tests.ingest.receive.services import until

Seats = Callable[[str], Seat]


def test_many_at_once_are_all_answered(url: str) -> None:
    """More than there are threads and connections, from somebody whose cookie is none."""
    told: list[int] = []
    cookies = {"hourfence": "x" * 40}
    with httpx.Client(base_url=url, cookies=cookies, timeout=60, limits=httpx.Limits()) as client:
        threads = [
            threading.Thread(target=lambda: told.append(client.get("/log-in/set-up").status_code))
            for _ in range(64)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert told == [303] * 64


class Held(Passwords):
    """Each check takes until it is let go."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.let_go = threading.Event()

    def fits(self, kept: str | None, password: str) -> bool:
        return self.let_go.wait(240) and super().fits(kept, password)


def test_a_flood_of_log_ins_keeps_nobody_else_waiting(
    url: str, app: FastAPI, seat: Seats, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines, before, held = seat("ines"), app.state.passwords, Held()
    conn.execute("DELETE FROM log_in_failure")
    monkeypatch.setattr(room, "WAITING_MOST", 15)
    app.state.passwords = held
    told: list[int] = []

    def try_one(number: int) -> None:
        form = {"name": f"flood{number}", "password": "x"}
        answer = httpx.post(f"{url}/log-in", data=form, headers=FROM_HERE, timeout=240)
        told.append(answer.status_code)
        assert answer.status_code == 401 or answer.headers["retry-after"] == "5"

    threads = [threading.Thread(target=try_one, args=(number,)) for number in range(19)]
    try:
        for thread in threads:
            thread.start()
        until(lambda: len(told) >= 4, "the four that are too many")
        # What the last of them waits for is not what others need.
        assert [ines.http.get("/v1/queue", timeout=60).status_code for _ in range(3)] == [200] * 3
    finally:
        held.let_go.set()
        for thread in threads:
            thread.join(240)
        app.state.passwords = before
    assert sorted(told) == [401] * 15 + [503] * 4
    assert app.state.log_ins == 0


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST /log-in HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab",
    ],
)
def test_a_request_that_never_ends(url: str, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(in_time, "REQUEST_S", 0.3)
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as made:
        made.sendall(begun)
        told = made.recv(10)
        # Closed, or refused as cut off and then closed.
        assert told in (b"", b"HTTP/1.1 4"), told


def test_an_answer_that_nobody_reads(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_time, "READ_S", 0.3)
    lost: list[tuple[str, int] | None] = []

    losing = in_time.RequestInTime.connection_lost

    def told(one: in_time.RequestInTime, fault: Exception | None) -> None:
        losing(one, fault)
        lost.append(one.client)

    monkeypatch.setattr(in_time.RequestInTime, "connection_lost", told)
    host, port = url.removeprefix("http://").split(":")
    asked, file = 60, "/static/leaflet/leaflet.js"
    whole = asked * len(httpx.get(url + file).content)
    with socket.socket() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.connect((host, int(port)))
        made.sendall(f"GET {file} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * asked)
        until(lambda: made.getsockname() in lost, "the connection to be given up")
        made.settimeout(60)
        read = 0
        with contextlib.suppress(ConnectionError):
            while part := made.recv(1 << 20):
                read += len(part)
    assert read < whole


def test_a_request_in_time_is_answered_though_the_answer_takes_long(
    url: str, app: FastAPI, seat: Seats, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for the request, though the machine is busy.
    monkeypatch.setattr(in_time, "REQUEST_S", 1.5)
    with httpx.stream(
        "GET", f"{url}/v1/live/events", cookies=dict(seat("ines").http.cookies), timeout=60
    ) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert next(lines).startswith("retry")
        threading.Event().wait(2.0)
        assert any(line.startswith("event: whole") for _, line in zip(range(9), lines, strict=False))
