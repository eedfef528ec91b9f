"""hourfence rules: files of the rule book into the database, and what is in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingest.cli.arguments import read_text
from ingest.cli.database import database
from ingest.cli.faults import UsageError
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judge.rulebook.text import parse
from ingest.store import rule_layers

rules_app = typer.Typer(help="Thresholds and effects by place, course and date.", no_args_is_help=True)


@rules_app.command("load")
def load(file: Annotated[Path, typer.Argument(help="TOML file of layers")]) -> None:
    """Check a file of the rule book beside those already there, then record it; whole or not at all.

    A file of the same name takes the earlier one's place; the earlier one stays on record.
    """
    text = read_text(file)
    with database() as conn:
        others = [one for one in rule_layers.believed(conn) if one.name != file.name]
        try:
            Rulebook.join([parse(text, file.name), *(parse(one.text, one.name) for one in others)])
        except ValueError as fault:
            raise UsageError(f"{fault}; nothing was recorded.") from None
        new = rule_layers.load(conn, file.name, text)
    if new:
        print(f"{file.name}: recorded; the next judge run goes by it. 已登记，下次判定起执行。")
    else:
        print(f"{file.name}: nothing new. 内容无变化。")


@rules_app.command("show")
def show() -> None:
    """List the files of the rule book and their layers."""
    with database() as conn:
        files = rule_layers.believed(conn)
    if not files:
        print("No file of the rule book; the rules' own defaults hold. 没有规则文件，按规则默认值执行。")
    for file in files:
        print(
            f"{file.name}  recorded 登记于 {file.recorded_at:%Y-%m-%d %H:%M} UTC  sha256 {file.sha256[:12]}"
        )
        for layer in parse(file.text, file.name).layers:
            thresholds, effects = len(layer.thresholds), len(layer.effects)
            print(f"  {layer.name}: {thresholds} thresholds 个阈值, {effects} effects 个效力")
