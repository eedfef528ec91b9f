"""A desk with its real log-in, a cheap hasher and a clock that the tests set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.desk.app import make_desk
from ingest.desk.auth.means import keys_of
from ingest.desk.kernel.settings import DeskSettings
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.casework.seats import CHEAP, enrol, make
from tests.ingest.desk.auth.browsers import Browser, Clock


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    """The file's database with boss (supervisor), li (inspector), west (school) and ada (auditor)."""
    with connect(module_postgres_url) as opened:
        migrate(opened)
        make(opened, "boss", "supervisor")
        make(opened, "li")
        make(opened, "west", "school", 5001)
        make(opened, "ada", "auditor")
        yield opened


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def app(
    conn: Connection, clock: Clock, module_postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FastAPI]:
    folder: Path = tmp_path_factory.mktemp("desk")
    made = make_desk(DeskSettings(folder), module_postgres_url)
    made.state.passwords = CHEAP
    made.state.clock = clock
    with TestClient(made):
        yield made


@pytest.fixture(autouse=True)
def fresh_tries(conn: Connection, clock: Clock) -> None:
    """What one test guessed is not counted in the next; each begins on another day."""
    conn.execute("DELETE FROM log_in_failure")
    clock.now += timedelta(days=1)


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    return Browser(app)


@pytest.fixture
def li(app: FastAPI) -> Browser:
    """An inspector, logged in."""
    return Browser(app).log_in("li")


@pytest.fixture
def boss(app: FastAPI, conn: Connection, clock: Clock) -> Browser:
    """A supervisor, logged in with a second factor."""
    conn.execute("UPDATE account SET totp_secret = NULL, totp_last = 0 WHERE name = 'boss'")
    [[number]] = conn.execute("SELECT id FROM account WHERE name = 'boss'").fetchall()
    totp = enrol(conn, number, clock.now - timedelta(minutes=5), keys_of(app))
    return Browser(app).log_in("boss", code=totp.at(clock.now))
