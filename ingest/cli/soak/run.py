"""Lives through the days of many seeds in batches, and reports what does not hold."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from firmware.boards.unix_flash import FileFlash
from firmware.terminal.journal import journal
from firmware.wire import topics
from ingest.cli.demo.firmware_launch import launch
from ingest.cli.demo.ingest_child import ingest_child
from ingest.cli.demo.workplace import fresh_folder, own_schema
from ingest.cli.faults import UsageError
from ingest.cli.registry.loading import load_file
from ingest.cli.soak.check import Finding, Lived, check
from ingest.cli.surroundings import Surroundings, surroundings
from ingest.settings import Settings
from ingest.store import conservation, evidence
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from simulators.fault_day import fault_day, fault_events, fault_feeds, terminal_of
from simulators.registry import write_registry
from simulators.scenario import DEMO_DAY, load_scenario
from simulators.school_day import SchoolDay, Stand

CATCH_UP_LIMIT_S = 300.0


@dataclass(frozen=True)
class SoakOptions:
    """seeds first..first+count-1, batch of them at a time, factor times faster than life.

    Raises UsageError.
    """

    first: int
    count: int
    batch: int
    factor: int
    out: Path

    def __post_init__(self) -> None:
        if self.out.exists() and not self.out.is_dir():
            raise UsageError(f"{self.out}: is not a folder; name another one with --out.")

    @property
    def seeds(self) -> range:
        return range(self.first, self.first + self.count)


def run_soak(options: SoakOptions) -> int:
    """Live, check, report; exit code 1 when anything does not hold."""
    began = time.monotonic()
    settings = Settings.from_environment()
    console = Console()
    findings: list[Finding] = []
    numbers = [topics.number_text(terminal_of(seed)) for seed in options.seeds]
    with (
        fresh_folder(options.out) as folder,
        surroundings(settings, folder, keep=False, terminals=numbers) as parts,
        own_schema(parts) as database_url,
    ):
        with connect(database_url) as conn:
            migrate(conn)
        for start in range(0, options.count, options.batch):
            seeds = options.seeds[start : start + options.batch]
            findings += _batch(seeds, options, database_url, parts, folder / f"{seeds[0]}")
            bad = [finding for finding in findings if finding.broken]
            console.print(
                f"seeds {options.first} to {seeds[-1]}: {sum(f.records for f in findings)} records, "
                f"{len(bad)} seeds with faults, {time.monotonic() - began:.0f} s"
            )
        with connect(database_url) as conn:
            counts, missed = conservation.read(conn), conservation.audit(conn)
    return _report(options, findings, counts, missed, time.monotonic() - began, console)


def _batch(
    seeds: Sequence[int], options: SoakOptions, database_url: str, parts: Surroundings, folder: Path
) -> list[Finding]:
    plan, faults = fault_day(load_scenario(DEMO_DAY), seeds)
    folder.mkdir()
    write_registry(plan, folder / "registry.json")
    broker = (parts.mqtt.host, parts.mqtt.port)
    assert parts.mqtt_url is not None or not parts.passwords
    with connect(database_url) as conn:
        load_file(conn, folder / "registry.json")
        with (
            ingest_child(database_url, parts.mqtt_url or "", folder / "ingest.log"),
            SchoolDay(
                plan,
                launch(parts, {}, folder),
                broker,
                folder / "terminals",
                options.factor,
                fault_feeds(faults),
                fault_events(faults),
            ) as day,
        ):
            day.run()
            stands = {stand.terminal.number: stand for stand in day.stands}
            going = dict(stands)
            day.attend(lambda: _let_rest(conn, going), CATCH_UP_LIMIT_S)
            for stand in going.values():
                stand.unit.stop()
            lived = []
            for number, stand in stands.items():
                last_seq, receipted = journal.look(str(stand.unit.journal))
                drafted = _drafted(stand.unit.journal)
                lived.append(
                    Lived(stand.terminal, faults[number], last_seq, receipted, stand.unit.log, drafted)
                )
        found = [check(conn, one) for one in lived]
        _keep_logs(options.out, found, lived)
    return found


def _let_rest(conn: Connection, going: dict[int, Stand]) -> bool:
    """Cut the power of each terminal that is at rest and has signed; one that wrote meanwhile goes on. True
    when none is left in going."""
    resting = [number for number, stand in going.items() if _is_at_rest(stand.unit.journal)]
    unsigned = set(evidence.unsigned(conn, resting)) if resting else set()
    for number in resting:
        unit = going[number].unit
        if number in unsigned:
            continue
        unit.kill()
        if _is_at_rest(unit.journal):
            del going[number]
        else:
            unit.start()
    return not going


def _is_at_rest(folder: Path) -> bool:
    last_seq, receipted = journal.look(str(folder))
    return bool(last_seq == receipted)


def _drafted(folder: Path) -> list[int]:
    """Unix seconds of the fixes of the minute that nobody has gone on with yet."""
    file = folder / "journal.bin"
    recovered = journal.Journal(FileFlash(str(file), file.stat().st_size)).recovered
    if recovered is None:
        return []
    return [recovered["minute"] * 60 + fix[0] for fix in recovered["fixes"]]


def _keep_logs(out: Path, found: Sequence[Finding], lived: Sequence[Lived]) -> None:
    """What the terminals of seeds with faults said, for whoever looks into it."""
    for finding, one in zip(found, lived, strict=True):
        if finding.broken:
            (out / f"seed-{finding.seed}.log").write_bytes(one.log.read_bytes())


def _report(
    options: SoakOptions,
    findings: Sequence[Finding],
    counts: conservation.Counts,
    missed: Sequence[str],
    wall_s: float,
    console: Console,
) -> int:
    bad = [finding for finding in findings if finding.broken]
    document = {
        "seeds": [options.first, options.first + options.count - 1],
        "records": sum(finding.records for finding in findings),
        "minutes": sum(finding.minutes for finding in findings),
        "confirmed": sum(finding.confirmed for finding in findings),
        "trace_lost_s": max((finding.lost_s for finding in findings), default=0),
        "received": counts.received,
        "stored": counts.stored,
        "duplicates": counts.duplicates,
        "quarantined": counts.quarantined,
        "wall_s": round(wall_s, 1),
        "faults": [asdict(finding) for finding in bad],
    }
    (options.out / "report.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    for finding in bad:
        for sentence in finding.broken[:5]:
            console.print(f"seed {finding.seed}: {sentence}")
        console.print(f"replay: hourfence soak --first {finding.seed} --seeds 1")
    for sentence in missed:
        console.print(sentence)
    balanced = not missed and counts.stored == document["records"] and not counts.quarantined
    console.print(
        f"{options.count} seeds, {document['records']} records: received {counts.received} = stored "
        f"{counts.stored} + duplicates {counts.duplicates} + quarantined {counts.quarantined}; at a power "
        f"cut at most {document['trace_lost_s']} s of trace lost; {len(bad)} seeds with faults; "
        f"{wall_s:.0f} s"
    )
    return 0 if balanced and not bad else 1
