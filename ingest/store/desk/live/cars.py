"""How every car is now: its terminal's newest records, each by a step down the index of its own journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from firmware.wire.fields import DIAGNOSTIC, HEADER_SIZE, MINUTE, MINUTE_THIN, SIGN_IN, SIGN_OUT, STATUS
from firmware.wire.orders import DONE, TRAINING_BAN
from ingest.store.connection import Connection

_ROLE_AT = HEADER_SIZE + 4
"""In SIGN_IN and SIGN_OUT: after the session's number."""
_TRAINEE = 2


class Bound(NamedTuple):
    """A registered terminal in a car, as the registry has it at an instant. revoked_at None: it is not."""

    terminal: int
    car: int
    plate: str
    school: int
    school_name: str
    revoked_at: datetime | None


class Heard(NamedTuple):
    """When something of a terminal was last stored, and how many records there are."""

    terminal: int
    at: datetime
    stored: int


class NewestMinute(NamedTuple):
    """A terminal's newest minute record; session: the trainee's sign-in seq."""

    terminal: int
    seq: int
    session: int
    record: bytes


class Mark(NamedTuple):
    """The newest sign-in or sign-out of a trainee after a minute record."""

    terminal: int
    seq: int
    kind: int
    at: datetime
    record: bytes


class Fault(NamedTuple):
    """One code of a terminal's diagnostics after its newest STATUS record."""

    terminal: int
    code: int
    is_set: bool


class Ban(NamedTuple):
    """The last training ban, or lifting of one, that a terminal carried out; body: firmware.wire.orders."""

    terminal: int
    body: bytes


def bound(conn: Connection, at: datetime) -> list[Bound]:
    """Every terminal with a car at that instant, as believed now, by number."""
    rows = conn.execute(
        "WITH believed AS (SELECT DISTINCT ON (number, valid_from) * FROM terminal"
        "                  ORDER BY number, valid_from, entry DESC),"
        " held AS (SELECT DISTINCT ON (number) * FROM believed"
        "          WHERE valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)"
        "          ORDER BY number, valid_from DESC),"
        " plates AS (SELECT DISTINCT ON (number) number, plate FROM car WHERE valid_from <= %(at)s"
        "            ORDER BY number, valid_from DESC, entry DESC),"
        " names AS (SELECT DISTINCT ON (number) number, name FROM school WHERE valid_from <= %(at)s"
        "           ORDER BY number, valid_from DESC, entry DESC)"
        " SELECT held.number, held.car, coalesce(plate, ''), held.school, coalesce(names.name, ''),"
        " revoked_at"
        " FROM held LEFT JOIN plates ON plates.number = held.car"
        " LEFT JOIN names ON names.number = held.school"
        " ORDER BY held.number",
        {"at": at},
    )
    return [Bound(*row) for row in rows]


def fence_features(conn: Connection) -> list[str]:
    """Every entry of every fence as believed now, each a GeoJSON feature as it was given."""
    rows = conn.execute(
        "SELECT DISTINCT ON (number, valid_from) feature FROM fence ORDER BY number, valid_from, entry DESC"
    )
    return [row[0] for row in rows]


def heard(conn: Connection) -> list[Heard]:
    """Of every terminal that has stored anything."""
    rows = conn.execute("SELECT terminal, last_received_at, stored FROM terminal_head")
    return [Heard(*row) for row in rows]


def newest_minutes(conn: Connection, terminals: Sequence[int], since: datetime) -> list[NewestMinute]:
    """The newest minute record of each, of those not older than since: few months need to be looked at."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT t.number, m.seq, m.session, m.record FROM unnest(%s::bigint[]) AS t (number)"
            " CROSS JOIN LATERAL (SELECT seq, session, record FROM evidence e WHERE e.terminal = t.number"
            "  AND e.kind IN (%s, %s) AND e.utc >= %s ORDER BY e.seq DESC LIMIT 1) AS m",
            (_array(terminals), MINUTE, MINUTE_THIN, since),
        )
        return [NewestMinute(*row) for row in cursor.fetchall()]


def marks(conn: Connection, after: Sequence[tuple[int, int]], since: datetime) -> list[Mark]:
    """The newest trainee's sign-in or sign-out after each (terminal, seq)."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT t.number, m.seq, m.kind, m.utc, m.record"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS t (number, seq)"
            " CROSS JOIN LATERAL (SELECT seq, kind, utc, record FROM evidence e WHERE e.terminal = t.number"
            "  AND e.seq > t.seq AND e.kind IN (%s, %s) AND e.utc >= %s AND get_byte(e.record, %s) = %s"
            "  ORDER BY e.seq DESC LIMIT 1) AS m",
            (
                _array(key[0] for key in after),
                _array(key[1] for key in after),
                SIGN_IN,
                SIGN_OUT,
                since,
                _ROLE_AT,
                _TRAINEE,
            ),
        )
        return [Mark(*row) for row in cursor.fetchall()]


def begun(conn: Connection, sessions: Sequence[tuple[int, int]], since: datetime) -> dict[int, datetime]:
    """Terminal -> when its session (terminal, session) began, by the sign-in, where one not older than since
    is stored."""
    rows = conn.execute(
        "SELECT e.terminal, e.utc FROM unnest(%s::bigint[], %s::bigint[]) AS w (terminal, seq)"
        " JOIN evidence e USING (terminal, seq) WHERE e.kind = %s AND e.utc >= %s",
        (_array(key[0] for key in sessions), _array(key[1] for key in sessions), SIGN_IN, since),
    )
    return dict(rows.fetchall())


def newest_status(
    conn: Connection, terminals: Sequence[int], since: datetime
) -> dict[int, tuple[int, bytes]]:
    """Terminal -> (seq, record) of its newest STATUS record."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT t.number, s.seq, s.record FROM unnest(%s::bigint[]) AS t (number)"
            " CROSS JOIN LATERAL (SELECT seq, record FROM evidence e WHERE e.terminal = t.number"
            f"  AND e.kind = {STATUS} AND e.kind IN (1, 6, 11) AND e.utc >= %s"
            "  ORDER BY e.seq DESC LIMIT 1) AS s".encode(),
            (_array(terminals), since),
        )
        return {terminal: (seq, record) for terminal, seq, record in cursor.fetchall()}


def faults(conn: Connection, after: Sequence[tuple[int, int]]) -> list[Fault]:
    """What the DIAGNOSTIC records after each (terminal, seq) leave set or cleared, code by code."""
    rows = conn.execute(
        "SELECT t.number, d.code, d.state = 1 FROM unnest(%(terminals)s::bigint[], %(seqs)s::bigint[])"
        " AS t (number, seq) CROSS JOIN LATERAL (SELECT DISTINCT ON (1)"
        "  get_byte(record, %(code)s) AS code, get_byte(record, %(state)s) AS state"
        "  FROM evidence e WHERE e.terminal = t.number AND e.seq > t.seq"
        f" AND e.kind = {DIAGNOSTIC} AND e.kind IN (1, 6, 11)"
        "  ORDER BY 1, e.seq DESC) AS d".encode(),
        {
            "terminals": _array(key[0] for key in after),
            "seqs": _array(key[1] for key in after),
            "code": HEADER_SIZE,
            "state": HEADER_SIZE + 1,
        },
    )
    return [Fault(*row) for row in rows]


def bans(conn: Connection, terminals: Sequence[int]) -> list[Ban]:
    """Of each terminal the last ban or lifting of one that it says it has carried out."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (terminal) terminal, body FROM terminal_order"
            " WHERE terminal = ANY(%s::bigint[]) AND code = %s AND outcome = %s AND done_at IS NOT NULL"
            " ORDER BY terminal, number DESC",
            (_array(terminals), TRAINING_BAN, DONE),
        )
        return [Ban(*row) for row in cursor.fetchall()]


def open_order_counts(conn: Connection) -> dict[int, int]:
    """Terminal -> how many of its orders are not done; those with none are left out."""
    rows = conn.execute(
        "SELECT terminal, count(*) FROM terminal_order WHERE done_at IS NULL GROUP BY terminal"
    )
    return dict(rows.fetchall())


def names(conn: Connection, trainees: Sequence[int], instructors: Sequence[int]) -> dict[int, str]:
    """Number -> name of these people, as believed last."""
    rows = conn.execute(
        "(SELECT DISTINCT ON (number) number, name FROM trainee WHERE number = ANY(%s::bigint[])"
        "  ORDER BY number, valid_from DESC, entry DESC)"
        " UNION ALL (SELECT DISTINCT ON (number) number, name FROM instructor"
        "  WHERE number = ANY(%s::bigint[])"
        "  ORDER BY number, valid_from DESC, entry DESC)",
        (_array(trainees), _array(instructors)),
    )
    return dict(rows.fetchall())


def _array(numbers: Iterable[int]) -> str:
    """A bigint[] as text: a tenth of what thousands of numbers cost one by one."""
    return "{" + ",".join(map(str, numbers)) + "}"
