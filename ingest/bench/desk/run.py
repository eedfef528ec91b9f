"""The run: a database is filled, the desk is asked, the figures are told and written down."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.bench import cpu
from ingest.bench.desk import fill, requests
from ingest.bench.desk.asking import Asker, Timed
from ingest.bench.desk.fill import Filled, Say
from ingest.bench.desk.scale import Scale
from ingest.casework.accounts import tokens
from ingest.casework.audit import SYSTEM
from ingest.desk.app import make_desk
from ingest.desk.kernel.settings import DeskSettings
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.store.connection import Connection, StoreError, connect
from ingest.store.migrate import migrate

OUT = Path("build/bench/desk.json")
KEPT = Path("build/bench/desk-data")
LIMITS_MS = {"queue": 100.0, "session": 150.0, "statistics": 500.0}
SETTINGS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "12GB",
    "random_page_cost": "1.1",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "synchronous_commit": "off",
}
"""fsync is off while the database is filled; what is measured only reads."""
_READY_S = 60.0
ASKED = (400, fill.SHOWN, 40)
"""Requests of the queue; sessions whose pages are asked for; rounds of the statistics pages."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one kind of request, milliseconds. ratio_to_sql: median server time over that of its bare SQL."""

    requests: int
    p50_ms: float
    p95_ms: float
    most_ms: float
    sql_p50_ms: float
    sql_p95_ms: float
    ratio_to_sql: float
    statements: int
    kilobytes: int
    slowest: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run measured; limits_ms: what is asked for. facets: the counts beside the queue's filters, which
    the page asks for once it is shown. load: of the machine in the last minute, 1 when nothing else ran."""

    queue_p95_ms: float
    session_p95_ms: float
    statistics_p95_ms: float
    sessions: int
    minutes: int
    limits_ms: dict[str, float]
    within_limits: bool
    cpu_model: str
    cores: int
    load: float
    filled: dict[str, Any]
    queue: Figures
    session: Figures
    statistics: Figures
    facets: Figures


def run(
    sessions: int = 1_000_000,
    minutes_per: int = 60,
    *,
    keep: bool = False,
    out: Path | None = OUT,
    say: Say = print,
    asked: tuple[int, int, int] = ASKED,
) -> Result:
    """Run the bench. keep: use the filled database of the run before, and leave it. Raises StoreError."""
    scale = Scale(sessions, minutes_per)
    folder = KEPT if keep else Path(tempfile.mkdtemp(prefix="hf-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder / "pg", keep=keep, settings=SETTINGS) as postgres:
            result = _measure(postgres.url, scale, folder, asked, say)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(asdict(result), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return result


def _measure(url: str, scale: Scale, folder: Path, asked: tuple[int, int, int], say: Say) -> Result:
    with connect(url, patience_s=_READY_S) as conn:
        migrate(conn)
        filled = _filled(conn, url, scale, asked[1], say)
        account = conn.execute("SELECT id FROM account WHERE role = 'inspector'").fetchone()
        assert account is not None
        now = datetime.now(UTC)
        _, token = tokens.create(conn, SYSTEM, account[0], "bench", ["read"], 2, now)
        asker = Asker(make_desk(DeskSettings(folder), url), token)
        try:
            say("asked 查询中")
            pages = requests.queue(scale, asked[0], lambda url: asker.get(url)[1])
            taken = {
                "queue": _timed(asker, pages, say),
                "session": _timed(asker, requests.sessions(conn, asked[1]), say),
                "statistics": _timed(asker, requests.statistics(scale, asked[2]), say),
                "facets": _timed(asker, requests.facets(pages), say),
            }
        finally:
            asker.close()
    figures = {name: _figures(some) for name, some in taken.items()}
    return Result(
        figures["queue"].p95_ms,
        figures["session"].p95_ms,
        figures["statistics"].p95_ms,
        filled.sessions,
        filled.minutes,
        LIMITS_MS,
        all(figures[name].p95_ms < limit for name, limit in LIMITS_MS.items()),
        cpu.model(),
        os.cpu_count() or 0,
        round(os.getloadavg()[0], 1),
        filled._asdict(),
        **figures,
    )


def _filled(conn: Connection, url: str, scale: Scale, shown: int, say: Say) -> Filled:
    """The filled database, made unless a run before has left it."""
    conn.execute("CREATE TABLE IF NOT EXISTS bench_filled (sessions bigint, minutes_per bigint)")
    row = conn.execute("SELECT sessions, minutes_per FROM bench_filled").fetchone()
    if row is not None:
        if tuple(row) != (scale.sessions, scale.minutes_per):
            raise StoreError(
                f"The kept database in {KEPT} holds {row[0]} sessions of {row[1]} minutes, not what was asked"
                " for; delete the folder."
            )
        return fill.held(conn)
    if conn.execute("SELECT 1 FROM session_outcome LIMIT 1").fetchone() is not None:
        raise StoreError(f"The database in {KEPT} was left half filled; delete the folder.")
    conn.execute("INSERT INTO account (name, role) VALUES ('bench', 'inspector') ON CONFLICT DO NOTHING")
    filled = fill.fill(conn, url, scale, say, shown)
    conn.execute("INSERT INTO bench_filled VALUES (%s, %s)", (scale.sessions, scale.minutes_per))
    return filled


def _timed(asker: Asker, urls: Sequence[str], say: Callable[[str], None]) -> list[Timed]:
    """Ask for each once to warm, and once to be timed."""
    for url in urls:
        timed, body = asker.get(url)
        if timed.status != 200:
            raise StoreError(f"The desk answered {url} with {timed.status}: {body[:300]!r}.")
    found = [asker.get(url)[0] for url in urls]
    say(f"asked 已查询 {len(urls)}: {urls[0]} ...")
    return found


def _figures(some: Sequence[Timed]) -> Figures:
    server, bare = [one.server_s for one in some], [one.sql_s for one in some]
    slowest = sorted(some, key=lambda one: -one.server_s)[:5]
    return Figures(
        len(some),
        _ms(server, 0.5),
        _ms(server, 0.95),
        _ms(server, 1.0),
        _ms(bare, 0.5),
        _ms(bare, 0.95),
        round(_at(server, 0.5) / max(_at(bare, 0.5), 1e-9), 2),
        max((one.statements for one in some), default=0),
        max((one.size for one in some), default=0) // 1000,
        [
            {
                "path": one.path,
                "ms": round(1000 * one.server_s, 1),
                "sql_ms": round(1000 * one.sql_s, 1),
                "slowest_statement_ms": round(1000 * one.slowest[0], 1),
                "slowest_statement": " ".join(one.slowest[1].split())[:300],
            }
            for one in slowest
        ],
    )


def _at(values: Sequence[float], part: float) -> float:
    """The value that so large a part of all is at or below."""
    ordered = sorted(values)
    return ordered[max(0, -int(-part * len(ordered) // 1) - 1)] if ordered else 0.0


def _ms(values: Sequence[float], part: float) -> float:
    return round(1000 * _at(values, part), 2)


def sentences(result: Result) -> list[str]:
    """The result as a person reads it."""
    filled = result.filled
    lines = [
        f"{result.cpu_model}, {result.cores} cores, load {result.load} at the end (1: nothing else runs)."
        " PostgreSQL embedded, filled database warm.",
        f"{result.sessions} training sessions, {result.minutes} minute verdicts,"
        f" {filled['accepted_share']:.1%} accepted; {filled['need_human']} sessions need a human;"
        f" {filled['size_mb']} MB. Filled in {filled['fill_s']:.0f} s, of these statistics made from nothing"
        f" {filled['statistics_s']:.0f} s (0: kept from a run before).",
        f"Evidence rows ({filled['evidence']}) are there only for the sessions whose pages are asked for.",
    ]
    for name in ("queue", "session", "statistics", "facets"):
        one: Figures = getattr(result, name)
        limit = f" (asked: under {result.limits_ms[name]:.0f})" if name in result.limits_ms else ""
        lines.append(
            f"{name}: {one.requests} requests, p50 {one.p50_ms:.1f} ms, p95 {one.p95_ms:.1f} ms{limit}, most"
            f" {one.most_ms:.1f} ms; bare SQL p50 {one.sql_p50_ms:.1f} ms, p95 {one.sql_p95_ms:.1f} ms, ratio"
            f" {one.ratio_to_sql:.1f}; at most {one.statements} statements, {one.kilobytes} kB."
        )
    lines.append("Within the limits." if result.within_limits else "NOT within the limits.")
    return lines
