"""One run of the judge: what is due, batch by batch, then settled; counted, told and resumable."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, field

import psycopg

from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judging import due
from ingest.judging.due import Scope
from ingest.judging.errors import JudgingError
from ingest.judging.first import Done, judge_batch
from ingest.judging.reading import Task
from ingest.judging.rules import rules_in_force
from ingest.judging.settle import Change, Settled, settle
from ingest.judging.workers import judge_in_workers
from ingest.judging.world import World
from ingest.store import due as asked
from ingest.store import judged_days, outcomes, suspicions
from ingest.store.connection import Connection

Progress = Callable[[int, int], None]
"""Told how many batches are done, of how many."""
_DIGEST_SHOWN = 12
_BATCHES_FOR_WORKERS = 4


@dataclass(frozen=True)
class Judged:
    """What one run did. stored counts all rows of evidence, judged those of them that judgements took in.

    They are counted apart: stored by the database, judged from what came out of the judge. An unreadable
    record is not judged, and so the two differ. The other figures are this run's: done of the first stage,
    sessions settled, rows of outcomes touched, changes of accepted minutes; flags are all there are.
    """

    stored: int
    judged: int
    done: Done
    settled: int
    touched: int
    flags: int
    new_credit_entries: int
    judged_under: str
    changes: tuple[Change, ...] = ()
    was_stopped: bool = False
    days: dict[int, bytes] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        return self.done.minutes

    @property
    def sessions(self) -> int:
        return self.done.sessions

    @property
    def unreadable(self) -> int:
        return self.stored - self.judged

    @property
    def by_kind(self) -> dict[str, int]:
        """Records of this run by kind."""
        names = ("minutes", "face_checks", "sign_ins_and_outs", "others")
        return {name: getattr(self.done, name) for name in names}


def judge_all(
    conn: Connection,
    rules: RuleSet | Rulebook | None = None,
    scope: Scope | None = None,
    *,
    workers: int = 1,
    batch_records: int = due.BATCH_RECORDS,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    dry: bool = False,
    dsn: str | None = None,
) -> Judged:
    """Judge what is due (or what the scope asks for) by the registry as believed now, and bring the outcomes
    up to date.

    conn must be an autocommit connection. Run again on the same evidence, registry and rules it changes
    nothing; late records or other rules change what they change, and credit by correcting entries. stop is
    asked between batches: what is committed by then holds, and the next run goes on from there. dry works
    everything out, in this process alone, and writes nothing. dsn: where worker processes find the database.
    """
    with outcomes.judging(conn):
        world = World.believed(conn, rules or rules_in_force(conn))
        run = _Run(conn, world, scope or Scope(), progress or _silent, stop or _never)
        if not dry:
            run.go(workers, batch_records, dsn)
            return run.judged()
        with conn.transaction() as whole:
            run.go(1, batch_records, None)
            found = run.judged()
            raise psycopg.Rollback(whole)
        return found


class _Run:
    def __init__(
        self, conn: Connection, world: World, scope: Scope, progress: Progress, stop: Callable[[], bool]
    ) -> None:
        self._conn, self._world, self._scope = conn, world, scope
        self._progress, self._stop = progress, stop
        self._done, self._settled = Done(), Settled()
        self._was_stopped, self._stored = False, 0

    def go(self, workers: int, batch_records: int, dsn: str | None) -> None:
        conn, world = self._conn, self._world
        held = asked.held(conn)
        self._stored = sum(one.stored for one in held.values())
        suspected_through, _ = suspicions.due(conn)
        tasks = due.tasks(conn, world, self._scope, held)
        batches = list(due.batches(tasks, batch_records))
        # Closed before anything is settled: what a worker commits meanwhile would count as settled.
        with closing(self._made(batches, workers, dsn)) as made:
            for nth, done in enumerate(made, start=1):
                self._done.add(done)
                self._progress(nth, len(batches))
                if nth < len(batches) and self._stop():
                    self._was_stopped = True
                    break
        self._settled = settle(conn, world)
        outcomes.replace_forks(conn)
        if not self._was_stopped and not self._scope.is_bounded and self._scope.terminals is None:
            asked.note_beliefs(conn, world.beliefs)
            suspicions.seen(conn, suspected_through)

    def _made(self, batches: list[list[Task]], workers: int, dsn: str | None) -> Generator[Done, None, None]:
        if dsn is None or workers < 2 or len(batches) < _BATCHES_FOR_WORKERS:
            yield from (judge_batch(self._conn, batch, self._world) for batch in batches)
            return
        try:
            yield from judge_in_workers(dsn, self._world, batches, workers, self._stop)
        except BrokenProcessPool:
            raise JudgingError(
                "A worker of the judge was ended from outside, perhaps for want of memory; whole batches are"
                " kept, the others were not begun: run it again, with --workers 1 if memory is short."
            ) from None

    def judged(self) -> Judged:
        conn, world = self._conn, self._world
        return Judged(
            stored=self._stored,
            judged=outcomes.judged_n(conn),
            done=self._done,
            settled=self._settled.sessions,
            touched=self._done.rows + self._settled.touched,
            flags=outcomes.flags_n(conn),
            new_credit_entries=self._settled.new_credit_entries,
            judged_under=f"rules {world.rules_name}, registry {world.digest[:_DIGEST_SHOWN]}",
            changes=self._settled.changes,
            was_stopped=self._was_stopped,
            days=judged_days.digests(conn),
        )


def _silent(done: int, of: int) -> None:
    pass


def _never() -> bool:
    return False
