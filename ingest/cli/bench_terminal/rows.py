"""The bench's table and the file it leaves, from what was measured."""

from __future__ import annotations

import os
import statistics
import sys
from dataclasses import dataclass
from typing import Any

from ingest.bench import cpu
from ingest.cli.bench_terminal.cuts import Boot
from ingest.cli.bench_terminal.day import LOOK_MS, Day
from ingest.cli.bench_terminal.heap import ALL, by_group

LIMITS: dict[str, float] = {
    "heap_live_peak_bytes": 163840,
    "bytes_per_minute_on_air": 700,
    "flash_bytes_per_recorded_byte": 1.3,
    "nmea_core_share": 0.2,
    "sign_in_s": 1.0,
    "trace_lost_at_cut_s": 10,
    "boot_full_journal_s": 3.0,
}
_US = 1_000_000
_SHOWN = 10


@dataclass(frozen=True)
class Measured:
    """One run. nmea_us and nmea_floor_us: microseconds of a core per second; lost_s, waits_s: one each."""

    version: str
    mpy_bytes: int
    nmea_us: float
    nmea_floor_us: float
    day: Day
    in_place: Day
    waits_s: list[float]
    lost_s: list[int]
    boot: Boot
    modules: dict[str, int]
    smallest_kb: int


@dataclass(frozen=True)
class Row:
    """One figure: its name in LIMITS, its value, and what explains it."""

    name: str
    value: float
    note: str

    @property
    def held(self) -> bool:
        return self.value <= LIMITS[self.name]


def table(measured: Measured) -> list[Row]:
    """The figures of the issue's limits, in their order."""
    day, waits, lost, boot = measured.day, measured.waits_s, measured.lost_s, measured.boot
    sent, recorded = day.published, day.driven.recorded_bytes
    notes = {
        "heap_live_peak_bytes": (
            day.heap_peak,
            f"{measured.modules[ALL]:,} of it are modules; highest after: {day.peak_after}\n"
            f"smallest heap that gets through a training session: {measured.smallest_kb} KB\n"
            f"code in ROM, run in place as on a chip with ROMFS: {measured.in_place.heap_peak:,}",
        ),
        "bytes_per_minute_on_air": (
            max(sent.full),
            f"the largest of {len(sent.full)} PUBLISH packets with one whole minute",
        ),
        "flash_bytes_per_recorded_byte": (
            round(day.programmed / recorded, 3),
            f"{day.programmed:,} bytes programmed for {recorded:,} of {day.driven.records} records; "
            f"{day.erased} sectors erased",
        ),
        "nmea_core_share": (
            round(measured.nmea_us / _US, 5),
            f"10 epochs of five sentences a second; {measured.nmea_us / measured.nmea_floor_us:.1f} times a "
            "bare checksum over the same bytes in the same interpreter",
        ),
        "sign_in_s": (
            round(max(waits), 3),
            f"worst of {len(waits)}, median {statistics.median(waits):.3f} s; off line, at life's pace",
        ),
        "trace_lost_at_cut_s": (
            max(lost),
            f"worst of {len(lost)} kills in training at random moments, median {statistics.median(lost):g}",
        ),
        "boot_full_journal_s": (
            round(boot.ready_s, 3),
            f"until it says that it is ready; {boot.records} records in 4 MB; {boot.empty_ready_s:.3f} s "
            f"with none\n{boot.first_second_s:.3f} s until it does the work of its first second",
        ),
    }
    return [Row(name, *notes[name]) for name in LIMITS]


def explained(measured: Measured) -> dict[str, Any]:
    """What stands beside the figures in the file."""
    day, sent, boot = measured.day, measured.day.published, measured.boot
    modules = {name: size for name, size in measured.modules.items() if name != ALL}
    return {
        "machine": {"cpu": cpu.model(), "cores": os.cpu_count()},
        "versions": {"micropython": measured.version, "python": sys.version.split()[0]},
        "mpy_bytes": measured.mpy_bytes,
        "heap": {
            "looked_every_ms": LOOK_MS,
            "peak_after": day.peak_after,
            "smallest_kb": measured.smallest_kb,
            "peak_in_place_bytes": measured.in_place.heap_peak,
            "modules_bytes": measured.modules[ALL],
            "by_group": by_group(modules),
            "by_module": dict(sorted(modules.items(), key=lambda item: -item[1])),
        },
        "nmea": {
            "us_per_s": measured.nmea_us,
            "floor_us_per_s": measured.nmea_floor_us,
            "ratio_to_floor": round(measured.nmea_us / measured.nmea_floor_us, 2),
        },
        "day": {
            "seconds": day.driven.seconds,
            "wall_s": round(day.driven.wall_s, 1),
            "records": day.driven.records,
            "recorded_bytes": day.driven.recorded_bytes,
            "flash_programmed_bytes": day.programmed,
            "flash_sectors_erased": day.erased,
            "mqtt_bytes_up": sent.bytes_up,
            "photo_bytes_up": sent.bulk_bytes,
            "tls_bytes_up": day.wire_up,
            "whole_minute_publish_bytes": sorted(sent.full),
            "records_in_an_envelope_max": sent.records_max,
        },
        "sign_ins_s": [round(wait, 4) for wait in measured.waits_s],
        "cuts_lost_s": measured.lost_s,
        "boot": {
            "records": boot.records,
            "empty_ready_s": round(boot.empty_ready_s, 3),
            "first_second_s": round(boot.first_second_s, 3),
        },
    }


def document(rows: list[Row], more: dict[str, Any]) -> dict[str, Any]:
    """What the file holds: the figures by name, their limits, whether each holds, and what explains them."""
    held = {row.name: row.held for row in rows}
    return {**{row.name: row.value for row in rows}, "limits": LIMITS, "within_limit": held, **more}


def sentences(rows: list[Row], measured: Measured) -> list[str]:
    """The table as a person reads it."""
    lines = [
        f"{cpu.model()}, {os.cpu_count()} cores; MicroPython {measured.version}; "
        f"firmware of {measured.mpy_bytes:,} bytes in .mpy files",
        f"{'':<31}{'measured':>10}{'limit':>10}",
    ]
    for row in rows:
        shown = f"{row.value:,}" if isinstance(row.value, int) else f"{row.value:.4g}"
        mark = "" if row.held else "  ABOVE THE LIMIT"
        lines.append(f"{row.name:<31}{shown:>10}{LIMITS[row.name]:>10,}{mark}")
        lines += [f"    {part}" for part in row.note.split("\n")]
    modules = {name: size for name, size in measured.modules.items() if name != ALL}
    largest = sorted(modules.items(), key=lambda item: -item[1])[:_SHOWN]
    lines.append("")
    lines.append("heap by use: " + ", ".join(f"{k} {v:,}" for k, v in by_group(modules).items()))
    lines.append("largest modules: " + ", ".join(f"{k.split()[-1]} {v:,}" for k, v in largest))
    return lines
