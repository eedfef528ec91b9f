"""Tables as files: CSV with a byte order mark, XLSX, JSON. What a spreadsheet would run is made text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from ingest.casework import audit
from ingest.casework.who import Who
from ingest.store.connection import Connection

Cell = str | int | float | date | None
FORMATS = ("csv", "xlsx", "json")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection; full width too)."""
_BOM = "\ufeff"
_LONG = re.compile(r"[0-9]{12,}")
"""A spreadsheet that opens a CSV makes a number of it, and keeps 15 digits of that."""
_PERCENT = "0.0%"


class Head(NamedTuple):
    """A column. name: in JSON; heading: in words; is_share: values of 0 to 1, in XLSX shown as percent."""

    name: str
    heading: str
    is_share: bool = False


class Sheet(NamedTuple):
    """A table to be exported. name: of file and sheet; rows: as columns."""

    name: str
    columns: Sequence[Head]
    rows: Sequence[Sequence[Cell]]


def guarded(cell: Cell) -> Cell:
    """The cell, a text that could run as a formula with an apostrophe before it. Numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(_RUNS):
        return "'" + cell
    return cell


def written(sheet: Sheet, kind: str) -> bytes:
    """The file. kind: one of FORMATS."""
    return {"csv": _csv, "xlsx": _xlsx, "json": _json}[kind](sheet)


def exported(conn: Connection, who: Who, sheet: Sheet, kind: str, asked: dict[str, Any]) -> bytes:
    """The file, and the audit log's entry for it. asked: what was asked for, as JSON."""
    body = written(sheet, kind)
    with conn.transaction():
        audit.note(
            conn, who, "export", f"table:{sheet.name}", {**asked, "format": kind, "rows": len(sheet.rows)}
        )
    return body


def _csv(sheet: Sheet) -> bytes:
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow([guarded(head.heading) for head in sheet.columns])
    for row in sheet.rows:
        rows.writerow([_told(cell) for cell in row])
    return (_BOM + out.getvalue()).encode()


def _xlsx(sheet: Sheet) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.name[:31])
    page.freeze_panes = "A2"
    bold = Font(bold=True)
    page.append([_cell(page, guarded(head.heading), font=bold) for head in sheet.columns])
    for row in sheet.rows:
        page.append(
            [
                _cell(page, guarded(cell), number_format=_PERCENT if head.is_share else None)
                for head, cell in zip(sheet.columns, row, strict=True)
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _json(sheet: Sheet) -> bytes:
    names = [head.name for head in sheet.columns]
    rows = [dict(zip(names, map(_plain, row), strict=True)) for row in sheet.rows]
    return json.dumps({"table": sheet.name, "rows": rows}, ensure_ascii=False, separators=(",", ":")).encode()


def _cell(page: Any, value: Cell, **looks: Any) -> WriteOnlyCell | Cell:
    """A cell of a spreadsheet; one that looks like all others is its bare value, which is much quicker."""
    if isinstance(value, str):
        # The format has no control characters at all.
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    looks = {name: look for name, look in looks.items() if look is not None}
    if not looks or value is None:
        return value
    cell = WriteOnlyCell(page, value=value)
    for name, look in looks.items():
        setattr(cell, name, look)
    return cell


def _told(cell: Cell) -> Cell:
    """As CSV has it. A tab after a long number keeps it text, and is not seen."""
    plain = _plain(guarded(cell))
    return f"{plain}\t" if isinstance(plain, str) and _LONG.fullmatch(plain) else plain


def _plain(cell: Cell) -> Cell:
    return cell.isoformat() if isinstance(cell, date | datetime) else cell
