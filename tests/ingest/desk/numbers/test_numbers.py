"""The numbers over HTTP: what pages and API show is what the tables hold, and a school sees only its own."""

import csv
import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from fastapi.testclient import TestClient

from ingest.bench.desk.fill import fill
from ingest.bench.desk.scale import FIRST_DAY, FIRST_SCHOOL, Scale
from ingest.desk.api.numbers.exports import OTHER
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
    for key in (other, "nope"):
        one = client.get("/v1/statistics/school/one", params={**RANGE, "key": key}, headers=headers)
        assert one.status_code == 404


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


def test_an_exports_entry_tells_what_was_asked_for(client: TestClient, filled: Connection) -> None:
    answer = client.get("/v1/exports/anomalies.csv?dimension=school", headers=as_role("inspector"))
    row = filled.execute("SELECT details FROM audit_log ORDER BY entry DESC LIMIT 1").fetchone()
    assert row is not None and row[0]["dimension"] == "school" and row[0]["format"] == "csv"
    assert "hourfence-anomalies-school-" in answer.headers["content-disposition"]


def test_an_export_holds_the_whole_table(client: TestClient) -> None:
    answer = client.get("/v1/exports/statistics/instructor.csv", params=RANGE, headers=as_role("auditor"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = client.get("/v1/statistics/instructor", params=RANGE, headers=as_role("auditor")).json()
    assert len(rows) == told["count"]
    assert sum(int(row["Minutes recorded"]) for row in rows) == told["total"]["recorded"]


PAGES = {
    **{f"statistics/{of}": f"/numbers?tab={of}&from={FIRST_DAY}&to=2026-12-31" for of in DIMENSIONS},
    "trend": f"/numbers?from={FIRST_DAY}&to=2026-12-31",
    "reasons": f"/numbers?from={FIRST_DAY}&to=2026-12-31",
    "conservation": "/numbers/conservation",
    "anomalies": f"/numbers/anomalies?dimension=school&from={FIRST_DAY}&to=2026-12-31",
    "warnings": "/numbers/warnings?dimension=school",
}


@pytest.mark.parametrize("table", PAGES)
def test_page_and_files_of_a_table_have_the_same_columns(client: TestClient, table: str) -> None:
    """In the same order, under the same headings; the JSON as OpenAPI says."""
    me, page = as_role("inspector"), PAGES[table]
    asked = re.sub("tab=[a-z]+&", "", page.partition("?")[2])
    path = f"/v1/exports/{table}.json"
    answer = client.get(f"{path}?{asked}", headers=me)
    rows = answer.json()["rows"]
    Documented(client.get("/v1/openapi.json").json()).check(
        "get",
        path.replace(table, table.partition("/")[0] + "/{dimension}" * ("/" in table)).replace(
            ".json", ".{kind}"
        ),
        answer,
    )
    names = list(rows[0])
    lines = csv.reader(io.StringIO(client.get(f"/v1/exports/{table}.csv?{asked}", headers=me).text[1:]))
    headings = next(lines)
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(f"/v1/exports/{table}.xlsx?{asked}", headers=me).content)
    )
    cells = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert cells[0] == headings and len(names) == len(headings) and len(cells) == len(rows) + 1
    shown = client.get(page, headers={**me, "cookie": "hf_lang=en"}).text
    heads = [
        re.findall(r'<th scope="col" data-column="([^"]+)"[^>]*>([^<]*)<', head)
        for head in re.findall(r"<thead>.*?</thead>", shown, flags=re.S)
    ]
    wanted = [(name, heading) for name, heading in zip(names, headings, strict=True) if name != "name"]
    assert [
        (name.split()[0], heading) for name, heading in heads[{"trend": 0, "reasons": 1}.get(table, -1)]
    ] == [(name, heading) for name, heading in wanted]


def test_numbers_of_a_spreadsheet_are_numbers_and_long_ones_text(client: TestClient) -> None:
    path = "/v1/exports/statistics/terminal"
    asked = {**RANGE}
    rows = client.get(f"{path}.json", params=asked, headers=as_role("auditor")).json()["rows"]
    file = client.get(f"{path}.xlsx", params=asked, headers=as_role("auditor"))
    cells = list(openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[0].iter_rows())[1]
    for cell, (name, value) in zip(cells, rows[0].items(), strict=True):
        assert cell.value == value, name
        assert isinstance(value, str) == (cell.data_type == "s")
        assert (cell.number_format == "0.0%") == (name.endswith("_share") and value is not None)
    text = client.get(f"{path}.csv", params=asked, headers=as_role("auditor")).text
    assert f"{rows[0]['key']}\t," in text.splitlines()[1]


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
    # Who tells the same counts is told along, once.
    assert told["dimension"] == "all" and told["count"] < sum(one["count"] for one in each)
    assert sum(1 + len(one["also"]) for one in told["items"]) == sum(one["count"] for one in each)
    same = [(one["cause"], str(one["now"]), str(one["before"])) for one in told["items"]]
    assert len(same) == len(set(same))
    assert [one["z"] for one in told["items"]] == sorted((one["z"] for one in told["items"]), reverse=True)
    assert all(one["dimension"] in DIMENSIONS and one["text"]["zh"] for one in told["items"])
    assert len({who["dimension"] for one in told["items"] for who in (one, *one["also"])}) > 1
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
