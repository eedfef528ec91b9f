"""Face checks to compare new ones with: their photos by number, their scores in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ingest.store.connection import Connection

_COLUMNS = "terminal, seq, session, role, utc_s, photo, score"


class FacePrint(NamedTuple):
    """One face check. photo: as ingest.judge.evidence.photo_number has it, 0 none; score 255: not told."""

    terminal: int
    seq: int
    session: int
    role: int
    utc_s: int
    photo: int
    score: int


def keep(conn: Connection, checks: Iterable[Sequence[int]]) -> int:
    """Add what is not there yet (rows as FacePrint); returns how many were new."""
    with conn.transaction():
        conn.execute("CREATE TEMPORARY TABLE fresh_face (LIKE face_print) ON COMMIT DROP")
        with (
            conn.cursor() as cursor,
            cursor.copy(f"COPY fresh_face ({_COLUMNS}) FROM STDIN".encode()) as copy,
        ):
            for row in checks:
                copy.write_row(row)
        added = conn.execute(
            f"INSERT INTO face_print ({_COLUMNS}) SELECT DISTINCT {_COLUMNS} FROM fresh_face"
            " ON CONFLICT DO NOTHING".encode()
        )
        return added.rowcount


def with_photos(conn: Connection, photos: Sequence[int]) -> list[FacePrint]:
    """Every check kept that has one of these photos, by terminal and seq."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM face_print WHERE photo <> 0 AND photo = ANY(%s::bigint[])"
        " ORDER BY terminal, seq".encode(),
        (list(photos),),
    )
    return [FacePrint(*row) for row in rows]
