"""One day (or several) of one school: its place, people and terminals, and what comes out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from simulators.day import seeded
from simulators.projection import LocalMetres
from simulators.worlds.book import Row
from simulators.worlds.cab import Cab, Written
from simulators.worlds.place import ALWAYS_S, Place
from simulators.worlds.truth import Label

CHINA_MIN = 480
DAY_CAP_MIN = 240
COURSE = {2: 1212360000, 3: 1213360000}


@dataclass(frozen=True)
class Day:
    """What the judge may see (rows, fences as GeoJSON, registry entries) and what it may not: the truth,
    by (terminal, seq) of each minute record. registry: kind -> entries, fields as its facts."""

    rows: list[Row]
    fences: list[dict[str, Any]]
    registry: dict[str, list[dict[str, Any]]]
    truth: dict[tuple[int, int], Label]
    utc_offset_min: int


@dataclass
class World:
    """Numbers of people and terminals follow from the order in which they are asked for."""

    seed: int
    name: str
    date: str = "2026-05-12"
    utc_offset_min: int = CHINA_MIN
    rng: np.random.Generator = field(init=False)
    place: Place = field(init=False)
    cabs: list[Cab] = field(default_factory=list)
    registry: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    labels: dict[tuple[int, int], Label] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    """Records beside those of the cabs' books."""
    school: int = 0
    _numbers: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(seeded(self.seed, "world", self.name))
        town = LocalMetres(float(self.rng.uniform(23.0, 46.0)), float(self.rng.uniform(104.0, 126.0)))
        self.place = Place(town, self.rng)
        self._numbers = iter(range(1, 10_000))
        self.school = self._number(1)
        self.entry("schools", school=self.school)

    def _number(self, kind: int) -> int:
        return 2_600_000_000_000_000 + kind * 100_000_000_000 + next(self._numbers)

    def entry(self, kind: str, **values: Any) -> dict[str, Any]:
        """An entry of the registry, in force for ever unless told otherwise."""
        made: dict[str, Any] = {"valid_from_s": ALWAYS_S, **values}
        self.registry.setdefault(kind, []).append(made)
        return made

    def at(self, clock: str, day: int = 0) -> int:
        """Unix second of a local time such as 08:30 on the world's date or so many days after it."""
        hour, minute = (int(part) for part in clock.split(":"))
        date = datetime.fromisoformat(self.date).replace(tzinfo=UTC)
        return int(date.timestamp()) + day * 86400 + hour * 3600 + minute * 60 - self.utc_offset_min * 60

    def cab(self, **entry: Any) -> Cab:
        """A car with its terminal, registered; entry changes what the registry says of the terminal."""
        cab = Cab(self._number(5), self._number(2))
        self.cabs.append(cab)
        self.entry("cars", car=cab.car, school=self.school, vehicle_class=21)
        values = {"terminal": cab.terminal, "car": cab.car, "school": self.school}
        self.entry("terminals", **{**values, "public_key": cab.book.public_key, **entry})
        return cab

    def instructor(self, **entry: Any) -> int:
        """An instructor of the school."""
        number = self._number(3)
        self.entry("instructors", **{"instructor": number, "school": self.school, **entry})
        return number

    def trainee(self, **entry: Any) -> int:
        """A trainee of the school, for class C1."""
        number = self._number(4)
        enrolled_s = self.at("08:00", -60)
        values = {"trainee": number, "school": self.school, "vehicle_class": 21, "enrolled_s": enrolled_s}
        self.entry("trainees", **{**values, **entry})
        return number

    def lay(self, cab: Cab, written: Written, found: dict[int, Label]) -> None:
        """Say what a session's minutes are worth."""
        for minute, label in found.items():
            if minute in written.minutes:
                self.labels[cab.terminal, written.minutes[minute]] = label

    def day(self) -> Day:
        """Everything, once the scenario is over."""
        rows = [row for cab in self.cabs for row in cab.book.rows] + self.rows
        return Day(rows, self.place.geojson(), self.registry, self.labels, self.utc_offset_min)
