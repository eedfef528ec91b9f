"""CPU seconds per part, read from Linux's /proc; zeros where there is none."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def of_tree(pid: int) -> float:
    """CPU seconds of a process, its living descendants, and those it has waited for."""
    total = 0.0
    parents: dict[int, list[int]] = {}
    times: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*/stat") if Path("/proc").is_dir() else ():
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(entry.parent.name)
        parents.setdefault(int(fields[1]), []).append(number)
        times[number] = sum(int(ticks) for ticks in fields[11:15]) / _TICK
    waiting = [pid]
    while waiting:
        number = waiting.pop()
        total += times.get(number, 0.0)
        waiting += parents.get(number, [])
    return total


def model() -> str:
    """The processor's name, or "unknown"."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"
