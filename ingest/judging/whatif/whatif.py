"""What if these fences or rules were in force: a stretch of history judged again, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ingest.judging.due import Scope
from ingest.judging.whatif.fresh import Batch, batches, judge_afresh
from ingest.judging.whatif.reach import reach
from ingest.judging.whatif.report import WhatIf, report
from ingest.judging.whatif.settle import Sides, settle_afresh
from ingest.judging.world import World, box_of, is_near
from ingest.store import whatif as stored
from ingest.store.connection import Connection
from ingest.store.judged import JudgedSession, Key

Progress = Callable[[int, int], None]
"""Told how many batches are done, of how many."""


class Stopped(Exception):
    """Asked to stop; there is nothing to tell and nothing to put right."""


class Found(NamedTuple):
    """The report, and the sessions behind it."""

    report: WhatIf
    sides: Mapping[Key, Sides]


def what_if(
    conn: Connection,
    before: World,
    after: World,
    scope: Scope | None = None,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    dsn: str | None = None,
) -> Found:
    """What would change if the world were `after` in place of `before`, the one believed now.

    Reads one view of the database, in transactions that cannot write. What the judge has yet to come to is
    left out and counted. dsn: where worker processes find the database. Raises Stopped.
    """
    stop = stop or (lambda: False)
    with stored.reading(conn) as snapshot:
        found = reach(conn, before, after, scope or Scope())
        some, whole = batches(found.rounds), Batch()
        made = judge_afresh(conn, snapshot, after, some, dsn=dsn, workers=workers, stop=stop)
        for nth, batch in enumerate(made, start=1):
            whole.add(batch)
            if progress is not None:
                progress(nth, len(some))
        if stop():
            raise Stopped
        fresh = {key: one for key, one in whole.fresh.items() if key in found.sessions}
        sides = settle_afresh(conn, after, fresh, whole.rule_sets)
        keys = sorted(found.sessions.keys() | sides.keys())
        held = stored.held_sessions(conn, keys)
        trainees = sorted({held[key].trainee for key in sides})
        everything = stored.held_sessions(conn, [], trainees).values()
        told = report(
            held,
            sides,
            everything,
            after.measuring,
            _school(before),
            _ground(before, after, sides),
            (found.waiting, whole.minutes),
        )
    return Found(told, sides)


def _school(world: World) -> Callable[[Key], int]:
    """The school that a session's terminal last belonged to."""
    facts = sorted(world.facts.terminals, key=lambda fact: fact.valid_from_s)
    schools = {fact.terminal: fact.school for fact in facts}
    return lambda key: schools.get(key[0], 0)


def _ground(before: World, after: World, sides: Mapping[Key, Sides]) -> Callable[[Key], str]:
    """The ground around the middle of where a session was driven, the smallest of several; else one near."""
    boxes = {(box_of(fence), fence.ground) for world in (before, after) for fence in world.fences}
    ordered = sorted(boxes, key=lambda one: ((one[0][1] - one[0][0]) * (one[0][3] - one[0][2]), one))
    known: dict[Key, str] = {}

    def ground(key: Key) -> str:
        if key not in known:
            one = sides.get(key)
            known[key] = "" if one is None else _around(one.session)
        return known[key]

    def _around(one: JudgedSession) -> str:
        lat, lon = (one.south_e7 + one.north_e7) // 2, (one.west_e7 + one.east_e7) // 2
        middle = (lat, lat, lon, lon)
        for near_e7 in (0, 50_000):
            for box, name in ordered:
                if is_near(middle, box, near_e7):
                    return name
        return ""

    return ground
