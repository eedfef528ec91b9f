"""A batch of stretches of evidence measured, by the buffer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import process_time
from typing import Any, NamedTuple

import numpy as np

from firmware.wire.errors import DecodeError
from ingest.judge.evidence import Begins, Evidence, LostRecords, MinuteMeasures
from ingest.judge.register.registry import school_of
from ingest.judging.world import World
from ingest.measure.chain import HeadState
from ingest.measure.records import BLOCK, Measurer
from ingest.measure.sort import Sorter
from ingest.measure.stored import Records
from ingest.store import suspicions
from ingest.store.connection import Connection
from ingest.store.joined import Joined, Stretch, read_joined

# Some more than a block of minutes: there are other records among them.
_ROWS = BLOCK + BLOCK // 8


class Task(NamedTuple):
    """What to judge of a terminal: its sessions from inner to outer (numbers), by its records first to last.

    through: every record up to this one is stored or lost; holds for the records before first.
    stored, last_seq: of the terminal, when the task was made. lost: seqs told lost.
    """

    terminal: int
    first: int
    last: int
    inner: int
    outer: int
    through: int
    stored: int
    last_seq: int
    lost: tuple[int, ...]

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.terminal, self.first, self.last)


@dataclass(frozen=True)
class Read:
    """A batch's evidence, what became of its head signatures, the records that cannot be read; by terminal
    how many records were read, and how many the evidence holds. measure_cpu_s: CPU seconds that decoding,
    chains and measuring took."""

    evidence: Evidence
    heads: list[HeadState]
    unreadable: dict[int, list[int]]
    read_n: dict[int, int]
    judged_n: dict[int, int]
    measure_cpu_s: float = 0.0

    @property
    def records(self) -> int:
        """Records read."""
        return sum(self.read_n.values())


def read(conn: Connection, tasks: Sequence[Task], world: World) -> Read:
    """The evidence of the tasks, whose terminals ascend. Raises DecodeError never: what cannot be read is
    told in the log and left out."""
    for careful in (False, True):
        reader = _Reader(world, careful)
        try:
            measures = reader.measures(read_joined(conn, [t.stretch for t in tasks]))
        except DecodeError:
            # Rare, and only by damage to the database: look again, record by record.
            continue
        found = reader.done(measures, tasks)
        suspected = suspicions.read(conn, [task.terminal for task in tasks])
        return replace(found, evidence=replace(found.evidence, suspicions=suspected))
    raise AssertionError("a record was readable by itself but not in a block")


class _Reader:
    def __init__(self, world: World, careful: bool) -> None:
        self._careful = careful
        self._sorter = Sorter(world.public_keys, careful)
        self._measurer = Measurer(world.fence_set, world.measuring, partial(school_of, world.index))
        self._read_n: dict[int, int] = {}
        self._asked: dict[int, set[int]] = {}
        self._cpu_s = 0.0

    def measures(self, pieces: Iterable[Joined]) -> list[MinuteMeasures]:
        """Of the minutes; the rest goes to the sorter."""
        found = []
        for some in _together(self._noted(pieces)):
            began = process_time()
            minutes = self._sorter.take(some)
            for begin in range(0, len(minutes), BLOCK):
                at = minutes[begin : begin + BLOCK]
                found.append(self._measurer.measure_joined(some.body, some.size[at], some.start[at]))
            self._cpu_s += process_time() - began
        return found

    def _noted(self, pieces: Iterable[Joined]) -> Iterator[Joined]:
        for piece in pieces:
            self._read_n[piece.terminal] = self._read_n.get(piece.terminal, 0) + len(piece.seq)
            if self._careful:
                self._asked.setdefault(piece.terminal, set()).update(piece.seq.tolist())
            yield piece

    def done(self, measures: list[MinuteMeasures], tasks: Sequence[Task]) -> Read:
        evidence = self._sorter.evidence(measures)
        first = {task.terminal: task.first for task in tasks}
        told = evidence.lost
        lost = {
            (t, s) for t, s in zip(told.terminal.tolist(), told.seq.tolist(), strict=True) if s >= first[t]
        }
        lost |= {(t.terminal, seq) for t in tasks for seq in t.lost if t.first <= seq <= t.last}
        begins = [(t.terminal, t.first, min(t.through, t.first - 1)) for t in tasks if t.first > 1]
        whole = replace(evidence, lost=LostRecords.of_rows(sorted(lost)), begins=Begins.of_rows(begins))
        states = list(self._sorter.chains.states)
        return Read(whole, states, self._unreadable(whole), self._read_n, _counted(whole), self._cpu_s)

    def _unreadable(self, evidence: Evidence) -> dict[int, list[int]]:
        if not self._careful:
            return {}
        missing = {terminal: set(seqs) for terminal, seqs in self._asked.items()}
        for table in _records(evidence):
            for terminal, seq in zip(table.terminal.tolist(), table.seq.tolist(), strict=True):
                missing[terminal].discard(seq)
        return {terminal: sorted(seqs) for terminal, seqs in missing.items() if seqs}


def _together(pieces: Iterable[Joined]) -> Iterator[Records]:
    """Pieces joined until they are worth a block."""
    held: list[Joined] = []
    n = 0
    for piece in pieces:
        if held and n + len(piece.seq) > _ROWS:
            yield _joined(held)
            held, n = [], 0
        held.append(piece)
        n += len(piece.seq)
    if held:
        yield _joined(held)


def _joined(pieces: Sequence[Joined]) -> Records:
    seq, kind, size = (np.concatenate([p[of] for p in pieces]) for of in (1, 2, 3))
    terminal = np.repeat([piece.terminal for piece in pieces], [len(piece.seq) for piece in pieces])
    body = b"".join(piece.body for piece in pieces)
    return Records(terminal, seq, kind, np.cumsum(size) - size, size, body)


def _records(evidence: Evidence) -> tuple[Any, ...]:
    """The tables that hold every record once."""
    return evidence.minutes, evidence.checks, evidence.marks, evidence.others


def _counted(evidence: Evidence) -> dict[int, int]:
    whole = np.concatenate([table.terminal for table in _records(evidence)])
    terminals, counts = np.unique(whole, return_counts=True)
    return dict(zip(terminals.tolist(), counts.tolist(), strict=True))
