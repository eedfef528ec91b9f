"""Entries of the registry as they are read; the fields stand in the order of registry_sections.COLUMNS.

Every entry is in force from valid_from until valid_to (excluded; None: open). state: approval, one of
registry_values.STATES. A day ..._until is the last one on which something holds.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class SchoolEntry(NamedTuple):
    """A driving school; province and city as in GB/T 2260."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    name: str
    state: str = "approved"
    province: int | None = None
    city: int | None = None


class OperatorEntry(NamedTuple):
    """An operator of a timing platform; number such as A0107."""

    number: str
    valid_from: datetime
    valid_to: datetime | None
    name: str
    state: str = "approved"


class CarEntry(NamedTuple):
    """A training car."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    plate: str
    school: int
    state: str = "approved"
    vehicle_class: str | None = None
    inspected_until: date | None = None


class InstructorEntry(NamedTuple):
    """An instructor; vehicle_classes: what may be taught, empty where not known."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    name: str
    school: int
    state: str = "approved"
    licence_until: date | None = None
    permit_until: date | None = None
    vehicle_classes: tuple[str, ...] | list[str] = ()


class TraineeEntry(NamedTuple):
    """A trainee; parts_passed: parts 1 to 4 whose exam is passed."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    name: str
    school: int
    vehicle_class: str
    state: str = "approved"
    enrolled_on: date | None = None
    parts_passed: tuple[int, ...] | list[int] = ()


class TerminalEntry(NamedTuple):
    """A terminal in a car, with its 32-byte key; public_key (32 bytes): of the key pair it signs with."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    key: bytes
    car: int
    school: int
    revoked_at: datetime | None
    public_key: bytes | None = None
    state: str = "approved"
    operator: str | None = None


class DaysEntry(NamedTuple):
    """Permitted hours (06:00-22:00) and banned dates, for a school, a city, a province or all."""

    number: str
    valid_from: datetime
    valid_to: datetime | None
    province: int | None
    city: int | None
    school: int | None
    windows: list[str]
    banned: list[date]
    utc_offset_min: int
