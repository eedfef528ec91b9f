"""A table as it stands in a file: rows of cells, without any opinion on what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

ROWS_MAX = 200_000
COLUMNS_MAX = 64
TEXT_MAX = 200
BYTES_MAX = 50_000_000

Value = str | int | float | bool | date | datetime | None


class SheetError(ValueError):
    """A file that cannot be read as a table at all: what, where, what to do; English, then Chinese."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(f"{english} {chinese}")
        self.english, self.chinese = english, chinese


@dataclass(frozen=True)
class Sheet:
    """rows: (row number as a person counts it, its cells); rows without content are left out.

    encoding: of a text file, "xlsx" otherwise.
    """

    name: str
    encoding: str
    rows: list[tuple[int, list[Value]]]


def column_letter(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def too_long(what: str) -> SheetError:
    """The file has more than is believable of a registry."""
    return SheetError(
        f"{what}: more than {ROWS_MAX} rows; split the file.", f"{what}：超过 {ROWS_MAX} 行，请拆分文件。"
    )
