"""Fences of the registry as believed now, and whether anything about them is new."""

from __future__ import annotations

import json
from typing import Any

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
