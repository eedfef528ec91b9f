"""Strict reading of TOML values: every refusal is one sentence with file, place and remedy."""

from __future__ import annotations

from datetime import date
from typing import Any

from simulators.scenario_model import ScenarioError


class Table:
    """One TOML table that remembers where it stands and which of its entries were read."""

    def __init__(self, source: str, place: str, values: Any) -> None:
        self._source = source
        self._place = place
        if not isinstance(values, dict):
            raise self.refuse("", "must be a table")
        self._values: dict[str, Any] = values
        self._read: set[str] = set()

    def refuse(self, name: str, problem: str) -> ScenarioError:
        """The error for one entry of this table."""
        place = ".".join(part for part in (self._place, name) if part)
        return ScenarioError(f"{self._source}: {place or 'the file'} {problem}.")

    def end(self) -> None:
        """Refuse what nobody asked for: a misspelt entry must not pass unseen."""
        for name in self._values:
            if name not in self._read:
                raise self.refuse(name, "is not a known entry; remove or rename it")

    def has(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, default: str | None = None) -> str:
        value = self._take(name, default)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(name, "must be a text that is not empty")
        return value

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.refuse(name, f"must be a whole number from {low} to {high}")
        return value

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.refuse(name, f"must be a number from {low:g} to {high:g}")
        return float(value)

    def sixteen(self, name: str) -> int:
        """A 16-digit number, written as text."""
        value = self._take(name, None)
        if (
            not isinstance(value, str)
            or len(value) != 16
            or not value.isascii()
            or not value.isdigit()
            or int(value) == 0
        ):
            raise self.refuse(name, "must be 16 decimal digits in quotes, not all zero")
        return int(value)

    def clock(self, name: str) -> int:
        """A local time of day "HH:MM:SS" as seconds since midnight."""
        value = self._take(name, None)
        parts = value.split(":") if isinstance(value, str) else []
        if len(parts) == 3 and all(len(p) == 2 and p.isascii() and p.isdigit() for p in parts):
            hour, minute, second = (int(part) for part in parts)
            if hour < 24 and minute < 60 and second < 60:
                return hour * 3600 + minute * 60 + second
        raise self.refuse(name, 'must be a time of day such as "08:10:20"')

    def day(self, name: str) -> date:
        value = self._take(name, None)
        if type(value) is not date:
            raise self.refuse(name, "must be a date without quotes, such as 2026-09-15")
        return value

    def among(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self._take(name, default)
        if value not in choices:
            raise self.refuse(name, f"must be one of {', '.join(choices)}")
        return str(value)

    def numbers(self, name: str, low: float, high: float) -> tuple[float, ...]:
        """A list of numbers, at least one."""
        value = self._take(name, None)
        if not isinstance(value, list) or not value:
            raise self.refuse(name, "must be a list of numbers")
        for index, item in enumerate(value):
            if isinstance(item, bool) or not isinstance(item, int | float) or not low <= item <= high:
                raise self.refuse(f"{name}[{index}]", f"must be a number from {low:g} to {high:g}")
        return tuple(float(item) for item in value)

    def places(self, name: str) -> tuple[tuple[float, float], ...]:
        """A list of [longitude, latitude] in degrees, at least two."""
        value = self._take(name, None)
        if not isinstance(value, list) or len(value) < 2:
            raise self.refuse(name, "must be a list of at least two [longitude, latitude]")
        found = []
        for index, item in enumerate(value):
            if (
                not isinstance(item, list)
                or len(item) != 2
                or not all(isinstance(d, int | float) and not isinstance(d, bool) for d in item)
                or not -180 <= item[0] <= 180
                or not -85 <= item[1] <= 85
            ):
                raise self.refuse(f"{name}[{index}]", "must be [longitude, latitude] in degrees")
            found.append((float(item[0]), float(item[1])))
        return tuple(found)

    def table(self, name: str) -> Table:
        return Table(self._source, self._under(name), self._take(name, None))

    def tables(self, name: str, least: int = 1) -> list[Table]:
        """The [[name]] tables, in the file's order."""
        value = self._take(name, [] if least == 0 else None)
        if not isinstance(value, list) or len(value) < least:
            raise self.refuse(name, f"needs at least {least} [[{name}]] table")
        return [
            Table(self._source, f"{self._under(name)}[{index}]", item) for index, item in enumerate(value)
        ]

    def _under(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def _take(self, name: str, default: Any) -> Any:
        self._read.add(name)
        if name in self._values:
            return self._values[name]
        if default is None:
            raise self.refuse(name, "is missing")
        return default
