"""The sums by day, week and month of schools, grounds, people, cars, terminals and operators: kept.

statistic holds, for each dimension, the sum of session_figures; a refresh takes off what a session was
counted as and adds what it is now, so that its cost follows the sessions touched, not those there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.numbers import figures
from ingest.store.desk.numbers.figures import COLUMNS, MEASURES
from ingest.store.judged import Key

DIMENSIONS = ("school", "ground", "instructor", "car", "terminal", "operator")
NUMBER = {name: at for at, name in enumerate(DIMENSIONS, start=1)}
BY_REASON = ("school", "ground", "operator")
"""Dimensions whose reasons are summed up too; of others they are counted when asked for."""
TEXT_KEYS = ("ground", "operator")
"""Dimensions whose keys are names; those of the others are numbers of 16 digits."""
_LOCK = 0x686F7572_0018
_GRAINS = (
    "LATERAL (VALUES (0::smallint, day), (1::smallint, date_trunc('month', day)::date),"
    " (2::smallint, date_trunc('week', day)::date)) AS g (grain, since)"
)


class Refreshed(NamedTuple):
    """Sessions whose figures differed, and cells of sums that were touched for it."""

    sessions: int
    cells: int


class State(NamedTuple):
    """When the sums were last brought up to date (None: never), and after how many hours a record is late."""

    refreshed_at: datetime | None
    late_h: int


def refresh(conn: Connection, keys: Iterable[Key] | None) -> Refreshed:
    """Bring the sums up to date for these (terminal, session); None: for all sessions there are or were.

    One at a time; in the caller's transaction, or in one of its own. Sums that another version of the
    figures has made are all brought up to date, whatever the keys.
    """
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        made_by = conn.execute("SELECT made_by FROM statistic_state").fetchone()
        is_ours = made_by is not None and made_by[0] == figures.VERSION
        wanted = sorted(set(keys)) if keys is not None and is_ours else None
        figures.recount(conn, wanted)
        sessions = _note_changes(conn, wanted)
        cells = _add_up(conn) if sessions else 0
        for table in ("fresh_figures", "changed_figures"):
            conn.execute(f"DROP TABLE {table}".encode())
        conn.execute(
            "UPDATE statistic_state SET refreshed_at = clock_timestamp(), late_h = %s, made_by = %s",
            (figures.LATE_H, figures.VERSION),
        )
    return Refreshed(sessions, cells)


def empty(conn: Connection) -> None:
    """Forget everything, so that refresh(conn, None) makes it from nothing."""
    conn.execute("TRUNCATE session_figures, statistic, statistic_reason")


def _note_changes(conn: Connection, wanted: list[Key] | None) -> int:
    """Put what differs into changed_figures (sign -1 and 1) and session_figures; how many sessions do."""
    held = "session_figures"
    values: dict[str, list[int]] = {}
    if wanted is not None:
        held = (
            "(SELECT s.* FROM"
            " unnest(%(terminals)s::bigint[], %(sessions)s::bigint[]) AS w (terminal, session)"
            " JOIN session_figures s USING (terminal, session))"
        )
        values = {"terminals": [key[0] for key in wanted], "sessions": [key[1] for key in wanted]}
    columns = ", ".join(COLUMNS)
    old, new = (", ".join(f"{of}.{name}" for name in COLUMNS) for of in ("s", "f"))
    conn.execute(
        "CREATE TEMPORARY TABLE changed_figures ON COMMIT DROP AS"
        f" SELECT 1 AS sign, {columns} FROM session_figures WITH NO DATA".encode()
    )
    both = f"FROM {held} AS s FULL JOIN fresh_figures f USING (terminal, session)"
    differ = f"WHERE ROW({old}) IS DISTINCT FROM ROW({new})"
    for sign, shown, of in ((-1, old, "s"), (1, new, "f")):
        conn.execute(
            f"INSERT INTO changed_figures SELECT {sign}, {shown} {both} {differ}"
            f" AND {of}.sessions IS NOT NULL".encode(),
            values,
        )
    conn.execute(
        "DELETE FROM session_figures s USING changed_figures c"
        " WHERE c.sign = -1 AND (s.terminal, s.session) = (c.terminal, c.session)"
    )
    conn.execute(
        f"INSERT INTO session_figures ({columns})"
        f" SELECT {columns} FROM changed_figures WHERE sign = 1".encode()
    )
    row = conn.execute("SELECT count(DISTINCT (terminal, session)) FROM changed_figures").fetchone()
    return 0 if row is None else int(row[0])


def _add_up(conn: Connection) -> int:
    """Add what changed to the cells it is in, and drop the cells of which nothing is left."""
    sums = ", ".join(f"sum(sign * {name})::integer AS {name}" for name in MEASURES)
    sets = ", ".join(f"{name} = s.{name} + excluded.{name}" for name in MEASURES)
    moved = " OR ".join(f"sum(sign * {name}) <> 0" for name in MEASURES)
    names = ", ".join(MEASURES)
    cells = 0
    for name in DIMENSIONS:
        number = NUMBER[name]
        key = name if name in TEXT_KEYS else f"lpad({name}::text, 16, '0')"
        cells += conn.execute(
            f"INSERT INTO statistic AS s (dimension, grain, since, school, key, {names})"
            f" SELECT {number}, grain, since, school, {key}, {sums} FROM changed_figures, {_GRAINS}"
            f" GROUP BY grain, since, school, {name} HAVING {moved} ORDER BY 2, 3, 4, 5"
            f" ON CONFLICT (dimension, grain, since, school, key) DO UPDATE SET {sets}".encode()
        ).rowcount
        if name in BY_REASON:
            cells += _add_reasons(conn, number, name, key)
    _drop_empty(conn, "statistic")
    _drop_empty(conn, "statistic_reason")
    return cells


def _add_reasons(conn: Connection, number: int, name: str, key: str) -> int:
    return conn.execute(
        "INSERT INTO statistic_reason AS s (dimension, grain, since, school, key, reason, sessions, minutes)"
        f" SELECT {number}, grain, since, school, {key}, reason, sum(sign)::integer,"
        "         sum(sign * minutes)::integer"
        f" FROM changed_figures, {_GRAINS}, unnest(reasons, reason_minutes) AS r (reason, minutes)"
        f" GROUP BY grain, since, school, {name}, reason"
        "  HAVING sum(sign) <> 0 OR sum(sign * minutes) <> 0 ORDER BY 2, 3, 4, 5, 6"
        " ON CONFLICT (dimension, grain, since, school, key, reason) DO UPDATE"
        "  SET sessions = s.sessions + excluded.sessions, minutes = s.minutes + excluded.minutes".encode()
    ).rowcount


def _drop_empty(conn: Connection, table: str) -> None:
    """Drop the cells that nothing is in any more."""
    conn.execute(
        f"DELETE FROM {table} WHERE sessions = 0 AND dimension = ANY (%s::smallint[])"
        " AND grain IN (0, 1, 2) AND since = ANY (ARRAY("
        f" SELECT since FROM changed_figures, {_GRAINS} WHERE sign = -1))".encode(),
        (list(NUMBER.values()),),
    )


def state(conn: Connection) -> State:
    """When the sums were last brought up to date."""
    row = conn.execute("SELECT refreshed_at, late_h FROM statistic_state").fetchone()
    return State(None, figures.LATE_H) if row is None else State(*row)


def span(conn: Connection, school: int | None) -> tuple[date, date] | None:
    """First and last local day that has a session, of one school or of all; None without any."""
    row = conn.execute(
        "SELECT min(since), max(since) FROM statistic WHERE dimension = 1 AND grain = 0"
        " AND (%(school)s::bigint IS NULL OR school = %(school)s)",
        {"school": school},
    ).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])
