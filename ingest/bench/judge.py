"""How long a city's day takes to judge: evidence in a real PostgreSQL to verdicts, digests and ledger."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from firmware.wire.fields import FIXES_MAX
from ingest.bench import city, cpu
from ingest.bench.city import City
from ingest.bench.fences import fence_figures
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.judging.due import Scope
from ingest.judging.run import Judged, judge_all
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from ingest.store.parts import Parts

OUT = Path("build/bench/judge.json")
_READY_S = 60.0
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run measured. first: judged for the first time, every verdict written; again: all derived again
    from the evidence and found the same. ceiling_s: bare COPY of the same evidence out of the database, on
    one core. first_cpu_s and again_cpu_s: CPU seconds by part, "rest" among them (what is due, shared rules,
    outcomes, ledger, the start of workers). peak_mb: most memory of this process, and of the largest worker.
    fences: ingest.bench.fences.fence_figures()."""

    cpu_model: str
    cores: int
    cars: int
    hours: int
    minutes: int
    fixes: int
    records: int
    workers: int
    fill_s: float
    ceiling_s: float
    first_s: float
    again_s: float
    again_ratio_to_ceiling: float
    minutes_per_s: int
    fixes_per_s: int
    first_cpu_s: dict[str, float]
    again_cpu_s: dict[str, float]
    peak_mb: int
    peak_worker_mb: int
    accepted: int
    rows_touched_again: int
    same_digest: bool
    fences: dict[str, Any]


def run(
    cars: int = 4000,
    hours: int = 8,
    workers: int = 2,
    out: Path | None = OUT,
    fences: Callable[[], dict[str, Any]] = fence_figures,
) -> Result:
    """Run the bench with an embedded database, which is removed afterwards, and write the result to out."""
    folder = Path(tempfile.mkdtemp(prefix="hf-bench-"))
    folder.chmod(0o755)
    try:
        settings = {"shared_buffers": "512MB", "max_wal_size": "8GB"}
        with EmbeddedPostgres(folder / "pg", keep=False, settings=settings) as postgres:
            result = _measure(postgres, City(cars, hours), workers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    # Last, so that its memory is not taken for the judge's.
    result = replace(result, fences=fences())
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(asdict(result), indent=2) + "\n")
    return result


def _measure(postgres: EmbeddedPostgres, day: City, workers: int) -> Result:
    with connect(postgres.url, patience_s=_READY_S) as conn:
        migrate(conn)
        registry.load(conn, registry_file.check(day.registry(), "the bench's registry"))
        began = time.perf_counter()
        fill(conn, day)
        fill_s = time.perf_counter() - began
        ceiling_s = _ceiling_s(conn)
        first, first_s, first_cpu_s = _timed(
            postgres, lambda: judge_all(conn, workers=workers, dsn=postgres.url)
        )
        conn.execute("CHECKPOINT")
        forced = Scope(forced=True)
        again, again_s, again_cpu_s = _timed(
            postgres, lambda: judge_all(conn, scope=forced, workers=workers, dsn=postgres.url)
        )
        row = conn.execute("SELECT coalesce(sum(minutes_accepted), 0) FROM session_outcome").fetchone()
    fixes = day.minutes * FIXES_MAX
    peaks = [
        resource.getrusage(of).ru_maxrss // 1024 for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return Result(
        cpu.model(),
        os.cpu_count() or 0,
        day.cars,
        day.hours,
        day.minutes,
        fixes,
        first.stored,
        workers,
        round(fill_s, 1),
        round(ceiling_s, 2),
        round(first_s, 2),
        round(again_s, 2),
        round(again_s / ceiling_s, 2),
        round(day.minutes / again_s),
        round(fixes / again_s),
        first_cpu_s,
        again_cpu_s,
        peaks[0],
        peaks[1],
        0 if row is None else int(row[0]),
        again.touched,
        first.days == again.days and bool(first.days),
        {},
    )


def _timed(postgres: EmbeddedPostgres, judge: Callable[[], Judged]) -> tuple[Judged, float, dict[str, float]]:
    """What was judged, in how many seconds, and the CPU seconds of each part."""
    used, used_pg, began = _cpu_s(), cpu.of_tree(postgres.pid), time.perf_counter()
    judged = judge()
    took_s = time.perf_counter() - began
    parts = judged.done.cpu_s._asdict()
    parts["rest"] = _cpu_s() - used - sum(parts.values())
    parts["postgresql"] = cpu.of_tree(postgres.pid) - used_pg
    return judged, took_s, {name: round(spent, 1) for name, spent in parts.items()}


def _cpu_s() -> float:
    """CPU seconds of this process and of those it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def fill(conn: Connection, day: City) -> None:
    """Evidence in the order of time, as it would have come, and the heads that the ingest would have kept."""
    Parts().ensure(conn, [city.START * 60_000_000])
    copy_in = f"COPY evidence ({city.COLUMNS}) FROM STDIN (FORMAT BINARY)".encode()
    with conn.cursor() as cursor, cursor.copy(copy_in) as copy:
        copy.write(_HEADER)
        for piece in day.rows():
            copy.write(piece)
        copy.write(_TRAILER)
    conn.execute(
        "INSERT INTO terminal_head (terminal, through, head, stored, beyond, last_received_at)"
        " SELECT terminal, max(seq), '\\x', count(*), 0, now() FROM evidence GROUP BY terminal"
    )
    conn.execute("VACUUM ANALYZE evidence")


def _ceiling_s(conn: Connection) -> float:
    """Seconds of a bare COPY of the evidence out of the database."""
    began = time.perf_counter()
    with (
        conn.cursor() as cursor,
        cursor.copy(
            "COPY (SELECT terminal, seq, kind, record FROM evidence) TO STDOUT (FORMAT BINARY)"
        ) as copy,
    ):
        while copy.read():
            pass
    return time.perf_counter() - began


def sentences(result: Result) -> list[str]:
    """The result as a person reads it."""
    r = result
    return [
        f"{r.cpu_model}, {r.cores} cores.",
        f"A day of {r.cars} cars, {r.hours} hours each: {r.minutes} minute records, {r.fixes} fixes, "
        f"{r.records} records in all.",
        f"Judged for the first time, every verdict written, in {r.first_s:.1f} s; all derived again in "
        f"{r.again_s:.1f} s on {r.workers} processes: {r.minutes_per_s} minutes/s, {r.fixes_per_s} fixes/s, "
        f"{r.again_ratio_to_ceiling:.1f} times a bare COPY of the evidence out ({r.ceiling_s:.1f} s).",
        f"CPU seconds of the first time: {_parts(r.first_cpu_s)}.",
        f"CPU seconds of the second: {_parts(r.again_cpu_s)}.",
        f"Memory at most {r.peak_mb} MB here, {r.peak_worker_mb} MB in a worker.",
        f"{r.accepted} minutes accepted; derived again, {r.rows_touched_again} rows were touched and the "
        f"digests {'agree' if r.same_digest else 'DIFFER'}.",
        *_fence_sentences(r.fences),
    ]


def _parts(cpu_s: dict[str, float]) -> str:
    return ", ".join(f"{name} {spent:.1f}" for name, spent in cpu_s.items())


def _fence_sentences(figures: dict[str, Any]) -> list[str]:
    if not figures:
        return []
    mixes = (f"{mix} {rate['median']}" for mix, rate in figures["million_fixes_s"].items())
    ceiling = (f"{mix} {rate['median']}" for mix, rate in figures["ceiling_million_fixes_s"].items())
    return [
        f"Fixes held to {figures['fences']} fences, millions per second of one core: {'; '.join(mixes)}.",
        f"shapely alone: {'; '.join(ceiling)}. "
        f"Ways between fixes: {figures['cuts_million_fixes_s']['median']}.",
    ]


if __name__ == "__main__":
    print("\n".join(sentences(run(int(sys.argv[1]), int(sys.argv[2])))))
