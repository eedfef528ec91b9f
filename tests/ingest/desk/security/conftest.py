"""A desk as it is served, over a real socket with real log-ins, and people who are up to no good."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ingest.casework.up_to_date import bring_up_to_date
from ingest.cli.desk import web
from ingest.desk.app import make_desk
from ingest.desk.kernel.settings import DeskSettings
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.casework.seats import CHEAP, GOOD, make
from tests.ingest.casework.sessions import SCHOOL, filled

CSRF = re.compile(r'name="csrf" (?:content|value)="([0-9a-f]{64})"')
ONCE = httpx.Limits(max_keepalive_connections=0)
FROM_HERE = {"sec-fetch-site": "same-origin"}
SEATS = (
    ("ines", "inspector", 0),
    ("ivan", "inspector", 0),
    ("sara", "supervisor", 0),
    ("sven", "supervisor", 0),
    ("own", "school", SCHOOL),
    ("other", "school", SCHOOL + 1),
    ("anna", "auditor", 0),
)


class Seat:
    """Somebody at a browser of their own: cookie, and the token that its pages carry."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.http = httpx.Client(base_url=url, follow_redirects=False, timeout=60, limits=ONCE)
        self.csrf = ""

    def log_in(self, password: str = GOOD) -> httpx.Response:
        """Log in and read the page's token."""
        form = {"name": self.name, "password": password}
        answer = self.http.post("/log-in", data=form, headers=FROM_HERE)
        found = CSRF.search(self.http.get("/account").text)
        self.csrf = found[1] if found else ""
        return answer

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path, headers=FROM_HERE)

    def send(self, path: str, body: Any = None, method: str = "POST", **headers: str) -> httpx.Response:
        """A write as the pages' scripts send it."""
        return self.http.request(
            method, path, json=body, headers={"x-csrf-token": self.csrf, **FROM_HERE, **headers}
        )

    def token(self, *scopes: str, label: str = "a program") -> httpx.Client:
        """A program with a token of this person's."""
        made = self.send("/v1/tokens", {"label": label, "scopes": list(scopes)})
        assert made.status_code == 201, made.text
        return bearer(str(self.http.base_url), made.json()["token"])


def bearer(url: str, token: str) -> httpx.Client:
    """A program with that token."""
    return httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60)


def code(answer: httpx.Response) -> str:
    """ok, or why it was refused."""
    return "ok" if answer.is_success else str(answer.json()["error"]["code"])


def at_once(*acts: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """All of them, begun together."""
    ready, held = threading.Barrier(len(acts)), {}

    def one(number: int, act: Callable[[], httpx.Response]) -> None:
        ready.wait(60)
        held[number] = act()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return [held[number] for number in range(len(acts))]


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    """The desk operator's own way into the file's database: three judged sessions, an account a role."""
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        filled(made)
        bring_up_to_date(made)
        for seat in SEATS:
            make(made, *seat)
        # Their second factor is what other tests are about.
        made.execute("UPDATE account SET totp_secret = NULL")
        yield made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> DeskSettings:
    """Override it for another desk."""
    return DeskSettings(tmp_path_factory.mktemp("desk"), writes_per_min=100_000, exports_per_min=100_000)


@pytest.fixture(scope="module")
def app(conn: Connection, settings: DeskSettings, module_postgres_url: str) -> FastAPI:
    made = make_desk(replace(settings), module_postgres_url)
    made.state.passwords = CHEAP
    return made


@pytest.fixture(scope="module")
def url(app: FastAPI, settings: DeskSettings) -> Iterator[str]:
    """Where it is served."""
    ready = threading.Event()
    listener = web.listening("127.0.0.1:0")
    server = web.server_of(app, settings, ready.set)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    assert ready.wait(120)
    yield web.address_of(listener, https=False).rstrip("/")
    server.should_exit = True
    thread.join(60)


@pytest.fixture(scope="module")
def seat(url: str, conn: Connection) -> Callable[[str], Seat]:
    """Somebody who has logged in, by name; a supervisor's second factor was set up before."""
    held: dict[str, Seat] = {}

    def of(name: str) -> Seat:
        if name not in held:
            held[name] = Seat(url, name)
            held[name].log_in()
            conn.execute(
                "UPDATE browser_session SET is_whole = true FROM account a"
                " WHERE a.id = account AND a.name = %s",
                (name,),
            )
            held[name].csrf = CSRF.search(held[name].get("/account").text)[1]  # type: ignore[index]
        return held[name]

    return of


@pytest.fixture
def anybody(url: str) -> Iterator[httpx.Client]:
    """Nobody in particular."""
    with httpx.Client(base_url=url, follow_redirects=False, timeout=60, limits=ONCE) as made:
        yield made
