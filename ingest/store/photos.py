"""Photos by digest: bytes as they come, which records name which, and what is missing.

A photo is whole once all its bytes are there, their SHA-256 is the digest, they begin as a JPEG does, and a
stored record of the same terminal names it. Bytes may come before the record; how many such photos a terminal
may leave lying is bounded. Where the record would be here by now there is none (a power cut came between the
picture and it): the terminal is told to let go of the photo.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection

JPEG = b"\xff\xd8\xff"
PENDING_MAX = 40
"""Photos of one terminal that are not whole; for one more the one longest untouched is thrown away."""

ORPHAN_AFTER_S = 600
"""A photo waits in vain for its record once one that came so much later is stored and none before lacks."""

TAKEN, REPEATED, REFUSED = "taken", "repeated", "refused"


class Named(NamedTuple):
    """A stored record that names a photo; utc_us the record's time as filed."""

    terminal: int
    seq: int
    digest: bytes
    utc_us: int


class Progress(NamedTuple):
    """What became of a chunk, and how far the photo is: bytes from its start, and whether it is whole."""

    what: str
    received: int
    whole: bool = False


class Missing(NamedTuple):
    """A photo that a record names and that is not whole; received: bytes that are there."""

    terminal: int
    digest: bytes
    seq: int
    utc: datetime
    received: int


def name(conn: Connection, named: Sequence[Named]) -> None:
    """Keep which records name which photos; those whose bytes had come first are whole from now on."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO photo_named (terminal, seq, digest, utc)"
            " VALUES (%s, %s, %s, to_timestamp(%s::float8 / 1000000))",
            named,
        )
        cursor.executemany(
            "UPDATE photo SET complete_at = clock_timestamp()"
            " WHERE terminal = %s AND digest = %s AND received = size AND complete_at IS NULL",
            [(one.terminal, one.digest) for one in named],
        )


def take(conn: Connection, terminal: int, digest: bytes, size: int, offset: int, data: bytes) -> Progress:
    """Add a chunk that continues the photo; any other only says how far it is. Run inside a transaction."""
    row = conn.execute(
        "SELECT size, received, complete_at IS NOT NULL, bytes FROM photo"
        " WHERE terminal = %s AND digest = %b FOR UPDATE",
        (terminal, digest),
    ).fetchone()
    if row is not None and row[2]:
        return Progress(REPEATED, row[1], True)
    received, there = (0, b"") if row is None or row[0] != size else (row[1], bytes(row[3]))
    if received == size:
        # The bytes stay for a while all the same, and a record may still name them.
        return Progress(REFUSED if _is_orphan(conn, terminal, digest) else REPEATED, received)
    if offset != received:
        return Progress(REPEATED, received)
    there += data
    if len(there) == size and not _is_the_photo(there, digest):
        conn.execute("DELETE FROM photo WHERE terminal = %s AND digest = %b", (terminal, digest))
        return Progress(REFUSED, 0)
    if row is None:
        _make_room(conn, terminal)
    whole = _write(conn, terminal, digest, size, there)
    return Progress(TAKEN, len(there), whole)


def missing(conn: Connection, terminal: int | None = None) -> list[Missing]:
    """Photos that records name and that are not whole, oldest first; each by its first record."""
    rows = conn.execute(
        "SELECT * FROM (SELECT DISTINCT ON (n.terminal, n.digest) n.terminal, n.digest, n.seq, n.utc,"
        "               coalesce(p.received, 0) FROM photo_named n"
        "               LEFT JOIN photo p USING (terminal, digest)"
        "               WHERE p.complete_at IS NULL AND (%(t)s::bigint IS NULL OR n.terminal = %(t)s)"
        "               ORDER BY n.terminal, n.digest, n.seq) AS lacking ORDER BY terminal, seq",
        {"t": terminal},
    )
    return [Missing(number, bytes(digest), *rest) for number, digest, *rest in rows]


def read(conn: Connection, digest: bytes) -> bytes | None:
    """The bytes of a whole photo, None while there is none with this digest."""
    row = conn.execute(
        "SELECT bytes FROM photo WHERE digest = %b AND complete_at IS NOT NULL LIMIT 1", (digest,)
    ).fetchone()
    return None if row is None else bytes(row[0])


def count(conn: Connection, received: int, counts: dict[str, int]) -> None:
    """Count payloads of the bulk topic; counts by taken, repeated, wanted, refused."""
    conn.execute(
        "UPDATE bulk_count SET received = received + %s, taken = taken + %s, repeated = repeated + %s,"
        " wanted = wanted + %s, refused = refused + %s",
        (received, *(counts.get(key, 0) for key in (TAKEN, REPEATED, "wanted", REFUSED))),
    )


def _is_the_photo(data: bytes, digest: bytes) -> bool:
    return data.startswith(JPEG) and hashlib.sha256(data).digest() == digest


def _is_orphan(conn: Connection, terminal: int, digest: bytes) -> bool:
    """Whether nothing will name this photo, whose bytes are all here."""
    row = conn.execute(
        "SELECT h.beyond = 0 AND h.last_received_at >= p.touched_at + make_interval(secs => %s)"
        " FROM photo AS p JOIN terminal_head AS h USING (terminal) WHERE terminal = %s AND digest = %b",
        (ORPHAN_AFTER_S, terminal, digest),
    ).fetchone()
    return row is not None and bool(row[0])


def _write(conn: Connection, terminal: int, digest: bytes, size: int, data: bytes) -> bool:
    row = conn.execute(
        "INSERT INTO photo AS p (terminal, digest, size, received, complete_at, bytes)"
        " VALUES (%(terminal)s, %(digest)b, %(size)s, %(received)s,"
        "   CASE WHEN %(received)s = %(size)s AND EXISTS"
        "     (SELECT FROM photo_named WHERE terminal = %(terminal)s AND digest = %(digest)b)"
        "   THEN clock_timestamp() END, %(bytes)b)"
        " ON CONFLICT (terminal, digest) DO UPDATE SET size = excluded.size, received = excluded.received,"
        "   bytes = excluded.bytes, complete_at = excluded.complete_at, touched_at = clock_timestamp()"
        " RETURNING complete_at IS NOT NULL",
        {"terminal": terminal, "digest": digest, "size": size, "received": len(data), "bytes": data},
    ).fetchone()
    assert row is not None
    return bool(row[0])


def _make_room(conn: Connection, terminal: int) -> None:
    conn.execute(
        "DELETE FROM photo WHERE terminal = %s AND digest IN (SELECT digest FROM photo"
        "  WHERE terminal = %s AND complete_at IS NULL ORDER BY touched_at DESC OFFSET %s)",
        (terminal, terminal, PENDING_MAX - 1),
    )
