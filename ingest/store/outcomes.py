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
from ingest.store.judged import Key, keys_of

_LOCK = 0x686F7572_0003
_NAME = 1
_CREDIT = ("terminal", "session", "trainee", "part", "minutes")
_BY_SESSION = (
    "unnest(%s::bigint[], %s::bigint[]) AS scope (of, number)"
    " WHERE {0}.terminal = scope.of AND {0}.session = scope.number"
)
_BY_SEQ = (
    "unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS scope (of, first, last)"
    " WHERE {0}.terminal = scope.of AND {0}.seq BETWEEN scope.first AND scope.last"
)


class _Table(NamedTuple):
    """A table of derived rows: its key and its other columns, with the types they are copied as.

    JSON and arrays are copied as the text they are already.
    """

    name: str
    key: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]


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


def replace_sessions(
    conn: Connection, sessions: Iterable[tuple[SessionVerdict, int, str]], scope: Sequence[Key]
) -> int:
    """Make session_outcome hold, of these sessions, exactly these rows, each with its training hours and with
    what it was judged under; returns the rows touched."""
    rows = (_session_row(session, hours, under) for session, hours, under in sessions)
    return _replace(conn, _SESSION, rows, scope)


def replace_flags(conn: Connection, flags: Iterable[tuple[Flag, str]], scope: Sequence[Key]) -> int:
    """Make the table flag hold, of the scope's sessions, exactly these flags, each with what it was judged
    under; returns the rows touched."""
    return _replace(conn, _FLAG, (_flag_row(flag, under) for flag, under in flags), scope)


def replace_forks(conn: Connection) -> int:
    """Flag every terminal that sent two records with one sequence number; returns the rows touched."""
    found = forks(conn)
    known = conn.execute("SELECT DISTINCT terminal FROM flag WHERE reason = %s", (SEQ_FORK,)).fetchall()
    scope = {(terminal, 0) for (terminal,) in known} | {(flag.terminal, 0) for flag in found}
    with conn.transaction():
        return replace_flags(conn, ((flag, "quarantine") for flag in found), sorted(scope))


def replace_head_signatures(
    conn: Connection,
    signatures: Iterable[tuple[int, int, int, int]],
    scope: Sequence[tuple[int, int, int]],
    judged_under: str,
) -> int:
    """Make head_signature hold, of these (terminal, first seq, last seq), exactly these (terminal, seq,
    through, state); returns the rows touched."""
    rows = [(*row, judged_under) for row in signatures]
    return _replace(conn, _HEAD_SIGNATURE, rows, scope)


def accepted_minutes(conn: Connection, scope: Sequence[Key]) -> dict[Key, int]:
    """Accepted minutes of these sessions by the last judgement; those that were never judged are left out."""
    rows = conn.execute(
        "SELECT terminal, session, minutes_accepted FROM session_outcome WHERE (terminal, session) IN"
        " (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
        keys_of(scope),
    )
    return {(terminal, session): minutes for terminal, session, minutes in rows}


def session_verdicts(conn: Connection) -> list[SessionVerdict]:
    """Every judged training session in the order of terminal and session; reasons are left out."""
    rows = conn.execute(
        "SELECT terminal, session, trainee, instructor, car, course, part,"
        " extract(epoch FROM started_at)::bigint, extract(epoch FROM ended_at)::bigint, minutes_recorded,"
        " minutes_accepted, minutes_refused, minutes_unsure FROM session_outcome ORDER BY terminal, session"
    )
    return [SessionVerdict(*(*row, ())) for row in rows]


def append_credit(conn: Connection, credits: Iterable[tuple[Credit, str]], scope: Sequence[Key]) -> int:
    """Append what the ledger lacks for the scope's sessions to add up to these credits, each with what it was
    judged under; returns the number of new entries.

    What earns nothing any more is taken back. Entries of decisions lie over these and are not looked at.
    """
    wanted = [one for one in credits if one[0].minutes]
    columns = [[getattr(credit, name) for credit, _ in wanted] for name in _CREDIT]
    cursor = conn.execute(
        """
        WITH held AS (
            SELECT terminal, session, trainee, part, sum(minutes) AS minutes, max(entry) AS last_entry
            FROM credit WHERE (terminal, session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
            AND decision IS NULL GROUP BY terminal, session, trainee, part)
        INSERT INTO credit (terminal, session, trainee, part, minutes, corrects, judged_under)
        SELECT terminal, session, trainee, part,
               coalesce(wanted.minutes, 0) - coalesce(held.minutes, 0), held.last_entry,
               coalesce(wanted.under, 'no such session any more')
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[], %s::bigint[], %s::text[])
             AS wanted (terminal, session, trainee, part, minutes, under)
        FULL JOIN held USING (terminal, session, trainee, part)
        WHERE coalesce(wanted.minutes, 0) <> coalesce(held.minutes, 0)
        ORDER BY terminal, session, trainee, part
        """,
        (*keys_of(scope), *columns, [under for _, under in wanted]),
    )
    return cursor.rowcount


def ledger(conn: Connection) -> list[Credit]:
    """What every training session has earned, summed over its entries, in order."""
    rows = conn.execute(
        "SELECT terminal, session, trainee, part, sum(minutes)::bigint FROM credit"
        " GROUP BY 1, 2, 3, 4 HAVING sum(minutes) <> 0 ORDER BY 1, 2, 3, 4"
    )
    return [Credit(*row) for row in rows]


def flags_n(conn: Connection) -> int:
    """How many flags there are."""
    row = conn.execute("SELECT count(*) FROM flag").fetchone()
    return 0 if row is None else int(row[0])


def judged_n(conn: Connection) -> int:
    """Records that judgements took in."""
    row = conn.execute("SELECT coalesce(sum(judged), 0) FROM judged_terminal").fetchone()
    return 0 if row is None else int(row[0])


def forks(conn: Connection) -> list[Flag]:
    """A flag for every terminal that sent two records with one sequence number."""
    rows = conn.execute(
        "SELECT terminal, sum(records)::bigint FROM quarantine WHERE reason = %s AND terminal IS NOT NULL"
        " GROUP BY terminal ORDER BY terminal",
        (SEQ_FORK,),
    )
    return [Flag(SEQ_FORK, terminal, 0, 0, 0, records, None, None) for terminal, records in rows]


def _flag_row(flag: Flag, under: str) -> tuple[Any, ...]:
    who = (flag.reason, flag.terminal, flag.session, flag.other_terminal, flag.other_session)
    return (*who, flag.records, flag.first_minute, flag.last_minute, under)


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


def _replace(
    conn: Connection, table: _Table, rows: Iterable[Sequence[Any]], scope: Sequence[Sequence[int]]
) -> int:
    """Make a table hold, within the scope, exactly these rows, touching only those that differ.

    scope: (terminal, session), or (terminal, first seq, last seq) where the table has no sessions. Returns
    the rows touched.
    """
    fresh = sql.Identifier(f"fresh_{table.name}")
    names = [name for name, _ in (*table.key, *table.values)]
    terms = {
        "fresh": fresh,
        "table": sql.Identifier(table.name),
        "columns": _list(names),
        "key": _list([name for name, _ in table.key]),
        "excluded": _compared(table, "excluded"),
        "old": _compared(table, "held"),
        "fresh_key": _list([name for name, _ in table.key], fresh),
        "table_key": _list([name for name, _ in table.key], sql.Identifier(table.name)),
        "sets": sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name, _ in table.values
        ),
        "inside": sql.SQL(_BY_SEQ if table is _HEAD_SIGNATURE else _BY_SESSION).format(
            sql.Identifier(table.name)
        ),
    }

    def run(statement: str, *values: Any) -> int:
        return conn.execute(sql.SQL(statement).format(**terms), values or None).rowcount

    run("CREATE TEMPORARY TABLE {fresh} (LIKE {table}) ON COMMIT DROP")
    copy_into = sql.SQL("COPY {fresh} ({columns}) FROM STDIN").format(**terms)
    with conn.cursor() as cursor, cursor.copy(copy_into) as copy:
        copy.set_types([kind for _, kind in (*table.key, *table.values)])
        for row in rows:
            copy.write_row(row)
    run("ANALYZE {fresh}")
    columns = [[one[part] for one in scope] for part in range(3 if table is _HEAD_SIGNATURE else 2)]
    touched = run(
        "DELETE FROM {table} USING {inside}"
        " AND NOT EXISTS (SELECT FROM {fresh} WHERE ({fresh_key}) = ({table_key}))",
        *columns,
    )
    touched += run(
        "INSERT INTO {table} AS held ({columns}) SELECT {columns} FROM {fresh} WHERE true"
        " ON CONFLICT ({key}) DO UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({excluded})"
    )
    run("DROP TABLE {fresh}")
    return touched


def _compared(table: _Table, of: str) -> sql.Composed:
    """The columns by which two rows differ: a registry that changed nothing is no difference."""
    columns = [sql.Identifier(of, name) for name, _ in table.values]
    under = sql.SQL("split_part({}, ', registry ', 1)")
    return sql.SQL(", ").join(
        under.format(column) if name == "judged_under" else column
        for (name, _), column in zip(table.values, columns, strict=True)
    )


def _list(names: Sequence[str], of: sql.Composable | None = None) -> sql.Composed:
    prefix = sql.SQL("") if of is None else sql.SQL("{}.").format(of)
    return sql.SQL(", ").join(prefix + sql.Identifier(name) for name in names)
