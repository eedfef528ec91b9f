"""Sealed envelopes put together again from the rows they left, byte for byte as they arrived.

An envelope is stored whole or not at all, so its records are all there; some may have come first in another
envelope, with the same bytes or, of a minute, whole where this one had it thinned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmware.wire import records
from firmware.wire.fields import WIRE_VERSION
from ingest.store import evidence
from ingest.store.connection import Connection, StoreError
from ingest.store.evidence import EvidenceRow


def of_row(conn: Connection, row: EvidenceRow) -> bytes:
    """The payload in which this row was stored. Raises StoreError when a record of it is missing."""
    last = row.envelope_first + row.envelope_count - 1
    chunks = evidence.read_terminal(conn, row.terminal, row.envelope_first, last)
    rows = [one for chunk in chunks for one in chunk]
    if [one.seq for one in rows] != list(range(row.envelope_first, last + 1)):
        raise StoreError(
            f"The envelope of terminal {row.terminal:016d} from seq {row.envelope_first} to {last} is not "
            "whole in the evidence; restore the missing rows from a backup."
        )
    thin = conn.execute(
        "SELECT seq FROM came_thin WHERE terminal = %s AND seal = %b", (row.terminal, row.seal)
    )
    came_thin = {seq for (seq,) in thin}
    sealed = [(one.seq in came_thin and records.thin(one.record)) or one.record for one in rows]
    return assemble(row.terminal, sealed, row.seal)


def note_thin(conn: Connection, came_thin: Sequence[tuple[int, bytes, int]]) -> None:
    """Keep that these (terminal, seal, seq) came thinned, though they may be stored whole."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO came_thin (terminal, seal, seq) VALUES (%s, %b, %s) ON CONFLICT DO NOTHING",
            came_thin,
        )


def of_terminal(conn: Connection, terminal: int, first_seq: int, last_seq: int) -> Iterator[bytes]:
    """Every envelope that stored a record with first_seq <= seq <= last_seq, in seq order, each once."""
    seen: set[bytes] = set()
    for chunk in evidence.read_terminal(conn, terminal, first_seq, last_seq):
        for row in chunk:
            if row.seal not in seen:
                seen.add(row.seal)
                yield of_row(conn, row)


def assemble(terminal: int, records: list[bytes], seal: bytes) -> bytes:
    """The bytes of an envelope from its parts; the seal is put on as given, not made."""
    pieces = [bytes((WIRE_VERSION,)), terminal.to_bytes(8, "big"), bytes((len(records),))]
    for record in records:
        pieces += (len(record).to_bytes(2, "big"), record)
    return b"".join((*pieces, seal))
