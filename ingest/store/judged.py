"""What was judged of which session and terminal, under what: rows of the first stage and their way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ingest.store.connection import Connection

Key = tuple[int, int]
"""(terminal, session)."""

_SESSION_TYPES = (
    "int8 int8 bool bool int8 int8 int8 int8 int8 int4 int4 int4 int4 int4 int4 bool text text text"
)
_SHARE_TYPES = "int8 int8 int4 bool text int4 int8 int8 int8 int8" + " int4" * 9 + " bytea bytea"


class JudgedSession(NamedTuple):
    """A row of judged_session; the columns as there."""

    terminal: int
    session: int
    pending: bool
    gone: bool
    trainee: int
    instructor: int
    car: int
    first_seq: int
    last_seq: int
    first_minute: int
    last_minute: int
    south_e7: int
    north_e7: int
    west_e7: int
    east_e7: int
    not_inside: bool
    rules: str
    registry: str
    body: str

    @property
    def key(self) -> Key:
        return self.terminal, self.session

    def says_as(self, other: JudgedSession | None) -> bool:
        """Whether both say the same, pending or not."""
        return other is not None and self._replace(pending=other.pending) == other


class ShareRow(NamedTuple):
    """A row of session_share; the columns as there."""

    terminal: int
    session: int
    ord: int
    pending: bool
    rules: str
    occurrence: int
    trainee: int
    instructor: int
    car: int
    start_s: int
    first_minute: int
    last_minute: int
    from_minute: int
    from_lat_e7: int
    from_lon_e7: int
    to_minute: int
    to_lat_e7: int
    to_lon_e7: int
    accepted_n: int
    creditable: bytes
    accepted: bytes

    @property
    def key(self) -> Key:
        return self.terminal, self.session


SESSION_COLUMNS = ", ".join(JudgedSession._fields)
_HELD_BY = ("trainee", "instructor", "car")
SHARE_COLUMNS = ", ".join(ShareRow._fields)


class JudgedTerminal(NamedTuple):
    """A row of judged_terminal; the columns as there."""

    terminal: int
    last_seq: int
    stored: int
    through: int
    judged: int
    open_from: int
    irregular: bool
    unreadable: list[int]


def newest(conn: Connection, ranges: Sequence[tuple[int, int, int]]) -> dict[Key, JudgedSession]:
    """The sessions of these (terminal, first number, last number), the pending ones before the settled."""
    columns = SESSION_COLUMNS.replace("terminal", "s.terminal", 1)
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT DISTINCT ON (s.terminal, s.session) {columns}"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS r (of, first, last)"
            " JOIN judged_session s ON s.terminal = r.of AND s.session BETWEEN r.first AND r.last"
            " ORDER BY s.terminal, s.session, s.pending DESC".encode(),
            tuple([one[part] for one in ranges] for part in range(3)),
        )
        return {row.key: row for row in map(JudgedSession._make, cursor.fetchall())}


def hand_over(conn: Connection, sessions: Sequence[JudgedSession], shares: Iterable[ShareRow]) -> None:
    """Put these sessions and their shares among the pending, in the place of what is pending of them."""
    keys = keys_of(sessions)
    for table in (b"judged_session", b"session_share"):
        conn.execute(
            b"DELETE FROM " + table + b" WHERE pending AND (terminal, session) IN"
            b" (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
            keys,
        )
    _copy(
        conn, f"COPY judged_session ({SESSION_COLUMNS}) FROM STDIN (FORMAT BINARY)", _SESSION_TYPES, sessions
    )
    _copy(conn, f"COPY session_share ({SHARE_COLUMNS}) FROM STDIN (FORMAT BINARY)", _SHARE_TYPES, shares)


def keys_of(sessions: Iterable[Any]) -> tuple[list[int], list[int]]:
    """Terminals and sessions as two lists, for unnest; of anything with a key, or of keys."""
    keys = [one if type(one) is tuple else one.key for one in sessions]
    return [terminal for terminal, _ in keys], [session for _, session in keys]


def _copy(conn: Connection, statement: str, types: str, rows: Iterable[Sequence[Any]]) -> None:
    with conn.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(types.split())
        for row in rows:
            copy.write_row(row)


def pending(conn: Connection) -> list[JudgedSession]:
    """Every session that waits to be settled."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT {SESSION_COLUMNS} FROM judged_session WHERE pending ORDER BY terminal, session".encode()
        )
        return [JudgedSession._make(row) for row in cursor.fetchall()]


def settled(conn: Connection, keys: Iterable[Key]) -> dict[Key, JudgedSession]:
    """These sessions as they were last settled."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT {SESSION_COLUMNS} FROM judged_session WHERE NOT pending AND (terminal, session) IN"
            " (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))".encode(),
            keys_of(keys),
        )
        return {row.key: row for row in map(JudgedSession._make, cursor.fetchall())}


def shares_of(conn: Connection, keys: Iterable[Key], pending: bool) -> list[ShareRow]:
    """The shares of these sessions, settled or pending ones."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT {SHARE_COLUMNS} FROM session_share WHERE pending = %s AND (terminal, session) IN"
            " (SELECT * FROM unnest(%s::bigint[], %s::bigint[])) ORDER BY terminal, session, ord".encode(),
            (pending, *keys_of(keys)),
        )
        return [ShareRow._make(row) for row in cursor.fetchall()]


def pending_shares(conn: Connection) -> list[ShareRow]:
    """The shares of all pending sessions."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT {SHARE_COLUMNS} FROM session_share WHERE pending"
            " ORDER BY terminal, session, ord".encode()
        )
        return [ShareRow._make(row) for row in cursor.fetchall()]


def settled_neighbours(conn: Connection, wanted: Mapping[str, Sequence[tuple[int, int, int]]]) -> set[Key]:
    """Sessions whose settled share has one of the (number, first minute, last minute) of a column in it, at a
    time that meets it. wanted: by column: trainee, instructor or car. One query for all of them."""
    columns = [column for column in _HELD_BY if wanted.get(column)]
    if not columns:
        return set()
    query = " UNION ".join(
        "SELECT s.terminal, s.session"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS w (number, first, last)"
        f" JOIN session_share s ON s.{column} = w.number AND NOT s.pending"
        "  AND s.first_minute BETWEEN w.first - 1440 AND w.last AND s.last_minute >= w.first"
        for column in columns
    )
    values = [[one[part] for one in wanted[column]] for column in columns for part in range(3)]
    return {(terminal, session) for terminal, session in conn.execute(query.encode(), values).fetchall()}


def promote(conn: Connection) -> int:
    """What is pending becomes what is settled; returns how many sessions were."""
    for table in (b"session_share", b"judged_session"):
        conn.execute(
            b"DELETE FROM " + table + b" old USING judged_session new"
            b" WHERE new.pending AND NOT old.pending"
            b" AND (old.terminal, old.session) = (new.terminal, new.session)"
        )
    conn.execute(b"UPDATE session_share SET pending = false WHERE pending")
    gone = conn.execute(b"DELETE FROM judged_session WHERE pending AND gone").rowcount
    return gone + conn.execute(b"UPDATE judged_session SET pending = false WHERE pending").rowcount


def terminals(conn: Connection, some: Sequence[int] | None = None) -> dict[int, JudgedTerminal]:
    """How much of each terminal (or of each of some) has been judged."""
    rows = conn.execute(
        f"SELECT {', '.join(JudgedTerminal._fields)} FROM judged_terminal"
        " WHERE %s OR terminal = ANY (%s::bigint[])".encode(),
        (some is None, list(some or ())),
    )
    return {row[0]: JudgedTerminal._make(row) for row in rows}


def note_terminals(conn: Connection, rows: Sequence[JudgedTerminal]) -> None:
    """Bring judged_terminal up to date with these."""
    names = ", ".join(JudgedTerminal._fields)
    sets = ", ".join(f"{name} = excluded.{name}" for name in JudgedTerminal._fields[1:])
    with conn.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO judged_terminal ({names}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
            f" ON CONFLICT (terminal) DO UPDATE SET {sets}".encode(),
            rows,
        )
