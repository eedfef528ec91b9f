"""Evidence by the buffer: the records of a stretch of a terminal joined in one answer, no row an object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.store.connection import Connection

PIECE = 4096
"""Sequence numbers of a piece at most."""
_PIECES = 64
_HEADS = np.dtype([("seq", ">i8"), ("kind", ">i2"), ("size", ">i4")])
_QUERY = b"""
SELECT r.terminal, e.heads, e.body
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS r (terminal, first, last, nth)
CROSS JOIN LATERAL (
    SELECT string_agg(int8send(seq) || int2send(kind) || int4send(octet_length(record)), ''::bytea) AS heads,
           string_agg(record, ''::bytea) AS body
    FROM (SELECT seq, kind, record FROM evidence
          WHERE terminal = r.terminal AND seq BETWEEN r.first AND r.last ORDER BY seq) AS ordered) AS e
WHERE e.heads IS NOT NULL
ORDER BY r.nth
"""


class Stretch(NamedTuple):
    """Records first to last (sequence numbers, both included) of a terminal."""

    terminal: int
    first: int
    last: int


class Joined(NamedTuple):
    """Records of one terminal in seq order: body holds them one after the other; kind and size per record."""

    terminal: int
    seq: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    size: npt.NDArray[np.int64]
    body: bytes


def read_joined(conn: Connection, stretches: Sequence[Stretch]) -> Iterator[Joined]:
    """The records of the stretches, in their order; a long one in several pieces, an empty one in none."""
    pieces = [
        Stretch(one.terminal, first, min(first + PIECE - 1, one.last))
        for one in stretches
        for first in range(one.first, one.last + 1, PIECE)
    ]
    for at in range(0, len(pieces), _PIECES):
        some = pieces[at : at + _PIECES]
        with conn.cursor(binary=True) as cursor:
            cursor.execute(_QUERY, tuple([piece[part] for piece in some] for part in range(3)))
            for terminal, heads, body in cursor:
                table = np.frombuffer(heads, dtype=_HEADS)
                seq, kind, size = (table[name].astype(np.int64) for name in ("seq", "kind", "size"))
                yield Joined(terminal, seq, kind, size, bytes(body))
