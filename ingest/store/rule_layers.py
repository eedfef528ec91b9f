"""Files of the rule book: added, never changed; of one name the one recorded last is believed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection


class LayerFile(NamedTuple):
    """One file as it was recorded. sha256: of its UTF-8 text (hexadecimal)."""

    name: str
    recorded_at: datetime
    sha256: str
    text: str


def load(conn: Connection, name: str, text: str) -> bool:
    """Record a checked file of layers; False when it is what is believed already."""
    sha256 = hashlib.sha256(text.encode()).digest()
    with conn.transaction():
        conn.execute("LOCK TABLE rule_layer IN EXCLUSIVE MODE")
        row = conn.execute(
            "SELECT sha256 FROM rule_layer WHERE name = %s ORDER BY entry DESC LIMIT 1", (name,)
        ).fetchone()
        if row is not None and bytes(row[0]) == sha256:
            return False
        conn.execute("INSERT INTO rule_layer (name, sha256, text) VALUES (%s, %s, %s)", (name, sha256, text))
    return True


def believed(conn: Connection, as_known_at: datetime | None = None) -> list[LayerFile]:
    """The files believed now, or at an instant, by name; one with an empty text is withdrawn and left out."""
    rows = conn.execute(
        "SELECT DISTINCT ON (name) name, recorded_at, encode(sha256, 'hex'), text FROM rule_layer"
        " WHERE recorded_at <= coalesce(%s::timestamptz, 'infinity') ORDER BY name, entry DESC",
        (as_known_at,),
    ).fetchall()
    return [LayerFile(*row) for row in rows if row[3]]
