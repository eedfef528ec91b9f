"""Conservation, counted in records: received = stored + duplicates + quarantined.

What is received is counted where payloads are taken from the broker, by their frame: a payload that is no
envelope counts as one record. What became of it is counted by what the tables took. Each side has its own
statement in the transaction that stores the evidence, and nothing makes them equal but that nothing is lost.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from ingest.store import evidence
from ingest.store.connection import Connection, StoreError


class Counts(NamedTuple):
    """Records received, and what became of them."""

    received: int = 0
    stored: int = 0
    duplicates: int = 0
    quarantined: int = 0

    @property
    def balanced(self) -> bool:
        return self.missing == 0

    @property
    def missing(self) -> int:
        """Records received of which nothing is known; below zero: more landed than came."""
        return self.received - self.stored - self.duplicates - self.quarantined

    def plus(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def receive(conn: Connection, records: int) -> None:
    """Count what one batch received."""
    conn.execute("UPDATE conservation SET received = received + %s", (records,))


def land(conn: Connection, stored: int, duplicates: int, quarantined: int, batch: UUID) -> None:
    """Count what became of one batch."""
    conn.execute(
        "UPDATE conservation SET stored = stored + %s, duplicates = duplicates + %s,"
        " quarantined = quarantined + %s, last_batch = %s",
        (stored, duplicates, quarantined, batch),
    )


def read(conn: Connection) -> Counts:
    """The counts so far."""
    row = conn.execute("SELECT received, stored, duplicates, quarantined FROM conservation").fetchone()
    if row is None:
        raise StoreError("The table conservation has lost its row; restore it from a backup.")
    return Counts(*row)


def last_batch(conn: Connection) -> UUID | None:
    """The batch that was committed last."""
    row = conn.execute("SELECT last_batch FROM conservation").fetchone()
    return None if row is None else row[0]


def audit(conn: Connection) -> list[str]:
    """Count everything again, row by row; a sentence for each number that disagrees, none if all is well."""
    counts = read(conn)
    rows = evidence.count(conn)
    sums = conn.execute(
        "SELECT (SELECT coalesce(sum(stored), 0) FROM terminal_head),"
        " (SELECT coalesce(sum(records), 0) FROM quarantine)"
    ).fetchone()
    assert sums is not None
    faults = []
    if not counts.balanced:
        faults.append(
            f"{counts.received} records were received, but {counts.stored} stored, {counts.duplicates} "
            f"duplicates and {counts.quarantined} quarantined make {counts.received - counts.missing}."
        )
    if rows != counts.stored:
        faults.append(f"{counts.stored} records were counted as stored, the evidence holds {rows}.")
    if sums[0] != counts.stored:
        faults.append(f"{counts.stored} records were counted as stored, the heads add up to {sums[0]}.")
    if sums[1] != counts.quarantined:
        faults.append(f"{counts.quarantined} records were counted as quarantined, the table holds {sums[1]}.")
    return faults
