"""Which terminals --school, --ground and --terminal mean; each of them must be known."""

from __future__ import annotations

from ingest.cli.faults import UsageError
from ingest.judging.due import terminals_of
from ingest.judging.world import World
from ingest.store import due as asked
from ingest.store.connection import Connection

_LAST = (1 << 63) - 1


def terminals_asked(
    conn: Connection, world: World, school: int | None, ground: str | None, terminal: list[int] | None
) -> frozenset[int] | None:
    """Terminals that the options mean together, None for all; raises UsageError if there are none, or if one
    of the options names what neither the registry nor the evidence knows."""
    _check_school(world, school)
    _check_ground(world, ground)
    for number in terminal or ():
        _check_terminal(conn, world, number)
    found = terminals_of(conn, world, school, ground)
    if terminal:
        found = frozenset(terminal) if found is None else found & frozenset(terminal)
    if found is not None and not found:
        told = [f"--school {school:016d}"] if school is not None else []
        told += [f"--ground {ground}"] if ground is not None else []
        told += [f"--terminal {number}" for number in terminal or ()]
        together = " together" if len(told) > 1 else ""
        raise UsageError(f"No terminal is meant by {' and '.join(told)}{together}; widen one of them.")
    return found


def _check_school(world: World, school: int | None) -> None:
    known = {fact.school for fact in world.facts.schools} | {fact.school for fact in world.facts.terminals}
    if school is not None and (school <= 0 or school not in known):
        raise UsageError(f"--school {school}: the registry has no such school; correct the number.")


def _check_ground(world: World, ground: str | None) -> None:
    if ground is not None and all(fence.ground != ground for fence in world.fences):
        raise UsageError(
            f"--ground {ground}: no fence of the registry is of such a ground; correct the name."
        )


def _check_terminal(conn: Connection, world: World, number: int) -> None:
    if any(fact.terminal == number for fact in world.facts.terminals):
        return
    if 0 < number <= _LAST and asked.above(conn, number, 0):
        return
    raise UsageError(
        f"--terminal {number}: the registry has no such terminal and no record of it is stored; correct the "
        "number."
    )
