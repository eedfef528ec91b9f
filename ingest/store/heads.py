"""How far each terminal's chain is stored: gapless through, the digest there, and what lies beyond a gap.

A record that its terminal can no longer read, and has said so in a later one that is stored, leaves no gap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from firmware.wire.fields import DIAGNOSTIC, HEADER_SIZE
from ingest.store.connection import Connection
from ingest.store.digests import digest as digest_of

ZERO_DIGEST = bytes(32)
_PREV = slice(13, 45)
_LOST = bytes((4, 1))
"""Code recording, set: the value names a lost record, or is 0."""


class Beyond(NamedTuple):
    """A record stored beyond a gap: what it says of its predecessor, and its own digest."""

    prev: bytes
    digest: bytes


class Head:
    """One terminal's chain as stored. ingest.receive.admit moves it on.

    through: every seq <= through is stored, or lost; digest: the chain's at record through (zeros when 0);
    beyond: seq -> Beyond for what is stored past a gap; told: seqs past through that a stored record names as
    lost; lost: those that through has passed; received_us: when a record was last stored.
    """

    __slots__ = ("beyond", "digest", "lost", "received_us", "terminal", "through", "told")

    def __init__(
        self,
        terminal: int,
        through: int = 0,
        digest: bytes = ZERO_DIGEST,
        beyond: dict[int, Beyond] | None = None,
        received_us: int = 0,
    ) -> None:
        self.terminal = terminal
        self.through = through
        self.digest = digest
        self.beyond: dict[int, Beyond] = {} if beyond is None else beyond
        self.received_us = received_us
        self.told: set[int] = set()
        self.lost: set[int] = set()

    def note(self, seq: int, record: bytes) -> None:
        """Take in what record seq, now stored, says of lost ones."""
        seq_lost = told_lost(record)
        if self.through < seq_lost < seq:
            self.told.add(seq_lost)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Head):
            return NotImplemented
        return (self.terminal, self.through, self.digest, self.beyond, self.told, self.lost) == (
            other.terminal,
            other.through,
            other.digest,
            other.beyond,
            other.told,
            other.lost,
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Head({self.terminal:016d}, through={self.through}, beyond={sorted(self.beyond)})"


def told_lost(record: bytes) -> int:
    """The seq that a record names as one its terminal can no longer read; 0 for none."""
    if record[0] != DIAGNOSTIC or record[HEADER_SIZE : HEADER_SIZE + 2] != _LOST:
        return 0
    return int.from_bytes(record[HEADER_SIZE + 2 : HEADER_SIZE + 6], "big")


def load(conn: Connection, terminals: Collection[int]) -> dict[int, Head]:
    """The heads of these terminals; one that never stored anything gets an empty head."""
    heads = {terminal: Head(terminal) for terminal in terminals}
    gapped = []
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT terminal, through, head, beyond, lost FROM terminal_head"
            " WHERE terminal = ANY(%s::bigint[])",
            (list(terminals),),
        )
        for terminal, through, digest, beyond, lost in cursor:
            heads[terminal] = Head(terminal, through, bytes(digest))
            heads[terminal].lost.update(lost)
            if beyond:
                gapped.append(terminal)
        if gapped:
            cursor.execute(
                "SELECT terminal, seq, record FROM evidence"
                " JOIN terminal_head USING (terminal)"
                " WHERE terminal = ANY(%s::bigint[]) AND seq > through",
                (gapped,),
            )
            for terminal, seq, record in cursor:
                heads[terminal].beyond[seq] = Beyond(record[_PREV], digest_of(record))
                heads[terminal].note(seq, record)
    return heads


def save(conn: Connection, heads: Iterable[Head]) -> None:
    """Write the heads as they are now."""
    rows = list(heads)
    if not rows:
        return
    conn.execute(
        "INSERT INTO terminal_head AS t (terminal, through, head, stored, beyond, lost, last_received_at)"
        " SELECT terminal, through, substr(%b, (n * 32 - 31)::integer, 32),"
        "        through - cardinality(lost::bigint[]) + beyond, beyond, lost::bigint[],"
        "        to_timestamp(received_us / 1000000.0)"
        " FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::bigint[])"
        "      WITH ORDINALITY AS h (terminal, through, beyond, lost, received_us, n)"
        " ON CONFLICT (terminal) DO UPDATE SET through = excluded.through, head = excluded.head,"
        "    stored = excluded.stored, beyond = excluded.beyond, lost = excluded.lost,"
        "    last_received_at = excluded.last_received_at",
        (
            b"".join([head.digest for head in rows]),
            [head.terminal for head in rows],
            [head.through for head in rows],
            [len(head.beyond) for head in rows],
            ["{" + ",".join(map(str, sorted(head.lost))) + "}" for head in rows],
            [head.received_us for head in rows],
        ),
    )


def through_all(conn: Connection) -> dict[int, int]:
    """terminal -> through for every terminal that has stored anything."""
    return {row[0]: row[1] for row in conn.execute("SELECT terminal, through FROM terminal_head")}


def changed_since(conn: Connection, since_us: int) -> list[int]:
    """Terminals that stored a record received at or after since_us (microseconds since 1970), in order."""
    return [
        row[0]
        for row in conn.execute(
            "SELECT terminal FROM terminal_head WHERE last_received_at >= to_timestamp(%s::float8 / 1000000)"
            " ORDER BY terminal",
            (since_us,),
        )
    ]
