"""Update images, and the pieces that a terminal with an order for one may have."""

from __future__ import annotations

import hashlib

from firmware.wire.bulk import DATA_MAX
from firmware.wire.orders import UPDATE
from ingest.store.connection import Connection


def add(conn: Connection, version: int, manifest: bytes, image: bytes) -> bytes:
    """Keep an image with its signed manifest; its digest (SHA-256)."""
    digest = hashlib.sha256(image).digest()
    conn.execute(
        "INSERT INTO firmware_image (digest, version, manifest, bytes) VALUES (%b, %s, %b, %b)"
        " ON CONFLICT (digest) DO UPDATE SET version = excluded.version, manifest = excluded.manifest",
        (digest, version, manifest, image),
    )
    return digest


def piece(conn: Connection, terminal: int, image: bytes, offset: int) -> bytes | None:
    """At most DATA_MAX bytes at offset of the image whose digest starts with these bytes; None past its end,
    or when no open order gives it to this terminal."""
    row = conn.execute(
        "SELECT substr(bytes, %(at)s::integer, %(most)s) FROM firmware_image"
        " WHERE %(at)s <= length(bytes) AND substr(digest, 1, length(%(image)b::bytea)) = %(image)b::bytea"
        " AND EXISTS (SELECT FROM terminal_order WHERE terminal = %(terminal)s AND code = %(code)s"
        "             AND done_at IS NULL AND terminal_order.image = digest)",
        {"at": offset + 1, "most": DATA_MAX, "image": image, "terminal": terminal, "code": UPDATE},
    ).fetchone()
    return bytes(row[0]) if row is not None and row[0] else None
