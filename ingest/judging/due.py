"""What is to be judged: terminals with new evidence, and sessions whose registry, fences or rules changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.concern import box_of, is_near
from ingest.judging.first import END_SEQ
from ingest.judging.reading import Task
from ingest.judging.world import World
from ingest.store import due as asked
from ingest.store import judged, suspicions
from ingest.store.connection import Connection
from ingest.store.due import Held
from ingest.store.judged import JudgedTerminal

REACH = 300
"""A new record may change the verdict on minutes so many records before it: more than an hour of driving."""
CONTEXT = 400
"""So many records before the first session to be judged are read with it: they may speak about it."""
BEYOND = 600
"""So many records after the last session asked for are read with it."""
BATCH_RECORDS = 40_000


@dataclass(frozen=True)
class Scope:
    """What is asked for: sessions with records from from_us to before to_us (microseconds since 1970), of
    these terminals. None is any. forced: also what nothing has changed for."""

    from_us: int | None = None
    to_us: int | None = None
    terminals: frozenset[int] | None = None
    forced: bool = False

    @property
    def is_bounded(self) -> bool:
        return self.from_us is not None or self.to_us is not None


class _Span(NamedTuple):
    """The first and the last of some sessions of a terminal, by number."""

    first: int
    last: int


class _Since(NamedTuple):
    """Judge sessions from the one that inner (its number) or affected (a seq) lies in, to outer (number)."""

    affected: int
    inner: int
    outer: int = END_SEQ


def tasks(conn: Connection, world: World, scope: Scope, held: dict[int, Held]) -> list[Task]:
    """What to judge of the evidence held, by terminal."""
    if scope.terminals is not None:
        held = {number: one for number, one in held.items() if number in scope.terminals}
    if scope.is_bounded:
        return _bounded(conn, held, scope)
    known = judged.terminals(conn)
    moved = {} if scope.forced else _moved(conn, world)
    since: dict[int, _Since] = {}
    for number, one in held.items():
        found = _Since(1, 0) if scope.forced else _due(conn, one, known.get(number), moved.get(number))
        if found is not None:
            since[number] = found
    return _from(conn, held, since)


def batches(some: Sequence[Task], records: int = BATCH_RECORDS) -> Iterator[list[Task]]:
    """The tasks, in their order, in batches of about so many records."""
    batch: list[Task] = []
    size = 0
    for task in some:
        batch.append(task)
        size += task.last - task.first + 1
        if size >= records:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _due(conn: Connection, now: Held, known: JudgedTerminal | None, moved: _Span | None) -> _Since | None:
    """Since when a terminal is due; moved: its sessions whose registry or rules changed."""
    if known is None:
        return _Since(1, 0)
    same = (now.stored, now.through, now.last_seq) == (known.stored, known.through, known.last_seq)
    if same and moved is None:
        return None
    if known.irregular:
        return _Since(1, 0)
    if moved and same:
        return _Since(END_SEQ, *moved)
    affected = known.last_seq + 1
    above = asked.above(conn, now.terminal, known.last_seq) if now.last_seq > known.last_seq else 0
    if now.stored - known.stored != above or now.through > known.through < known.last_seq:
        affected = min(affected, known.through + 1)
    if known.open_from:
        affected = min(affected, known.open_from)
    return _Since(affected, END_SEQ if moved is None else moved.first)


def _from(conn: Connection, held: dict[int, Held], since: dict[int, _Since]) -> list[Task]:
    numbers = sorted(since)
    before = asked.sessions_before(conn, [(n, since[n].affected - REACH) for n in numbers])
    ends = judged.newest(conn, [(n, since[n].outer, since[n].outer) for n in numbers])
    made = []
    for number in numbers:
        now, inner = held[number], min(before.get(number, 0), since[number].inner)
        first = max(inner - CONTEXT, 1) if inner else 1
        last, outer = now.last_seq, END_SEQ
        if end := ends.get((number, since[number].outer)):
            last, outer = min(max(end.last_seq, end.session) + BEYOND, last), end.session
        made.append(_task(now, first, last, inner if first > 1 else 0, outer))
    return made


def _bounded(conn: Connection, held: dict[int, Held], scope: Scope) -> list[Task]:
    made = []
    for number, first, last in asked.between(conn, scope.from_us, scope.to_us, scope.terminals):
        if number in held:
            now = held[number]
            begin = max(first - CONTEXT, 1)
            made.append(_task(now, begin, min(last + BEYOND, now.last_seq), first, last))
    return made


def _task(now: Held, first: int, last: int, inner: int, outer: int) -> Task:
    return Task(
        now.terminal, first, last, inner, outer, now.through, now.stored, now.last_seq, tuple(now.lost)
    )


def _moved(conn: Connection, world: World) -> dict[int, _Span]:
    """Terminal -> its sessions that were judged by another registry, other rules or other suspicions."""
    found: dict[int, _Span] = {}
    for terminal, session in _changed_sessions(conn, world):
        first, last = found.get(terminal, (session, session))
        found[terminal] = _Span(min(first, session), max(last, session))
    return found


def _changed_sessions(conn: Connection, world: World) -> Iterator[tuple[int, int]]:
    if isinstance(world.rules, RuleSet):
        yield from asked.under_other_rules(conn, world.rules.digest)
    yield from suspicions.due(conn)[1]
    before, now = asked.beliefs(conn), world.beliefs
    changed = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
    if changed:
        for one in asked.digests_of(conn, *_concerned(changed, world)):
            if one.registry != world.concern.of(one, int(one.body or 0)):
                yield one.terminal, one.session


def _concerned(
    changed: set[tuple[str, str]], world: World
) -> tuple[list[int] | None, list[int], list[int], list[int]]:
    """Whose sessions to look at: (terminals or None for all, trainees, instructors, cars)."""
    by: dict[str, list[int]] = {}
    for kind, number in changed:
        if kind in ("schools", "operators", "days", "fences", "rules", "kinds"):
            return None, [], [], []
        by.setdefault(kind, []).append(int(number))
    cars = by.get("cars", [])
    driven = {fact.terminal for fact in world.facts.terminals if fact.car in set(cars)}
    terminals = sorted(driven.union(by.get("terminals", [])))
    return terminals, by.get("trainees", []), by.get("instructors", []), cars


def terminals_of(
    conn: Connection, world: World, school: int | None, ground: str | None
) -> frozenset[int] | None:
    """Terminals of a school by any of its entries, and those that were ever driven near a ground's fences."""
    found: list[set[int]] = []
    if school is not None:
        found.append({fact.terminal for fact in world.facts.terminals if fact.school == school})
    if ground is not None:
        boxes = [box_of(fence) for fence in world.fences if fence.ground == ground]
        found.append({t for t, box in asked.boxes(conn) if any(is_near(box, other) for other in boxes)})
    return frozenset(set.intersection(*found)) if found else None
