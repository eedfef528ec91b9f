"""A section of the report, and times as it tells them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ingest.pack.documents import Documents

Rows = list[list[str]]
_OFFSET_MIN = 480


class Section(NamedTuple):
    """A heading, lines of text, a table with relative widths of its columns, and what is to be drawn between
    them; any of them may be empty."""

    title: str
    lines: list[str]
    rows: Rows | None = None
    widths: tuple[float, ...] = ()
    drawn: Documents | None = None


def offset_of(documents: Documents) -> int:
    sets = documents.rules["in_force"]
    return int(sets[0]["thresholds"]["utc_offset_min"]) if sets else _OFFSET_MIN


def local(utc_s: int | None, offset_min: int, form: str = "%Y-%m-%d %H:%M") -> str:
    if not utc_s:
        return "-"
    moment = datetime.fromtimestamp(utc_s, UTC) + timedelta(minutes=offset_min)
    return moment.strftime(form)


def zone(offset_min: int) -> str:
    sign, minutes = ("-", -offset_min) if offset_min < 0 else ("+", offset_min)
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"
