"""A database filled for the bench, step by step, each told."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from ingest.bench.desk import cases, cases_filled, evidence_filled, minutes_filled, people
from ingest.bench.desk.scale import Scale
from ingest.store.connection import Connection
from ingest.store.desk.numbers import statistics

SHOWN = 150
"""Sessions that have evidence, and whose pages are asked for."""
Say = Callable[[str], None]


class Filled(NamedTuple):
    """What the database holds."""

    sessions: int
    minutes: int
    accepted_share: float
    need_human: int
    evidence: int
    fill_s: float
    statistics_s: float
    size_mb: int


def fill(conn: Connection, url: str, scale: Scale, say: Say, shown: int = SHOWN) -> Filled:
    """Fill a migrated, empty database that has an inspector's account."""
    began = time.perf_counter()

    def step(name: str) -> None:
        say(f"{name}   {time.perf_counter() - began:.0f} s")

    step("registry 登记")
    conn.execute("SET work_mem = '256MB'")
    conn.execute("SET jit = off")
    people.load(conn, scale)
    step("sessions 培训过程")
    cases.draw(conn, scale)
    cases_filled.fill(conn, scale, step)
    step("minute verdicts 分钟判定")
    minutes_filled.fill(
        url, conn, scale.sessions, lambda done, of: step(f"minute verdicts 分钟判定 {done} / {of}")
    )
    evidence = evidence_filled.fill(conn, evidence_filled.chosen(conn, shown))
    step("statistics 统计")
    counted = time.perf_counter()
    statistics.refresh(conn, None)
    for table in ("session_figures", "statistic", "statistic_reason"):
        conn.execute(f"VACUUM ANALYZE {table}".encode())
    statistics_s = time.perf_counter() - counted
    for table in ("bench_session", "bench_case", "bench_pair", "bench_both", "bench_cause"):
        conn.execute(f"DROP TABLE {table}".encode())
    conn.execute("CHECKPOINT")
    step("filled 已填充")
    return held(conn)._replace(
        evidence=evidence, fill_s=round(time.perf_counter() - began, 1), statistics_s=round(statistics_s, 1)
    )


def held(conn: Connection) -> Filled:
    """What a filled database holds; the times are 0."""
    row = conn.execute(
        "SELECT count(*), sum(recorded), sum(accepted)::float8 / sum(recorded), count(*) FILTER (WHERE"
        " needs_human),"
        " pg_database_size(current_database()) / 1000000 FROM queue_entry"
    ).fetchone()
    assert row is not None
    minutes = conn.execute("SELECT count(*) FROM own_verdict").fetchone()
    evidence = conn.execute("SELECT count(*) FROM evidence").fetchone()
    assert minutes is not None and evidence is not None
    return Filled(row[0], minutes[0], round(row[2], 3), row[3], evidence[0], 0.0, 0.0, row[4])
