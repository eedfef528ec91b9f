"""Sums of a stretch of local days, read from cells: whole months and weeks by one row each, and days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.numbers.figures import MEASURES
from ingest.store.desk.numbers.statistics import BY_REASON, NUMBER

DAY, MONTH, WEEK = 0, 1, 2


class Sums(NamedTuple):
    """One row of sums, minutes unless the name says otherwise (as in session_figures). key: 16 digits, or the
    ground's or operator's name; '' for a total."""

    key: str
    sessions: int = 0
    recorded: int = 0
    accepted: int = 0
    refused: int = 0
    unsure: int = 0
    effective: int = 0
    outside: int = 0
    faceless: int = 0
    checks: int = 0
    checks_failed: int = 0
    records: int = 0
    late_records: int = 0
    late_minutes: int = 0
    at_quota: int = 0
    suspected: int = 0
    spanned: int = 0
    gap_records: int = 0


class Part(NamedTuple):
    """The sums of one key in one day or month."""

    key: str
    since: date
    sums: Sums


class ReasonCount(NamedTuple):
    """How many sessions have a reason, and how many minutes."""

    reason: int
    sessions: int
    minutes: int


_SUMS = ", ".join(f"sum({name}) AS {name}" for name in MEASURES)
_INSIDE = (
    "dimension = %(dimension)s AND grain = {grain} AND since = ANY (%({days})s::date[])"
    " AND (%(school)s::bigint IS NULL OR school = %(school)s)"
)
_BY_GRAIN = ((MONTH, "months"), (WEEK, "weeks"), (DAY, "days"))


def _cells(table: str) -> str:
    """The cells that make up the stretch."""
    parts = (
        f"SELECT * FROM {table} WHERE {_INSIDE.format(grain=grain, days=days)}" for grain, days in _BY_GRAIN
    )
    return f"({' UNION ALL '.join(parts)}) AS cells"


def stretch(first: date, last: date) -> tuple[list[date], list[date], list[date]]:
    """The whole months of first..last, the whole weeks (from Monday) between them, and the other days."""
    months: list[date] = []
    weeks: list[date] = []
    days: list[date] = []
    day, end = first, last + timedelta(days=1)
    while day < end:
        month = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        week = day + timedelta(days=7)
        if day.day == 1 and month <= end:
            months.append(day)
            day = month
        # No week may reach into a month that is taken whole.
        elif day.weekday() == 0 and week <= end and (week <= month or not _is_whole(month, end)):
            weeks.append(day)
            day = week
        else:
            days.append(day)
            day += timedelta(days=1)
    return months, weeks, days


def _is_whole(month: date, end: date) -> bool:
    return (month + timedelta(days=31)).replace(day=1) <= end


def _values(dimension: str, first: date, last: date, school: int | None) -> dict[str, object]:
    months, weeks, days = stretch(first, last)
    cells = {"months": months, "weeks": weeks, "days": days}
    return {"dimension": NUMBER[dimension], "school": school, **cells}


def everybody(conn: Connection, dimension: str, first: date, last: date, school: int | None) -> list[Sums]:
    """The sums of every key of a dimension, by key; school: only what happened there."""
    rows = conn.execute(
        f"SELECT key, {_SUMS} FROM {_cells('statistic')} GROUP BY key ORDER BY key".encode(),
        _values(dimension, first, last, school),
    )
    return [Sums._make(row) for row in rows]


def of_keys(
    conn: Connection,
    dimension: str,
    keys: Sequence[str],
    first: date,
    last: date,
    school: int | None,
    grain: int,
) -> list[Part]:
    """The sums of these keys by day or by month (those that begin in the stretch), by key and time."""
    rows = conn.execute(
        f"SELECT key, since, {_SUMS} FROM statistic"
        " WHERE dimension = %(dimension)s AND key = ANY (%(keys)s::text[]) AND grain = %(grain)s"
        "  AND since BETWEEN %(first)s AND %(last)s"
        "  AND (%(school)s::bigint IS NULL OR school = %(school)s)"
        " GROUP BY key, since ORDER BY key, since".encode(),
        {
            "dimension": NUMBER[dimension],
            "keys": list(keys),
            "grain": grain,
            "first": first,
            "last": last,
            "school": school,
        },
    )
    return [Part(row[0], row[1], Sums(row[0], *row[2:])) for row in rows]


def of_all(conn: Connection, first: date, last: date, school: int | None, grain: int) -> list[Part]:
    """The sums of everything (or of one school) day by day or month by month; the key is ''."""
    rows = conn.execute(
        f"SELECT since, {_SUMS} FROM statistic"
        " WHERE dimension = 1 AND grain = %(grain)s AND since BETWEEN %(first)s AND %(last)s"
        "  AND (%(school)s::bigint IS NULL OR school = %(school)s)"
        " GROUP BY since ORDER BY since".encode(),
        {"grain": grain, "first": first, "last": last, "school": school},
    )
    return [Part("", row[0], Sums("", *row[1:])) for row in rows]


def reasons(
    conn: Connection, dimension: str, key: str | None, first: date, last: date, school: int | None
) -> list[ReasonCount]:
    """Counts by reason of one key, or of everything (dimension school, key None); most minutes first."""
    values = {**_values(dimension, first, last, school), "key": key}
    if dimension in BY_REASON:
        rows = conn.execute(
            f"SELECT reason, sum(sessions), sum(minutes) FROM {_cells('statistic_reason')}"
            " WHERE %(key)s::text IS NULL OR key = %(key)s"
            " GROUP BY reason ORDER BY 3 DESC, 2 DESC, 1".encode(),
            values,
        )
    else:
        rows = conn.execute(
            "SELECT reason, count(*), sum(minutes) FROM session_figures,"
            " unnest(reasons, reason_minutes) AS r (reason, minutes)"
            f" WHERE {dimension} = %(key)s::bigint AND day BETWEEN %(first)s AND %(last)s"
            "  AND (%(school)s::bigint IS NULL OR school = %(school)s)"
            " GROUP BY reason ORDER BY 3 DESC, 2 DESC, 1".encode(),
            {**values, "first": first, "last": last},
        )
    return [ReasonCount._make(row) for row in rows]


def added(rows: Iterable[Sums], key: str = "") -> Sums:
    """The total of these rows."""
    columns = list(zip(*(row[1:] for row in rows), strict=True))
    return Sums(key, *map(sum, columns)) if columns else Sums(key)


def is_known(conn: Connection, dimension: str, key: str, school: int | None) -> bool:
    """Whether a key has any session at all; school: any there."""
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM statistic WHERE dimension = %(dimension)s AND key = %(key)s"
        " AND (%(school)s::bigint IS NULL OR school = %(school)s))",
        {"dimension": NUMBER[dimension], "key": key, "school": school},
    ).fetchone()
    return row is not None and bool(row[0])


def names(conn: Connection, dimension: str, keys: Sequence[str]) -> dict[str, str]:
    """What the registry calls these keys now, a terminal by its car's plate; unknown ones are left out."""
    if dimension == "ground":
        return {}
    if dimension == "terminal":
        statement = (
            "SELECT DISTINCT ON (t.number) t.number, c.plate FROM terminal t JOIN car c ON c.number = t.car"
            " WHERE t.number = ANY (%s) ORDER BY t.number, t.valid_from DESC, t.entry DESC, c.valid_from"
            " DESC,"
            " c.entry DESC"
        )
    else:
        column = "plate" if dimension == "car" else "name"
        statement = (
            f"SELECT DISTINCT ON (number) number, {column} FROM {dimension} WHERE number = ANY (%s)"
            " ORDER BY number, valid_from DESC, entry DESC"
        )
    wanted = list(keys) if dimension == "operator" else [int(key) for key in keys]
    found = conn.execute(statement.encode(), (wanted,))
    return {row[0] if dimension == "operator" else f"{row[0]:016d}": row[1] for row in found}
