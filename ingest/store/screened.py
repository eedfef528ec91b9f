"""Which training sessions the screening has looked at, and what a day's verdicts therefore rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from ingest.store.connection import Connection


class Unscreened(NamedTuple):
    """Sessions without a screening, or with one of fewer minutes; first Unix minutes of first and last."""

    sessions: int
    first_minute: int
    last_minute: int


class DayScreened(NamedTuple):
    """A local day: its sessions, those screened, by which versions, and SHA-256 of what is suspected."""

    sessions: int
    screened: int
    under: tuple[str, ...]
    suspicions: bytes


def note(conn: Connection, rows: Iterable[tuple[int, int, int]], under: str) -> None:
    """These (terminal, session, minutes) have been screened under a version."""
    some = list(rows)
    conn.execute(
        "INSERT INTO screened_session SELECT *, %s FROM unnest(%s::bigint[], %s::bigint[], %s::int[])"
        " ON CONFLICT (terminal, session) DO UPDATE"
        " SET minutes = excluded.minutes, screened_under = excluded.screened_under",
        (under, *([row[part] for row in some] for part in range(3))),
    )


def unscreened(conn: Connection) -> Unscreened | None:
    """Judged sessions that have minutes the screening has not seen; None without any.

    Minutes that name no session (0) are not meant: no screening looks at them.
    """
    row = conn.execute(
        "SELECT count(*), min(j.first_minute), max(j.first_minute)"
        " FROM session_outcome AS o JOIN judged_session AS j USING (terminal, session)"
        " WHERE NOT j.pending AND o.session > 0 AND o.minutes_recorded > 0 AND NOT EXISTS ("
        "  SELECT FROM screened_session AS s WHERE s.terminal = o.terminal AND s.session = o.session"
        "  AND s.minutes >= o.minutes_recorded)"
    ).fetchone()
    return Unscreened(*row) if row and row[0] else None


def by_day(conn: Connection) -> dict[int, DayScreened]:
    """Local day (since 1970-01-01) -> what its verdicts rest on."""
    rows = conn.execute(
        "SELECT d.day, count(*), count(*) FILTER (WHERE s.minutes >= o.minutes_recorded),"
        " array_agg(DISTINCT s.screened_under ORDER BY s.screened_under)"
        "  FILTER (WHERE s.screened_under IS NOT NULL)"
        " FROM session_day AS d LEFT JOIN session_outcome AS o USING (terminal, session)"
        " LEFT JOIN screened_session AS s USING (terminal, session) GROUP BY d.day ORDER BY d.day"
    ).fetchall()
    texts = dict(
        conn.execute(
            "SELECT d.day, string_agg(concat_ws(' ', x.terminal, x.session, x.kind, x.score, x.first_minute,"
            " x.last_minute, x.other_terminal, x.other_session, x.screened_under), E'\\n'"
            " ORDER BY x.terminal, x.session, x.kind, x.other_terminal, x.other_session)"
            " FROM session_day AS d JOIN suspicion AS x USING (terminal, session) GROUP BY d.day"
        ).fetchall()
    )
    return {
        day: DayScreened(
            sessions, done, tuple(under or ()), hashlib.sha256(texts.get(day, "").encode()).digest()
        )
        for day, sessions, done, under in rows
    }
