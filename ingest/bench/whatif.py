"""How long a what-if takes: the cars of one ground over many days, drafts that touch much or little."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from firmware.wire.fields import FIXES_MAX
from ingest.bench import cpu
from ingest.bench.city import City
from ingest.bench.judge import fill
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.judging.rules import rules_in_force
from ingest.judging.run import judge_all
from ingest.judging.whatif.draft import drafted_fences, drafted_rules, with_features
from ingest.judging.whatif.whatif import what_if
from ingest.judging.world import World
from ingest.store import registry, registry_file
from ingest.store.connection import connect
from ingest.store.migrate import migrate

OUT = Path("build/bench/whatif.json")
_READY_S = 60.0
_CAP = 'format = 1\n[[layer]]\nname = "draft"\n[layer.thresholds]\nday_cap_practice_min = 200\n'


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft measured. cpu_s: CPU seconds of all processes but PostgreSQL's, postgresql_cpu_s: of those;
    looked_at: sessions it can touch; judged: minutes judged again; lost: minutes."""

    name: str
    seconds: float
    cpu_s: float
    postgresql_cpu_s: float
    looked_at: int
    judged: int
    changed: int
    lost: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a run measured."""

    cpu_model: str
    cores: int
    cars: int
    days: int
    hours: int
    minutes: int
    fixes: int
    workers: int
    drafts: tuple[Draft, ...]


def run(cars: int = 100, days: int = 30, hours: int = 8, workers: int = 2, out: Path | None = OUT) -> Result:
    """Run the bench with an embedded database, which is removed afterwards, and write the result to out."""
    folder = Path(tempfile.mkdtemp(prefix="hf-bench-"))
    folder.chmod(0o755)
    try:
        settings = {"shared_buffers": "512MB", "max_wal_size": "8GB"}
        with EmbeddedPostgres(folder / "pg", keep=False, settings=settings) as postgres:
            result = measure(postgres, City(cars, hours, days, cars), workers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(asdict(result), indent=2) + "\n")
    return result


def measure(postgres: EmbeddedPostgres, month: City, workers: int) -> Result:
    """Fill an empty database, judge it, and ask."""
    url = postgres.url
    with connect(url, patience_s=_READY_S) as conn:
        migrate(conn)
        registry.load(conn, registry_file.check(month.registry(), "the bench's registry"))
        fill(conn, month)
        judge_all(conn, workers=workers, dsn=url)
        conn.execute("CHECKPOINT")
        found = []
        for name, draw in DRAFTS.items():
            before = World.believed(conn, rules_in_force(conn))
            features, rules = draw(before.features)
            after = World(
                before.facts,
                with_features(before.features, drafted_fences(before.features, features, [])),
                drafted_rules([], {"draft.toml": rules}) if rules else before.rules,
            )
            began, used, used_pg = time.perf_counter(), _cpu_s(), cpu.of_tree(postgres.pid)
            told = what_if(conn, before, after, workers=workers, dsn=url).report
            spent = (time.perf_counter() - began, _cpu_s() - used, cpu.of_tree(postgres.pid) - used_pg)
            seconds, cpu_s, pg_s = (round(one, 2) for one in spent)
            counts = (told.looked_at, told.judged, told.changed, told.lost)
            found.append(Draft(name, seconds, cpu_s, pg_s, *counts))
    minutes = month.minutes
    sizes = (month.cars, month.days, month.hours, minutes, minutes * FIXES_MAX)
    return Result(cpu.model(), os.cpu_count() or 0, *sizes, workers, tuple(found))


def _cpu_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


Drawn = tuple[list[dict[str, Any]], str]


def _smaller(known: tuple[dict[str, Any], ...]) -> Drawn:
    """A corner of the ground is cut off: every car drives through it now and then."""
    ring = known[0]["geometry"]["coordinates"][0]
    cut = [*ring[:1], *ring[7:]]
    return [{**known[0], "geometry": {"type": "Polygon", "coordinates": [cut]}}], ""


def _wider(known: tuple[dict[str, Any], ...]) -> Drawn:
    """A yard beside the ground, into which nobody drove."""
    ring = [[lon + 0.006, lat] for lon, lat in known[0]["geometry"]["coordinates"][0]]
    about = {**known[0]["properties"], "fence": "yard"}
    return [{**known[0], "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring]}}], ""


def _later(known: tuple[dict[str, Any], ...]) -> Drawn:
    """The ground with its corner cut off, but only in the last days: the day of the bench's 29th on."""
    (feature,), _ = _smaller(known)
    return [{**feature, "properties": {**feature["properties"], "valid_from": "2026-03-30"}}], ""


def _capped(known: tuple[dict[str, Any], ...]) -> Drawn:
    """A lower cap of the day."""
    return [], _CAP


DRAFTS: dict[str, Callable[[tuple[dict[str, Any], ...]], Drawn]] = {
    "a corner cut off the ground": _smaller,
    "a yard beside it": _wider,
    "the corner cut off from the 29th day on": _later,
    "a lower cap of the day": _capped,
}


def sentences(result: Result) -> list[str]:
    """The result as a person reads it."""
    r = result
    lines = [
        f"{r.cpu_model}, {r.cores} cores.",
        f"{r.cars} cars of one ground, {r.days} days of {r.hours} hours: {r.minutes} minute records, "
        f"{r.fixes} fixes; {r.workers} processes.",
    ]
    return lines + [
        f"What if {one.name}: {one.seconds:.1f} s ({one.cpu_s:.1f} s of CPU, "
        f"PostgreSQL {one.postgresql_cpu_s:.1f}); {one.looked_at} sessions looked at, {one.judged} minutes "
        f"judged again, {one.changed} sessions change, {one.lost} minutes lost."
        for one in r.drafts
    ]


if __name__ == "__main__":
    print("\n".join(sentences(run(int(sys.argv[1]), int(sys.argv[2])))))
