"""Which of a terminal's records a session's pack needs: few first, more where the verdicts ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from firmware.wire import records as wire
from firmware.wire.errors import DecodeError
from ingest.store.connection import Connection
from ingest.store.desk.session import packs
from ingest.store.desk.session.packs import Held

_BEFORE = (1, 20, 400)
_AFTER = 600
_HEADS_ASKED = 8


class Window(NamedTuple):
    """Records first to last (seqs, both included)."""

    first: int
    last: int


def windows(conn: Connection, terminal: int, span: tuple[int, int], held: Held) -> Iterator[Window]:
    """From the smallest to all there is: other people's records are in a pack only where the verdicts of this
    session rest on them."""
    first, last = span
    signed = _signed(conn, terminal, last)
    tried: set[Window] = set()
    ends = [(before, signed) for before in _BEFORE] + [(_BEFORE[-1], min(last + _AFTER, held.last_seq))]
    for before, end in [*ends, (first, held.last_seq)]:
        window = Window(max(first - before, 1), max(end, last))
        if window not in tried:
            tried.add(window)
            yield window


def _signed(conn: Connection, terminal: int, last: int) -> int:
    """The first HEAD record that signs through the last one; without any the last itself."""
    for seq, record in packs.heads_after(conn, terminal, last, _HEADS_ASKED):
        try:
            if wire.decode(record)["through"] >= last:
                return seq
        except DecodeError:
            continue
    return last
