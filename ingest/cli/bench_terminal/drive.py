"""One car's day on the compiled firmware, as long and as far out of reach as asked."""

from __future__ import annotations

import contextlib
import re
import select
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from firmware.boards.unix_flash import FileFlash
from firmware.terminal.journal import journal as terminal_journal
from ingest.cli.bench_terminal.errors import BenchError
from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.ports import Port
from simulators.scenario import load_scenario
from simulators.school_day import SchoolDay, SchoolDayError
from simulators.terminal_launch import Launch, TerminalUnit

FIELD, ROAD = 2, 3
_PAUSE_S = 240
_CATCH_UP_S = 60.0
_SCREEN_S = 0.2
_END_S = 10.0


def plan_of(minutes: Mapping[int, int], offline_s: tuple[int, int] = (0, 0)) -> DayPlan:
    """One car that trains so many minutes in each part; out of reach from..to after the first sign-in."""
    plan = build_day(load_scenario(), cars=1, hours=1.0)
    terminal = plan.terminals[0]
    first = terminal.sessions[0]
    sessions = []
    start_s = first.start_s
    for part, length in minutes.items():
        made = replace(first, name=f"part {part}", part=part, anomaly=None, detour=None)
        sessions.append(replace(made, start_s=start_s, end_s=start_s + length * 60))
        start_s += length * 60 + _PAUSE_S
    offline = tuple((first.start_s + at, first.start_s + to) for at, to in (offline_s,) if to)
    terminal = replace(terminal, sessions=tuple(sessions), offline=offline, replayed=False)
    return replace(plan, terminals=(replace(terminal, own_key=terminal.registered_key),), end_s=start_s)


@contextmanager
def screen() -> Iterator[str]:
    """Path of a line for a terminal's screen, read as quickly as it is drawn."""
    port, stop = Port(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            if select.select([port], [], [], _SCREEN_S)[0]:
                port.receive()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield port.path
    finally:
        stop.set()
        thread.join()
        port.close()


@dataclass(frozen=True)
class Driven:
    """What a day left behind. log: the terminal's lines; receipted: how many of its records."""

    log: list[str]
    records: int
    recorded_bytes: int
    receipted: int
    seconds: int
    wall_s: float


def drive(
    plan: DayPlan,
    launch: Launch,
    broker: tuple[str, int],
    folder: Path,
    factor: int,
    before: Callable[[SchoolDay], None] | None = None,
) -> Driven:
    """Live the day at broker=(host, port); before(day) may still change it. Raises BenchError."""
    try:
        with SchoolDay(plan, launch, broker, folder, factor) as day:
            if before is not None:
                before(day)
            unit = day.stands[0].unit
            result = day.run(lambda *_: _look_well(unit))
            held = unit.journal
            receipted = broker[1] != 1 and day.attend(lambda: _all_receipted(held), _CATCH_UP_S)
            _end(unit)
            log = unit.log.read_text(encoding="utf-8", errors="replace").splitlines()
            records, size = recorded(held)
            return Driven(log, records, size, records if receipted else 0, result.seconds, result.wall_s)
    except SchoolDayError as fault:
        raise BenchError(str(fault)) from fault


def _look_well(unit: TerminalUnit) -> None:
    """A terminal without memory starts again and again; no need to watch that for long."""
    if b"MemoryError" in unit.log.read_bytes():
        raise BenchError(f"The terminal ran out of memory; its log is {unit.log}.")


def _end(unit: TerminalUnit) -> None:
    """As device/terminal.py wants to be ended."""
    (unit.log.parent / "stop").touch()
    end = time.monotonic() + _END_S
    while unit.alive() and time.monotonic() < end:
        time.sleep(0.01)
    unit.stop()


def _all_receipted(held: Path) -> bool:
    last_seq, through = terminal_journal.look(str(held))
    return bool(last_seq) and last_seq == through


def recorded(held: Path) -> tuple[int, int]:
    """(records, bytes of them) in a terminal's journal folder."""
    found = open_journal(held / "journal.bin")
    with contextlib.closing(found):
        sizes = [len(record) for seq in range(1, found.next_seq) for record in found.read_from(seq, 1, 2048)]
    return len(sizes), sum(sizes)


def open_journal(path: Path) -> Any:
    """The journal in that flash file."""
    return terminal_journal.Journal(FileFlash(str(path), path.stat().st_size))


def numbers_in(log: list[str], pattern: str) -> list[tuple[int, ...]]:
    """The numbers of each line that matches."""
    found = (re.fullmatch(pattern, line) for line in log)
    return [tuple(int(text) for text in match.groups()) for match in found if match]
