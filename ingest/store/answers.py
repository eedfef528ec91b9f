"""Read-only questions about what is stored and credited, one query each."""

from __future__ import annotations

from typing import NamedTuple

from firmware.wire.fields import BODY_SIZES, DIGEST_SIZE, FIX_SIZE, HEADER_SIZE, MINUTE, MINUTE_THIN
from ingest.store.connection import Connection


class SessionRow(NamedTuple):
    """One training session as judged. started_s Unix seconds; reasons NAME -> minutes; credited minutes."""

    terminal: int
    session: int
    trainee: int
    instructor: int
    part: int
    started_s: int
    recorded: int
    accepted: int
    refused: int
    unsure: int
    training_hours: int
    reasons: dict[str, int]
    credited: int


def sessions(conn: Connection) -> list[SessionRow]:
    """Every judged training session, in the order of terminal and session."""
    rows = conn.execute(
        "SELECT o.terminal, o.session, o.trainee, o.instructor, o.part,"
        " extract(epoch FROM o.started_at)::bigint, o.minutes_recorded, o.minutes_accepted,"
        " o.minutes_refused, o.minutes_unsure, o.training_hours, o.reasons,"
        " coalesce((SELECT sum(c.minutes) FROM credit c"
        "   WHERE c.terminal = o.terminal AND c.session = o.session), 0)::bigint"
        " FROM session_outcome o ORDER BY o.terminal, o.session"
    ).fetchall()
    return [SessionRow(*row) for row in rows]


def stored_by_terminal(conn: Connection) -> dict[int, int]:
    """Records of evidence by terminal, counted row by row."""
    return dict(conn.execute("SELECT terminal, count(*) FROM evidence GROUP BY terminal").fetchall())


def quarantined(conn: Connection) -> dict[tuple[str, int], int]:
    """(topic, reason number) -> records in quarantine."""
    rows = conn.execute("SELECT topic, reason, count(*) FROM quarantine GROUP BY topic, reason").fetchall()
    return {(topic, reason): count for topic, reason, count in rows}


def fixes(conn: Connection) -> int:
    """Fixes in all stored minute records, whole and thinned."""
    row = conn.execute(
        "SELECT coalesce(sum((octet_length(record) - %s - CASE kind WHEN %s THEN %s ELSE 0 END) / %s),"
        " 0)::bigint FROM evidence WHERE kind IN (%s, %s)",
        (HEADER_SIZE + BODY_SIZES[MINUTE], MINUTE_THIN, DIGEST_SIZE, FIX_SIZE, MINUTE, MINUTE_THIN),
    ).fetchone()
    return 0 if row is None else int(row[0])
