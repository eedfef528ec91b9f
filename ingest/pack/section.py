"""A section of the report, and times as it tells them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ingest.pack.documents import Documents

Rows = list[list[str]]
_OFFSET_MIN = 480


class Section(NamedTuple):
    """A heading, lines of text, a table with relative widths of its columns, and what is to be drawn between
    them; any of them may be empty. is_headed: the table's first row is its heading; else the columns 1, 3 ...
    are."""

    title: str
    lines: list[str]
    rows: Rows | None = None
    widths: tuple[float, ...] = ()
    drawn: Documents | None = None
    is_headed: bool = True


def offset_of(documents: Documents) -> int:
    """Minutes that the ground's local time is ahead of UTC: of the first rule set in force."""
    sets = documents.rules["in_force"]
    return int(sets[0]["thresholds"]["utc_offset_min"]) if sets else _OFFSET_MIN


def local(utc_s: int | None, offset_min: int, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment in local time; "-" for none."""
    if not utc_s:
        return "-"
    moment = datetime.fromtimestamp(utc_s, UTC) + timedelta(minutes=offset_min)
    return moment.strftime(form)


def zone(offset_min: int) -> str:
    """Such as UTC+08:00."""
    sign, minutes = ("-", -offset_min) if offset_min < 0 else ("+", offset_min)
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"
