"""Photos of a training session: how far each has come, what was measured of it, and its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.session.view import in_force


class PhotoState(NamedTuple):
    """A photo that a record names. size 0: no byte of it has come. faces: None not looked at; distance_1000:
    from reference (a digest), None where nothing was compared."""

    digest: bytes
    size: int
    received: int
    whole: bool
    faces: int | None
    reference: bytes | None
    distance_1000: int | None


class PhotoOwner(NamedTuple):
    """A training session that a photo of a terminal belongs to; session 0: outside one."""

    school: int
    session: int
    seq: int
    utc_s: int


def states(
    conn: Connection, terminal: int, session: int, digests: Sequence[bytes]
) -> dict[bytes, PhotoState]:
    """Digest -> how the photo stands; every digest that was asked for is there."""
    rows = conn.execute(
        "SELECT d.digest, coalesce(p.size, 0), coalesce(p.received, 0), p.complete_at IS NOT NULL,"
        " l.faces::int, c.reference, c.distance_1000::int FROM unnest(%s::bytea[]) AS d (digest)"
        " LEFT JOIN photo p ON p.terminal = %s AND p.digest = d.digest"
        " LEFT JOIN photo_look l ON l.digest = d.digest"
        " LEFT JOIN LATERAL (SELECT reference, distance_1000 FROM photo_compared c"
        "   WHERE (c.terminal, c.session) = (%s, %s) AND c.digest = d.digest ORDER BY c.seq LIMIT 1) AS c"
        " ON true",
        (list(digests), terminal, terminal, session),
    )
    return {bytes(row[0]): PhotoState._make(row) for row in rows}


def owner(conn: Connection, terminal: int, digest: bytes) -> PhotoOwner | None:
    """Whose photo it is: the first record of the terminal that names it, and the terminal's school then."""
    row = conn.execute(
        f"SELECT coalesce({in_force('terminal', 'school', 'n.terminal', 'n.utc')}, 0),"
        " coalesce(e.session, 0), n.seq, extract(epoch FROM n.utc)::bigint FROM photo_named n"
        " LEFT JOIN evidence e ON (e.terminal, e.seq, e.utc) = (n.terminal, n.seq, n.utc)"
        " WHERE n.terminal = %s AND n.digest = %s ORDER BY n.seq LIMIT 1".encode(),
        (terminal, digest),
    ).fetchone()
    return None if row is None else PhotoOwner._make(row)


def read(conn: Connection, terminal: int, digest: bytes) -> bytes | None:
    """The bytes of a whole photo of the terminal, None while it is not whole."""
    row = conn.execute(
        "SELECT bytes FROM photo WHERE terminal = %s AND digest = %s AND complete_at IS NOT NULL",
        (terminal, digest),
    ).fetchone()
    return None if row is None else bytes(row[0])
