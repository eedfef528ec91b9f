"""Rows that a random audit needs: judged sessions with evidence, terminals of schools, accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ingest.casework.who import SUPERVISOR, Who
from ingest.store.connection import Connection
from ingest.store.parts import Parts

OFFSET_MIN = 480
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SESSIONS = (
    "INSERT INTO session_outcome SELECT %(terminal)s, n, 5, 6, 7, 0, 2, %(at)s,"
    " %(at)s + interval '2 minutes', 2, 2, 0, 0, 0, '{}', 'x' FROM unnest(%(numbers)s::int[]) n",
    "INSERT INTO judged_session SELECT %(terminal)s, n, false, false, 5, 6, 7, 10 * n - 1, 10 * n,"
    " %(minute)s, %(minute)s + 1, 0, 0, 0, 0, false, 'x', 'x', '{}' FROM unnest(%(numbers)s::int[]) n",
    "INSERT INTO evidence SELECT %(terminal)s, 10 * n, %(at)s, %(at)s, n, 1, 1, 2, '',"
    " '\\x02'::bytea || convert_to(%(terminal)s::bigint || ' ' || n, 'UTF8')"
    " FROM unnest(%(numbers)s::int[]) n",
    "INSERT INTO own_verdict (terminal, seq, session, minute, verdict, reasons, numbers)"
    " SELECT %(terminal)s, 10 * n - 1 + i, n, %(minute)s + i, 0, '{}', '{}'"
    " FROM unnest(%(numbers)s::int[]) n, generate_series(0, 1) i",
)


def moment(text: str) -> datetime:
    """``2026-11-23 07:00``, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def add_terminals(conn: Connection, *school_of: tuple[int, int, str]) -> None:
    """(terminal, school, from)."""
    conn.execute("INSERT INTO registry_load (source, sha256) VALUES ('test', '')")
    for terminal, school, since in school_of:
        conn.execute(
            "INSERT INTO terminal (load, number, valid_from, key, car, school)"
            " SELECT max(id), %s, %s, decode(repeat('00', 32), 'hex'), 1, %s FROM registry_load",
            (terminal, moment(since), school),
        )


def add_sessions(conn: Connection, terminal: int, started: datetime, numbers: Iterable[int]) -> None:
    """Judged sessions, each of two minutes whose last record is stored as (terminal, 10 * session)."""
    Parts().ensure(conn, [int((started - EPOCH).total_seconds()) * 1_000_000])
    what = {
        "terminal": terminal,
        "numbers": list(numbers),
        "at": started,
        "minute": int(started.timestamp()) // 60,
    }
    for sentence in _SESSIONS:
        conn.execute(sentence, what)


def add_account(conn: Connection, name: str, role: str = SUPERVISOR) -> Who:
    """An account, and it as one who acts."""
    row = conn.execute(
        "INSERT INTO account (name, role) VALUES (%s, %s) RETURNING id", (name, role)
    ).fetchone()
    assert row is not None
    return Who(row[0], name, role, 0, "127.0.0.1")
