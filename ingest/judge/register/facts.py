"""What the registry says, as the judge takes it in.

Times are Unix seconds (UTC), every period is half-open [valid_from_s, valid_to_s) and None is open. Several
entries of one number follow one another in time; where two overlap, the one that starts later holds. A kind
without any entry is not checked at all. Numbers and codes: 0 says nothing. Provinces and cities are six-digit
codes of GB/T 2260 (310000, 310100), vehicle classes the two digits of the course code (21 = C1, 22 = C2).
"""

import hashlib
from dataclasses import dataclass
from typing import TypeVar

from ingest.judge.columns import Ints

Course = TypeVar("Course", int, Ints)

IN_FORCE = 0
REVOKED = 1
UNKNOWN = 2

APPROVED, PENDING, DECLINED, SUSPENDED, CANCELLED, LOCKED = range(6)
STATE_NAMES = ("approved", "pending", "refused", "suspended", "cancelled", "locked")
"""Approval (备案) of an entry, by its number here. Declined is what people call refused."""

CLASS_CODES = {
    "A1": 1,
    "A2": 2,
    "A3": 3,
    "B1": 11,
    "B2": 12,
    "C1": 21,
    "C2": 22,
    "C3": 23,
    "C4": 24,
    "C5": 25,
    "D": 31,
    "E": 32,
    "F": 33,
    "M": 41,
    "N": 42,
    "P": 43,
}
"""Vehicle class of a licence -> code; all below 63, so that several make the bits of one int64."""


@dataclass(frozen=True)
class TerminalFact:
    """A terminal bound to a car. public_key: 64 hexadecimal digits; with one, minutes need a signature."""

    terminal: int
    car: int
    valid_from_s: int
    valid_to_s: int | None = None
    revoked_s: int | None = None
    public_key: str | None = None
    school: int = 0
    state: int = APPROVED
    operator: int = 0


@dataclass(frozen=True)
class SchoolFact:
    """A driving school."""

    school: int
    valid_from_s: int
    valid_to_s: int | None = None
    state: int = APPROVED
    province: int = 0
    city: int = 0


@dataclass(frozen=True)
class InstructorFact:
    """An instructor. licence_to_s, permit_to_s: the first second at which the driving licence, the permit to
    teach, no longer holds. vehicle_classes: bits 1 << code of what may be taught, 0 not known."""

    instructor: int
    school: int
    valid_from_s: int
    valid_to_s: int | None = None
    state: int = APPROVED
    licence_to_s: int | None = None
    permit_to_s: int | None = None
    vehicle_classes: int = 0


@dataclass(frozen=True)
class TraineeFact:
    """A trainee. parts_passed: bits 1 << part of the exams passed. enrolled_s 0: not known."""

    trainee: int
    school: int
    valid_from_s: int
    valid_to_s: int | None = None
    state: int = APPROVED
    vehicle_class: int = 0
    enrolled_s: int = 0
    parts_passed: int = 0


@dataclass(frozen=True)
class CarFact:
    """A training car. inspected_to_s: the first second at which its inspection no longer holds."""

    car: int
    school: int
    valid_from_s: int
    valid_to_s: int | None = None
    state: int = APPROVED
    vehicle_class: int = 0
    inspected_to_s: int | None = None


@dataclass(frozen=True)
class OperatorFact:
    """An operator of a timing platform, whose terminals report."""

    operator: int
    valid_from_s: int
    valid_to_s: int | None = None
    state: int = APPROVED


@dataclass(frozen=True)
class DaysFact:
    """When training is permitted, for a school, a city, a province or (all 0) everywhere.

    windows: [from, to) in minutes of the local day; empty says nothing of hours. Of the entries in force that
    do, the most special holds, and of several as special all together. banned: local days since 1970-01-01,
    whoever states them.
    """

    valid_from_s: int
    valid_to_s: int | None = None
    province: int = 0
    city: int = 0
    school: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    banned: tuple[int, ...] = ()
    utc_offset_min: int = 480


@dataclass(frozen=True)
class Facts:
    """What the registry says, by kind."""

    terminals: tuple[TerminalFact, ...]
    schools: tuple[SchoolFact, ...] = ()
    instructors: tuple[InstructorFact, ...] = ()
    trainees: tuple[TraineeFact, ...] = ()
    cars: tuple[CarFact, ...] = ()
    operators: tuple[OperatorFact, ...] = ()
    days: tuple[DaysFact, ...] = ()


def class_bits(*codes: int) -> int:
    """Vehicle class codes as bits."""
    bits = 0
    for code in codes:
        bits |= 1 << code
    return bits


def class_of(course: Course) -> Course:
    """Vehicle class: the second and third digit of the 10-digit course code."""
    return course // 10_000_000 % 100


def key_number(public_key: str) -> int:
    """63 bits that stand for a public key (hexadecimal) in a column; never 0, which means none is asked."""
    return int.from_bytes(hashlib.sha256(bytes.fromhex(public_key)).digest()[:8], "big") >> 1 or 1
