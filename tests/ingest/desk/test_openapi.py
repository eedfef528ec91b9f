"""The API's own page, and the API fuzzed by it: no 500, every answer as documented, one error shape."""

import re
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi import checks as openapi

from tests.ingest.desk.asking import as_role

STREAMS = {"/v1/live/events"}
"""They never end, and are tested apart."""
EXAMPLES = 12


@pytest.mark.parametrize("role", ["supervisor", "school"])
def test_every_operation_answers_as_its_page_says(desk_app: FastAPI, role: str) -> None:
    page = schemathesis.openapi.from_asgi("/v1/openapi.json", desk_app)
    operations = [one.ok() for one in page.get_all_operations()]
    assert operations
    for operation in operations:
        if operation.path not in STREAMS:
            _fuzz(operation, role)


def _fuzz(operation: Any, role: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        answer = case.call(headers={**dict(case.headers or {}), **as_role(role)})
        assert answer.status_code < 500, (case.method, case.path, answer.text)
        case.validate_response(answer, excluded_checks=_NOT_OURS)
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
