"""What of registry, fences and rules concerns a session, as a pack's documents tell it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

from firmware.wire import records as wire
from ingest.judging.concern import NEAR_E7, Box, box_of, is_near
from ingest.judging.world import World
from ingest.store.desk.session.packs import OutcomeRow

_FIX_LAT, _FIX_LON = 1, 2


def terminal_told(world: World, terminal: int) -> dict[str, Any]:
    """The terminal's entries in the registry and its public keys."""
    entries = [fact for fact in world.facts.terminals if fact.terminal == terminal]
    keys = world.public_keys.get(terminal, [])
    return {
        "number": f"{terminal:016d}",
        "entries": [asdict(fact) for fact in entries],
        "keys": [
            {"public_key": key, "sha256": hashlib.sha256(bytes.fromhex(key)).hexdigest()} for key in keys
        ],
    }


def registry_told(world: World, outcome: OutcomeRow, people: Iterable[int]) -> dict[str, Any]:
    """All entries of the session's people, of the terminal's cars, schools and operators, and permitted days.

    people: everybody that its records name.
    """
    facts, named = world.facts, {outcome.trainee, outcome.instructor, *people}
    bound = [fact for fact in facts.terminals if fact.terminal == outcome.terminal]
    wanted = {
        "schools": {fact.school for fact in bound},
        "cars": {fact.car for fact in bound},
        "operators": {fact.operator for fact in bound},
        "trainees": named,
        "instructors": named,
    }
    entries: dict[str, Any] = {"days": [asdict(fact) for fact in facts.days]}
    for kind, numbers in wanted.items():
        some = getattr(facts, kind)
        entries[kind] = [asdict(fact) for fact in some if next(iter(vars(fact).values())) in numbers]
    checked = [field.name for field in fields(facts) if getattr(facts, field.name)]
    return {"checked": sorted(checked), "entries": entries}


def fences_told(world: World, records: Sequence[bytes], is_all: bool) -> dict[str, Any]:
    """The fences some kilometres around what the records saw, whatever their dates; is_all: every fence."""
    box = _box(records)
    chosen = []
    for feature, fence in zip(world.features, world.fences, strict=True):
        near = box is not None and is_near(box, box_of(fence), NEAR_E7)
        if is_all or near:
            chosen.append(feature)
    return {"type": "FeatureCollection", "features": chosen}


def _box(records: Sequence[bytes]) -> Box | None:
    """South, north, west, east of the first and last fixes of all minutes."""
    lats: list[int] = []
    lons: list[int] = []
    for record in records:
        for fix in _ends(record):
            lats.append(fix[_FIX_LAT])
            lons.append(fix[_FIX_LON])
    return (min(lats), max(lats), min(lons), max(lons)) if lats else None


def _ends(record: bytes) -> list[tuple[int, ...]]:
    fixes = wire.decode(record).get("fixes") or []
    return [fixes[0], fixes[-1]] if fixes else []
