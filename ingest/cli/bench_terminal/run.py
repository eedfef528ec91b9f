"""Runs the bench of the terminal, from its parts to the table."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ingest.cli.bench_terminal import cuts, heap, rows
from ingest.cli.bench_terminal.compiled import Compiled, compile_firmware
from ingest.cli.bench_terminal.day import run_day
from ingest.cli.bench_terminal.rows import Measured
from simulators import sign_in

OUT = Path("build/bench/terminal.json")
SIGN_INS = 9
CUTS = 12
CUT_FACTOR = 60
# So far above the live peak: what lives within a step, and gaps between blocks.
ABOVE_KB = 96
_NMEA_RUNS = 3

T = TypeVar("T")


def run(out: Path | None = OUT) -> list[str]:
    """Measure everything; the lines to print. Raises BenchError, EmbeddedError."""
    with tempfile.TemporaryDirectory(prefix="hf-bench-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        measured = measure(folder)
    table = rows.table(measured)
    explained = rows.explained(measured)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(rows.document(table, explained), indent=2) + "\n", encoding="utf-8")
    return rows.sentences(table, measured)


def measure(folder: Path) -> Measured:
    """All of it, one after the other, with files in folder."""
    compiled = _told("compiling the firmware", lambda: compile_firmware(folder / "mpy"))
    nmea = _told("10 Hz of NMEA", lambda: _nmea(compiled))
    day = _told("a day over TLS with a dead zone", lambda: run_day(compiled, folder / "day"))
    in_place = _told("the same with code in ROM", lambda: run_day(compiled, folder / "rom", True))
    waits = _told("sign-ins", lambda: sign_in.measure(compiled.launch({}), folder / "sign-in", SIGN_INS))
    lost = _told("power cuts", lambda: cuts.trace_lost(compiled, folder, CUTS, CUT_FACTOR))
    boot = _told("starts with a full journal", lambda: cuts.boot(compiled, folder / "boot"))
    modules = _told("modules", lambda: heap.by_module(compiled, day.modules))
    imported_kb, peak_kb = modules[heap.ALL] // 1024, day.heap_peak // 1024
    smallest_kb = _told(
        "smaller heaps",
        lambda: heap.smallest(compiled, folder / "heap", imported_kb, peak_kb + ABOVE_KB),
    )
    version = compiled.run("version.py")[0]
    return Measured(
        version, compiled.mpy_bytes, *nmea, day, in_place, waits, lost, boot, modules, smallest_kb
    )


def _told(what: str, work: Callable[[], T]) -> T:
    began = time.monotonic()
    print(f"bench: {what}", end=" ", file=sys.stderr, flush=True)
    found = work()
    print(f"({time.monotonic() - began:.0f} s)", file=sys.stderr, flush=True)
    return found


def _nmea(compiled: Compiled) -> tuple[float, float]:
    """Microseconds of a core per second of stream: the firmware's, and the floor of any parser."""
    lines = [compiled.run("nmea.py")[-1].split() for _ in range(_NMEA_RUNS)]
    return statistics.median(int(line[0]) for line in lines), statistics.median(
        int(line[1]) for line in lines
    )
