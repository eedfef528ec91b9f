"""A sheet's rows as entries: headings found, every cell read, every fault told with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.registry import cells
from ingest.registry.kinds import CHECKED_ONLY, Column, Kind
from ingest.registry.report import Place, Report
from ingest.registry.sheet import Sheet, Value, column_letter

_HEADING_WITHIN = 10
_SUSPICIOUS_FROM = 3


@dataclass(frozen=True)
class Row:
    """One entry of the sheet. fields: what goes into the registry; checked: what is only looked at."""

    row: int
    fields: Mapping[str, Any]
    checked: Mapping[str, str]
    places: Mapping[str, Place]

    @property
    def number(self) -> str:
        return str(self.fields["number"])

    def place(self, field: str) -> Place:
        """Where a field stands, or where its row does if the sheet has no such column."""
        return self.places.get(field, self.places["number"])


def read_rows(sheet: Sheet, kind: Kind, report: Report) -> list[Row]:
    """Every row whose number can be read; faults go to the report."""
    heading = _heading(sheet, kind)
    if heading is None:
        number = next(column for column in kind.columns if column.field == "number")
        report.error(
            Place(sheet.name),
            "heading_missing",
            f"no heading for the number; name a column {' or '.join(number.headings)}.",
            f"没有编号列；请将该列命名为：{'、'.join(number.headings)}。",
        )
        return []
    at, (heading_row, titles) = heading
    columns = _columns(sheet, kind, heading_row, titles, report)
    titled = {index for index, title in enumerate(titles) if cells.tidy(title)}
    rows = []
    for row, values in sheet.rows[at + 1 :]:
        report.rows += 1
        _tell_untitled(sheet, row, values, titled, report)
        made = _row(sheet, row, values, columns, report)
        if made is not None:
            rows.append(made)
    _warn_of_rounding(rows, report)
    return rows


def _heading(sheet: Sheet, kind: Kind) -> tuple[int, tuple[int, list[Value]]] | None:
    """The first row with a heading of the number column."""
    for at, (row, values) in enumerate(sheet.rows[:_HEADING_WITHIN]):
        if any((column := _named(kind, value)) and column.field == "number" for value in values):
            return at, (row, values)
    return None


def _tell_untitled(sheet: Sheet, row: int, values: list[Value], titled: set[int], report: Report) -> None:
    """Cells below no heading: a separator too many has shifted the row, or something is lost."""
    for index, value in enumerate(values):
        if index not in titled and cells.tidy(value):
            report.error(
                Place(sheet.name, row, column_letter(index)),
                "cell_without_heading",
                "a cell below no heading; remove it, or put the cells with separators into quotation marks.",
                "该单元格所在列没有标题；请删除，或将含分隔符的内容加上引号。",
            )


def _named(kind: Kind, value: Value) -> Column | None:
    title = cells.tidy(value).lower().replace("_", " ").rstrip("*").strip()
    return next((column for column in kind.columns if title in column.headings), None)


def _columns(
    sheet: Sheet, kind: Kind, row: int, titles: list[Value], report: Report
) -> dict[int, tuple[Column, str]]:
    """Index -> (column, what a person calls it)."""
    found: dict[int, tuple[Column, str]] = {}
    for index, value in enumerate(titles):
        if not (text := cells.tidy(value)):
            continue
        shown = f"{column_letter(index)} {text[:40]}"
        column = _named(kind, value)
        if column is None:
            report.warn(
                Place(sheet.name, row, shown),
                "column_ignored",
                "no such column is known; it was not read.",
                "无法识别该列，未读取。",
            )
        elif column.field in {known.field for known, _ in found.values()}:
            report.error(
                Place(sheet.name, row, shown),
                "column_twice",
                "another column says the same; remove one.",
                "与另一列重复，请删除其一。",
            )
        else:
            found[index] = column, shown
    return found


def _row(
    sheet: Sheet, row: int, values: list[Value], columns: Mapping[int, tuple[Column, str]], report: Report
) -> Row | None:
    fields: dict[str, Any] = {}
    checked: dict[str, str] = {}
    places: dict[str, Place] = {}
    for index, (column, shown) in columns.items():
        value = values[index] if index < len(values) else None
        place = places[column.field] = Place(sheet.name, row, shown)
        if cells.tidy(value) == "":
            continue
        try:
            read = column.clean(value)
        except cells.CellFault as fault:
            report.error(place, fault.code, fault.english, fault.chinese)
            continue
        if isinstance(value, str) and cells.odd(value, column.clean):
            report.warn(
                place,
                "text_cleaned",
                "full-width or unseen characters were taken out.",
                "已清除全角或不可见字符。",
            )
        if column.field in CHECKED_ONLY:
            checked[column.field] = str(read)
        else:
            fields[column.field] = read
    if "number" in fields:
        return Row(row, fields, checked, places)
    if not report.is_wrong(Place(sheet.name, row)):
        report.error(
            places["number"], "number_missing", "the number is missing; add it.", "缺少编号，请补充。"
        )
    return None


def _warn_of_rounding(rows: list[Row], report: Report) -> None:
    """Numbers that all end in 0 went through a spreadsheet as quantities, as likely as not."""
    for field in ("number", "school", "car"):
        told = [row for row in rows if len(str(row.fields.get(field, ""))) == 16]
        distinct = {row.fields[field] for row in told}
        if len(distinct) >= _SUSPICIOUS_FROM and all(number.endswith("0") for number in distinct):
            report.warn(
                told[0].place(field),
                "numbers_end_in_zero",
                "every number of this column ends in 0; a spreadsheet may have rounded them to 15 digits.",
                "该列所有编号均以 0 结尾，可能已被表格软件舍入为 15 位。",
            )
