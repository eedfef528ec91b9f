"""Fences of the registry: as believed now, whether anything about them is new, and every entry there was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from ingest.store.connection import Connection


def newest(conn: Connection) -> int:
    """A number that grows with every entry of a fence; 0 without any."""
    row = conn.execute("SELECT coalesce(max(entry), 0) FROM fence").fetchone()
    assert row is not None
    return int(row[0])


def believed(conn: Connection) -> list[dict[str, Any]]:
    """The GeoJSON feature of every fence, whatever its dates, in the order of (number, valid_from)."""
    rows = conn.execute(
        "SELECT DISTINCT ON (number, valid_from) feature FROM fence ORDER BY number, valid_from, entry DESC"
    )
    return [json.loads(row[0]) for row in rows]


class FenceEntry(NamedTuple):
    """An entry of a fence. recorded_s: Unix second at which the registry took it in; source: the file it
    came from, as its load named it; file_sha256: of that file; is_believed: no later entry replaced it."""

    entry: int
    recorded_s: int
    source: str
    file_sha256: bytes
    is_believed: bool
    feature: dict[str, Any]


def entries(conn: Connection, numbers: Sequence[str]) -> list[FenceEntry]:
    """Every entry of the fences with these numbers, replaced ones too, in the order (number, valid_from,
    entry)."""
    rows = conn.execute(
        "SELECT f.entry, extract(epoch FROM f.recorded_at)::bigint, l.source, l.sha256,"
        " f.entry = max(f.entry) OVER (PARTITION BY f.number, f.valid_from), f.feature"
        " FROM fence f JOIN registry_load l ON l.id = f.load WHERE f.number = ANY (%s)"
        " ORDER BY f.number, f.valid_from, f.entry",
        (list(numbers),),
    )
    return [FenceEntry._make((*row[:5], json.loads(row[5]))) for row in rows]
