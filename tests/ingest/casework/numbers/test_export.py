"""Files that a spreadsheet opens: what they hold, and that nothing in them runs."""

import csv
import io
import json
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.casework.numbers.export import Head, Sheet, exported, guarded, written
from ingest.casework.who import Who
from ingest.store.connection import connect
from ingest.store.migrate import migrate

SHEET = Sheet(
    "school",
    [
        Head("key", "Number 编号"),
        Head("name", "Name 名称"),
        Head("n", "Minutes 分钟"),
        Head("day", "Day 日期"),
    ],
    [
        ["0000000000000007", "=HYPERLINK(1)\x07", -5, date(2026, 3, 1)],
        ["0000000000000008", "驾校, \"北\"\n区", 1.5, None],
    ],
)  # fmt: skip


def test_csv_has_a_mark_and_runs_nothing() -> None:
    body = written(SHEET, "csv")
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Number 编号", "Name 名称", "Minutes 分钟", "Day 日期"]
    assert rows[1] == ["0000000000000007\t", "'=HYPERLINK(1)\x07", "-5", "2026-03-01"]
    assert rows[2] == ["0000000000000008\t", '驾校, "北"\n区', "1.5", ""]


def test_xlsx_keeps_numbers_and_runs_nothing() -> None:
    page = openpyxl.load_workbook(io.BytesIO(written(SHEET, "xlsx")))["school"]
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    assert cells[1][:3] == ["0000000000000007", "'=HYPERLINK(1)", -5]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


def test_json_has_names_and_values_as_they_are() -> None:
    found = json.loads(written(SHEET, "json"))
    assert found["rows"][0] == {
        "key": "0000000000000007",
        "name": "=HYPERLINK(1)\x07",
        "n": -5,
        "day": "2026-03-01",
    }


@given(st.text(max_size=8))
def test_no_text_begins_as_a_formula_does(text: str) -> None:
    told = guarded(text)
    assert isinstance(told, str) and not told.startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    )
    assert told in (text, "'" + text)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_every_export_is_in_the_audit_log(postgres_url: str, kind: str) -> None:
    with connect(postgres_url, patience_s=10) as conn:
        migrate(conn)
        exported(conn, Who(0, "i", "inspector", 0, ""), SHEET, kind, {"first": "2026-03-01"})
        row = conn.execute("SELECT action, subject, details FROM audit_log").fetchone()
    assert row == ("export", "table:school", {"first": "2026-03-01", "format": kind, "rows": 2})
