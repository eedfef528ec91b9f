"""Rows of evidence counted one by one, a share of the terminals at a time, those longest ago first.

A head's counter goes on when rows of evidence are lost; this does not. Count and counter are read by one
statement, so that evidence which comes meanwhile is in both or in neither.
"""

from __future__ import annotations

from ingest.store.connection import Connection

AGAIN_S = 3600
"""A terminal is counted again when its last count is older than this."""
ROWS_A_ROUND = 500_000

_RECOUNT = """
WITH due AS (
    SELECT terminal, sum(stored) OVER (ORDER BY at NULLS FIRST, terminal) - stored AS before
    FROM terminal_head LEFT JOIN (SELECT terminal, at FROM recounted) AS counted USING (terminal)
    WHERE at IS NULL OR at <= clock_timestamp() - make_interval(secs => %(again_s)s)
), counted AS (
    SELECT h.terminal, h.stored,
           (SELECT count(*) FROM evidence e WHERE e.terminal = h.terminal) AS rows_n
    FROM due JOIN terminal_head h USING (terminal) WHERE due.before < %(rows)s
)
INSERT INTO recounted (terminal, rows_n, stored, at)
SELECT terminal, rows_n, stored, clock_timestamp() FROM counted
ON CONFLICT (terminal) DO UPDATE SET rows_n = excluded.rows_n, stored = excluded.stored, at = excluded.at
RETURNING rows_n <> stored
"""


def recount(conn: Connection, rows: int = ROWS_A_ROUND, again_s: float = AGAIN_S) -> tuple[int, int]:
    """Count the terminals that are due, about so many rows together, one terminal at least; (terminals
    counted, those whose count is not what their head says). An index-only scan of the primary key."""
    found = conn.execute(_RECOUNT, {"rows": rows, "again_s": again_s}).fetchall()
    return len(found), sum(differs for (differs,) in found)
