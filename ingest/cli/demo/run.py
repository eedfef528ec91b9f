"""Runs the demo from its options to its report: one readable list of steps."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from firmware.terminal.journal import journal
from firmware.wire import topics
from ingest.casework.up_to_date import bring_up_to_date
from ingest.cli.demo import replay, table
from ingest.cli.demo.day import Day, day_of
from ingest.cli.demo.firmware_launch import launch
from ingest.cli.demo.ingest_child import ingest_child
from ingest.cli.demo.options import DemoOptions
from ingest.cli.demo.report import Report, hours_of, sessions_of, totals_of
from ingest.cli.demo.workplace import fresh_folder, own_schema
from ingest.cli.registry.loading import load_file
from ingest.cli.surroundings import Surroundings, surroundings
from ingest.judging.run import judge_all
from ingest.settings import MQTT_URL, Settings
from ingest.store import evidence
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from simulators.day_model import DayPlan
from simulators.registry import write_registry
from simulators.school_day import DayResult, SchoolDay

CATCH_UP_LIMIT_S = 60.0


@dataclass(frozen=True)
class Lived:
    """What is left of a day: what happened, and by terminal what was written and receipted."""

    result: DayResult
    written: Mapping[int, int]
    receipted: Mapping[int, int]


def run_demo(options: DemoOptions) -> int:
    """Run the day and print the report; exit code 1 when the counts do not balance."""
    began = time.monotonic()
    settings = Settings.from_environment()
    day = day_of(options)
    console = Console()
    with (
        fresh_folder(options.out) as folder,
        surroundings(settings, folder, keep=False, terminals=numbers_of(day.plan)) as parts,
        own_schema(parts) as database_url,
    ):
        report = _run(options, day, database_url, parts, folder, began)
    report.write(options.out / "report.json")
    for sentence in day.plan.left_out:
        console.print(f"left out: {sentence}")
    table.show(report, console)
    console.print(f"report: {options.out / 'report.json'}   {report.wall_s:.0f} s")
    return 0 if report.totals.at_rest and report.totals.balanced else 1


def _run(
    options: DemoOptions, day: Day, database_url: str, parts: Surroundings, folder: Path, began: float
) -> Report:
    plan = day.plan
    logs = options.out / "logs"
    logs.mkdir(exist_ok=True)
    registry = folder / "registry.json"
    write_registry(plan, registry)
    with connect(database_url) as conn:
        migrate(conn)
        load_file(conn, registry)
        with ingest_child(database_url, _mqtt_url(parts), logs / "ingest.log"):
            lived = live_through(options, day, conn, parts, folder, logs)
            replay.send_again(conn, plan, parts.mqtt)
        judged = judge_all(conn)
        bring_up_to_date(conn)
        totals = totals_of(conn, plan, lived.written, lived.receipted, judged)
        sessions = sessions_of(conn, plan, day.expected(lived.result))
        return Report(options.seed, time.monotonic() - began, sessions, totals, hours_of(conn))


def numbers_of(plan: DayPlan) -> list[str]:
    """The 16 digits of each terminal."""
    return [topics.number_text(terminal.number) for terminal in plan.terminals]


def _mqtt_url(parts: Surroundings) -> str:
    # A broker that the settings name reaches ingest by the same environment variable.
    return parts.mqtt_url or os.environ[MQTT_URL]


def live_through(
    options: DemoOptions, day: Day, conn: Connection, parts: Surroundings, folder: Path, logs: Path
) -> Lived:
    """Let the day pass, then wait until the honest terminals have receipts for all they wrote."""
    terminals = folder / "terminals"
    broker = (parts.mqtt.host, parts.mqtt.port)
    with SchoolDay(
        day.plan, launch(parts, day.settings, folder), broker, terminals, day.factor, day.feeds_of
    ) as school_day:
        try:
            with _progress(day.plan) as progress:
                result = school_day.run(progress)
                journals = {stand.terminal.number: stand.unit.journal for stand in school_day.stands}
                honest = [terminal.number for terminal in day.plan.terminals if terminal.honest]
                school_day.attend(
                    lambda: (
                        all(_is_at_rest(journals[number]) for number in honest)
                        and not evidence.unsigned(conn, honest)
                    ),
                    CATCH_UP_LIMIT_S,
                )
            for stand in school_day.stands:
                stand.unit.stop()
        finally:
            for stand in school_day.stands:
                if stand.unit.log.exists():
                    (logs / f"{stand.terminal.number:016d}.log").write_bytes(stand.unit.log.read_bytes())
        held = {number: journal.look(str(path)) for number, path in journals.items()}
    return Lived(
        result,
        {number: last_seq for number, (last_seq, _) in held.items()},
        {number: through for number, (_, through) in held.items()},
    )


def _is_at_rest(folder: Path) -> bool:
    last_seq, through = journal.look(str(folder))
    return bool(last_seq == through)


@contextmanager
def _progress(plan: DayPlan) -> Iterator[_Bar]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[clock]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr)) as shown:
        yield _Bar(shown, plan)


class _Bar:
    """The day's clock as a progress bar."""

    def __init__(self, shown: Progress, plan: DayPlan) -> None:
        self._shown = shown
        self._local_s = plan.begin_s + plan.scenario.utc_offset_min * 60
        title = f"{len(plan.terminals)} terminals, {len(plan.sessions)} training sessions"
        self._task = shown.add_task(title, total=None, clock="")

    def __call__(self, done_s: int, total_s: int) -> None:
        minute = (self._local_s + done_s) // 60
        clock = f"{minute // 60 % 24:02d}:{minute % 60:02d}"
        self._shown.update(self._task, completed=done_s, total=total_s, clock=clock)
