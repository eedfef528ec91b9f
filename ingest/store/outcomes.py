"""Outcomes in the database: derived rows are brought up to date, the credit ledger is only added to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg import sql

from firmware.wire.reasons import SEQ_FORK
from ingest.judge.outcome import Credit, Flag, SessionVerdict
from ingest.judge.reasons import BY_NUMBER
from ingest.store.connection import Connection

_LOCK = 0x686F7572_0003
_NAME = 1


class _Table(NamedTuple):
    """A table of derived rows: its key and its other columns, with the types they are copied as.

    JSON and arrays are copied as the text they are already.
    """

    name: str
    key: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]


_VERDICT = _Table(
    "verdict",
    (("terminal", "int8"), ("seq", "int8")),
    (
        ("session", "int8"),
        ("minute", "int4"),
        ("verdict", "int2"),
        ("reasons", "text"),
        ("numbers", "text"),
        ("counted_s", "int2"),
        ("stops", "int2"),
        ("judged_under", "text"),
    ),
)
_SESSION = _Table(
    "session_outcome",
    (("terminal", "int8"), ("session", "int8")),
    (
        ("trainee", "int8"),
        ("instructor", "int8"),
        ("car", "int8"),
        ("course", "int8"),
        ("part", "int2"),
        ("started_at", "timestamptz"),
        ("ended_at", "timestamptz"),
        ("minutes_recorded", "int4"),
        ("minutes_accepted", "int4"),
        ("minutes_refused", "int4"),
        ("minutes_unsure", "int4"),
        ("training_hours", "int4"),
        ("reasons", "text"),
        ("judged_under", "text"),
    ),
)
_HEAD_SIGNATURE = _Table(
    "head_signature",
    (("terminal", "int8"), ("seq", "int8")),
    (("through", "int8"), ("state", "int2"), ("judged_under", "text")),
)
_FLAG = _Table(
    "flag",
    (
        ("reason", "int2"),
        ("terminal", "int8"),
        ("session", "int8"),
        ("other_terminal", "int8"),
        ("other_session", "int8"),
    ),
    (("records", "int4"), ("first_minute", "int4"), ("last_minute", "int4"), ("judged_under", "text")),
)


@contextmanager
def judging(conn: Connection) -> Iterator[None]:
    """Only one judge at a time; waits for the other. Must be entered outside a transaction."""
    conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def replace_verdicts(conn: Connection, verdicts: Iterable[Sequence[Any]], judged_under: str) -> int:
    """Make the table verdict hold exactly these minutes; returns how many it holds.

    A row is a MinuteVerdict of ingest.judge.explain.
    """
    rows = ((*row[:5], _array(row[5]), json.dumps(row[6]), *row[7:], judged_under) for row in verdicts)
    return _replace(conn, _VERDICT, rows)


def _array(values: Sequence[int]) -> str:
    """A PostgreSQL array as text: ten times faster than the general way."""
    return "{" + ",".join(map(str, values)) + "}"


def replace_sessions(
    conn: Connection, sessions: Iterable[tuple[SessionVerdict, int]], judged_under: str
) -> int:
    """Make session_outcome hold exactly these sessions, each with its training hours; returns how many."""
    rows = (_session_row(session, hours, judged_under) for session, hours in sessions)
    return _replace(conn, _SESSION, rows)


def replace_flags(conn: Connection, flags: Iterable[Flag], judged_under: str) -> int:
    """Make the table flag hold exactly these flags; returns how many."""
    rows = (
        (
            flag.reason,
            flag.terminal,
            flag.session,
            flag.other_terminal,
            flag.other_session,
            flag.records,
            flag.first_minute,
            flag.last_minute,
            judged_under,
        )
        for flag in flags
    )
    return _replace(conn, _FLAG, rows)


def replace_head_signatures(
    conn: Connection, signatures: Iterable[tuple[int, int, int, int]], judged_under: str
) -> int:
    """Make head_signature hold exactly these (terminal, seq, through, state); returns how many."""
    return _replace(conn, _HEAD_SIGNATURE, ((*row, judged_under) for row in signatures))


def append_credit(conn: Connection, credits: Iterable[Credit], judged_under: str) -> int:
    """Append what the ledger lacks to add up to these credits; returns the number of new entries.

    A session that earns nothing any more gets an entry that takes its minutes back.
    """
    wanted = list(credits)
    cursor = conn.execute(
        """
        INSERT INTO credit (terminal, session, trainee, part, minutes, corrects, judged_under)
        SELECT terminal, session, trainee, part,
               coalesce(wanted.minutes, 0) - coalesce(held.minutes, 0), held.last_entry, %s
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[], %s::bigint[])
             AS wanted (terminal, session, trainee, part, minutes)
        FULL JOIN (SELECT terminal, session, trainee, part, sum(minutes) AS minutes, max(entry) AS last_entry
                   FROM credit GROUP BY terminal, session, trainee, part) AS held
             USING (terminal, session, trainee, part)
        WHERE coalesce(wanted.minutes, 0) <> coalesce(held.minutes, 0)
        ORDER BY terminal, session, trainee, part
        """,
        (
            judged_under,
            [credit.terminal for credit in wanted],
            [credit.session for credit in wanted],
            [credit.trainee for credit in wanted],
            [credit.part for credit in wanted],
            [credit.minutes for credit in wanted],
        ),
    )
    return cursor.rowcount


def ledger(conn: Connection) -> list[Credit]:
    """What every training session has earned, summed over its entries, in order."""
    rows = conn.execute(
        "SELECT terminal, session, trainee, part, sum(minutes)::bigint FROM credit"
        " GROUP BY 1, 2, 3, 4 HAVING sum(minutes) <> 0 ORDER BY 1, 2, 3, 4"
    )
    return [Credit(*row) for row in rows]


def forks(conn: Connection) -> list[Flag]:
    """A flag for every terminal that sent two records with one sequence number."""
    rows = conn.execute(
        "SELECT terminal, sum(records)::bigint FROM quarantine WHERE reason = %s AND terminal IS NOT NULL"
        " GROUP BY terminal ORDER BY terminal",
        (SEQ_FORK,),
    )
    return [Flag(SEQ_FORK, terminal, 0, 0, 0, records, None, None) for terminal, records in rows]


def _session_row(session: SessionVerdict, hours: int, judged_under: str) -> tuple[Any, ...]:
    ended_at = None if session.end_s is None else datetime.fromtimestamp(session.end_s, UTC)
    by_name = {str(BY_NUMBER[reason][_NAME]): minutes for reason, minutes in session.reasons}
    return (
        session.terminal,
        session.session,
        session.trainee,
        session.instructor,
        session.car,
        session.course,
        session.part,
        datetime.fromtimestamp(session.start_s, UTC),
        ended_at,
        session.minutes_recorded,
        session.minutes_accepted,
        session.minutes_refused,
        session.minutes_unsure,
        hours,
        json.dumps(by_name, sort_keys=True),
        judged_under,
    )


def _replace(conn: Connection, table: _Table, rows: Iterable[Sequence[Any]]) -> int:
    """Bring a table of derived rows to exactly these rows, touching only those that differ."""
    fresh = sql.Identifier(f"fresh_{table.name}")
    names = [name for name, _ in (*table.key, *table.values)]
    terms = {
        "fresh": fresh,
        "table": sql.Identifier(table.name),
        "columns": _list(names),
        "key": _list([name for name, _ in table.key]),
        "excluded": _list([name for name, _ in table.values], sql.SQL("excluded")),
        "old": _list([name for name, _ in table.values], sql.SQL("held")),
        "fresh_key": _list([name for name, _ in table.key], fresh),
        "table_key": _list([name for name, _ in table.key], sql.Identifier(table.name)),
        "sets": sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name, _ in table.values
        ),
    }

    def run(statement: str) -> int:
        return conn.execute(sql.SQL(statement).format(**terms)).rowcount

    run("CREATE TEMPORARY TABLE {fresh} (LIKE {table}) ON COMMIT DROP")
    copy_into = sql.SQL("COPY {fresh} ({columns}) FROM STDIN").format(**terms)
    with conn.cursor() as cursor:
        with cursor.copy(copy_into) as copy:
            copy.set_types([kind for _, kind in (*table.key, *table.values)])
            for row in rows:
                copy.write_row(row)
        count = cursor.rowcount
    run("ANALYZE {fresh}")
    run("DELETE FROM {table} WHERE NOT EXISTS (SELECT FROM {fresh} WHERE ({fresh_key}) = ({table_key}))")
    run(
        "INSERT INTO {table} AS held ({columns}) SELECT {columns} FROM {fresh} WHERE true"
        " ON CONFLICT ({key}) DO UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({excluded})"
    )
    run("DROP TABLE {fresh}")
    return count


def _list(names: Sequence[str], of: sql.Composable | None = None) -> sql.Composed:
    prefix = sql.SQL("") if of is None else sql.SQL("{}.").format(of)
    return sql.SQL(", ").join(prefix + sql.Identifier(name) for name in names)
