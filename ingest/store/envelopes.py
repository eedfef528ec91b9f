"""Sealed envelopes put together again from the rows they left, byte for byte as they arrived.

An envelope is stored whole or not at all, so its records are all there; some may have come first in another
envelope, with the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    return assemble(row.terminal, [one.record for one in rows], row.seal)


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
