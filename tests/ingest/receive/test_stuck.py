"""Terminals that send without getting on are listed, and told in the log, until they get on."""

from __future__ import annotations

from collections import Counter

import pytest

from firmware.wire.reasons import CHAIN_BROKEN, SEAL_BAD, SEQ_FORK
from ingest.receive.standstill import PATIENCE_US, SAY_EVERY_US, Stand, Standstills
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


START_US = 1_795_000_000_000_000  # 2026-11-18 11:06:40
KNOWN = {7, 8}


def gapped(beyond: int) -> dict[int, Stand]:
    return {7: Stand(12, beyond)}


def test_a_standstill_is_told_after_a_while_and_then_now_and_then() -> None:
    still = Standstills()
    assert still.look(gapped(1), KNOWN, START_US) == []
    assert still.look(gapped(2), KNOWN, START_US + PATIENCE_US - 1) == []
    assert still.look(gapped(48), KNOWN, START_US + PATIENCE_US) == [
        "Terminal 0000000000000007: 48 records beyond a hole at seq 13; it sends but has not got on since "
        "2026-11-18 11:06:40 UTC; compare its journal with the evidence."
    ]
    said_us = START_US + PATIENCE_US
    assert still.look(gapped(49), KNOWN, said_us + SAY_EVERY_US - 1) == []
    assert len(still.look(gapped(50), KNOWN, said_us + SAY_EVERY_US)) == 1


def test_what_is_put_aside_is_told_by_reason() -> None:
    still = Standstills()
    still.look({7: Stand(12, refused=Counter({SEQ_FORK: 3}))}, KNOWN, START_US)
    (sentence,) = still.look({7: Stand(refused=Counter({SEAL_BAD: 2}))}, KNOWN, START_US + PATIENCE_US)
    assert "0007: 5 records put aside (2 SEAL_BAD, 3 SEQ_FORK); it sends" in sentence


@pytest.mark.parametrize("stand", [Stand(13, 5, moved=True), Stand(13, moved=True)])
def test_getting_on_ends_it(stand: Stand) -> None:
    still = Standstills()
    still.look(gapped(1), KNOWN, START_US)
    assert still.look({7: stand}, KNOWN, START_US + PATIENCE_US) == []
    assert still.look(gapped(1), KNOWN, START_US + PATIENCE_US) == []


def test_duplicates_and_strangers_are_no_standstill() -> None:
    still = Standstills()
    for at_us in (START_US, START_US + PATIENCE_US):
        assert still.look({7: Stand(12), 9: Stand(refused=Counter({SEAL_BAD: 1}))}, KNOWN, at_us) == []


def test_the_pipeline_tells(
    gate: Gate, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.receive.standstill.PATIENCE_US", 0)
    terminal = terminal_with(1, 20)
    gate.register(1)
    gate.deliver((terminal.topic, terminal.payload(1, 3)), (terminal.topic, terminal.payload(6, 7)))
    assert "has not got on" not in caplog.text
    gate.deliver((terminal.topic, terminal.payload(8, 10)))
    gate.deliver((terminal.topic, terminal.payload(8, 10)))
    assert caplog.text.count("Terminal 0000000000000001: 5 records beyond a hole at seq 4; it sends") == 1
