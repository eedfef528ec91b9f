"""Single values of a registry file, each checked by its kind; a fault is a sentence that names the place."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from ingest.store.connection import StoreError

STATES = ("approved", "pending", "refused", "suspended", "cancelled", "locked")
VEHICLE_CLASSES = (
    *("A1", "A2", "A3", "B1", "B2"),
    *("C1", "C2", "C3", "C4", "C5"),
    *("D", "E", "F", "M", "N", "P"),
)
PARTS = (1, 2, 3, 4)
_DAY_MIN = 1440


class RegistryError(StoreError):
    """A registry file that cannot be taken; nothing of it was loaded."""


def value_of(place: str, kind: str, value: Any) -> Any:
    """The value as it is stored. Raises RegistryError."""
    return _KINDS[kind](place, value)


def _number(place: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{16}", value) and int(value):
        return int(value)
    raise RegistryError(f"{place} must be 16 decimal digits as a string, not all zero.")


def _operator(place: str, value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z][A-Z0-9]{4}", value):
        return value
    raise RegistryError(f"{place} must be a platform number such as A0107: a capital letter and 4 more.")


def _key(place: str, value: Any) -> bytes:
    if isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{64}", value):
        return bytes.fromhex(value)
    raise RegistryError(f"{place} must be 64 hexadecimal digits.")


def _text(place: str, value: Any) -> str:
    if isinstance(value, str) and value.strip() and "\0" not in value:
        return value
    raise RegistryError(f"{place} must be a text that is not empty.")


def _state(place: str, value: Any) -> str:
    if value in STATES:
        return str(value)
    raise RegistryError(f"{place} must be one of {', '.join(STATES)}.")


def _area(place: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{5}", value):
        return int(value)
    raise RegistryError(f"{place} must be a code of GB/T 2260: six digits as a string, such as 310100.")


def _class(place: str, value: Any) -> str:
    if value in VEHICLE_CLASSES:
        return str(value)
    raise RegistryError(f"{place} must be one of {', '.join(VEHICLE_CLASSES)}.")


def _list_of(place: str, value: Any, one: Callable[[str, Any], Any]) -> list[Any]:
    if not isinstance(value, list):
        raise RegistryError(f"{place} must be a list.")
    return sorted({one(f"{place}[{at}]", item) for at, item in enumerate(value)})


def _classes(place: str, value: Any) -> list[str]:
    return _list_of(place, value, _class)


def _parts(place: str, value: Any) -> list[int]:
    def part(at: str, item: Any) -> int:
        if isinstance(item, int) and not isinstance(item, bool) and item in PARTS:
            return item
        raise RegistryError(f"{at} must be a part of training, 1 to 4.")

    return _list_of(place, value, part)


def _windows(place: str, value: Any) -> list[str]:
    return _list_of(place, value, _window)


def _window(place: str, value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]", value):
        from_min, to_min = window_min(value)
        if from_min < to_min <= _DAY_MIN:
            return value
    raise RegistryError(f"{place} must be hours of one day such as 06:00-22:00, at most until 24:00.")


def window_min(window: str) -> tuple[int, int]:
    """Minutes of the day from and to, of a checked window such as 06:00-22:00."""
    hours = [part.split(":") for part in window.split("-")]
    from_min, to_min = (int(hour) * 60 + int(minute) for hour, minute in hours)
    return from_min, to_min


def _date(place: str, value: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise RegistryError(f"{place} must be a day such as 2026-01-01, or null.")


def _dates(place: str, value: Any) -> list[date]:
    return _list_of(place, value, _date)


def _offset(place: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and -_DAY_MIN < value < _DAY_MIN:
        return value
    raise RegistryError(f"{place} must be whole minutes that local time is ahead of UTC, such as 480.")


def _instant(place: str, value: Any) -> datetime:
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is not None and instant.tzinfo is not None:
            return instant.astimezone(UTC)
    raise RegistryError(f"{place} must be a time with its zone such as 2026-01-01T00:00:00Z, or null.")


_KINDS: dict[str, Callable[[str, Any], Any]] = {
    "number": _number,
    "operator": _operator,
    "key": _key,
    "text": _text,
    "state": _state,
    "area": _area,
    "class": _class,
    "classes": _classes,
    "parts": _parts,
    "windows": _windows,
    "date": _date,
    "dates": _dates,
    "offset": _offset,
    "instant": _instant,
}
