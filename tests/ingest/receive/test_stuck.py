"""Terminals that send without getting on are listed, until they get on."""

from __future__ import annotations

from firmware.wire.reasons import CHAIN_BROKEN, SEAL_BAD
from ingest.store.terminals import stuck
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import terminal_with


def test_a_hole_is_listed_until_it_closes(gate: Gate) -> None:
    well, gapped = terminal_with(1, 3), terminal_with(2, 4)
    gate.register(1, 2)
    gate.deliver((well.topic, well.payload(1, 3)), (gapped.topic, gapped.payload(1, 2)))
    assert stuck(gate.conn) == []
    gate.deliver((gapped.topic, gapped.payload(5, 6)))
    (one,) = stuck(gate.conn)
    assert (one.terminal, one.through, one.beyond, one.quarantined, one.reasons) == (2, 2, 2, 0, ())
    gate.deliver((gapped.topic, gapped.payload(3, 4)))
    assert stuck(gate.conn) == []


def test_what_is_put_aside_since_the_last_record_is_listed_by_reason(gate: Gate) -> None:
    one = terminal_with(1, 3)
    gate.register(1, 2, 3)
    gate.deliver((one.topic, one.payload(1, 3)))
    gate.deliver((one.topic, one.payload(4, 4)[:-1]), (one.topic, one.seal([one.records[3]] * 2)))
    gate.deliver((one.topic, one.payload(4, 4)[:-1]))
    # Nothing of terminal 2 was ever stored, and 4 is not known at all.
    silent, stranger = terminal_with(2, 0), terminal_with(4, 0)
    gate.deliver((silent.topic, silent.payload(1, 2)[:-1]), (stranger.topic, stranger.payload(1, 2)))
    listed = {row.terminal: row[1:5] for row in stuck(gate.conn)}
    assert listed == {1: (3, 0, 4, (SEAL_BAD, CHAIN_BROKEN)), 2: (0, 0, 1, (SEAL_BAD,))}
    since = [row.since for row in stuck(gate.conn)]
    assert since == sorted(since)
    gate.deliver((one.topic, one.payload(4, 4)))
    assert [row.terminal for row in stuck(gate.conn)] == [2]
