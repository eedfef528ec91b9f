"""Second looks at photos, in the database: which are due, what was seen and measured, which look alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from firmware.wire.fields import FACE_CHECK, PHOTO, SIGN_IN
from ingest.store.connection import Connection

Name = tuple[int, int]


class Looked(NamedTuple):
    """A photo: how many faces it shows, and its look (None: it shows nothing)."""

    digest: bytes
    faces: int
    look: int | None


class Kept(NamedTuple):
    """A photo of a session's person beside its reference; as the table photo_compared has it."""

    terminal: int
    session: int
    role: int
    seq: int
    utc_s: int
    digest: bytes
    reference: bytes | None
    distance_1000: int | None
    faces: int
    look: int | None


class Near(NamedTuple):
    """A photo whose look is near the one asked for; apart: bits of 64."""

    terminal: int
    session: int
    role: int
    seq: int
    utc_s: int
    digest: bytes
    apart: int


_KEPT = (
    "c.terminal, c.session, c.role, c.seq, c.utc_s, c.digest, c.reference, c.distance_1000, l.faces, l.look"
)
_NEAR = """
FROM photo_look AS l JOIN photo_compared AS c USING (digest)
WHERE l.look IS NOT NULL AND (l.faces > 0 OR %(faces)s > 0)
  AND (l.band_0 = ANY(%(0)s::smallint[]) OR l.band_1 = ANY(%(1)s::smallint[])
       OR l.band_2 = ANY(%(2)s::smallint[]) OR l.band_3 = ANY(%(3)s::smallint[]))
  AND bit_count((l.look # %(look)s::bigint)::bit(64)) <= %(most)s
  AND NOT (l.digest = %(digest)b AND (c.terminal, c.session) = (%(terminal)s, %(session)s))"""
_OF_ASKED = ("terminal", "session", "seq", "utc_s", "digest", "look", "faces")
_OWN = "(%(utc_s)s, %(terminal)s, %(seq)s)"


def records(conn: Connection, from_us: int, to_us: int) -> Iterator[tuple[int, int, bytes]]:
    """(terminal, session, record) of the records of this time (microseconds) that name a whole photo."""
    return _rows(
        conn,
        "SELECT e.terminal, e.session, e.record FROM photo_named AS n"
        " JOIN evidence AS e ON (e.terminal, e.seq, e.utc) = (n.terminal, n.seq, n.utc)"
        " JOIN photo AS p ON (p.terminal, p.digest) = (n.terminal, n.digest)"
        " WHERE p.complete_at IS NOT NULL AND e.kind IN (%(check)s, %(photo)s)"
        "   AND n.utc >= to_timestamp(%(from)s::float8 / 1000000)"
        "   AND n.utc < to_timestamp(%(to)s::float8 / 1000000) ORDER BY e.terminal, e.seq",
        {"check": FACE_CHECK, "photo": PHOTO, "from": from_us, "to": to_us},
    )


def sign_ins(conn: Connection, from_us: int, to_us: int, terminals: Sequence[int]) -> Iterator[bytes]:
    """The sign-in records of this time of these terminals, in order."""
    rows = _rows(
        conn,
        "SELECT record FROM evidence WHERE kind = %(kind)s AND terminal = ANY(%(terminals)s::bigint[])"
        " AND utc >= to_timestamp(%(from)s::float8 / 1000000)"
        " AND utc < to_timestamp(%(to)s::float8 / 1000000) ORDER BY terminal, seq",
        {"kind": SIGN_IN, "terminals": list(terminals), "from": from_us, "to": to_us},
    )
    return (bytes(row[0]) for row in rows)


def span(conn: Connection) -> tuple[int, int] | None:
    """The times of the first and of the last record that names a photo (microseconds), None without any."""
    row = conn.execute(
        "SELECT (extract(epoch FROM min(utc)) * 1000000)::bigint,"
        " (extract(epoch FROM max(utc)) * 1000000)::bigint FROM photo_named"
    ).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])


def signed_in_us(conn: Connection, name: Name) -> int | None:
    """When a session's sign-in was recorded (microseconds), None without one stored."""
    row = conn.execute(
        "SELECT (extract(epoch FROM utc) * 1000000)::bigint FROM evidence"
        " WHERE (terminal, seq) = (%s, %s) AND kind = %s",
        (*name, SIGN_IN),
    ).fetchone()
    return None if row is None else int(row[0])


def kept(conn: Connection, names: Sequence[Name]) -> list[Kept]:
    """What is compared of these sessions, in key order."""
    rows = _rows(
        conn,
        f"SELECT {_KEPT} FROM photo_compared AS c JOIN photo_look AS l USING (digest)"
        " JOIN unnest(%(terminals)s::bigint[], %(sessions)s::bigint[]) AS own (terminal, session)"
        "   USING (terminal, session) ORDER BY c.terminal, c.session, c.role, c.seq",
        {"terminals": [name[0] for name in names], "sessions": [name[1] for name in names]},
    )
    return [Kept(*row) for row in rows]


def done(conn: Connection, name: Name, model: str) -> list[tuple[int, int, bytes, bytes | None]]:
    """(role, seq, digest, reference) that this model has compared of a session, in key order."""
    rows = _rows(
        conn,
        "SELECT role, seq, digest, reference FROM photo_compared"
        " WHERE (terminal, session) = (%(terminal)s, %(session)s) AND model = %(model)s ORDER BY role, seq",
        {"terminal": name[0], "session": name[1], "model": model},
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def replace(conn: Connection, name: Name, looked: Sequence[Looked], rows: Sequence[Kept], model: str) -> None:
    """Make what is known of a session's photos exactly this."""
    with conn.transaction(), conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO photo_look (digest, faces, look, model) VALUES (%b, %s, %s, %s)"
            " ON CONFLICT (digest) DO UPDATE SET faces = excluded.faces, look = excluded.look,"
            " model = excluded.model",
            [(*one, model) for one in looked],
        )
        cursor.execute("DELETE FROM photo_compared WHERE (terminal, session) = (%s, %s)", name)
        cursor.executemany(
            "INSERT INTO photo_compared (terminal, session, role, seq, utc_s, digest, reference,"
            " distance_1000, model) VALUES (%s, %s, %s, %s, %s, %b, %b, %s, %s)",
            [(*row[:8], model) for row in rows],
        )


def near_before(
    conn: Connection, row: Kept, bands: Sequence[Sequence[int]], most: int, limit: int
) -> list[Near]:
    """Photos taken before this one whose look differs in at most `most` bits: the nearest, of equally near
    ones the earliest. One of the two must show a face. bands: values to look for, by band."""
    rows = _rows(
        conn,
        "SELECT c.terminal, c.session, c.role, c.seq, c.utc_s, c.digest,"
        f" bit_count((l.look # %(look)s::bigint)::bit(64)) AS apart {_NEAR}"
        f" AND (c.utc_s, c.terminal, c.seq) < {_OWN}"
        " ORDER BY apart, c.utc_s, c.terminal, c.seq, c.session LIMIT %(limit)s",
        {**_asked(row, bands, most), "limit": limit},
    )
    return [Near(*row) for row in rows]


def sessions_after(conn: Connection, row: Kept, bands: Sequence[Sequence[int]], most: int) -> list[Name]:
    """Sessions with a photo taken after this one and as near to it."""
    rows = _rows(
        conn,
        f"SELECT DISTINCT c.terminal, c.session {_NEAR} AND (c.utc_s, c.terminal, c.seq) > {_OWN}",
        _asked(row, bands, most),
    )
    return [(row[0], row[1]) for row in rows]


def enrol(conn: Connection, person: int, data: bytes) -> None:
    """Keep a person's enrolled photo, instead of one that was there."""
    conn.execute(
        "INSERT INTO enrolled_photo (person, digest, bytes) VALUES (%s, %b, %b) ON CONFLICT (person)"
        " DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes, added_at = excluded.added_at",
        (person, hashlib.sha256(data).digest(), data),
    )


def forget(conn: Connection, person: int) -> bool:
    """Delete a person's enrolled photo; whether there was one."""
    return conn.execute("DELETE FROM enrolled_photo WHERE person = %s", (person,)).rowcount > 0


def enrolled(conn: Connection, person: int) -> tuple[bytes, bytes] | None:
    """Digest and bytes of a person's enrolled photo."""
    row = conn.execute("SELECT digest, bytes FROM enrolled_photo WHERE person = %s", (person,)).fetchone()
    return None if row is None else (bytes(row[0]), bytes(row[1]))


def _asked(row: Kept, bands: Sequence[Sequence[int]], most: int) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in _OF_ASKED}
    return {**own, "most": most, **{str(at): list(values) for at, values in enumerate(bands)}}


def _rows(conn: Connection, query: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    yield from conn.execute(query.encode(), values)
