"""Local days with training sessions that have ended and that no screening has seen whole."""

from __future__ import annotations

from ingest.store.connection import Connection


def unscreened_days(conn: Connection, quiet_before_minute: int, utc_offset_min: int, most: int) -> list[int]:
    """At most so many local days (since 1970-01-01), the newest first.

    A session has ended with its sign-out, or when its last minute lies before quiet_before_minute.
    """
    rows = conn.execute(
        "SELECT DISTINCT (j.first_minute + %s) / 1440 AS day"
        " FROM session_outcome AS o JOIN judged_session AS j USING (terminal, session)"
        " WHERE NOT j.pending AND o.session > 0 AND o.minutes_recorded > 0"
        " AND (o.ended_at IS NOT NULL OR j.last_minute < %s) AND NOT EXISTS ("
        "  SELECT FROM screened_session AS s WHERE s.terminal = o.terminal AND s.session = o.session"
        "  AND s.minutes >= o.minutes_recorded)"
        " ORDER BY day DESC LIMIT %s",
        (utc_offset_min, quiet_before_minute, most),
    )
    return [row[0] for row in rows]
