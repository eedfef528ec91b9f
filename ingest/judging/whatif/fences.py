"""Where two worlds' fences differ, and when; and which judged sessions that can touch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import shapely

from geofence.ground import Fence
from geofence.properties import APPROVED
from ingest.judge.reasons import BY_NUMBER
from ingest.judging.world import Box, World, box_of, is_near
from ingest.store.judged import JudgedSession

_EVER_S = 1 << 40
_E7 = 1e7
_CUTS = {str(number) for number, row in BY_NUMBER.items() if row[1] == "CUT_ACROSS"}
Touches = Callable[[JudgedSession], bool]


class Difference(NamedTuple):
    """A fence that is in force from from_s to before to_s in one of the worlds only. only_adds: all of the
    other world's ground is still ground."""

    fence: Fence
    from_s: int
    to_s: int
    only_adds: bool


def differences(before: World, after: World) -> list[Difference]:
    """Where the fences of two worlds differ."""
    worlds = [_by_content(world) for world in (before, after)]
    gone, come = (
        [
            Difference(fence, from_s, to_s, False)
            for text in sorted(mine)
            for fence, from_s, to_s in _only_in(mine[text], its.get(text, []))
        ]
        for mine, its in ((worlds[0], worlds[1]), (worlds[1], worlds[0]))
    )
    return [one._replace(only_adds=any(_holds(other, one) for other in come)) for one in gone] + [
        one._replace(only_adds=True) for one in come
    ]


def touching(before: World, after: World) -> list[Touches]:
    """What to ask of a session; empty where the worlds have the same fences.

    A session that was wholly inside is touched where ground is taken away near by. Another one's verdicts
    tell how far outside it was and what else is there, which any fence near by may change, whatever its
    dates; those further off only if they are in force for it.
    """
    found = [(one, box_of(one.fence)) for one in differences(before, after)]
    schools: dict[int, set[int]] = {}
    for fact in before.facts.terminals:
        schools.setdefault(fact.terminal, set()).add(fact.school)

    def touched(one: JudgedSession) -> bool:
        drove = (one.south_e7, one.north_e7, one.west_e7, one.east_e7)
        loose = one.not_inside or bool(_CUTS & json.loads(one.body)["reasons"].keys())
        return any(_touches(*each, one, drove, loose, schools.get(one.terminal, set())) for each in found)

    return [touched] if found else []


def _touches(
    what: Difference, box: Box, one: JudgedSession, drove: Box, loose: bool, schools: set[int]
) -> bool:
    near = any(drove) and is_near(drove, box)
    meets = what.from_s < (one.last_minute + 1) * 60 and what.to_s > one.first_minute * 60
    if not loose:
        return near and meets and not what.only_adds
    binds = what.fence.schools is None or bool(what.fence.schools & schools)
    return near or (meets and binds and what.fence.state == APPROVED)


def _by_content(world: World) -> dict[str, list[tuple[Fence, int, int]]]:
    found: dict[str, list[tuple[Fence, int, int]]] = {}
    for fence in world.fences:
        said = {name: value for name, value in vars(fence).items() if not name.startswith("valid_")}
        said |= {name: sorted(value) for name, value in said.items() if isinstance(value, frozenset)}
        text = repr(said | {"geometry": fence.geometry.wkb_hex})
        to_s = _EVER_S if fence.valid_to_s is None else fence.valid_to_s
        found.setdefault(text, []).append((fence, fence.valid_from_s, to_s))
    return found


def _only_in(
    mine: list[tuple[Fence, int, int]], its: list[tuple[Fence, int, int]]
) -> Iterator[tuple[Fence, int, int]]:
    """The stretches of time of mine that are none of its."""
    for fence, from_s, to_s in mine:
        at = from_s
        for _, begin, end in sorted(its, key=lambda one: one[1]):
            if begin > at and begin < to_s:
                yield fence, at, begin
            at = max(at, end) if begin < to_s else at
        if at < to_s:
            yield fence, at, to_s


def _holds(other: Difference, one: Difference) -> bool:
    """Whether the other allows whatever one allows. Exact: vertices are whole 1e-7 degrees."""
    mine, its = one.fence, other.fence
    if mine.state != APPROVED:
        return True
    if its.state != APPROVED or other.from_s > one.from_s or other.to_s < one.to_s:
        return False
    for name in ("vehicle_classes", "schools"):
        allowed, wanted = getattr(its, name), getattr(mine, name)
        if allowed is not None and (wanted is None or not wanted <= allowed):
            return False
    outlines = shapely.transform([its.geometry, mine.geometry], lambda xy: (xy * _E7).round())
    return mine.parts <= its.parts and bool(shapely.covers(*outlines))
