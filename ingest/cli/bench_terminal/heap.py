"""Where the heap goes, and how small it may be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.cli.bench_terminal.compiled import Compiled
from ingest.cli.bench_terminal.cuts import NOWHERE
from ingest.cli.bench_terminal.drive import FIELD, drive, plan_of
from ingest.cli.bench_terminal.errors import BenchError

_TERMINAL = "firmware.terminal."
# What a module's name begins with says what it is for.
GROUPS = {
    "wire": ("firmware.wire",),
    "board and display": ("firmware.boards", "firmware.displays", "firmware.main"),
    "journal": (_TERMINAL + "journal",),
    "uplink": (_TERMINAL + "uplink", _TERMINAL + "orders"),
    "identity": (_TERMINAL + "identity", _TERMINAL + "session"),
    "signature": (_TERMINAL + "signing",),
    "GNSS and clock": tuple(_TERMINAL + name for name in ("gnss", "clock", "civil", "mapping")),
    "screen and fence": (_TERMINAL + "screen", _TERMINAL + "fence"),
}
OTHER = "the rest"
ALL = "(all)"
_FACTOR = 300
# The interpreter's own first steps need some; a heap is rounded up to this.
STEP_KB = 16


def by_module(compiled: Compiled, modules: Sequence[str]) -> dict[str, int]:
    """Bytes that stay on the heap for each module, in the order in which they were imported."""
    ours = [name for name in modules if name.startswith("firmware.")]
    first = ["firmware.main", "firmware.boards.unix", "firmware.terminal.app"]
    # A heap so large that what is measured is not the heap's size.
    lines = compiled.run("imports.py", *first, *ours, heap="2m")
    found: dict[str, int] = {}
    for line in lines:
        size, _, name = line.partition(" ")
        found[name] = int(size)
    return found


def by_group(modules: dict[str, int]) -> dict[str, int]:
    """The bytes of modules by what they are for."""
    found = dict.fromkeys([*GROUPS, OTHER], 0)
    for name, size in modules.items():
        last = name.split(" ")[-1]
        group = next((group for group, starts in GROUPS.items() if last.startswith(starts)), OTHER)
        found[group] += size
    return found


def smallest(compiled: Compiled, folder: Path, from_kb: int, to_kb: int) -> int:
    """The smallest heap, in steps of STEP_KB, with which a training session without a network passes.

    from_kb is known to be too small; raises BenchError when to_kb is so too.
    """
    low, high = from_kb // STEP_KB, -(-to_kb // STEP_KB)
    if not _passes(compiled, folder / "largest", high * STEP_KB):
        raise BenchError(f"The terminal does not get through a training session with {to_kb} KB of heap.")
    while high - low > 1:
        middle = (low + high) // 2
        if _passes(compiled, folder / str(middle), middle * STEP_KB):
            high = middle
        else:
            low = middle
    return high * STEP_KB


def _passes(compiled: Compiled, folder: Path, size_kb: int) -> bool:
    plan = plan_of({FIELD: 3})
    try:
        drive(plan, compiled.launch({}, heap=f"{size_kb}k"), NOWHERE, folder, _FACTOR)
    except BenchError:
        return False
    return True
