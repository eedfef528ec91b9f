"""Power cuts in training: how much of the trace is lost; how long a start with a full journal takes."""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from firmware.boards.unix_flash import FileFlash
from firmware.terminal.journal.journal import Journal
from firmware.wire import records
from firmware.wire.fields import BODY, MINUTE, NUMBER_MAX
from ingest.cli.bench_terminal.compiled import Compiled
from ingest.cli.bench_terminal.drive import FIELD, drive, open_journal, plan_of
from ingest.cli.bench_terminal.errors import BenchError
from simulators import nmea
from simulators.cockpit import Event
from simulators.ports import Ports
from simulators.school_day import SchoolDay, Stand
from simulators.terminal_launch import TerminalUnit

NOWHERE = ("127.0.0.1", 1)
_DOWN_S = 4
_FIRST_S = 30
# A second of the day takes about so long at the factor of the cuts; the power goes anywhere within it.
_WITHIN_S = 0.03
_START_LIMIT_S = 30.0
_MINUTE_S = 60
_EPOCH_S = 0.01
_NOON_S = 1789430400


def trace_lost(compiled: Compiled, folder: Path, cuts: int, factor: int, seed: int = 1) -> list[int]:
    """Kill a terminal that trains, at moments drawn from seed. For each cut, the last second that was sent
    minus the last one whose fix is in the journal. Raises BenchError."""
    draw = random.Random(seed)
    spacing_s = _MINUTE_S - 5
    plan = plan_of({FIELD: (_FIRST_S + cuts * spacing_s) // _MINUTE_S + 2})
    (session,) = plan.terminals[0].sessions
    lost: list[int] = []

    def prepare(day: SchoolDay) -> None:
        (stand,) = day.stands
        stand.cockpit.events = [
            cut_at(stand, session.start_s + _FIRST_S + index * spacing_s + draw.randrange(40), draw.random())
            for index in range(cuts)
        ]

    def cut_at(stand: Stand, at_s: int, within: float) -> Event:
        def cut() -> None:
            time.sleep(within * _WITHIN_S)
            stand.unit.kill()
            copy = folder / "cut.bin"
            shutil.copyfile(stand.unit.journal / "journal.bin", copy)
            lost.append(at_s - 1 - last_fix_s(copy))

        return Event(at_s, cut, at_s + _DOWN_S, stand.unit.start)

    drive(plan, compiled.launch({}), NOWHERE, folder, factor, prepare)
    if len(lost) != cuts:
        raise BenchError(f"Only {len(lost)} of {cuts} power cuts came to pass.")
    return lost


def last_fix_s(path: Path) -> int:
    """Unix second of the newest fix in a journal: of a minute record, or of the minute that was running."""
    with contextlib.closing(open_journal(path)) as journal:
        found = [_last(records.decode(record)) for record in journal.recent() if record[0] == MINUTE]
        if journal.recovered is not None:
            found.append(_last(journal.recovered))
    return max(found, default=0)


def _last(values: dict[str, object]) -> int:
    minute, fixes = values["minute"], values["fixes"]
    assert isinstance(minute, int) and isinstance(fixes, list)
    return minute * _MINUTE_S + fixes[-1][0] if fixes else 0


@dataclass(frozen=True)
class Boot:
    """Seconds from the start of the process: to the first line on the screen, to the first second's work."""

    ready_s: float
    first_second_s: float
    empty_ready_s: float
    records: int


def fill(path: Path, terminal: int) -> int:
    """Make a journal of 4 MB that has no room for another minute; how many records it holds."""
    journal = Journal(FileFlash(str(path), 4194304))
    fixes = [
        (second, 457000000 + second * 90, 1266000000 + second * 70, 180, 90, 12, 8, 0) for second in range(60)
    ]
    body = {field[0]: field[2] for field in BODY[MINUTE] if field[2] is not None}
    made = 0
    with contextlib.closing(journal), contextlib.suppress(OSError):
        while True:
            values = {
                **body,
                "kind": MINUTE,
                "terminal": terminal,
                "seq": journal.next_seq,
                "prev": journal.head,
            }
            values |= {"boot": 1, "uptime_s": made * 60, "utc_s": _NOON_S + made * 60, "clock": 3}
            values |= {
                "minute": _NOON_S // 60 + made,
                "trainee": NUMBER_MAX,
                "instructor": NUMBER_MAX,
                "fixes": fixes,
            }
            journal.append(records.encode(values))
            made += 1
    return made


def boot(compiled: Compiled, folder: Path) -> Boot:
    """Start a terminal whose journal is full, and one whose journal is new. Raises BenchError."""
    empty_s, _ = _start(compiled, folder / "empty", lambda _: None)
    made: list[int] = []
    ready_s, second_s = _start(compiled, folder / "full", lambda path: made.append(fill(path, 1)))
    return Boot(ready_s, second_s, empty_s, made[0])


def _start(compiled: Compiled, folder: Path, prepare: Callable[[Path], None]) -> tuple[float, float]:
    with Ports() as ports:
        unit = TerminalUnit(compiled.launch({}), 1, bytes(32), ports, NOWHERE, folder, 1)
        prepare(unit.journal / "journal.bin")
        epochs = iter(_standing())
        asked = b""

        def second() -> bool:
            nonlocal asked
            ports.gnss.send(next(epochs))
            time.sleep(_EPOCH_S)
            asked += ports.vehicle.receive()
            return b"?" in asked

        began = time.monotonic()
        unit.start()
        try:
            ready_s = _wait(unit, lambda: unit.log.stat().st_size > 0) - began
            return ready_s, _wait(unit, second) - began
        finally:
            unit.stop()


def _standing() -> list[bytes]:
    """What the receiver of a standing car writes, second by second."""
    seconds = np.arange(_NOON_S, _NOON_S + 3600)
    ones = np.ones(len(seconds), dtype=np.int64)
    fixes = (ones * 457000000, ones * 1266000000, ones * 0, ones * 0, ones * 14, ones * 80)
    return nmea.write(nmea.Reception(seconds, ones.astype(bool), *fixes))


def _wait(unit: TerminalUnit, true: Callable[[], bool]) -> float:
    """Monotonic seconds at which it became true."""
    end = time.monotonic() + _START_LIMIT_S
    while not true():
        if time.monotonic() > end or not unit.alive():
            raise BenchError(f"The terminal did not start: {unit.last_lines()}")
        time.sleep(0.002)
    return time.monotonic()
