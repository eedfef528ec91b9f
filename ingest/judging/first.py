"""The first stage of a batch: its evidence judged by itself, and handed over to be settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import process_time
from typing import NamedTuple, cast

import numpy as np
from psycopg.pq import TransactionStatus

from ingest.judge.case.case import Case
from ingest.judge.case.signatures import MISSING
from ingest.judge.columns import Bools, Ints
from ingest.judge.own import Own, judge_own
from ingest.judge.register.facts import Facts
from ingest.judging import verdict_rows
from ingest.judging.reading import Read, Task, read
from ingest.judging.told import Told, share_rows
from ingest.judging.world import World
from ingest.store import judged, judged_days, outcomes, own_verdicts, suspicions
from ingest.store.connection import Connection
from ingest.store.judged import JudgedSession, JudgedTerminal, Key, ShareRow

END_SEQ = 2**32
_DAY_MIN = 1440
_CLOCK_GNSS = 3
_NEAR_END = 60


class Spent(NamedTuple):
    """CPU seconds of this process: evidence read; decoded, chained and measured; judged by own rules; summed
    up as rows; written."""

    read: float = 0.0
    measure: float = 0.0
    rules: float = 0.0
    rows: float = 0.0
    write: float = 0.0


@dataclass
class Done:
    """What a batch came to: records read and judged, by kind; sessions of which something changed; rows of
    own_verdict touched; CPU seconds."""

    records: int = 0
    minutes: int = 0
    face_checks: int = 0
    sign_ins_and_outs: int = 0
    others: int = 0
    unreadable: int = 0
    sessions: int = 0
    changed: int = 0
    rows: int = 0
    cpu_s: Spent = field(default_factory=Spent)

    def add(self, other: Done) -> None:
        """Both together."""
        for name, value in vars(other).items():
            if name == "cpu_s":
                self.cpu_s = Spent(*map(sum, zip(self.cpu_s, value, strict=True)))
            else:
                setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class Judged:
    """A batch judged, not yet written: what is to be stored of each session of the tasks, and its rows."""

    own: Own
    read: Read
    tasks: Sequence[Task]
    sessions: dict[Key, JudgedSession]
    rows: dict[Key, bytes]
    shares: dict[Key, list[ShareRow]]
    spent: Spent = field(default_factory=Spent)


def judge_batch(conn: Connection, tasks: Sequence[Task], world: World) -> Done:
    """Judge the tasks in one transaction and hand over what changed."""
    alone = conn.info.transaction_status == TransactionStatus.IDLE
    with conn.transaction():
        if alone:
            # One view of the evidence from its first piece to its last, whatever arrives meanwhile.
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return write(conn, judged_batch(conn, tasks, world))


def judged_batch(conn: Connection, tasks: Sequence[Task], world: World) -> Judged:
    """Judge the tasks and write nothing."""
    began = process_time()
    evidence = read(conn, tasks, world)
    was_read = process_time()
    own = judge_own(evidence.evidence, cast(Facts, world.index), world.rules)
    wider = [_wider(own.case, task) for task in tasks]
    if wider != list(tasks):
        evidence = read(conn, wider, world)
        own = judge_own(evidence.evidence, cast(Facts, world.index), world.rules)
    judged_at = process_time()
    batch = _summed_up(own, evidence, wider, world)
    measured = evidence.measure_cpu_s
    spent = Spent(was_read - began - measured, measured, judged_at - was_read, process_time() - judged_at)
    return replace(batch, spent=spent)


def write(conn: Connection, batch: Judged) -> Done:
    """Bring own_verdict and what is pending up to date; touches only what differs."""
    began = process_time()
    tasks, case = batch.tasks, batch.own.case
    known = judged.newest(conn, [(t.terminal, t.inner, t.outer) for t in tasks])
    changed = [one for one in batch.sessions.values() if not one.says_as(known.get(one.key))]
    gone = [
        one._replace(pending=True, gone=True, body="{}")
        for key, one in known.items()
        if key not in batch.sessions and not one.gone
    ]
    touched = _write_rows(conn, batch, known, changed, gone)
    shares = [share for one in changed for share in batch.shares.get(one.key, ())]
    judged.hand_over(conn, [*changed, *gone], shares)
    outcomes.replace_head_signatures(conn, batch.read.heads, [t.stretch for t in tasks], _under(batch))
    before = judged.terminals(conn, [task.terminal for task in tasks])
    notes = [_terminal(batch, task, before) for task in tasks if task.outer == END_SEQ]
    judged.note_terminals(conn, notes)
    suspicions.taken_in(conn, [(t.terminal, t.inner, t.outer) for t in tasks])
    # Last, for another worker with the same news waits until this is committed.
    judged_days.note_rules(conn, batch.own.rule_sets)
    return Done(
        records=batch.read.records,
        minutes=len(case.minutes),
        face_checks=len(case.checks),
        sign_ins_and_outs=len(case.marks),
        others=case.others_n,
        unreadable=sum(map(len, batch.read.unreadable.values())),
        sessions=len(batch.sessions),
        changed=len(changed) + len(gone),
        rows=touched,
        cpu_s=batch.spent._replace(write=process_time() - began),
    )


def _under(batch: Judged) -> str:
    """The rule sets of a batch by name and digest."""
    return " ".join(f"rules {rules.version} {rules.digest[:12]}" for rules in batch.own.rule_sets)


def _write_rows(
    conn: Connection,
    batch: Judged,
    known: dict[Key, JudgedSession],
    changed: list[JudgedSession],
    gone: list[JudgedSession],
) -> int:
    new = [one for one in changed if one.key not in known or known[one.key].gone]
    old = [known[one.key] for one in changed if one.key in known and not known[one.key].gone] + gone
    touched = own_verdicts.add(
        conn, verdict_rows.COLUMNS, (batch.rows[one.key] for one in new if one.key in batch.rows)
    )
    if old:
        rows = (batch.rows[one.key] for one in old if one.key in batch.rows)
        where = [(*one.key, one.first_seq, one.last_seq) for one in old]
        touched += own_verdicts.replace(conn, verdict_rows.COLUMNS, rows, where)
    return touched


def _wider(case: Case, task: Task) -> Task:
    """The task itself, or more of the terminal where that may not do."""
    if task.first == 1 and task.last == task.last_seq:
        return task
    mine = case.minutes.terminal == task.terminal
    minutes = case.minutes.take(mine)
    first, last = task.first, task.last
    undated = (minutes.clock != _CLOCK_GNSS) & ~case.clock_told[mine]
    if _irregular(minutes.seq, minutes.session) or undated.any():
        first = 1
    if last < task.last_seq:
        wanted = (minutes.session >= task.inner) & (minutes.session <= task.outer)
        waits = wanted & ((case.signature[mine] == MISSING) | (minutes.seq > task.last - _NEAR_END))
        last = task.last_seq if waits.any() or first == 1 else last
    return task._replace(first=first, last=last, inner=0 if first == 1 and task.first > 1 else task.inner)


def _irregular(seq: Ints, session: Ints) -> bool:
    """Whether minutes in the order of seq name sessions that have not begun, or go back to older ones."""
    order = np.argsort(seq, kind="stable")
    return bool((session > seq).any() or (np.diff(session[order]) < 0).any())


def _terminal(batch: Judged, task: Task, before: dict[int, JudgedTerminal]) -> JudgedTerminal:
    case = batch.own.case
    mine = case.minutes.terminal == task.terminal
    minutes = case.minutes.take(mine)
    boot = minutes.boot[np.argmax(minutes.seq)] if len(minutes) else 0
    waits = case.signature[mine] == MISSING
    waits |= (minutes.clock != _CLOCK_GNSS) & ~case.clock_told[mine] & (minutes.boot == boot)
    known = before[task.terminal].unreadable if task.first > 1 else []
    unreadable = [seq for seq in known if seq < task.first]
    earlier = task.stored - batch.read.read_n.get(task.terminal, 0) if task.first > 1 else 0
    return JudgedTerminal(
        task.terminal,
        task.last_seq,
        task.stored,
        task.through,
        earlier - len(unreadable) + batch.read.judged_n.get(task.terminal, 0),
        int(minutes.seq[waits].min()) if waits.any() else 0,
        _irregular(minutes.seq, minutes.session),
        unreadable + batch.read.unreadable.get(task.terminal, []),
    )


def _summed_up(own: Own, evidence: Read, tasks: Sequence[Task], world: World) -> Judged:
    case = own.case
    wanted = _wanted(case, tasks)
    offset_min = np.array([rules.utc_offset_min for rules in own.rule_sets])
    day = (case.minutes.minute + offset_min[own.rule_set]) // _DAY_MIN
    rows = {nth: made for nth, made in verdict_rows.own_rows(own, wanted, day)}
    shares = share_rows(own, wanted)
    told = Told(own)
    sessions = {}
    for nth in np.flatnonzero(wanted).tolist():
        one = told.session(nth, rows.get(nth), shares.get(told.key(nth), []), world)
        sessions[one.key] = one
    bytes_of = {told.key(nth): made.rows for nth, made in rows.items()}
    return Judged(own, evidence, tasks, sessions, bytes_of, shares)


def _wanted(case: Case, tasks: Sequence[Task]) -> Bools:
    terminal = np.array([task.terminal for task in tasks], dtype=np.int64)
    at = np.searchsorted(terminal, case.sessions.terminal)
    inner, outer = (np.array([getattr(task, name) for task in tasks]) for name in ("inner", "outer"))
    wanted: Bools = (case.sessions.session >= inner[at]) & (case.sessions.session <= outer[at])
    return wanted
