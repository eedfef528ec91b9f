"""hourfence judge: bring verdicts and the ledger up to date, or derive a stretch of them again."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ingest.casework.up_to_date import bring_up_to_date
from ingest.cli.commands import set_by_signals
from ingest.cli.faults import UsageError
from ingest.cli.judging.terminals_asked import terminals_asked
from ingest.cli.out_file import try_out, write_json
from ingest.cli.surroundings import surroundings
from ingest.judging.changes import Diff, diff_of
from ingest.judging.due import Scope
from ingest.judging.rules import rules_in_force
from ingest.judging.run import Judged, judge_all
from ingest.judging.world import World
from ingest.settings import Settings
from ingest.store.connection import connect
from ingest.store.migrate import migrate
from ingest.store.screened import DayScreened, Unscreened, by_day, unscreened

LOCAL = timezone(timedelta(hours=8))
SHOWN = 20
_SAY_EVERY_S = 2.0


def judge(
    from_: Annotated[
        str | None, typer.Option("--from", help="First day or time (2026-03-02, 2026-03-02T08:00+08:00).")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="First day or time after it.")] = None,
    school: Annotated[int | None, typer.Option(help="Only terminals of this school (16 digits).")] = None,
    ground: Annotated[str | None, typer.Option(help="Only terminals driven near this ground.")] = None,
    terminal: Annotated[list[int] | None, typer.Option(help="Only this terminal; may be repeated.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what nothing has changed for.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Tell what would change; write nothing.")] = False,
    workers: Annotated[int, typer.Option(help="Processes that judge.", min=1, max=64)] = 2,
    out: Annotated[Path | None, typer.Option(help="File for digests and what changed, as JSON.")] = None,
) -> None:
    """Bring verdicts and ledger up to date; with --from and --to, or --all, derive them again.

    Can be interrupted between batches; the next run goes on from there.
    """
    begin, end = instant_us(from_), instant_us(to)
    if begin is not None and end is not None and begin >= end:
        raise UsageError(f"--from {from_} is not before --to {to}; exchange them.")
    if out is not None:
        try_out(out)
    settings = Settings.from_environment()
    with surroundings(settings, settings.data) as parts, connect(parts.database_url) as conn:
        migrate(conn)
        rules = rules_in_force(conn)
        world = World.believed(conn, rules)
        scope = Scope(begin, end, terminals_asked(conn, world, school, ground, terminal), everything)
        stop = set_by_signals()
        done = judge_all(
            conn,
            rules,
            scope,
            workers=workers,
            progress=_Line(),
            stop=stop.is_set,
            dry=dry_run,
            dsn=parts.database_url,
        )
        if not dry_run:
            bring_up_to_date(conn, _Line("shown 已更新待办与统计", "sessions 个培训过程"))
        # A session judged for the first time has changed nothing that anybody was told.
        diff = diff_of((one for one in done.changes if one.before is not None), world.facts)
        days = by_day(conn) if out is not None else {}
        unseen = unscreened(conn)
    _tell(done, diff, dry_run, out, days)
    if unseen is not None:
        print(unscreened_line(unseen))
    if done.was_stopped:
        print(
            "Stopped between two batches; run it again to go on. 已在批次之间停止，再次运行将继续。",
            file=sys.stderr,
        )
        raise typer.Exit(130)


def instant_us(text: str | None) -> int | None:
    """Microseconds since 1970 of a date or time; without an offset it is local time (UTC+8)."""
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text} is neither a day nor a time; write it as 2026-03-02 or 2026-03-02T08:00."
        ) from None
    if not 1970 < told.year < 2106:
        raise UsageError(f"{text} is no day on which a terminal records; give one from 1971 to 2105.")
    return round((told if told.tzinfo else told.replace(tzinfo=LOCAL)).astimezone(UTC).timestamp() * 1e6)


class _Line:
    """A line now and then about how far it is."""

    def __init__(self, what: str = "judged 已判定", of: str = "batches 批") -> None:
        self._what, self._of = what, of
        self._began = self._said = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._said >= _SAY_EVERY_S or (done == of and of > 1):
            self._said = now
            print(f"{self._what} {done} / {of} {self._of}   {now - self._began:.0f} s", file=sys.stderr)


def unscreened_line(some: Unscreened) -> str:
    """What to do about verdicts that rest on no screening."""
    first, last = (datetime.fromtimestamp(at * 60, LOCAL) for at in (some.first_minute, some.last_minute))
    days = f"--from {first:%Y-%m-%d} --to {last + timedelta(days=1):%Y-%m-%d}"
    return (
        f"{some.sessions} training sessions were judged without being screened: run hourfence screen {days},"
        f" then hourfence judge. {some.sessions} 个培训过程尚未筛查，请先筛查再判定。"
    )


def result_line(done: Judged) -> str:
    """What one run came to, in figures."""
    return (
        f"Judged {done.judged} of {done.stored} records: {done.minutes} minutes in {done.sessions} "
        f"training sessions this time, {done.touched} rows touched, {done.flags} flags, "
        f"{done.new_credit_entries} new ledger entries, under {done.judged_under}. "
        f"已判定 {done.stored} 条记录中的 {done.judged} 条：本次涉及 {done.sessions} 个培训过程、"
        f"{done.minutes} 分钟，改动 {done.touched} 行，标记 {done.flags} 个，新增学时账目 "
        f"{done.new_credit_entries} 条。"
    )


def _tell(done: Judged, diff: Diff, dry_run: bool, out: Path | None, days: dict[int, DayScreened]) -> None:
    print(result_line(done))
    if diff.sessions:
        console: Callable[[Any], None] = Console().print
        for table in _tables(diff):
            console(table)
    if dry_run:
        print("Nothing was written. 未写入任何内容。")
    if out is not None:
        screening = {
            _date(day): {**one._asdict(), "suspicions": one.suspicions.hex()} for day, one in days.items()
        }
        digests = {_date(day): digest.hex() for day, digest in done.days.items()}
        document = {"days": digests, "screening": screening}
        document |= {"judged_under": done.judged_under, "diff": asdict(diff)}
        write_json(out, document)


def _date(day: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat()


def _tables(diff: Diff) -> list[Table]:
    made = []
    for title, rows in (
        ("school 驾校", diff.schools),
        ("instructor 教练员", diff.instructors),
        ("trainee 学员", diff.trainees),
    ):
        table = Table(title=f"Accepted minutes by {title} 有效分钟变化")
        for heading in ("number 编号", "gained 增加", "lost 减少", "sessions 培训过程"):
            table.add_column(heading, justify="right")
        for row in rows[:SHOWN]:
            table.add_row(f"{row.number:016d}", str(row.gained), str(row.lost), str(row.sessions))
        if len(rows) > SHOWN:
            table.caption = f"and {len(rows) - SHOWN} more 其余从略"
        made.append(table)
    return made
