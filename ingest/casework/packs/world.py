"""What of registry, fences and rules concerns a session, as a pack's documents tell it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from typing import Any

from firmware.wire import records as wire
from ingest.casework.packs.known import Asked, Known, Reach
from ingest.judging.concern import Box

_FIX_LAT, _FIX_LON = 1, 2


def terminal_told(known: Known) -> dict[str, Any]:
    """The terminal's entries in the registry and its public keys."""
    keys = known.world.public_keys.get(known.terminal, [])
    return {
        "number": f"{known.terminal:016d}",
        "entries": [asdict(fact) for fact in known.terminals],
        "keys": [
            {"public_key": key, "sha256": hashlib.sha256(bytes.fromhex(key)).hexdigest()} for key in keys
        ],
    }


def registry_told(known: Known, people: Collection[int]) -> dict[str, Any]:
    """All entries of these people, of the terminal's cars, schools and operators, and its permitted days."""
    facts = known.facts(people)
    kinds = (field.name for field in fields(facts) if field.name != "terminals")
    entries = {kind: [asdict(fact) for fact in getattr(facts, kind)] for kind in kinds}
    return {"checked": known.checked, "entries": entries}


def fences_told(known: Known, records: Sequence[bytes], reach: Reach, asked: Asked) -> dict[str, Any]:
    """The fences some kilometres around what the records saw, whatever their dates, and more by reach."""
    return {"type": "FeatureCollection", "features": known.fences(_box(records), reach, asked)}


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
