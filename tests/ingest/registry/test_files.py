"""Files that nobody should trust: bombs, formulas, entities, other formats, lies about their size."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ingest.registry import csv_sheet, sheet, xlsx_sheet
from ingest.registry.csv_sheet import read_csv
from ingest.registry.sheet import SheetError
from ingest.registry.take_in import take_in
from ingest.registry.xlsx_sheet import read_xlsx
from tests.ingest.registry.make import TODAY, known, xlsx_of


def repacked(data: bytes, **members: bytes) -> bytes:
    """The workbook with members put in or replaced; _ stands for / and __ for a dot."""
    file = io.BytesIO()
    named = {name.replace("__", ".").replace("_", "/"): content for name, content in members.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename not in named:
                new.writestr(member, old.read(member))
        for name, content in named.items():
            new.writestr(name, content)
    return file.getvalue()


def sheets_of(*titles: str) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title in titles:
        book.create_sheet(title).append(["number", title])
    book.create_sheet("empty")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_keeps_the_types_of_its_cells() -> None:
    day = datetime(2026, 1, 31)
    table = read_xlsx(xlsx_of(("a", "b"), (), ("1", 2, 2.5, None, day)), "w.xlsx")
    assert table.encoding == "xlsx" and table.name == "Sheet1"
    assert table.rows[0] == (1, ["a", "b"]) or table.rows[0][1][:2] == ["a", "b"]
    row, cells = table.rows[-1]
    assert row in (2, 3) and cells[:5] == ["1", 2, 2.5, None, day]


def test_a_row_is_numbered_as_a_person_counts_it() -> None:
    book = Workbook()
    book.active["A1"], book.active["A5"] = "number", "x"
    file = io.BytesIO()
    book.save(file)
    assert [row for row, _ in read_xlsx(file.getvalue(), "w.xlsx").rows] == [1, 5]


def test_a_formula_is_refused_with_its_place() -> None:
    with pytest.raises(SheetError, match="Sheet1, B2 is a formula; paste its value"):
        read_xlsx(xlsx_of(("number", "name"), ("1", "=HYPERLINK(1)")), "w.xlsx")


def test_of_several_sheets_one_must_be_named() -> None:
    data = sheets_of("cars", "people")
    with pytest.raises(SheetError, match="there is: cars, people; name one with --sheet"):
        read_xlsx(data, "w.xlsx")
    assert read_xlsx(data, "w.xlsx", "people").rows[0][1][1] == "people"
    with pytest.raises(SheetError, match="no sheet empty with content"):
        read_xlsx(data, "w.xlsx", "empty")
    with pytest.raises(SheetError, match="one sheet with content is needed, there is: none"):
        read_xlsx(sheets_of(), "w.xlsx")


def test_what_unpacks_to_far_more_is_not_read() -> None:
    bomb = repacked(xlsx_of(("number",)), xl_media_a__bin=bytes(50_000_000))
    assert len(bomb) < 100_000
    with pytest.raises(SheetError, match="unpacks to far more"):
        read_xlsx(bomb, "w.xlsx")


def test_entities_are_not_read() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
    for content in (laughs, laughs.decode().encode("utf-16"), b" " * (1 << 20) + laughs):
        with pytest.raises(SheetError, match=r"xl/worksheets/sheet1\.xml declares entities"):
            read_xlsx(repacked(xlsx_of(("number",)), xl_worksheets_sheet1__xml=content), "w.xlsx")


def test_too_many_rows_and_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_sheet, "ROWS_MAX", 3)
    monkeypatch.setattr(csv_sheet, "ROWS_MAX", 3)
    with pytest.raises(SheetError, match="more than 200000 rows"):
        read_xlsx(xlsx_of(*[("a",)] * 4), "w.xlsx")
    with pytest.raises(SheetError, match="more than 200000 rows"):
        read_csv(b"a\n" * 4, "w.csv")
    assert len(read_csv(b"a\n" * 3, "w.csv").rows) == len(read_xlsx(xlsx_of(*[("a",)] * 3), "w").rows) == 3
    monkeypatch.setattr(xlsx_sheet, "_MEMBERS_MAX", 5)
    with pytest.raises(SheetError, match="unpacks to far more"):
        read_xlsx(xlsx_of(("a",)), "w.xlsx")
    monkeypatch.setattr(csv_sheet, "BYTES_MAX", 5)
    with pytest.raises(SheetError, match="larger than"):
        read_csv(b"a" * 6, "w.csv")


def test_a_sheet_that_lies_about_its_size() -> None:
    """One cell at the far corner: the columns end at 64, and the rows without content cost little."""
    data = xlsx_of(("number",), ("x",))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("xl/worksheets/sheet1.xml")
    lie = content.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert lie != content
    assert len(read_xlsx(repacked(data, xl_worksheets_sheet1__xml=lie), "w.xlsx").rows) == 2


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04 nothing", "is not an XLSX file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\xff\xff", "is neither UTF-8 nor GBK"),
        (b"a\0b", "is not a text file"),
        (b'"a\nb', "line 2: unexpected end of data"),
    ],
)
def test_other_formats_are_told(data: bytes, says: str) -> None:
    found = take_in(data, "f", "cars", known(), TODAY, TODAY)
    assert found.document is None and [fault.code for fault in found.report.faults] == ["file_unreadable"]
    assert says in found.report.faults[0].english and found.report.faults[0].chinese


def test_an_archive_that_is_no_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(SheetError, match="is not a workbook that can be read"):
        read_xlsx(file.getvalue(), "w.xlsx")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_line_breaks_within_cells(separator: str) -> None:
    text = separator.join(("a", '"b\nc"')) + "\r\n\r\n" + separator.join(("d", "e"))
    table = read_csv(text.encode(), "t.csv")
    assert table.rows == [(1, ["a", "b\nc"]), (4, ["d", "e"])]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    for start in (b"", b"PK", b"PK\x03\x04", b"\xff\xfe"):
        found = take_in(start + data, "f", "cars", known(), date(2026, 1, 1), TODAY)
        assert found.document is None or not found.report.errors


@given(st.integers(0, 3000), st.integers(0, 255))
def test_no_damaged_workbook_breaks_the_reading(at: int, byte: int) -> None:
    data = bytearray(WHOLE)
    data[at % len(data)] ^= byte
    found = take_in(bytes(data), "f", "cars", known(), TODAY, TODAY)
    assert found.document is None or not found.report.errors


WHOLE: Any = xlsx_of(("number", "state"), ("0000000000000011", "locked"))


def test_limits_are_those_that_are_told() -> None:
    assert str(sheet.ROWS_MAX) in str(sheet.too_long("f")) and sheet.COLUMNS_MAX == 64
