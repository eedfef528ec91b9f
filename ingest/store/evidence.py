"""Evidence in and out: appended by binary COPY, read back in (terminal, seq) order.

Times are microseconds since 1970-01-01 UTC here, timestamptz in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Any, NamedTuple

from firmware.wire.fields import HEAD, SIGN_OUT, U32
from ingest.store.connection import Connection
from ingest.store.digests import digest

CHUNK_ROWS = 5_000
UTC_END_US = (U32 + 1) * 1_000_000
_PREV = slice(13, 45)

# PostgreSQL counts timestamptz from 2000-01-01.
_PG_EPOCH_US = 946_684_800_000_000
_ROW = Struct(">hiqiqiqiqiqiqihihi32si")
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_COPY = (
    "COPY evidence (terminal, seq, utc, received_at, session, envelope_first, envelope_count, kind, seal,"
    " record) FROM STDIN (FORMAT BINARY)"
)
_COLUMNS = (
    "terminal, seq, (extract(epoch FROM utc) * 1000000)::bigint,"
    " (extract(epoch FROM received_at) * 1000000)::bigint,"
    " session, envelope_first, envelope_count, kind, seal, record"
)


class EvidenceRow(NamedTuple):
    """One stored record. utc_us as ingest.store.parts.filed_us has it, session the trainee's sign-in seq
    (0: none), seal the envelope's, 32 bytes."""

    terminal: int
    seq: int
    utc_us: int
    received_us: int
    session: int
    envelope_first: int
    envelope_count: int
    kind: int
    seal: bytes
    record: bytes


def append(conn: Connection, rows: Sequence[EvidenceRow]) -> int:
    """Append rows; how many the table took. The partitions must be there (Parts.ensure). A row already stored
    is a UniqueViolation."""
    if not rows:
        return 0
    pack = _ROW.pack
    pieces = [_HEADER]
    for terminal, seq, utc_us, received_us, session, first, count, kind, seal, record in rows:
        pieces.append(
            pack(
                10,
                8,
                terminal,
                8,
                seq,
                8,
                utc_us - _PG_EPOCH_US,
                8,
                received_us - _PG_EPOCH_US,
                8,
                session,
                8,
                first,
                2,
                count,
                2,
                kind,
                32,
                seal,
                len(record),
            )
        )
        pieces.append(record)
    pieces.append(_TRAILER)
    with conn.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            copy.write(b"".join(pieces))
        return cursor.rowcount


def read_range(
    conn: Connection,
    from_us: int = 0,
    to_us: int = UTC_END_US,
    *,
    terminals: Sequence[int] | None = None,
    chunk: int = CHUNK_ROWS,
) -> Iterator[list[EvidenceRow]]:
    """Chunks of the rows with from_us <= utc < to_us, in (terminal, seq) order; terminals None is all."""
    where = (
        " WHERE utc >= to_timestamp(%(from)s::float8 / 1000000)"
        " AND utc < to_timestamp(%(to)s::float8 / 1000000)"
        " AND (%(all)s OR terminal = ANY(%(terminals)s::bigint[]))"
    )
    values = {"from": from_us, "to": to_us, "all": terminals is None, "terminals": list(terminals or ())}
    return _chunks(conn, where, values, chunk)


def read_terminal(
    conn: Connection, terminal: int, first_seq: int = 1, last_seq: int = U32, *, chunk: int = CHUNK_ROWS
) -> Iterator[list[EvidenceRow]]:
    """Chunks of one terminal's rows with first_seq <= seq <= last_seq, in seq order."""
    where = " WHERE terminal = %(terminal)s AND seq BETWEEN %(first)s AND %(last)s"
    return _chunks(conn, where, {"terminal": terminal, "first": first_seq, "last": last_seq}, chunk)


def _chunks(conn: Connection, where: str, values: dict[str, Any], chunk: int) -> Iterator[list[EvidenceRow]]:
    query = (
        f"SELECT {_COLUMNS} FROM evidence{where} AND (terminal, seq) > (%(terminal_at)s, %(seq_at)s)"
        " ORDER BY terminal, seq LIMIT %(chunk)s"
    ).encode()
    terminal_at = seq_at = 0
    while True:
        position = {"terminal_at": terminal_at, "seq_at": seq_at, "chunk": chunk}
        with conn.cursor(binary=True) as cursor:
            cursor.execute(query, {**values, **position})
            rows = [EvidenceRow(*row) for row in cursor.fetchall()]
        if rows:
            yield rows
        if len(rows) < chunk:
            return
        terminal_at, seq_at = rows[-1].terminal, rows[-1].seq


def digests(conn: Connection, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Digests of the records with these (terminal, seq), as stored; of a lost one as the stored one after it
    names it. What is neither is left out."""
    if not keys:
        return {}
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT k.terminal, k.seq, e.record, after.record"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS k (terminal, seq)"
            " LEFT JOIN evidence AS e USING (terminal, seq)"
            " LEFT JOIN terminal_head AS h ON h.terminal = k.terminal"
            " LEFT JOIN evidence AS after"
            "      ON k.seq = ANY (h.lost) AND after.terminal = k.terminal AND after.seq = k.seq + 1",
            ([key[0] for key in keys], [key[1] for key in keys]),
        )
        found = {}
        for terminal, seq, record, after in cursor:
            if record is not None:
                found[terminal, seq] = digest(record)
            elif after is not None:
                found[terminal, seq] = bytes(after[_PREV])
        return found


def count(conn: Connection) -> int:
    """Rows of evidence, counted one by one."""
    row = conn.execute("SELECT count(*) FROM evidence").fetchone()
    assert row is not None
    return int(row[0])


def unsigned(conn: Connection, terminals: Sequence[int]) -> list[int]:
    """Which of these terminals have stored a sign-out and no signed head after it."""
    rows = conn.execute(
        "SELECT terminal FROM evidence WHERE terminal = ANY(%s::bigint[]) AND kind IN (%s, %s)"
        " GROUP BY terminal"
        " HAVING max(seq) FILTER (WHERE kind = %s) > coalesce(max(seq) FILTER (WHERE kind = %s), 0)",
        (list(terminals), SIGN_OUT, HEAD, SIGN_OUT, HEAD),
    )
    return [row[0] for row in rows]
