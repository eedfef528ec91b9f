"""What a trainee's page needs beside the stage report: the school, the name, and what waits for the judge."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from firmware.wire.fields import HEADER_SIZE, MINUTE, MINUTE_THIN
from ingest.store.connection import Connection

_TRAINEE_AT = HEADER_SIZE + 4 + 1
"""In a minute record, after the session's number; substring counts from 1."""


class Registered(NamedTuple):
    """A trainee's newest registration that has begun. school_name: of the school's own newest, '' unknown."""

    name: str
    school: int
    school_name: str = ""


class Waiting(NamedTuple):
    """What is stored of a trainee and in no verdict told yet: minute records, and sessions not settled."""

    records: int
    sessions: int


def registered(conn: Connection, trainee: int, at: datetime) -> Registered | None:
    """The name and school of a trainee, None for nobody's number."""
    row = conn.execute(
        "SELECT name, school, coalesce((SELECT s.name FROM school s WHERE s.number = t.school"
        "   AND s.valid_from <= %(at)s ORDER BY s.valid_from DESC, s.entry DESC LIMIT 1), '')"
        " FROM trainee t WHERE number = %(trainee)s AND valid_from <= %(at)s"
        " ORDER BY valid_from DESC, entry DESC LIMIT 1",
        {"trainee": trainee, "at": at},
    ).fetchone()
    return Registered(*row) if row else None


def waiting(conn: Connection, trainee: int, school: int) -> Waiting:
    """Looks at what terminals sent since they were last judged: those of that school, of every school that
    the trainee was ever registered with, and those that recorded the trainee before."""
    row = conn.execute(
        "SELECT (SELECT count(*) FROM"
        "  (SELECT number FROM terminal WHERE school = %(school)s"
        "     OR school IN (SELECT school FROM trainee WHERE number = %(trainee)s)"
        "   UNION SELECT terminal FROM judged_session WHERE trainee = %(trainee)s) AS own"
        "  JOIN terminal_head AS head ON head.terminal = own.number"
        "  LEFT JOIN judged_terminal AS judged ON judged.terminal = own.number"
        "  JOIN evidence AS e ON e.terminal = own.number AND e.seq > coalesce(judged.last_seq, 0)"
        "  WHERE head.stored > coalesce(judged.stored, 0) AND e.kind = ANY(%(minutes)s::smallint[])"
        "  AND substring(e.record FROM %(at)s FOR 8) = int8send(%(trainee)s)),"
        " (SELECT count(*) FROM judged_session WHERE trainee = %(trainee)s AND pending)",
        {
            "school": school,
            "trainee": trainee,
            "minutes": [MINUTE, MINUTE_THIN],
            "at": _TRAINEE_AT,
        },
    ).fetchone()
    assert row is not None
    return Waiting(*row)
