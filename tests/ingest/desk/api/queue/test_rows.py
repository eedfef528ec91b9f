"""The queue over HTTP: filters, pages, whose data one sees, and names that stay text."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.store.connection import Connection
from tests.ingest.desk.asking import as_role
from tests.ingest.desk.queue_rows import EVIL, OTHER, OWN, fill_queue


@pytest.fixture(scope="module", autouse=True)
def filled(desk_conn: Connection) -> None:
    fill_queue(desk_conn)


def ask(client: TestClient, query: str = "", role: str = "inspector") -> dict[str, Any]:
    answer = client.get(f"/v1/queue?counted=true&{query}", headers=as_role(role))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_worst_comes_first_and_what_needs_nobody_is_left_out(client: TestClient) -> None:
    found = ask(client)
    scores = [one["score"] for one in found["items"]]
    assert scores == sorted(scores, reverse=True)
    assert found["count"] == len(scores) == 18
    assert ask(client, "listed=true")["count"] == 24


def test_pages_follow_one_another_without_a_gap(client: TestClient) -> None:
    whole = [(one["terminal"], one["session"]) for one in ask(client)["items"]]
    seen, after = [], ""
    while after is not None:
        found = ask(client, f"limit=5&after={after}" if after else "limit=5")
        assert found["count"] == len(whole)
        seen += [(one["terminal"], one["session"]) for one in found["items"]]
        after = found["next"]
    assert seen == whole


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (f"school={OWN}", lambda one: one["school"]["number"] == f"{OWN:016d}"),
        ("ground=Ground 1", lambda one: one["ground"] == "Ground 1"),
        ("reason=OUT_OF_FENCE", lambda one: any(r["name"] == "OUT_OF_FENCE" for r in one["reasons"])),
        ("from=2026-11-05&to=2026-11-09", lambda one: "2026-11-05" <= one["local_day"] <= "2026-11-09"),
        ("score=105", lambda one: one["score"] >= 105),
        ("instructor=71&trainee=81", lambda one: True),
    ],
)
def test_a_filter_leaves_what_it_says(client: TestClient, query: str, wanted: Any) -> None:
    whole = ask(client)["items"]
    found = ask(client, query)
    assert found["items"] == [one for one in whole if wanted(one)]
    assert found["count"] == len(found["items"])
    assert query.startswith("instructor") or 0 < found["count"] < len(whole)


@pytest.mark.parametrize("text", ["李四", "own sch", "1000000000000001/10", "onerror", "71"])
def test_a_search_finds_numbers_and_names(client: TestClient, text: str) -> None:
    assert ask(client, f"search={text}")["count"] > 0


@pytest.mark.parametrize("text", ["nobody", "' OR 1=1 --", "%", "\\", "_"])
def test_a_search_is_a_text_and_nothing_else(client: TestClient, text: str) -> None:
    assert ask(client, f"search={text}")["count"] in (0, 24)


def test_a_school_sees_its_own_whatever_it_asks_for(client: TestClient) -> None:
    for query in ("", f"school={OTHER}", "listed=true", "search=onerror", "search=1000000000000002/11"):
        found = ask(client, query, "school")
        assert all(one["school"]["number"] == f"{OWN:016d}" for one in found["items"])
    facets = client.get("/v1/queue/facets", headers=as_role("school")).json()
    assert [one["number"] for one in facets["school"]] == [f"{OWN:016d}"]
    page = client.get("/", headers=as_role("school")).text
    assert EVIL not in page and f"{OTHER:016d}" not in page


def test_a_form_sent_without_scripts_is_read(client: TestClient) -> None:
    empty = "&".join(
        f"{name}=" for name in ("search", "state", "reason", "school", "ground", "from", "score")
    )
    assert ask(client, empty)["count"] == ask(client)["count"]
    assert client.get(f"/?{empty}", headers=as_role("inspector")).status_code == 200


def test_a_name_is_text_on_the_page(client: TestClient) -> None:
    page = client.get("/", headers=as_role("inspector")).text
    assert EVIL not in page
    assert "&lt;img src=x onerror" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_in_the_language_asked_for(client: TestClient, language: str) -> None:
    page = client.get("/", headers={**as_role("inspector"), "cookie": f"hf_lang={language}"}).text
    assert ('<html lang="zh-CN">' in page) == (language == "zh")
    assert ("待办队列" in page) == (language == "zh")


@pytest.mark.parametrize(
    "query", ["after=zzz", "limit=0", "limit=9999", "state=old", "from=yesterday", "score=-1"]
)
def test_what_cannot_be_read_is_refused_in_one_shape(client: TestClient, query: str) -> None:
    answer = client.get(f"/v1/queue?{query}", headers=as_role("inspector"))
    assert answer.status_code == 422
    assert set(answer.json()["error"]) == {"code", "message", "details"}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/queue",
        "/v1/queue/facets",
        "/v1/statistics/school",
        "/v1/statistics/summary",
        "/v1/statistics/anomalies",
        "/v1/audits/agreement",
        "/v1/exports/statistics/school.csv",
    ],
)
def test_days_that_run_backwards_are_refused(client: TestClient, path: str) -> None:
    answer = client.get(f"{path}?from=2026-05-13&to=2026-05-12", headers=as_role("supervisor"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "days_reversed")


def test_a_row_says_whose_it_is(client: TestClient) -> None:
    """An inspector of forty schools need not open a session to learn its school and its car."""
    page = client.get("/", headers={**as_role("inspector"), "accept-language": "en"}).text
    assert ">School, car<" in page
    assert page.count('title="Own school">Own school</span>') == 12
    assert page.count(f'<span class="line aside">{91:016d}</span>') == 18
