"""A desk on a real database, asked by a header in place of log-in, so that rights are tested apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ingest.desk.app import make_desk
from ingest.desk.kernel.actor import ROLES, Actor
from ingest.desk.kernel.settings import DeskSettings
from ingest.desk.openapi import document
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.desk.asking import CSRF
from tests.ingest.desk.documented import Documented

SCHOOL_NUMBER = 5001


def by_header(request: Request) -> Actor | None:
    """``x-as: role`` or ``x-as: school:5001``; the accounts are those that ``accounts`` made."""
    role, _, school = request.headers.get("x-as", "").partition(":")
    if role not in ROLES:
        return None
    number = int(school or SCHOOL_NUMBER) if role == "school" else 0
    account = request.app.state.accounts.get(role, 1)
    return Actor(account, f"test-{role}", role, number, "en", "127.0.0.1", None, CSRF, is_confirmed=True)


@pytest.fixture(scope="module")
def desk_conn(module_postgres_url: str) -> Iterator[Connection]:
    """A connection to the file's migrated database, with one account a role."""
    with connect(module_postgres_url) as conn:
        migrate(conn)
        for role in ROLES:
            conn.execute(
                "INSERT INTO account (name, role, school) VALUES (%s, %s, %s)",
                (f"test-{role}", role, SCHOOL_NUMBER if role == "school" else 0),
            )
        yield conn


@pytest.fixture(scope="module")
def desk_app(
    desk_conn: Connection, module_postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FastAPI]:
    folder: Path = tmp_path_factory.mktemp("desk")
    settings = DeskSettings(folder, writes_per_min=100_000, exports_per_min=100_000)
    app = make_desk(settings, module_postgres_url, by_header)
    app.state.accounts = dict(desk_conn.execute("SELECT role, id FROM account").fetchall())
    yield app


@pytest.fixture(scope="module")
def client(desk_app: FastAPI) -> Iterator[TestClient]:
    """Ask with headers=as_role("inspector"). Every good answer below /v1 is held to the API's page."""
    documented = Documented(document())
    with TestClient(desk_app, raise_server_exceptions=False) as client:
        client.event_hooks = {"response": [documented.hold]}
        yield client
