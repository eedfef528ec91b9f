"""The first stage under a draft: sessions that it judges otherwise, batch by batch, nothing written."""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ingest.judge.own import Own
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging import due
from ingest.judging.first import judged_batch
from ingest.judging.reading import Task
from ingest.judging.world import World
from ingest.store import judged
from ingest.store.connection import Connection, connect
from ingest.store.judged import JudgedSession, Key, ShareRow
from ingest.store.whatif import Minutes, reading

_PATIENCE_S = 30.0
_AHEAD = 2
BATCHES_FOR_WORKERS = 4
_mine: dict[str, tuple[Connection, World]] = {}


class Fresh(NamedTuple):
    """A session judged otherwise; minutes None where only its rules, or what it claims, differ."""

    session: JudgedSession
    shares: list[ShareRow]
    minutes: Minutes | None


@dataclass
class Batch:
    """What came of some tasks: minutes judged, sessions judged otherwise, rule sets by digest."""

    minutes: int = 0
    fresh: dict[Key, Fresh] = field(default_factory=dict)
    rule_sets: dict[str, RuleSet] = field(default_factory=dict)

    def add(self, other: Batch) -> None:
        self.minutes += other.minutes
        self.fresh |= other.fresh
        self.rule_sets |= other.rule_sets


def batches(rounds: Sequence[list[Task]]) -> list[list[Task]]:
    """Tasks that are judged at once; in each a terminal comes once."""
    return [batch for tasks in rounds for batch in due.batches(tasks)]


def judge_afresh(
    conn: Connection,
    snapshot: str,
    world: World,
    batches: Sequence[list[Task]],
    *,
    dsn: str | None,
    workers: int,
    stop: Callable[[], bool],
) -> Iterator[Batch]:
    """Each batch as it is done; ends early when asked to stop."""
    if dsn is None or workers < 2 or len(batches) < BATCHES_FOR_WORKERS:
        for batch in batches:
            if stop():
                return
            yield _judge_with(conn, world, batch)
        return
    context = multiprocessing.get_context("spawn")
    waiting = iter(batches)
    with ProcessPoolExecutor(workers, context, _begin, (dsn, snapshot, world)) as pool:
        under_way: set[Future[Batch]] = set()
        for batch in waiting:
            under_way.add(pool.submit(_judge, batch))
            if len(under_way) >= workers * _AHEAD:
                break
        while under_way and not stop():
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for one in done:
                following = next(waiting, None)
                if following is not None:
                    under_way.add(pool.submit(_judge, following))
                yield one.result()
        for one in under_way:
            one.cancel()


def _begin(dsn: str, snapshot: str, world: World) -> None:
    # The first process alone is asked to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    conn = connect(dsn, patience_s=_PATIENCE_S)
    view = reading(conn, snapshot)
    view.__enter__()
    _mine["view"], _mine["one"] = view, (conn, world)  # type: ignore[assignment]


def _judge(batch: list[Task]) -> Batch:
    return _judge_with(*_mine["one"], batch)


def _judge_with(conn: Connection, world: World, tasks: list[Task]) -> Batch:
    made = judged_batch(conn, tasks, world)
    known = judged.settled(conn, made.sessions)
    case = made.own.case
    found = Batch(len(case.minutes), {}, {rules.digest: rules for rules in made.own.rule_sets})
    other = {key for key, one in made.sessions.items() if key in known and _says_more(one, known[key])}
    minutes = _minutes(made.own, {key for key in other if _days(made.sessions[key]) != _days(known[key])})
    for key in sorted(other):
        found.fresh[key] = Fresh(made.sessions[key], made.shares.get(key, []), minutes.get(key))
    return found


def _says_more(now: JudgedSession, before: JudgedSession) -> bool:
    return (now.body, now.rules) != (before.body, before.rules)


def _days(one: JudgedSession) -> object:
    return json.loads(one.body)["days"]


def _minutes(own: Own, wanted: set[Key]) -> dict[Key, Minutes]:
    """The minutes of these sessions."""
    sessions, minutes = own.case.sessions, own.case.minutes
    keys = list(zip(sessions.terminal.tolist(), sessions.session.tolist(), strict=True))
    ends = np.searchsorted(own.case.row, np.arange(len(keys) + 1))
    found = {}
    for nth, (begin, end) in enumerate(pairwise(ends.tolist())):
        if keys[nth] in wanted:
            seq, minute, verdict = (c[begin:end] for c in (minutes.seq, minutes.minute, own.verdict))
            found[keys[nth]] = Minutes(seq, minute, verdict, {}, {})
    for reason, ruling in own.rulings if found else ():
        rows = np.flatnonzero(ruling.any)
        cuts = np.searchsorted(rows, ends)
        for nth in np.flatnonzero(np.diff(cuts)).tolist():
            if keys[nth] in found:
                some = rows[cuts[nth] : cuts[nth + 1]]
                of = found[keys[nth]]
                of.reasons[reason] = some - ends[nth]
                of.numbers[reason] = {name: column[some] for name, column in ruling.numbers.items()}
    return found
