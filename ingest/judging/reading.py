"""A batch of stretches of evidence measured: minutes by the buffer, the other records one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from firmware.wire.errors import DecodeError
from ingest.judge.evidence import Begins, Evidence, LostRecords, MinuteMeasures
from ingest.judge.registry import school_of
from ingest.judging.world import World
from ingest.measure.chain import HeadState
from ingest.measure.records import BLOCK, measure_blocks
from ingest.measure.sort import MINUTES, Sorter
from ingest.store import suspicions
from ingest.store.connection import Connection
from ingest.store.joined import Joined, Stretch, read_joined


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


class _Row(NamedTuple):
    terminal: int
    seq: int
    kind: int
    record: bytes


@dataclass(frozen=True)
class Read:
    """A batch's evidence, what became of its head signatures, the records that cannot be read; by terminal
    how many records were read, and how many the evidence holds."""

    evidence: Evidence
    heads: list[HeadState]
    unreadable: dict[int, list[int]]
    read_n: dict[int, int]
    judged_n: dict[int, int]

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
            measures = list(
                measure_blocks(
                    reader.blocks(read_joined(conn, [t.stretch for t in tasks])),
                    world.fence_set,
                    world.measuring,
                    partial(school_of, world.index),
                )
            )
        except DecodeError:
            # Rare, and only by damage to the database: look again, record by record.
            continue
        found = reader.done(measures, tasks)
        suspected = suspicions.read(conn, [task.terminal for task in tasks])
        return replace(found, evidence=replace(found.evidence, suspicions=suspected))
    raise AssertionError("a record was readable by itself but not in a block")


class _Reader:
    def __init__(self, world: World, careful: bool) -> None:
        self._keys = world.public_keys
        self._careful = careful
        self._sorter = Sorter(world.public_keys, careful)
        self._read_n: dict[int, int] = {}
        self._asked: dict[int, set[int]] = {}

    def blocks(self, pieces: Iterable[Joined]) -> Iterator[list[bytes]]:
        """Minute records in blocks, the rest to the sorter."""
        block: list[bytes] = []
        for piece in pieces:
            self._read_n[piece.terminal] = self._read_n.get(piece.terminal, 0) + len(piece.seq)
            block += self._minutes(piece)
            while len(block) >= BLOCK:
                yield block[:BLOCK]
                block = block[BLOCK:]
        if block:
            yield block

    def _minutes(self, piece: Joined) -> list[bytes]:
        ends = np.cumsum(piece.size)
        begins = ends - piece.size
        is_minute = np.isin(piece.kind, MINUTES)
        # A terminal that signs has its chain checked record by record; of another only the minutes count.
        whole = self._careful or piece.terminal in self._keys
        wanted = np.arange(len(piece.seq)) if whole else np.flatnonzero(~is_minute)
        columns = (piece.seq, piece.kind, begins, ends)
        rows = (
            _Row(piece.terminal, seq, kind, piece.body[begin:end])
            for seq, kind, begin, end in zip(*(c[wanted].tolist() for c in columns), strict=True)
        )
        if self._careful:
            self._asked.setdefault(piece.terminal, set()).update(piece.seq.tolist())
        sorted_out = [record for block in self._sorter.minute_blocks([rows]) for record in block]
        if whole:
            return sorted_out
        at = np.flatnonzero(is_minute)
        return [
            piece.body[begin:end] for begin, end in zip(begins[at].tolist(), ends[at].tolist(), strict=True)
        ]

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
        return Read(whole, states, self._unreadable(whole), self._read_n, _counted(whole))

    def _unreadable(self, evidence: Evidence) -> dict[int, list[int]]:
        if not self._careful:
            return {}
        missing = {terminal: set(seqs) for terminal, seqs in self._asked.items()}
        for table in _records(evidence):
            for terminal, seq in zip(table.terminal.tolist(), table.seq.tolist(), strict=True):
                missing[terminal].discard(seq)
        return {terminal: sorted(seqs) for terminal, seqs in missing.items() if seqs}


def _records(evidence: Evidence) -> tuple[Any, ...]:
    """The tables that hold every record once."""
    return evidence.minutes, evidence.checks, evidence.marks, evidence.others


def _counted(evidence: Evidence) -> dict[int, int]:
    whole = np.concatenate([table.terminal for table in _records(evidence)])
    terminals, counts = np.unique(whole, return_counts=True)
    return dict(zip(terminals.tolist(), counts.tolist(), strict=True))
