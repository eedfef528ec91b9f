"""Every route of the desk by every role: what the table says is declared, and what is declared is done.

access_matrix.toml holds the whole table, so that a right that changes is seen in a review.
"""

import re
import tomllib
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.desk.kernel.actor import ROLES
from ingest.desk.openapi import EVERYBODY, access_of
from tests.ingest.desk.asking import as_role

TABLE = Path(__file__).with_name("access_matrix.toml")
SAMPLES = {
    "terminal": "1000000000000001",
    "number": "1000000000000001",
    "language": "en",
    "digest": "00" * 32,
}
STREAMS = {"/v1/live/events"}


def test_the_table_is_what_the_routes_declare(desk_app: FastAPI) -> None:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))["routes"]
    assert access_of(desk_app) == table
    assert len(table) > 50


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: SAMPLES.get(match[1], "1"), path)


@pytest.mark.parametrize("role", [None, *ROLES])
def test_every_route_keeps_to_it(desk_app: FastAPI, client: TestClient, role: str | None) -> None:
    """A role that may not is told 403 (nobody: 401 or the log-in) before anything is done; others are not."""
    wrong = []
    for name, roles in access_of(desk_app).items():
        method, path = name.split(" ", 1)
        if roles == EVERYBODY or (path in STREAMS and role is not None and role in roles.split(" ")):
            continue
        headers = {} if role is None else as_role(role)
        answer = client.request(method, _filled(path), headers=headers, follow_redirects=False)
        refused = answer.status_code in (401, 403) or answer.headers.get("location", "").startswith(
            "/log-in?next="
        )
        may = role is not None and role in roles.split(" ")
        if may == refused and not (may and _is_about_more(answer)):
            wrong.append(f"{role} {name}: {answer.status_code}")
    assert not wrong, wrong


def _is_about_more(answer: object) -> bool:
    """A rule below the role (a lease, a password) may refuse as well, under its own code."""
    try:
        code = answer.json()["error"]["code"]  # type: ignore[attr-defined]
    except (ValueError, KeyError, TypeError):
        return False
    return code not in ("not_allowed", "not_logged_in", "csrf")


@pytest.mark.parametrize("role", ROLES)
def test_no_write_of_a_browser_goes_without_its_csrf_token(
    desk_app: FastAPI, client: TestClient, role: str
) -> None:
    passed = []
    for name, roles in access_of(desk_app).items():
        method, path = name.split(" ", 1)
        if method == "GET" or role not in roles.split(" "):
            continue
        answer = client.request(method, _filled(path), headers={"x-as": role}, follow_redirects=False)
        if answer.status_code != 403:
            passed.append(f"{name}: {answer.status_code}")
    assert not passed, passed
