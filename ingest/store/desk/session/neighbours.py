"""Who else trained on a session's ground while it lasted, and their minute records of that time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from firmware.wire.fields import MINUTE, MINUTE_THIN
from ingest.store.connection import Connection
from ingest.store.desk.session.view import Head

_LONGEST_H = 12
"""A session that began longer ago than this is not looked for."""


class Neighbour(NamedTuple):
    """A session of the same ground whose time meets this one's. Names as the queue has them, None unknown;
    both_s: seconds that both lasted; first_seq, last_seq: of its minutes, 0 without any."""

    terminal: int
    session: int
    school: int
    school_name: str | None
    instructor: int
    instructor_name: str | None
    trainee: int
    trainee_name: str | None
    car: int
    plate: str | None
    part: int
    started_s: int
    ended_s: int | None
    both_s: int
    first_seq: int
    last_seq: int


class MinuteRecord(NamedTuple):
    """A stored minute record of a session."""

    terminal: int
    session: int
    record: bytes


_OTHERS = b"""
WITH found AS (
    SELECT q.*, least(coalesce(q.ended_at, q.started_at + make_interval(mins => q.recorded)),
                      to_timestamp(%(to)s)) - greatest(q.started_at, to_timestamp(%(from)s)) AS shared
    FROM queue_entry q
    WHERE q.ground = %(ground)s
      AND q.started_at BETWEEN to_timestamp(%(from)s) - make_interval(hours => %(longest)s)
                           AND to_timestamp(%(to)s)
      AND (q.terminal, q.session) <> (%(terminal)s, %(session)s)
      AND (%(school)s::bigint IS NULL OR q.school = %(school)s)
)
SELECT f.terminal, f.session, f.school, s.name, f.instructor, i.name, f.trainee, t.name, f.car, c.name,
       f.part, extract(epoch FROM f.started_at)::bigint, extract(epoch FROM f.ended_at)::bigint,
       extract(epoch FROM f.shared)::bigint, coalesce(j.first_seq, 0), coalesce(j.last_seq, 0)
FROM found f
LEFT JOIN judged_session j ON (j.terminal, j.session) = (f.terminal, f.session) AND NOT j.pending
LEFT JOIN queue_name s ON (s.kind, s.number) = (1, f.school)
LEFT JOIN queue_name i ON (i.kind, i.number) = (2, f.instructor)
LEFT JOIN queue_name t ON (t.kind, t.number) = (3, f.trainee)
LEFT JOIN queue_name c ON (c.kind, c.number) = (4, f.car)
WHERE f.shared > interval '0'
ORDER BY f.shared DESC, f.terminal, f.session LIMIT %(most)s"""


def others(
    conn: Connection, of: Head, from_s: int, to_s: int, only_school: int | None, most: int
) -> list[Neighbour]:
    """Sessions on the same ground between two Unix seconds, those that share most time first; none where the
    session's ground is not known."""
    if not of.ground:
        return []
    asked = {
        "ground": of.ground,
        "from": from_s,
        "to": to_s,
        "longest": _LONGEST_H,
        "terminal": of.terminal,
        "session": of.session,
        "school": only_school,
        "most": most,
    }
    return [Neighbour._make(row) for row in conn.execute(_OTHERS, asked)]


def minute_records(
    conn: Connection, ranges: Sequence[tuple[int, int, int, int]], from_s: int, to_s: int
) -> list[MinuteRecord]:
    """The minute records between two Unix seconds of sessions, each given as (terminal, session, first_seq,
    last_seq)."""
    columns = [list(column) for column in zip(*ranges, strict=True)] if ranges else [[]] * 4
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT k.terminal, k.session, e.record"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])"
            "  AS k (terminal, session, first, last)"
            " JOIN evidence e ON e.terminal = k.terminal AND e.seq BETWEEN k.first AND k.last"
            "  AND e.session = k.session AND e.kind = ANY (%s)"
            "  AND e.utc BETWEEN to_timestamp(%s) AND to_timestamp(%s)",
            (*columns, [MINUTE, MINUTE_THIN], from_s, to_s),
        )
        return [MinuteRecord._make(row) for row in cursor.fetchall()]
