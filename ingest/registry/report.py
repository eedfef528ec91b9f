"""What a sheet's reading found: every fault with its place, in English and Chinese, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Place:
    """Where in a file: row as a person counts it (1 is the first), column as its letter and heading."""

    sheet: str
    row: int = 0
    column: str = ""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong (error: nothing is loaded) or odd (warning). code: its kind, for machines."""

    sheet: str
    row: int
    column: str
    level: str
    code: str
    english: str
    chinese: str

    @property
    def place(self) -> str:
        """sheet, row and column in one phrase."""
        parts = [
            self.sheet,
            *([f"row {self.row}"] if self.row else []),
            *([self.column] if self.column else []),
        ]
        return ", ".join(parts)


@dataclass
class Report:
    """Faults of one import, collected; rows counts the rows with content below the heading."""

    source: str
    kind: str
    rows: int = 0
    encoding: str = ""
    failed: bool = False
    """There is an error."""
    _faults: set[Fault] = field(default_factory=set)
    _wrong: set[Place] = field(default_factory=set)

    def error(self, place: Place, code: str, english: str, chinese: str) -> None:
        """Nothing of the file is loaded."""
        self.failed = True
        self._wrong |= {place, Place(place.sheet, place.row)}
        self._add(ERROR, place, code, english, chinese)

    def warn(self, place: Place, code: str, english: str, chinese: str) -> None:
        """Somebody should look; the file is loaded."""
        self._add(WARNING, place, code, english, chinese)

    def _add(self, level: str, place: Place, code: str, english: str, chinese: str) -> None:
        self._faults.add(Fault(place.sheet, place.row, place.column, level, code, english, chinese))

    def is_wrong(self, place: Place) -> bool:
        """Has this place, or this row where it names no column, an error already."""
        return place in self._wrong

    @property
    def faults(self) -> list[Fault]:
        """All of them by place, errors and warnings together."""
        return sorted(self._faults)

    @property
    def errors(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.level == ERROR]

    @property
    def warnings(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.level == WARNING]

    def as_json(self) -> dict[str, Any]:
        """The report for machines; the same for the same file and the same registry."""
        return {
            "source": self.source,
            "kind": self.kind,
            "encoding": self.encoding,
            "rows": self.rows,
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "id_numbers": "checked, not stored 仅校验，不保存",
            "faults": [{**vars(fault)} for fault in self.faults],
        }
