"""What a stage report is made of: sessions with their minutes, recognised hours, syllabus tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from ingest.store.connection import Connection

_MINUTE_UNIT = 1_000_000_000


class TraineeRow(NamedTuple):
    """A trainee as registered at an instant."""

    vehicle_class: str
    state: str
    enrolled_on: date | None


class SessionRow(NamedTuple):
    """One training session; credited: what the ledger holds for it."""

    terminal: int
    session: int
    part: int
    mode: int
    started_at: datetime
    ended_at: datetime | None
    recorded: int
    credited: int
    judged_under: str


class MinuteRow(NamedTuple):
    """One judged minute with its record. verdict: in the end, with what humans decided laid over it;
    machine_verdict: beneath it; layer, cause: of the decision, 0 and '' where nobody decided the minute."""

    terminal: int
    session: int
    minute: int
    verdict: int
    reasons: list[int]
    record: bytes
    machine_verdict: int
    layer: int
    cause: str


class RecognisedRow(NamedTuple):
    """One entry of recognised training hours."""

    entry: int
    part: int
    mode: int
    hours: int
    kilometres: int
    basis: str


def trainee(conn: Connection, number: int, at: datetime) -> TraineeRow | None:
    """The registry's entry of the trainee in force at that instant, as believed now; None without one."""
    row = conn.execute(
        "SELECT vehicle_class, state, enrolled_on FROM (SELECT DISTINCT ON (valid_from) * FROM trainee"
        " WHERE number = %s ORDER BY valid_from, entry DESC) AS believed"
        " WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s) ORDER BY valid_from DESC LIMIT 1",
        (number, at, at),
    ).fetchone()
    return None if row is None else TraineeRow(*row)


def sessions(conn: Connection, number: int) -> list[SessionRow]:
    """All training sessions of a trainee with what the ledger holds, in the order of their starts."""
    rows = conn.execute(
        "SELECT o.terminal, o.session, o.part, (o.course / %s)::int, o.started_at, o.ended_at,"
        " o.minutes_recorded, coalesce(c.minutes, 0)::int, o.judged_under"
        " FROM session_outcome AS o LEFT JOIN (SELECT terminal, session, sum(minutes) AS minutes FROM credit"
        " WHERE trainee = %s GROUP BY terminal, session) AS c USING (terminal, session)"
        " WHERE o.trainee = %s ORDER BY o.started_at, o.terminal, o.session",
        (_MINUTE_UNIT, number, number),
    )
    return [SessionRow(*row) for row in rows]


def minutes(conn: Connection, sessions: Iterable[SessionRow]) -> list[MinuteRow]:
    """The judged minutes of these sessions, in (terminal, session, minute) order."""
    wanted = list(sessions)
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT v.terminal, v.session, v.minute, v.verdict, v.reasons, e.record,"
            "  v.machine_verdict, coalesce(d.layer, 0), coalesce(d.cause, '')"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS w (terminal, session)"
            " JOIN judged_session AS j ON (j.terminal, j.session) = (w.terminal, w.session) AND NOT j.pending"
            " JOIN effective_verdict AS v ON v.terminal = j.terminal AND v.session = j.session"
            "  AND v.seq BETWEEN j.first_seq AND j.last_seq"
            " JOIN evidence AS e ON e.terminal = v.terminal AND e.seq = v.seq"
            " LEFT JOIN decision AS d ON d.id = v.decision"
            " ORDER BY v.terminal, v.session, v.minute, v.seq",
            ([one.terminal for one in wanted], [one.session for one in wanted]),
        )
        return [MinuteRow(*row) for row in cursor.fetchall()]


def recognise(
    conn: Connection, number: int, part: int, mode: int, hours: int, kilometres: int, basis: str
) -> int:
    """Append recognised training hours; returns the entry's number."""
    row = conn.execute(
        "INSERT INTO recognised_hours (trainee, part, mode, hours, kilometres, basis)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING entry",
        (number, part, mode, hours, kilometres, basis),
    ).fetchone()
    assert row is not None
    return int(row[0])


def take_back(conn: Connection, entry: int, basis: str) -> bool:
    """Append the entry that takes one back; False when there is none, or it was taken back before."""
    cursor = conn.execute(
        "INSERT INTO recognised_hours (trainee, part, mode, hours, kilometres, basis, corrects)"
        " SELECT trainee, part, mode, -hours, -kilometres, %s, entry FROM recognised_hours AS held"
        " WHERE entry = %s AND corrects IS NULL"
        " AND NOT EXISTS (SELECT FROM recognised_hours WHERE corrects = held.entry)",
        (basis, entry),
    )
    return cursor.rowcount == 1


def recognised(conn: Connection, number: int) -> list[RecognisedRow]:
    """Entries of a trainee that were not taken back."""
    rows = conn.execute(
        "SELECT entry, part, mode, hours, kilometres, basis FROM recognised_hours AS held"
        " WHERE trainee = %s AND corrects IS NULL"
        " AND NOT EXISTS (SELECT FROM recognised_hours WHERE corrects = held.entry) ORDER BY entry",
        (number,),
    )
    return [RecognisedRow(*row) for row in rows]


def load_syllabus(conn: Connection, source: str, text: str) -> bool:
    """Keep a checked syllabus file; False when the same text is there already."""
    cursor = conn.execute(
        "INSERT INTO syllabus_load (source, sha256, text) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (source, hashlib.sha256(text.encode()).digest(), text),
    )
    return cursor.rowcount == 1


def syllabus_texts(conn: Connection) -> list[tuple[str, str]]:
    """(source, text) of every file loaded, oldest first."""
    return [(row[0], row[1]) for row in conn.execute("SELECT source, text FROM syllabus_load ORDER BY id")]
