"""The rate of ingest: real broker, real database, every check, a receipt for every record."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from multiprocessing.synchronize import Event as ProcessEvent
from pathlib import Path
from typing import Any

from ingest.bench import brokers, cpu, minutes, publisher
from ingest.bench.brokers import Running
from ingest.bench.minutes import Sealed
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.receive.service import IngestService
from ingest.settings import parse_mqtt_url
from ingest.store import conservation, evidence, registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.evidence import EvidenceRow
from ingest.store.migrate import migrate
from ingest.store.parts import Parts

OUT = Path("build/bench/ingest.json")
_CEILING_BATCH = 4_000
_READY_S = 30.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a run measured. Rates are records a second; cpu_s is CPU seconds per part of the timed stretch."""

    cpu_model: str
    cores: int
    broker: str
    terminals: int
    records: int
    connections: int
    payload_bytes: int
    seconds: float
    rate: float
    fixes_rate: float
    ceiling_rate: float
    ratio_to_ceiling: float
    cpu_s: dict[str, float]
    rate_per_ingest_cpu_s: float
    counts: dict[str, int]
    audit: list[str]


def run(
    terminals: int = 5_000,
    per_terminal: int = 20,
    connections: int = 20,
    broker: str = "embedded",
    out: Path | None = OUT,
) -> Result:
    """Run the bench with embedded parts and write the result to out. Takes 1.5 KB of memory a record."""
    work = list(minutes.sealed(terminals, per_terminal))
    folder = Path(tempfile.mkdtemp(prefix="hf-bench-"))
    folder.chmod(0o755)
    try:
        with (
            EmbeddedPostgres(folder / "pg", keep=False) as postgres,
            brokers.running(broker, folder / "broker") as started,
        ):
            result = _measure(broker, postgres, started, work, connections)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(asdict(result), indent=2) + "\n")
    return result


def _measure(
    kind: str, postgres: EmbeddedPostgres, broker: Running, work: list[Sealed], connections: int
) -> Result:
    terminals = len({item.terminal for item in work})
    with connect(postgres.url, patience_s=_READY_S) as conn:
        migrate(conn)
        registry.load(conn, registry_file.check(_registry(terminals), "the bench's registry"))
        ceiling = _ceiling(conn, work)
        context = multiprocessing.get_context("spawn")
        ready, stop = context.Event(), context.Event()
        arguments = (postgres.url, broker.ingest_url, ready, stop)
        child = context.Process(target=serve, args=arguments, daemon=True)
        child.start()
        try:
            if not ready.wait(_READY_S):
                raise TimeoutError(f"The ingest service was not ready within {_READY_S:g} s.")
            assert child.pid is not None
            parts = {"ingest": child.pid, "broker": broker.pid, "postgresql": postgres.pid}
            before = {name: cpu.of_tree(pid) for name, pid in parts.items()}
            generator = time.process_time()
            seconds = publisher.publish_all(broker, work, connections)
            used = {name: round(cpu.of_tree(pid) - before[name], 2) for name, pid in parts.items()}
            used["generator"] = round(time.process_time() - generator, 2)
        finally:
            stop.set()
            child.join(10)
        counts = conservation.read(conn)
        rate = len(work) / seconds
        per_cpu_s = round(len(work) / max(used["ingest"], 0.01))
        return Result(
            cpu.model(),
            os.cpu_count() or 0,
            kind,
            terminals,
            len(work),
            connections,
            len(work[0].payload),
            round(seconds, 3),
            round(rate),
            round(rate * minutes.FIXES),
            round(ceiling),
            round(rate / ceiling, 3),
            used,
            per_cpu_s,
            counts._asdict(),
            conservation.audit(conn),
        )


def serve(database_url: str, mqtt_url: str, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """The ingest service in its own process."""
    service = IngestService(database_url, parse_mqtt_url(mqtt_url))
    halt = threading.Event()

    def watch() -> None:
        service.subscribed.wait()
        ready.set()
        stop.wait()
        halt.set()

    threading.Thread(target=watch, daemon=True).start()
    service.run(halt)


def _ceiling(conn: Connection, work: list[Sealed]) -> float:
    """Records a second of a bare COPY of the same rows into the same table, one commit per batch."""
    now_us = time.time_ns() // 1000
    rows = [
        EvidenceRow(
            item.terminal,
            item.seq,
            int.from_bytes(item.record[83:87], "big") * 60_000_000,
            now_us,
            1,
            item.seq,
            1,
            item.record[0],
            item.payload[-32:],
            item.record,
        )
        for item in work
    ]
    Parts().ensure(conn, {row.utc_us for row in rows})
    start = time.perf_counter()
    for at in range(0, len(rows), _CEILING_BATCH):
        evidence.append(conn, rows[at : at + _CEILING_BATCH])
    seconds = time.perf_counter() - start
    conn.execute("TRUNCATE evidence")
    return len(rows) / seconds


def _registry(terminals: int) -> dict[str, Any]:
    school, car = "4" * 16, "5" * 16
    numbers = [minutes.FIRST_TERMINAL + index for index in range(terminals)]
    return {
        "schools": [{"number": school, "name": "Bench"}],
        "cars": [{"number": car, "plate": "BENCH", "school": school}],
        "terminals": [
            {"number": f"{n:016d}", "key_hex": minutes.key_of(n).hex(), "car": car, "school": school}
            for n in numbers
        ],
    }


def sentences(result: Result) -> list[str]:
    """The result as a person reads it."""
    used = " · ".join(f"{name} {seconds:.1f}" for name, seconds in result.cpu_s.items())
    return [
        f"{result.cpu_model}, {result.cores} cores.",
        f"{result.records} records of {result.terminals} terminals, {result.payload_bytes} bytes each, over "
        f"{result.connections} connections and the {result.broker} broker: all stored and receipted in "
        f"{result.seconds:.1f} s.",
        f"{result.rate:.0f} records/s = {result.fixes_rate:.0f} fixes/s; "
        f"{result.ratio_to_ceiling:.0%} of a bare COPY of the same rows ({result.ceiling_rate:.0f}/s).",
        f"CPU seconds: {used}; {result.rate_per_ingest_cpu_s:.0f} records per CPU second of ingest.",
        *(result.audit or ["Conservation balances, counted row by row."]),
    ]


if __name__ == "__main__":
    print("\n".join(sentences(run(broker=sys.argv[1] if len(sys.argv) > 1 else "embedded"))))
