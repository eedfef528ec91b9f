"""Tables as files: CSV with a byte order mark, XLSX, JSON. What a spreadsheet would run is made text."""

from __future__ import annotations

import csv
import io
import json
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
ROWS_MOST = 100_000
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection)."""
_BOM = "\ufeff"


class Sheet(NamedTuple):
    """A table to be exported. name: of file and sheet; columns: (name in JSON, heading); rows: as columns."""

    name: str
    columns: Sequence[tuple[str, str]]
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
    rows.writerow([guarded(heading) for _, heading in sheet.columns])
    for row in sheet.rows:
        rows.writerow([_plain(guarded(cell)) for cell in row])
    return (_BOM + out.getvalue()).encode()


def _xlsx(sheet: Sheet) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.name[:31])
    page.freeze_panes = "A2"
    bold = Font(bold=True)
    headings = []
    for _, heading in sheet.columns:
        cell = WriteOnlyCell(page, value=guarded(heading))
        cell.font = bold
        headings.append(cell)
    page.append(headings)
    for row in sheet.rows:
        page.append([_printable(guarded(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _json(sheet: Sheet) -> bytes:
    names = [name for name, _ in sheet.columns]
    rows = [dict(zip(names, map(_plain, row), strict=True)) for row in sheet.rows]
    return json.dumps({"table": sheet.name, "rows": rows}, ensure_ascii=False, separators=(",", ":")).encode()


def _printable(cell: Cell) -> Cell:
    # The format has no control characters at all.
    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


def _plain(cell: Cell) -> Cell:
    return cell.isoformat() if isinstance(cell, date | datetime) else cell
