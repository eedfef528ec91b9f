"""What nothing knows is refused, whole: a filter mistyped must not let everything through."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.ingest.desk.asking import as_role

BULK = {"kind": "accept", "cause": "harmless", "filters": {"schol": "2301100000000009"}}


@pytest.mark.parametrize(
    ("method", "path", "body", "where"),
    [
        ("GET", "/v1/queue?schol=2301100000000009", None, ["query", "schol"]),
        ("GET", "/v1/orders?Limit=5", None, ["query", "Limit"]),
        ("POST", "/v1/queue/next", {"schol": "2301100000000009"}, ["body", "schol"]),
        ("POST", "/v1/bulk/preview", BULK, ["body", "filters", "schol"]),
    ],
)
def test_what_nothing_knows_is_refused(
    client: TestClient, method: str, path: str, body: Any, where: list[str]
) -> None:
    answer = client.request(method, path, json=body, headers=as_role("supervisor"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")
    (field,) = answer.json()["error"]["details"]["fields"]
    assert (field["where"], field["what"]["en"]) == (where, "It is not known here; leave it out.")


def test_what_is_known_is_taken_beside_other_parameters(client: TestClient) -> None:
    query = "school=2301100000000009&listed=true&from=2026-05-12&limit=5&counted=true"
    answer = client.get(f"/v1/queue?{query}", headers=as_role("supervisor"))
    assert answer.status_code == 200, answer.text
