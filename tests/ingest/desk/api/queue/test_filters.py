"""Filters kept under a name: one's own, few, renamed, deleted, and shown on the queue's page."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.desk.api.queue.filters import query_of
from ingest.desk.api.queue.rows import Asked
from ingest.store.connection import Connection
from ingest.store.desk.queue import kept
from tests.ingest.desk.asking import as_role


@pytest.fixture(autouse=True)
def nothing_kept(desk_conn: Connection) -> None:
    desk_conn.execute("DELETE FROM queue_filter")


def keep(client: TestClient, name: str, filters: dict[str, Any], role: str = "inspector") -> Any:
    return client.post("/v1/queue/filters", json={"name": name, "filters": filters}, headers=as_role(role))


def names(client: TestClient, role: str = "inspector") -> list[str]:
    return [one["name"] for one in client.get("/v1/queue/filters", headers=as_role(role)).json()["items"]]


def test_a_filter_is_kept_renamed_and_deleted_by_its_owner_alone(client: TestClient) -> None:
    asked = {"search": "王 驾校", "from": "2026-11-02", "mine": True, "reason": "OUT_OF_FENCE"}
    made = keep(client, " 王教练 ", asked)
    assert made.status_code == 200, made.text
    one = made.json()
    assert (one["name"], one["filters"]) == ("王教练", asked)
    page = client.get(f"/?{one['query']}", headers=as_role("inspector"))
    assert page.status_code == 200 and 'value="王 驾校"' in page.text
    path = f"/v1/queue/filters/{one['id']}"
    for role in ("supervisor", "school", "auditor"):
        assert names(client, role) == []
        assert client.patch(path, json={"name": "x"}, headers=as_role(role)).status_code == 404
        assert client.delete(path, headers=as_role(role)).status_code == 404
    assert client.patch(path, json={"name": "Wang"}, headers=as_role("inspector")).json()["name"] == "Wang"
    assert names(client) == ["Wang"]
    assert client.delete(path, headers=as_role("inspector")).status_code == 204
    assert names(client) == []


def test_names_are_told_apart_and_few(client: TestClient) -> None:
    for n in range(kept.MOST):
        assert keep(client, f"{n:02d}", {"score": n}).status_code == 200
    assert keep(client, "00", {}).json()["error"]["code"] == "filter_name_taken"
    assert keep(client, "one more", {}).json()["error"]["code"] == "filters_full"
    assert keep(client, "00", {}, "school").status_code == 200
    second = client.get("/v1/queue/filters", headers=as_role("inspector")).json()["items"][1]
    path = f"/v1/queue/filters/{second['id']}"
    told = client.patch(path, json={"name": "00"}, headers=as_role("inspector"))
    assert (told.status_code, told.json()["error"]["code"]) == (409, "filter_name_taken")


def test_the_keys_of_kept_filters_stay(client: TestClient) -> None:
    """A new one comes last, whatever its name; a new name moves nothing."""
    for name in ("Songbei", "Jiangnan", "A field"):
        keep(client, name, {"score": 1})
    first = client.get("/v1/queue/filters", headers=as_role("inspector")).json()["items"][0]["id"]
    client.patch(f"/v1/queue/filters/{first}", json={"name": "Z"}, headers=as_role("inspector"))
    assert names(client) == ["Z", "Jiangnan", "A field"]


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("", {}),
        ("  ", {}),
        ("x" * 41, {}),
        ("a\nb", {}),
        ("days", {"from": "2026-11-02", "to": "2026-11-01"}),
        ("state", {"state": "old"}),
        ("words", {"search": "a b c d e f g h i"}),
    ],
)
def test_what_could_not_be_shown_is_not_kept(client: TestClient, name: str, filters: dict[str, Any]) -> None:
    assert keep(client, name, filters).status_code == 422
    assert names(client) == []


def test_a_query_gives_its_filters_back() -> None:
    asked = Asked(search="a&b=ü", state="new", mine=True, score=0)
    assert query_of(asked) == "search=a%26b%3D%C3%BC&score=0&state=new&mine=true"
