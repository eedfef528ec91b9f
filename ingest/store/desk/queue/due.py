"""Sessions that were judged since the queue was last brought up to date."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.store.connection import Connection
from ingest.store.judged import Key, keys_of

_DAYS = 3


def add(conn: Connection, keys: Sequence[Key]) -> None:
    """Note these sessions; call it in the transaction that judges them."""
    conn.execute(
        "INSERT INTO queue_due (terminal, session) SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
        keys_of(keys),
    )


def add_quiet(conn: Connection, quiet_min: int) -> None:
    """Note sessions of the last days that were held back as running and have since been quiet for so long."""
    conn.execute(
        "INSERT INTO queue_due (terminal, session) SELECT q.terminal, q.session"
        " FROM queue_entry q JOIN judged_session j USING (terminal, session)"
        " WHERE q.local_day >= current_date - %s AND NOT q.needs_human AND q.ended_at IS NULL"
        " AND q.state IN (0, 3) AND q.why <> '{}' AND NOT j.pending"
        " AND j.last_minute <= (extract(epoch FROM clock_timestamp()) / 60)::bigint - %s",
        (_DAYS, quiet_min),
    )


def take(conn: Connection, most: int) -> list[Key]:
    """Take off up to so many notes; the sessions, each once, in order. Others that take pass over these."""
    rows = conn.execute(
        "WITH taken AS (DELETE FROM queue_due WHERE entry IN"
        " (SELECT entry FROM queue_due ORDER BY entry LIMIT %s FOR UPDATE SKIP LOCKED)"
        " RETURNING terminal, session)"
        " SELECT DISTINCT terminal, session FROM taken ORDER BY 1, 2",
        (most,),
    )
    return [(terminal, session) for terminal, session in rows]


def count(conn: Connection) -> int:
    """How many sessions are noted."""
    row = conn.execute(
        "SELECT count(*) FROM (SELECT DISTINCT terminal, session FROM queue_due) AS noted"
    ).fetchone()
    return 0 if row is None else int(row[0])
