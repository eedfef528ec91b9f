"""Syllabus tables: what a trainee of a vehicle class needs, by the version in force at enrolment.

A table that does not know how its hours are split over the parts has no such part; it never guesses one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

PARTS = (1, 2, 3, 4)


@dataclass(frozen=True)
class PartNeeds:
    """What one part of training asks for: training hours, and kilometres driven in them (0: none)."""

    hours: int
    kilometres: int = 0


@dataclass(frozen=True)
class Syllabus:
    """One table. It holds for whoever enrolled from enrolled_from until before enrolled_to (None: open).

    hours: of all parts together. A training hour is hour_min recorded minutes of which hour_effective_min
    are accepted. classroom_hours: of parts 1 and 4, to be given in a classroom. day_hours_*: most a day.
    """

    version: str
    vehicle_class: str
    enrolled_from: date
    enrolled_to: date | None
    hours: int
    hour_min: int
    hour_effective_min: int
    classroom_hours: int
    day_hours_practice: int
    day_hours_classroom: int
    parts: tuple[tuple[int, PartNeeds], ...]

    def part(self, part: int) -> PartNeeds | None:
        """What the part asks for; None when this table does not say."""
        return dict(self.parts).get(part)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all figures."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def in_force(tables: Iterable[Syllabus], vehicle_class: str, enrolled_on: date) -> Syllabus | None:
    """The table for that class at that day: the one that began last, of two alike the later in the list."""
    fitting = [
        (table.enrolled_from, at, table)
        for at, table in enumerate(tables)
        if table.vehicle_class == vehicle_class
        and table.enrolled_from <= enrolled_on
        and (table.enrolled_to is None or enrolled_on < table.enrolled_to)
    ]
    return max(fitting)[2] if fitting else None


def training_hours(filling: int, accepted_min: int, table: Syllabus) -> int:
    """Whole training hours: each takes hour_min minutes that fill it, hour_effective_min of them accepted."""
    return min(filling // table.hour_min, accepted_min // table.hour_effective_min)
