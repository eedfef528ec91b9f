"""Make the days, judge them, print the table, leave the report."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ingest.cli.faults import UsageError
from ingest.cli.scenarios.confusion import FIGURES, Confusion, confusion
from ingest.cli.scenarios.judged import judged
from simulators.scenarios.library import HELD_OUT_SEEDS, TUNING_SEEDS, Family, families


@dataclass(frozen=True)
class ScenarioOptions:
    """seed of the days; only: one family's name; out: folder of the report."""

    seed: int
    only: str | None = None
    out: Path = Path("build/scenarios")


def list_families() -> None:
    """Print every family, its days and what happens in them."""
    table = Table("family", "days", "kind", "what happens", title="Scenario library 场景库")
    for family in families():
        table.add_row(family.name, str(len(family.days)), _kind(family), family.says)
    Console().print(table)


def run_scenarios(options: ScenarioOptions) -> int:
    """Judge the library under one seed. Figures are figures: 0 unless a day cannot be made or judged."""
    chosen = [family for family in families() if options.only in (None, family.name)]
    if not chosen:
        raise UsageError(f"there is no family {options.only!r}; `hourfence scenarios --families` lists them.")
    began = time.monotonic()
    found: dict[str, Confusion] = {}
    for number, family in enumerate(chosen, start=1):
        if sys.stderr.isatty():
            print(f"\r\x1b[K{number}/{len(chosen)} {family.name}", end="", file=sys.stderr, flush=True)
        found[family.name] = judged_family(family, options.seed)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    totals = Confusion()
    for one in found.values():
        totals.add(one)
    _write(options, found, totals)
    _print(options.seed, chosen, found, totals, time.monotonic() - began)
    return 0


def judged_family(family: Family, seed: int) -> Confusion:
    """All days of a family, judged and held against their truth."""
    whole = Confusion()
    for name, day in family.made(seed):
        whole.add(confusion(name, day, judged(day)))
    return whole


def _write(options: ScenarioOptions, found: dict[str, Confusion], totals: Confusion) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    report = {
        "seed": options.seed,
        "families": {name: one.figures() for name, one in found.items()},
        "totals": totals.figures(),
    }
    details: dict[str, Any] = {
        name: [{"what": k[0], "where": k[1], "reason": k[2], "minutes": n} for k, n in _ordered(one)]
        for name, one in found.items()
    }
    for name, content in (("report.json", report), ("details.json", details)):
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (options.out / name).write_text(text + "\n", encoding="utf-8")


def _ordered(one: Confusion) -> list[tuple[tuple[str, str, str], int]]:
    return sorted(one.reasons.items(), key=lambda item: (item[0][0], -item[1], item[0]))


def _print(
    seed: int, chosen: list[Family], found: dict[str, Confusion], totals: Confusion, seconds: float
) -> None:
    console = Console()
    said = "tuned on" if seed in TUNING_SEEDS else "held out" if seed in HELD_OUT_SEEDS else "free"
    table = Table(title=f"Scenarios, seed {seed} ({said}) 场景混淆表")
    for heading in ("family", "kind", "honest", "wrongly refused", "fraud", "wrongly accepted", "unsure"):
        table.add_column(heading, justify="left" if heading in ("family", "kind") else "right")
    table.add_column("of fraud", justify="right")
    for family in chosen:
        one = found[family.name]
        table.add_row(family.name, _kind(family), *_cells(one))
    table.add_section()
    table.add_row("all", "", *_cells(totals))
    console.print(table)
    print(
        f"Wrongly refused {_share(totals.wrongly_refused, totals.honest_minutes)} of honest minutes, "
        f"wrongly accepted {_share(totals.wrongly_accepted, totals.fraud_minutes)} of fraudulent ones, "
        f"unsure {_share(totals.unsure, totals.honest_minutes + totals.fraud_minutes)} of all "
        f"({_share(totals.unsure - totals.fraud_unsure, totals.honest_minutes)} of honest, "
        f"{_share(totals.fraud_unsure, totals.fraud_minutes)} of fraudulent ones); "
        f"{totals.either} minutes in which truth itself is undefined are not counted. {seconds:.1f} s."
    )


def _cells(one: Confusion) -> list[str]:
    return [*(str(getattr(one, name)) for name in FIGURES), str(one.fraud_unsure)]


def _kind(family: Family) -> str:
    return "fraud and twin" if family.fraud else "honest"


def _share(part: int, whole: int) -> str:
    return f"{100.0 * part / whole:.2f} %" if whole else "none"
