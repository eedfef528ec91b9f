"""Tables in XLSX workbooks, read without trusting them: no formulas, no bombs, no entities, no links."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from ingest.registry.sheet import (
    BYTES_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    Sheet,
    SheetError,
    Value,
    column_letter,
    too_long,
)

_MEMBERS_MAX = 2_000
_UNPACKED_MAX = 400_000_000
_RATIO_MAX = 200
_RATIO_FREE = 1_000_000
_PIECE = 1 << 20
_DECLARED = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


def read_xlsx(data: bytes, name: str, wanted: str | None = None) -> Sheet:
    """The sheet named `wanted`, else the only one with content. Raises SheetError.

    A formula is refused: what it shows depends on who calculated it last.
    """
    # Heavier than all else that a command starts with, and seldom needed.
    from openpyxl import load_workbook

    _check_archive(data, name)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = {sheet.title: rows for sheet in book.worksheets if (rows := _rows(sheet, name))}
    except SheetError:
        raise
    except Exception as fault:
        # openpyxl raises whatever a broken part happens to lead to.
        raise SheetError(
            f"{name}: is not a workbook that can be read ({type(fault).__name__}); save it again as XLSX.",
            f"{name}：无法读取该工作簿，请重新另存为 XLSX。",
        ) from None
    title = _title(name, sheets, wanted)
    return Sheet(title, "xlsx", sheets[title])


def _title(name: str, sheets: dict[str, Any], wanted: str | None) -> str:
    told = ", ".join(sheets) or "none 无"
    if wanted is not None:
        if wanted in sheets:
            return wanted
        raise SheetError(
            f"{name}: no sheet {wanted} with content; there is: {told}.",
            f"{name}：没有名为 {wanted} 的非空工作表；现有：{told}。",
        )
    if len(sheets) == 1:
        return next(iter(sheets))
    raise SheetError(
        f"{name}: one sheet with content is needed, there is: {told}; name one with --sheet.",
        f"{name}：需要恰好一个非空工作表，现有：{told}；请用 --sheet 指定。",
    )


def _rows(sheet: Any, name: str) -> list[tuple[int, list[Value]]]:
    # What the sheet says of its own size is often wrong, and may be a lie.
    sheet.reset_dimensions()
    rows: list[tuple[int, list[Value]]] = []
    for at, cells in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX), start=1):
        values: list[Value] = [cell.value for cell in cells]
        while values and values[-1] is None:
            values.pop()
        for index in range(len(values)):
            if cells[index].data_type == "f":
                raise SheetError(
                    f"{name}: {sheet.title}, {column_letter(index)}{at} is a formula; paste its value.",
                    f"{name}：{sheet.title} 的 {column_letter(index)}{at} 是公式，请粘贴为数值。",
                )
        if any(value is not None and str(value).strip() for value in values):
            rows.append((at, values))
        if len(rows) > ROWS_MAX or at > 8 * ROWS_MAX:
            raise too_long(f"{name}: {sheet.title}")
    return rows


def _check_archive(data: bytes, name: str) -> None:
    """Refuse what would unpack to more than a registry ever is, or declares entities."""
    bomb = SheetError(
        f"{name}: unpacks to far more than a register holds; it is not read.",
        f"{name}：解压后数据量异常，已拒绝读取。",
    )
    if len(data) > BYTES_MAX:
        raise bomb
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            whole = sum(member.file_size for member in members)
            if len(members) > _MEMBERS_MAX or whole > max(_RATIO_FREE, _RATIO_MAX * len(data)):
                raise bomb
            if whole > _UNPACKED_MAX:
                raise bomb
            for member in members:
                _check_member(archive, member, name)
    except SheetError:
        raise
    except Exception:
        # A damaged archive raises what its compression, its names or its sizes lead to.
        raise SheetError(
            f"{name}: is not an XLSX file; save it as XLSX or CSV.",
            f"{name}：不是 XLSX 文件，请另存为 XLSX 或 CSV。",
        ) from None


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Unpack the member piece by piece: no longer than it says, and no declarations in its XML."""
    kept = b""
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            upper = (kept + piece).upper()
            if any(mark in upper for mark in _DECLARED):
                raise SheetError(
                    f"{name}: {member.filename} declares entities; it is not read.",
                    f"{name}：{member.filename} 含有实体声明，已拒绝读取。",
                )
            kept = piece[-32:]
