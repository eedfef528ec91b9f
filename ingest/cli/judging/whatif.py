"""hourfence whatif: what a draft of fences or rules would have changed; nothing is written."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from geofence.exchange.registry_form import registry_feature
from geofence.survey.kinds import ERROR
from geofence.survey.repair import collection
from ingest.cli.arguments import read_text
from ingest.cli.commands import set_by_signals
from ingest.cli.faults import UsageError
from ingest.cli.grounds.fence_files import FenceOptions, look_at
from ingest.cli.judging.judge import instant_us
from ingest.cli.judging.terminals_asked import terminals_asked
from ingest.cli.judging.whatif_tables import tell
from ingest.cli.out_file import try_out, write_json
from ingest.cli.surroundings import surroundings
from ingest.judging.due import Scope
from ingest.judging.rules import rules_in_force
from ingest.judging.whatif.draft import drafted_fences, drafted_rules, with_features
from ingest.judging.whatif.whatif import Stopped, what_if
from ingest.judging.world import World
from ingest.settings import Settings
from ingest.store import rule_layers
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate

_SAY_EVERY_S = 2.0
_INTERRUPTED = 130


def whatif(
    fence: Annotated[
        Path | None, typer.Option(help="Draft of fences: GeoJSON, KML, WKT or points, as `fences import`.")
    ] = None,
    withdraw: Annotated[
        list[str] | None, typer.Option(help="Fence drawn as withdrawn; may be repeated.")
    ] = None,
    rules: Annotated[Path | None, typer.Option(help="Draft of a file of the rule book, TOML.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="First day or time (2026-03-02, 2026-03-02T08:00+08:00).")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="First day or time after it.")] = None,
    school: Annotated[int | None, typer.Option(help="Only terminals of this school (16 digits).")] = None,
    ground: Annotated[str | None, typer.Option(help="Only terminals driven near this ground.")] = None,
    terminal: Annotated[list[int] | None, typer.Option(help="Only this terminal; may be repeated.")] = None,
    workers: Annotated[int, typer.Option(help="Processes that judge.", min=1, max=64)] = 2,
    as_json: Annotated[Path | None, typer.Option("--json", help="File for the report as JSON.")] = None,
    registry: Annotated[
        Path | None, typer.Option(help="File for what `registry load` has to be given to make it so.")
    ] = None,
) -> None:
    """Tell what fences or rules would have changed, and for whom; nothing is written to the database.

    Can be interrupted at any time.
    """
    if fence is None and rules is None and not withdraw:
        raise UsageError("There is no draft to judge by; give --fence, --withdraw or --rules.")
    begin, end = instant_us(from_), instant_us(to)
    if begin is not None and end is not None and begin >= end:
        raise UsageError(f"--from {from_} is not before --to {to}; exchange them.")
    for file in filter(None, (as_json, registry)):
        try_out(file)
    drawn = [] if fence is None else drawn_fences(fence)
    settings = Settings.from_environment()
    with surroundings(settings, settings.data) as parts, connect(parts.database_url) as conn:
        migrate(conn)
        before = World.believed(conn, rules_in_force(conn))
        after, document = drafted(conn, before, drawn, withdraw or [], rules)
        scope = Scope(begin, end, terminals_asked(conn, before, school, ground, terminal))
        stop = set_by_signals()
        try:
            found = what_if(
                conn,
                before,
                after,
                scope,
                workers=workers,
                progress=_Line(),
                stop=stop.is_set,
                dsn=parts.database_url,
            )
        except Stopped:
            print("Stopped; nothing was written. 已停止，未写入任何内容。", file=sys.stderr)
            raise typer.Exit(_INTERRUPTED) from None
    tell(found.report)
    if as_json is not None:
        write_json(as_json, found.report.to_json())
    if registry is not None:
        write_json(registry, {"grounds": {"type": "FeatureCollection", "features": document}})


def drafted(
    conn: Connection, before: World, drawn: list[dict[str, Any]], withdrawn: list[str], rules: Path | None
) -> tuple[World, list[dict[str, Any]]]:
    """(the world under the draft, features that would have to be loaded); raises UsageError, FenceError."""
    try:
        document = drafted_fences(before.features, drawn, withdrawn)
        book = before.rules
        if rules is not None:
            book = drafted_rules(rule_layers.believed(conn), {rules.name: read_text(rules)})
    except ValueError as fault:
        raise UsageError(f"{str(fault).removesuffix('.')}; nothing was judged.") from None
    return World(before.facts, with_features(before.features, document), book), document


def drawn_fences(file: Path) -> list[dict[str, Any]]:
    """The fences of a drawing as the registry takes them, in WGS-84. Its report goes to stderr; raises
    UsageError for one with errors."""
    report = look_at(FenceOptions(file), properties_too=True)
    for fault in report.faults:
        mark = "error" if fault.severity == ERROR else "warning"
        print(f"{mark} {fault.kind}: {fault.english()} {fault.chinese()}", file=sys.stderr)
    if report.errors:
        raise UsageError(
            f"{file}: {len(report.errors)} of its faults are errors, so there is no fence to judge by; mend "
            f"the drawing, `hourfence fences check {file} --repaired OUT` suggests how."
        )
    document: Any = collection([registry_feature(feature) for feature in report.features])
    features: list[dict[str, Any]] = document["features"]
    return features


class _Line:
    """A line now and then about how far it is."""

    def __init__(self) -> None:
        self._began = self._said = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._said >= _SAY_EVERY_S:
            self._said = now
            print(f"judged 已判定 {done} / {of} batches 批   {now - self._began:.0f} s", file=sys.stderr)
