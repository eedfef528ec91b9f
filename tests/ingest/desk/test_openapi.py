"""The API's own page, and the API held to it on a filled desk: every answer as documented, to the field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi import checks as openapi

from ingest.store.connection import Connection
from tests.ingest.desk.asking import as_role
from tests.ingest.desk.documented import Documented
from tests.ingest.desk.filled_desk import Filled, Values, fill
from tests.ingest.desk.writes import NOT_HERE, Walk

STREAMS = {"/v1/live/events"}
"""They never end, and are tested apart."""
EXAMPLES = 4
REAL_MOST = 2
ASKED_MOST = {"supervisor": 8, "school": 2}
"""Real addresses of an operation that each role asks for."""
PACKS_MOST = 2
"""A pack takes half a second."""
UNANSWERED: dict[str, str] = {}
"""GET operations that a supervisor need not get an answer from, and why."""


@pytest.fixture(scope="module")
def filled(
    desk_app: FastAPI, client: TestClient, desk_conn: Connection, module_postgres_url: str
) -> Iterator[Filled]:
    yield fill(desk_app, client, desk_conn, module_postgres_url)


@pytest.fixture(scope="module")
def documented(client: TestClient) -> Documented:
    return Documented(client.get("/v1/openapi.json").json())


def test_everything_that_can_be_read_is_as_documented(
    client: TestClient, filled: Filled, documented: Documented
) -> None:
    page = client.get("/v1/openapi.json").json()
    reads = [path for path, methods in page["paths"].items() if "get" in methods and path not in STREAMS]
    unanswered = []
    for path in reads:
        statuses = {
            _read(client, filled, documented, path, values, role)
            for role, most in ASKED_MOST.items()
            for values in filled.addresses(path)[: PACKS_MOST if path.endswith("/pack") else most]
        }
        if ("supervisor", 200) not in statuses:
            unanswered.append(f"{path}: {statuses}")
    assert unanswered == sorted(UNANSWERED)


def _read(
    client: TestClient, filled: Filled, documented: Documented, path: str, values: Values, role: str
) -> tuple[str, int]:
    query = {name: value for name, value in values.items() if f"{{{name}}}" not in path}
    headers = as_role(role, filled.school if role == "school" else None)
    answer = client.get(path.format(**values), params=query, headers=headers)
    assert answer.status_code < 500, (path, values, answer.text)
    documented.check("get", path, answer)
    return role, answer.status_code


def test_every_write_answers_as_its_page_says(
    client: TestClient, filled: Filled, desk_conn: Connection
) -> None:
    page = client.get("/v1/openapi.json").json()
    walk = Walk(client, filled, desk_conn, list(page["paths"]))
    walk.all_of_it()
    writes = {
        f"{method.upper()} {path}"
        for path, methods in page["paths"].items()
        for method in methods
        if method != "get"
    }
    assert writes - walk.done == set(NOT_HERE)


@pytest.mark.parametrize("role", ["supervisor", "school"])
def test_every_operation_answers_as_its_page_says(filled: Filled, documented: Documented, role: str) -> None:
    page = schemathesis.openapi.from_asgi("/v1/openapi.json", filled.app)
    operations = [one.ok() for one in page.get_all_operations()]
    assert operations
    for operation in operations:
        if operation.path not in STREAMS:
            _fuzz(operation, filled, documented, role)


def _fuzz(operation: Any, filled: Filled, documented: Documented, role: str) -> None:
    headers = as_role(role, filled.school if role == "school" else None)
    made = [operation.as_strategy()]
    if "{" in operation.path:
        for values in filled.addresses(operation.path)[:REAL_MOST]:
            named = {name: value for name, value in values.items() if f"{{{name}}}" in operation.path}
            made.append(operation.as_strategy(path_parameters=named))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(made))
    def answers(case: Any) -> None:
        answer = case.call(headers={**dict(case.headers or {}), **headers})
        assert answer.status_code < 500, (case.method, case.path, answer.text)
        case.validate_response(answer, excluded_checks=_NOT_OURS)
        documented.check(case.method, case.path, answer)
        if answer.status_code >= 400:
            told = answer.json()["error"]
            assert set(told) == {"code", "message", "details"}, answer.text
            assert told["message"]["en"] and re.search("[\u4e00-\u9fff]", told["message"]["zh"])

    answers()


# Rights and rules refuse what the page allows, and a value may be refused that its type allows.
_NOT_OURS = [openapi.ignored_auth, openapi.positive_data_acceptance, openapi.missing_required_header]


def test_the_page_names_every_operation_in_words(client: TestClient) -> None:
    page = client.get("/v1/openapi.json").json()
    missing = [
        f"{method} {path}"
        for path, methods in page["paths"].items()
        for method, one in methods.items()
        if not one.get("description") or not one.get("tags")
    ]
    assert not missing, missing


def test_the_page_names_the_fields_of_every_answer(client: TestClient) -> None:
    page = client.get("/v1/openapi.json").json()
    without = [
        f"{method} {path} {status}"
        for path, methods in page["paths"].items()
        for method, one in methods.items()
        for status, answer in one["responses"].items()
        if status.startswith("2") and status != "204" and not _is_told(answer.get("content", {}))
    ]
    assert not without, without


def _is_told(content: dict[str, Any]) -> bool:
    schema = content.get("application/json", {}).get("schema", {})
    is_file = bool(content) and set(content) != {"application/json"}
    return is_file or "$ref" in schema


def test_the_page_says_how_a_program_logs_in_and_what_an_error_is(client: TestClient) -> None:
    page = client.get("/v1/openapi.json").json()
    writes = 0
    for path, methods in page["paths"].items():
        for method, one in methods.items():
            ways = [name for way in one["security"] for name in way]
            assert ways == (["browser"] if one["x-scope"] == "browser" else ["token", "browser"]), path
            assert set(ways) <= set(page["components"]["securitySchemes"])
            keys = [each for each in one.get("parameters", []) if each["name"] == "Idempotency-Key"]
            assert len(keys) == (method != "get"), (method, path)
            writes += len(keys)
            for status, answer in one["responses"].items():
                schema = answer.get("content", {}).get("application/json", {}).get("schema")
                assert status < "400" or schema == {"$ref": "#/components/schemas/Error"}, (path, status)
    assert writes > 20


def test_an_answer_with_a_field_that_nothing_documents_is_found(client: TestClient, filled: Filled) -> None:
    path = "/v1/sessions/{terminal}/{session}"
    answer = client.get(path.format(**filled.sessions[0]), headers=as_role("supervisor"))
    for shape, name in (("SessionTold", "seen"), ("MinuteTold", "stops"), ("Moment", "local")):
        page = client.get("/v1/openapi.json").json()
        del page["components"]["schemas"][shape]["properties"][name]
        with pytest.raises(AssertionError, match=name):
            Documented(page).check("get", path, answer)
