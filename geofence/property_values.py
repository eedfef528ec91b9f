"""The single values of a fence's properties, each read and checked by what it is.

Every reader raises FenceError with the property's name.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from geofence.errors import Where, shown

PARTS = (1, 2, 3, 4)
MIN_HALF_WIDTH_M, MAX_HALF_WIDTH_M = 0.5, 200
MIN_VEHICLE_CLASS, MAX_VEHICLE_CLASS = 1, 99
MAX_CAPACITY = 10_000

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})")
_SCHOOL = re.compile(r"[0-9]{16}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_REMEDY = "write a date like 2026-01-31 or a stamp like 2026-01-31T08:00:00+08:00"


def read_name(where: Where, name: str, value: object) -> str:
    """A printable text without blanks at its ends."""
    if not isinstance(value, str) or not value or value != value.strip() or not value.isprintable():
        problem = f"{shown(value)} is not a name"
        raise where.refuse(f"properties.{name}", problem, "write a text without blanks at its ends")
    return value


def read_one_of(where: Where, name: str, value: object, allowed: tuple[str, ...], what: str) -> str:
    """One of the words in `allowed`; `what` names them in the sentence."""
    if not isinstance(value, str) or value not in allowed:
        *others, last = (f'"{word}"' for word in allowed)
        problem = f"{shown(value)} is not {what}"
        raise where.refuse(f"properties.{name}", problem, f"write {', '.join(others)} or {last}")
    return value


def read_parts(where: Where, value: object) -> frozenset[int]:
    """A list of parts of training, each once."""
    parts = value if isinstance(value, list) else []
    # By type, because true is 1 to Python.
    known = [part for part in parts if type(part) is int and part in PARTS]
    if not known or len(set(known)) < len(parts):
        problem = f"{shown(value)} is not a list of parts of training"
        raise where.refuse("properties.parts", problem, "write numbers from 1 to 4, each once, like [2, 3]")
    return frozenset(known)


def read_vehicle_classes(where: Where, value: object) -> frozenset[int] | None:
    """A list of vehicle classes by their two digits in a course code, each once; null is all."""
    if value is None:
        return None
    classes = value if isinstance(value, list) else []
    known = [code for code in classes if type(code) is int and MIN_VEHICLE_CLASS <= code <= MAX_VEHICLE_CLASS]
    if not known or len(set(known)) < len(classes):
        problem = f"{shown(value)} is not a list of vehicle classes"
        remedy = "write the two digits of the course code, each once, like [21, 22], or null for all"
        raise where.refuse("properties.vehicle_classes", problem, remedy)
    return frozenset(known)


def read_schools(where: Where, value: object) -> frozenset[int] | None:
    """A list of schools by their 16 digits as texts, each once; null is all."""
    if value is None:
        return None
    schools = value if isinstance(value, list) else []
    known = [
        int(number)
        for number in schools
        if isinstance(number, str) and _SCHOOL.fullmatch(number) and int(number)
    ]
    if not known or len(set(known)) < len(schools):
        problem = f"{shown(value)} is not a list of schools"
        remedy = 'write their 16 digits as texts, each once, like ["4401000000000001"], or null for all'
        raise where.refuse("properties.schools", problem, remedy)
    return frozenset(known)


def read_capacity(where: Where, value: object) -> int | None:
    """How many cars may train there at once; null is not stated."""
    if value is None:
        return None
    if type(value) is int and 1 <= value <= MAX_CAPACITY:
        return value
    remedy = f"write a whole number from 1 to {MAX_CAPACITY}, or null"
    raise where.refuse("properties.capacity", f"{shown(value)} is not a number of cars", remedy)


def read_half_width_m(where: Where, value: object) -> float:
    """The metres of a corridor to each side of its line."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    if MIN_HALF_WIDTH_M <= number <= MAX_HALF_WIDTH_M:
        return float(number)
    remedy = f"write a number from {MIN_HALF_WIDTH_M} to {MAX_HALF_WIDTH_M}"
    raise where.refuse("properties.half_width_m", f"{shown(value)} is not a width in metres", remedy)


def read_instant(where: Where, name: str, value: object, utc_offset_s: int) -> int:
    """Unix seconds of a stamp, or of the local midnight a bare date begins with."""
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            midnight = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            return (midnight - _EPOCH) // timedelta(seconds=1) - utc_offset_s
        if isinstance(value, str) and _STAMP.fullmatch(value):
            return (datetime.fromisoformat(value) - _EPOCH) // timedelta(seconds=1)
    except ValueError:
        pass  # well formed, but there is no such day or hour
    raise where.refuse(f"properties.{name}", f"{shown(value)} is not a date", _DATE_REMEDY)
