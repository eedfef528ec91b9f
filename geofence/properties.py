"""The properties of a fence: names, kinds, parts of training, validity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from geofence.errors import Where, shown

REQUIRED = ("fence", "ground", "kind", "parts", "valid_from", "valid_to")
OPTIONAL = ("half_width_m",)
KINDS = ("field", "road")
PARTS = (1, 2, 3, 4)
MIN_HALF_WIDTH_M, MAX_HALF_WIDTH_M = 0.5, 200

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_REMEDY = "write a date like 2026-01-31 or a stamp like 2026-01-31T08:00:00+08:00"


@dataclass(frozen=True)
class Properties:
    """Checked properties. Validity in Unix seconds, from inclusive, to exclusive, None is open."""

    fence_id: str
    ground: str
    kind: str
    parts: frozenset[int]
    valid_from_s: int
    valid_to_s: int | None
    half_width_m: float | None


def read_properties(where: Where, values: dict[str, object], utc_offset_s: int) -> Properties:
    """The checked properties of one feature; `utc_offset_s` is the local time that bare dates are in.

    Raises FenceError naming the property.
    """
    for name in REQUIRED:
        if name not in values:
            raise where.refuse(f"properties.{name}", "it is missing", "add it (valid_to may be null)")
    for name in values:
        if name not in REQUIRED + OPTIONAL:
            raise where.refuse(
                f"properties.{name}",
                "no fence has such a property",
                f"the properties are {', '.join(REQUIRED + OPTIONAL)}",
            )
    valid_from_s = _instant(where, "valid_from", values["valid_from"], utc_offset_s)
    valid_to_s = None
    if values["valid_to"] is not None:
        valid_to_s = _instant(where, "valid_to", values["valid_to"], utc_offset_s)
        if valid_to_s <= valid_from_s:
            problem = f"{shown(values['valid_to'])} is not after valid_from {shown(values['valid_from'])}"
            raise where.refuse("properties.valid_to", problem, "give a later one or null")
    return Properties(
        fence_id=_name(where, "fence", values["fence"]),
        ground=_name(where, "ground", values["ground"]),
        kind=_kind(where, values["kind"]),
        parts=_parts(where, values["parts"]),
        valid_from_s=valid_from_s,
        valid_to_s=valid_to_s,
        half_width_m=_half_width_m(where, values["half_width_m"]) if "half_width_m" in values else None,
    )


def _name(where: Where, name: str, value: object) -> str:
    if not isinstance(value, str) or not value or value != value.strip() or not value.isprintable():
        problem = f"{shown(value)} is not a name"
        raise where.refuse(f"properties.{name}", problem, "write a text without blanks at its ends")
    return value


def _kind(where: Where, value: object) -> str:
    if not isinstance(value, str) or value not in KINDS:
        problem = f"{shown(value)} is not a kind of fence"
        raise where.refuse("properties.kind", problem, 'write "field" or "road"')
    return value


def _parts(where: Where, value: object) -> frozenset[int]:
    parts = value if isinstance(value, list) else []
    # By type, because true is 1 to Python.
    known = [part for part in parts if type(part) is int and part in PARTS]
    if not known or len(set(known)) < len(parts):
        problem = f"{shown(value)} is not a list of parts of training"
        raise where.refuse("properties.parts", problem, "write numbers from 1 to 4, each once, like [2, 3]")
    return frozenset(known)


def _half_width_m(where: Where, value: object) -> float:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    if MIN_HALF_WIDTH_M <= number <= MAX_HALF_WIDTH_M:
        return float(number)
    remedy = f"write a number from {MIN_HALF_WIDTH_M} to {MAX_HALF_WIDTH_M}"
    raise where.refuse("properties.half_width_m", f"{shown(value)} is not a width in metres", remedy)


def _instant(where: Where, name: str, value: object, utc_offset_s: int) -> int:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            midnight = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            return (midnight - _EPOCH) // timedelta(seconds=1) - utc_offset_s
        if isinstance(value, str) and _STAMP.fullmatch(value):
            return (datetime.fromisoformat(value) - _EPOCH) // timedelta(seconds=1)
    except ValueError:
        pass  # well formed, but there is no such day or hour
    raise where.refuse(f"properties.{name}", f"{shown(value)} is not a date", _DATE_REMEDY)
