"""The numbers over HTTP: what pages and API show is what the tables hold, and a school sees only its own."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from ingest.bench.desk.fill import fill
from ingest.bench.desk.scale import FIRST_DAY, FIRST_SCHOOL, Scale
from ingest.desk.api.exports import OTHER
from ingest.store.connection import Connection
from ingest.store.desk.numbers.statistics import DIMENSIONS
from tests.ingest.desk.asking import as_role
from tests.ingest.desk.documented import Documented

SCHOOL = FIRST_SCHOOL + 1
RANGE = {"from": FIRST_DAY.isoformat(), "to": "2026-12-31"}


@pytest.fixture(scope="module", autouse=True)
def filled(desk_conn: Connection, module_postgres_url: str) -> Iterator[Connection]:
    fill(desk_conn, module_postgres_url, Scale(400, 12), lambda _: None, 5)
    # Half of what one instructor's terminal has written is not here.
    desk_conn.execute(
        "UPDATE judged_terminal SET last_seq = last_seq * 2 WHERE terminal = (SELECT min(terminal) FROM"
        " terminal_head)"
    )
    yield desk_conn


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_table_adds_up(client: TestClient, filled: Connection, dimension: str) -> None:
    told = client.get(f"/v1/statistics/{dimension}", params=RANGE, headers=as_role("inspector")).json()
    held = filled.execute("SELECT count(*), sum(minutes_recorded) FROM session_outcome").fetchone()
    assert (told["total"]["sessions"], told["total"]["recorded"]) == held
    assert sum(row["recorded"] for row in told["items"]) == told["total"]["recorded"]
    assert all(row["name"] for row in told["items"]) or dimension == "ground"


def test_pages_of_a_table_follow_on_one_another(client: TestClient) -> None:
    asked = {**RANGE, "order": "valid", "ascending": "true", "limit": 5}
    seen: list[tuple[float, str]] = []
    after = None
    while True:
        params = asked if after is None else {**asked, "after": after}
        told = client.get("/v1/statistics/instructor", params=params, headers=as_role("auditor")).json()
        seen += [(row["effective"] * 10**6 // row["recorded"], row["key"]) for row in told["items"]]
        after = told["next"]
        if after is None:
            break
    assert len(seen) == told["count"] == len(set(seen)) > 5
    assert seen == sorted(seen)


def test_a_school_sees_only_its_own(client: TestClient, filled: Connection) -> None:
    own = filled.execute(
        "SELECT count(*), sum(recorded) FROM queue_entry WHERE school = %s", (SCHOOL,)
    ).fetchone()
    terminals = {
        f"{row[0]:016d}" for row in filled.execute("SELECT number FROM terminal WHERE school = %s", (SCHOOL,))
    }
    headers = as_role("school", SCHOOL)
    for dimension in DIMENSIONS:
        told = client.get(f"/v1/statistics/{dimension}", params=RANGE, headers=headers).json()
        assert (told["total"]["sessions"], told["total"]["recorded"]) == own
    chains = client.get("/v1/statistics/conservation", headers=headers).json()
    assert {row["terminal"] for row in chains["items"]} <= terminals and chains["received"] is None
    other = f"{FIRST_SCHOOL + 2:016d}"
    one = client.get("/v1/statistics/school/one", params={**RANGE, "key": other}, headers=headers).json()
    assert one["trend"] == [] and one["reasons"] == []


def test_an_inequality_is_told_and_comes_first(client: TestClient) -> None:
    told = client.get("/v1/statistics/conservation", headers=as_role("supervisor")).json()
    first, second = told["items"][:2]
    assert [one["code"] for one in first["differences"]] == ["not_receipted"]
    assert first["differences"][0]["records"] == first["written"] - first["receipted"] > 0
    assert second["differences"] == [] and told["terminals_with_differences"] == 1
    assert told["received"]["balanced"]
    page = client.get("/numbers/conservation", headers=as_role("supervisor")).text
    assert page.count("≠") >= 2 and "have not arrived" in page


@pytest.mark.parametrize(
    "path",
    [
        "/numbers",
        *(f"/numbers?tab={dimension}&from=2026-03-01&to=2026-12-31" for dimension in DIMENSIONS),
        "/numbers/conservation",
        "/numbers/anomalies",
        "/numbers/anomalies?dimension=school&share=valid_share",
        "/numbers/warnings",
        "/numbers/warnings?dimension=school",
        "/numbers?from=2001-01-01&to=2001-01-02",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_there_in_both_languages(client: TestClient, path: str, language: str) -> None:
    answer = client.get(path, headers={**as_role("inspector"), "cookie": f"hf_lang={language}"})
    assert answer.status_code == 200, answer.text
    assert not re.search(r"<[^>]+\sstyle=", answer.text)
    assert "numbers." not in re.sub(
        r"<script.*?</script>|/static/numbers\.(css|js)", "", answer.text, flags=re.S
    )


@pytest.mark.parametrize("table", [*(f"statistics/{dimension}" for dimension in DIMENSIONS), *OTHER])
def test_every_table_is_exported_and_noted(client: TestClient, filled: Connection, table: str) -> None:
    for kind in ("csv", "xlsx", "json"):
        answer = client.get(f"/v1/exports/{table}.{kind}", headers=as_role("inspector"))
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].endswith(f'.{kind}"')
    row = filled.execute(
        "SELECT action, subject, details ->> 'format' FROM audit_log ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    assert row == ("export", f"table:{table.split('/')[-1]}", "json")


def test_an_export_holds_the_whole_table(client: TestClient) -> None:
    answer = client.get("/v1/exports/statistics/instructor.csv", params=RANGE, headers=as_role("auditor"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = client.get("/v1/statistics/instructor", params=RANGE, headers=as_role("auditor")).json()
    assert len(rows) == told["count"]
    assert sum(int(row["Minutes recorded"]) for row in rows) == told["total"]["recorded"]


def test_one_key_has_its_days_and_reasons(client: TestClient) -> None:
    for dimension in ("instructor", "ground"):
        table = client.get(f"/v1/statistics/{dimension}", params=RANGE, headers=as_role("inspector")).json()
        row = max(table["items"], key=lambda row: row["refused"])
        one = client.get(
            f"/v1/statistics/{dimension}/one",
            params={**RANGE, "key": row["key"]},
            headers=as_role("inspector"),
        ).json()
        assert sum(part["recorded"] for part in one["trend"]) == row["recorded"]
        assert one["reasons"][0]["minutes"] > 0


@pytest.mark.parametrize(
    "params", [{"from": "1900-01-01"}, {"to": "yesterday"}, {"order": "x"}, {"after": "!!"}]
)
def test_what_cannot_be_is_refused(client: TestClient, params: dict[str, str]) -> None:
    answer = client.get("/v1/statistics/school", params=params, headers=as_role("inspector"))
    assert answer.status_code == 422 and answer.json()["error"]["message"]["zh"]


def test_early_warnings_are_one_list_over_all_dimensions(client: TestClient, filled: Connection) -> None:
    day = filled.execute("SELECT max(day) FROM session_figures").fetchone()
    assert day is not None
    asked = {"to": day[0].isoformat(), "limit": 200}
    told = client.get("/v1/statistics/warnings", params=asked, headers=as_role("auditor")).json()
    each = [
        client.get(
            "/v1/statistics/warnings", params={**asked, "dimension": name}, headers=as_role("auditor")
        ).json()
        for name in DIMENSIONS
    ]
    assert told["dimension"] == "all" and told["count"] == sum(one["count"] for one in each)
    assert [one["z"] for one in told["items"]] == sorted((one["z"] for one in told["items"]), reverse=True)
    assert all(one["dimension"] in DIMENSIONS and one["text"]["zh"] for one in told["items"])
    assert len({one["dimension"] for one in told["items"]}) > 1
    page = client.get("/numbers/warnings", headers=as_role("auditor"))
    assert page.status_code == 200 and ">All<" in page.text


def test_who_stands_out_and_what_got_worse_are_told_as_documented(
    client: TestClient, filled: Connection
) -> None:
    documented = Documented(client.get("/v1/openapi.json").json())
    for path in ("anomalies", "warnings"):
        asked = f"/v1/statistics/{path}?dimension=school"
        answer = client.get(asked, headers=as_role("supervisor"))
        assert answer.json()["items"]
        documented.check("get", f"/v1/statistics/{path}", answer)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_an_export_has_the_gaps_that_its_table_has(client: TestClient, dimension: str) -> None:
    asked = {**RANGE, "limit": 200}
    told = client.get(f"/v1/statistics/{dimension}", params=asked, headers=as_role("auditor")).json()
    file = client.get(f"/v1/exports/statistics/{dimension}.json", params=RANGE, headers=as_role("supervisor"))
    rows = {row["key"]: row for row in file.json()["rows"]}
    for row in told["items"]:
        assert rows[row["key"]].get("missing") == row["missing"]
    assert any(row["missing"] for row in told["items"]) == told["has_gaps"]
