"""Tables in text files: UTF-8 or GB 18030 (which reads GBK and GB 2312), commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io

from ingest.registry.sheet import BYTES_MAX, ROWS_MAX, Sheet, SheetError, Value, too_long

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SEPARATORS = ",;\t"


def read_csv(data: bytes, name: str) -> Sheet:
    """The whole text file as one sheet; every cell is text. Raises SheetError."""
    if len(data) > BYTES_MAX:
        raise SheetError(
            f"{name}: larger than {BYTES_MAX} bytes; split it.", f"{name}：超过 {BYTES_MAX} 字节，请拆分。"
        )
    text, encoding = _decoded(data, name)
    if "\0" in text:
        raise SheetError(
            f"{name}: is not a text file; save it as CSV.", f"{name}：不是文本文件，请另存为 CSV。"
        )
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows: list[tuple[int, list[Value]]] = []
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                # A cell with a line break makes a row several lines of the file: its first is told.
                rows.append((_row(lines.line_num, cells), list(cells)))
            if len(rows) > ROWS_MAX:
                raise too_long(name)
    except csv.Error as fault:
        raise SheetError(
            f"{name}: line {lines.line_num}: {fault}; check its quotation marks.",
            f"{name}：第 {lines.line_num} 行引号有误，请检查。",
        ) from None
    return Sheet(name, encoding, rows)


def _row(line: int, cells: list[str]) -> int:
    return line - sum(cell.count("\n") for cell in cells)


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    # Text in GBK that happens to be UTF-8 throughout is rarer than any other mistake here.
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise SheetError(
        f"{name}: is neither UTF-8 nor GBK; save it as CSV UTF-8.",
        f"{name}：既不是 UTF-8 也不是 GBK 编码，请另存为 CSV UTF-8。",
    )


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda one: (first.count(one), one == ","))
