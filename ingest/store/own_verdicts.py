"""Minute verdicts into own_verdict by binary COPY; of sessions that were there only the rows that differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.store.connection import Connection

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_SCOPE = (
    "unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS r (terminal, session, first, last)"
)
_VALUES = ("session", "minute", "verdict", "counted_s", "stops", "reasons", "numbers")


def add(conn: Connection, columns: str, rows: Iterable[bytes]) -> int:
    """Add rows of minutes that have no verdict; rows are tuples of the COPY format of these columns."""
    return _copy(conn, "own_verdict", columns, rows)


def replace(
    conn: Connection, columns: str, rows: Iterable[bytes], sessions: Sequence[tuple[int, int, int, int]]
) -> int:
    """Make these (terminal, session, first seq, last seq) hold exactly these rows; returns the rows touched.

    first seq and last seq: where the session's rows lay so far.
    """
    conn.execute("CREATE TEMPORARY TABLE fresh_verdict (LIKE own_verdict) ON COMMIT DROP")
    _copy(conn, "fresh_verdict", columns, rows)
    conn.execute("ANALYZE fresh_verdict")
    touched = conn.execute(
        "DELETE FROM own_verdict o"
        f" USING {_SCOPE}"
        " WHERE o.terminal = r.terminal AND o.seq BETWEEN r.first AND r.last AND o.session = r.session"
        " AND NOT EXISTS (SELECT FROM fresh_verdict f WHERE (f.terminal, f.seq) = (o.terminal, o.seq))",
        tuple([one[part] for one in sessions] for part in range(4)),
    ).rowcount
    held, fresh = (", ".join(f"{of}.{name}" for name in _VALUES) for of in ("held", "excluded"))
    sets = ", ".join(f"{name} = excluded.{name}" for name in _VALUES)
    touched += conn.execute(
        f"INSERT INTO own_verdict AS held ({columns}) SELECT {columns} FROM fresh_verdict"
        f" ON CONFLICT (terminal, seq) DO UPDATE SET {sets}"
        f" WHERE ({held}) IS DISTINCT FROM ({fresh})".encode()
    ).rowcount
    conn.execute("DROP TABLE fresh_verdict")
    return touched


def minutes_of(
    conn: Connection, sessions: Sequence[tuple[int, int, int, int]]
) -> dict[tuple[int, int], list[tuple[int, int, int]]]:
    """(terminal, session) -> (seq, minute, verdict) of its rows in the order of (minute, seq)."""
    found: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    rows = conn.execute(
        "SELECT o.terminal, o.session, o.seq, o.minute, o.verdict"
        f" FROM {_SCOPE}"
        " JOIN own_verdict o ON o.terminal = r.terminal AND o.seq BETWEEN r.first AND r.last"
        "  AND o.session = r.session ORDER BY o.terminal, o.session, o.minute, o.seq",
        tuple([one[part] for one in sessions] for part in range(4)),
    )
    for terminal, session, seq, minute, verdict in rows:
        found.setdefault((terminal, session), []).append((seq, minute, verdict))
    return found


def _copy(conn: Connection, table: str, columns: str, rows: Iterable[bytes]) -> int:
    with conn.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.write(_HEADER)
            for row in rows:
                copy.write(row)
            copy.write(_TRAILER)
        return cursor.rowcount
