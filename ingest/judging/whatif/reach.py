"""Which judged sessions a draft can touch, and what has to be read to judge them again."""

from __future__ import annotations

import json
from typing import NamedTuple

from ingest.judging import due
from ingest.judging.due import BEYOND, CONTEXT, Scope
from ingest.judging.reading import Task
from ingest.judging.whatif.fences import Touches, touching
from ingest.judging.world import World
from ingest.store import due as asked
from ingest.store import whatif as stored
from ingest.store.connection import Connection
from ingest.store.due import Held
from ingest.store.judged import JudgedSession, Key

_MINUTE_US = 60_000_000
_GAP = CONTEXT + BEYOND


class Reach(NamedTuple):
    """What a draft can touch: sessions judged, tasks that judge them (in rounds, in each of which every
    terminal comes once), and how many more were left out because the judge has yet to come to them."""

    sessions: dict[Key, JudgedSession]
    rounds: list[list[Task]]
    waiting: int


def reach(conn: Connection, before: World, after: World, scope: Scope) -> Reach:
    """Sessions with minutes in the scope that the draft can touch."""
    held = asked.held(conn)
    since = {task.terminal: task.inner for task in due.tasks(conn, before, Scope(), held)}
    pending = stored.pending_keys(conn)
    touches = [*_rules(before, after), *touching(before, after)]
    first, last = (
        None if at is None else at // _MINUTE_US + past
        for at, past in ((scope.from_us, 0), (scope.to_us and scope.to_us - 1, 0))
    )
    found, waiting = {}, 0
    for one in stored.judged_between(conn, first, last, scope.terminals) if touches else ():
        if not any(touch(one) for touch in touches):
            continue
        if one.session >= since.get(one.terminal, one.session + 1) or one.key in pending:
            waiting += 1
        elif one.terminal in held:
            found[one.key] = one
    return Reach(found, _rounds(list(found.values()), held), waiting)


def _rules(before: World, after: World) -> list[Touches]:
    if before.rules == after.rules:
        return []
    concerns = [World(before.facts, [], world.rules).concern for world in (before, after)]

    def touched(one: JudgedSession) -> bool:
        body = json.loads(one.body)
        course = 0 if body.get("mixed", True) else body["course"]
        told = {concern.of(one, course) for concern in concerns}
        return len(told) > 1

    return [touched]


def _rounds(sessions: list[JudgedSession], held: dict[int, Held]) -> list[list[Task]]:
    """Tasks over the sessions with minutes; sessions close to one another are judged in one."""
    spans: dict[int, list[list[JudgedSession]]] = {}
    for one in sorted((one for one in sessions if one.last_seq), key=lambda one: one.key):
        of = spans.setdefault(one.terminal, [])
        if of and one.session - of[-1][-1].last_seq <= _GAP:
            of[-1].append(one)
        else:
            of.append([one])
    rounds: list[list[Task]] = []
    for terminal in sorted(spans):
        for nth, run in enumerate(spans[terminal]):
            if nth == len(rounds):
                rounds.append([])
            now, first = held[terminal], run[0].session
            last = min(max(one.last_seq for one in run) + BEYOND, now.last_seq)
            span = (max(first - CONTEXT, 1), last, first, run[-1].session)
            rounds[nth].append(Task(terminal, *span, now.through, now.stored, now.last_seq, tuple(now.lost)))
    return rounds
