"""Batches judged by worker processes, each with a connection of its own."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

from ingest.judging.first import Done, judge_batch
from ingest.judging.reading import Task
from ingest.judging.world import World
from ingest.store.connection import Connection, connect

_PATIENCE_S = 30.0
_AHEAD = 2
_mine: dict[str, tuple[Connection, World]] = {}


def judge_in_workers(
    dsn: str, world: World, batches: Sequence[list[Task]], workers: int, stop: Callable[[], bool]
) -> Iterator[Done]:
    """What each batch came to, in the order in which they are done; asked to stop, only what was begun."""
    context = multiprocessing.get_context("spawn")
    waiting = iter(batches)
    with ProcessPoolExecutor(workers, context, _begin, (dsn, world)) as pool:
        under_way: set[Future[Done]] = set()
        for batch in waiting:
            under_way.add(pool.submit(_judge, batch))
            if len(under_way) >= workers * _AHEAD:
                break
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for one in done:
                following = None if stop() else next(waiting, None)
                if following is not None:
                    under_way.add(pool.submit(_judge, following))
                yield one.result()


def _begin(dsn: str, world: World) -> None:
    # The first process alone is asked to stop, and lets the batches under way finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _mine["one"] = connect(dsn, patience_s=_PATIENCE_S), world


def _judge(batch: list[Task]) -> Done:
    conn, world = _mine["one"]
    return judge_batch(conn, batch, world)
