"""A photo is shown to somebody: its bytes, and the entry of the audit log that says who saw it."""

from __future__ import annotations

from ingest.casework import audit
from ingest.casework.who import Who
from ingest.store.connection import Connection
from ingest.store.desk.session import photos as photo_view

FACE_VIEWED = "face_viewed"


def look(
    conn: Connection, who: Who, terminal: int, digest: bytes, only_school: int | None = None
) -> bytes | None:
    """The JPEG of a terminal's photo. None, and no entry, where it is not whole, no record names it, or it is
    not that school's."""
    with conn.transaction():
        owner = photo_view.owner(conn, terminal, digest)
        if owner is None or (only_school is not None and owner.school != only_school):
            return None
        data = photo_view.read(conn, terminal, digest)
        if data is not None:
            details = {"photo": digest.hex(), "record": owner.seq, "taken_s": owner.utc_s}
            audit.note(conn, who, FACE_VIEWED, f"session:{terminal:016d}/{owner.session}", details)
        return data
