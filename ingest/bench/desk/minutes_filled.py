"""Minute verdicts of the bench, sixty million in minutes: two connections, without an index meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ingest.store.connection import Connection, connect

CHUNK = 20_000
_ROWS = """
INSERT INTO own_verdict (terminal, seq, session, minute, verdict, reasons, numbers, counted_s, stops)
SELECT s.terminal, s.first_seq + m, s.session, s.minute + m,
       CASE WHEN m < bad_from OR m > bad_to THEN 0 WHEN m < bad_mid THEN a.verdict ELSE b.verdict END,
       CASE WHEN m < bad_from OR m > bad_to THEN '{}' WHEN m < bad_mid THEN a.reasons ELSE b.reasons END,
       CASE WHEN m < bad_from OR m > bad_to THEN '{}' WHEN m < bad_mid THEN a.numbers ELSE b.numbers END,
       60, 0
FROM bench_session s
JOIN bench_cause a ON a.nth = cause_1
JOIN bench_both b ON (b.cause_1, b.cause_2) = (s.cause_1, s.cause_2),
generate_series(0, s.n - 1) AS m
WHERE k BETWEEN %s AND %s
"""


def fill(url: str, conn: Connection, sessions: int, progress: Callable[[int, int], None]) -> None:
    """Fill own_verdict from bench_session. It is left unlogged: what is measured only reads it."""
    conn.execute("ALTER TABLE own_verdict DROP CONSTRAINT own_verdict_pkey")
    conn.execute("ALTER TABLE own_verdict SET UNLOGGED")
    conn.execute("""
        CREATE UNLOGGED TABLE bench_both AS
        SELECT a.nth AS cause_1, b.nth AS cause_2,
               (CASE WHEN 1 IN (a.verdict, b.verdict) THEN 1 ELSE 2 END)::smallint AS verdict,
               ARRAY(SELECT DISTINCT unnest(a.reasons || b.reasons) ORDER BY 1) AS reasons,
               a.numbers || b.numbers AS numbers
        FROM bench_cause a, bench_cause b""")
    conn.execute("CREATE INDEX ON bench_session (k)")
    conn.execute("ANALYZE bench_session, bench_both")
    starts = range(1, sessions + 1, CHUNK)
    done, lock, stop = [0], threading.Lock(), threading.Event()

    def work(first: int) -> None:
        if stop.is_set():
            return
        with connect(url, patience_s=30) as own:
            own.execute(_ROWS, (first, min(first + CHUNK, sessions + 1) - 1))
        with lock:
            done[0] += 1
            progress(done[0], len(starts))

    with ThreadPoolExecutor(2) as pool:
        try:
            for result in [pool.submit(work, first) for first in starts]:
                result.result()
        finally:
            stop.set()
    conn.execute("SET maintenance_work_mem = '1GB'")
    conn.execute("ALTER TABLE own_verdict ADD CONSTRAINT own_verdict_pkey PRIMARY KEY (terminal, seq)")
    conn.execute("VACUUM ANALYZE own_verdict")
