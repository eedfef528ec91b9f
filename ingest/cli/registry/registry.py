"""`hourfence registry`: registry files loaded whole, sheets imported with a cleaning report."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from geofence.ground import read_fences
from ingest.cli.database import database
from ingest.cli.faults import UsageError
from ingest.registry.facts import UTC_OFFSET_MIN
from ingest.registry.kinds import KINDS
from ingest.registry.report import Report
from ingest.registry.take_in import TakenIn, take_in
from ingest.store import registry, registry_file
from ingest.store.connection import Connection
from ingest.store.registry_items import items_of

registry_app = typer.Typer(help="Schools, cars, people, terminals and grounds.", no_args_is_help=True)

_SHOWN_MAX = 50
_PROGRESS_FROM = 1_000_000


@registry_app.command("load")
def registry_load(file: Annotated[Path, typer.Argument(help="registry.json")]) -> None:
    """Load a registry file, whole or not at all."""
    from ingest.cli.registry.loading import load_file

    with database() as conn:
        loaded = load_file(conn, file)
    print("Loaded " + ", ".join(f"{count} {table}" for table, count in loaded.items()) + ".")


@registry_app.command("import")
def registry_import(
    kind: Annotated[str, typer.Argument(help=f"What the sheet is of: {', '.join(KINDS)}.")],
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8 or GBK) or XLSX.")],
    check: Annotated[bool, typer.Option("--check", help="Report only; nothing is imported.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the cleaning report as JSON.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of the workbook; default: the only one.")] = None,
    from_day: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Day from which changes hold; default: today."),
    ] = None,
) -> None:
    """Import a sheet, whole or not at all, with a report of everything odd in it."""
    if kind not in KINDS:
        raise UsageError(f"{kind}: no such kind of sheet; name one of {', '.join(KINDS)}.")
    data = _bytes_of(file)
    with database() as conn:
        begin = None if from_day is None else from_day.date()
        taken, added = import_sheet(conn, kind, file.name, data, today_local(), begin, sheet, check)
    _tell(taken.report)
    if report is not None:
        text = json.dumps(taken.report.as_json(), ensure_ascii=False, indent=1, sort_keys=True)
        _write(report, text + "\n")
    if taken.document is None:
        count = len(taken.report.errors)
        raise UsageError(
            f"{file}: {count} errors, so nothing was imported; correct them and import again. "
            f"共 {count} 处错误，未导入任何数据；请更正后重新导入。"
        )
    told = "would be" if check else "were"
    print(f"{taken.report.rows} rows read, {added} entries {told} added. 共 {taken.report.rows} 行。")


def import_sheet(
    conn: Connection,
    kind: str,
    source: str,
    data: bytes,
    today: date,
    from_day: date | None = None,
    sheet: str | None = None,
    only_check: bool = False,
) -> tuple[TakenIn, int]:
    """Import a file; what was found, and how many entries it added (would add). One transaction, or none."""
    if len(data) > _PROGRESS_FROM:
        print(f"Reading {source} ({len(data)} bytes) ...", file=sys.stderr)
    known = items_of(registry.snapshot(conn))
    taken = take_in(data, source, kind, known, today, from_day or today, sheet)
    if taken.document is None or only_check:
        return taken, taken.entries
    checked = registry_file.check(taken.document, source, hashlib.sha256(data).digest(), _check_grounds)
    return taken, sum(registry.load(conn, checked).values())


def today_local() -> date:
    """Today where the schools are."""
    return (datetime.now(UTC) + timedelta(minutes=UTC_OFFSET_MIN)).date()


def _check_grounds(grounds: Mapping[str, Any]) -> None:
    # One by one: a fence that changes has two entries with one id, which a file may not have.
    for feature in grounds["features"]:
        read_fences({"type": "FeatureCollection", "features": [feature]}, "grounds")


def _tell(report: Report) -> None:
    faults = [*report.errors, *report.warnings]
    for fault in faults[:_SHOWN_MAX]:
        print(f"{fault.level}: {fault.place}: {fault.english} {fault.chinese}", file=sys.stderr)
    if len(faults) > _SHOWN_MAX:
        print(f"... and {len(faults) - _SHOWN_MAX} more; --report writes all of them.", file=sys.stderr)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise UsageError(f"{file}: cannot be read ({fault.strerror}); check the path.") from None


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"{file}: cannot be written ({fault.strerror}); check the path.") from None
