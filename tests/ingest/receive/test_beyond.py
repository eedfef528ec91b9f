"""Records beyond a gap: held up to a limit, put aside past it without a receipt, taken when it closes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from firmware.wire import envelope, records
from firmware.wire.fields import DIAGNOSTIC
from firmware.wire.reasons import MALFORMED
from ingest.store import conservation
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import Terminal, terminal_with

LIMIT = 10
NUMBER = 4001


@pytest.fixture
def gate(postgres_url: str) -> Iterator[Gate]:
    made = Gate(postgres_url, beyond_max=LIMIT)
    made.register(NUMBER)
    yield made
    made.close()


def test_too_far_is_put_aside_and_taken_when_it_is_no_longer(gate: Gate) -> None:
    terminal = terminal_with(NUMBER, 15)
    gate.deliver((terminal.topic, terminal.payload(1, 3)), (terminal.topic, terminal.payload(12, 13)))
    assert gate.quarantined() == []
    assert gate.deliver((terminal.topic, terminal.payload(13, 14))) == []
    (row,) = gate.quarantined()
    assert (row.reason, row.seq, row.records) == (MALFORMED, 13, 2)
    assert row.detail.startswith("seq 14 is too far beyond seq 3")
    gate.deliver((terminal.topic, terminal.payload(4, 6)))
    assert gate.deliver((terminal.topic, terminal.payload(13, 14))) != []
    (receipt,) = gate.deliver(*((terminal.topic, terminal.payload(at, at + 2)) for at in (7, 10, 15)))
    assert envelope.open_receipt(receipt.payload, terminal.key)[1] == 17
    assert gate.audit() == []


def test_the_gap_may_close_within_the_batch(gate: Gate) -> None:
    terminal = terminal_with(NUMBER, 20)
    spans = [(at, at + 2) for at in range(1, 20, 3)] + [(22, 22)]
    gate.deliver(*((terminal.topic, terminal.payload(first, last)) for first, last in spans))
    assert gate.head(NUMBER).through == 22


def test_sparse_seqs_take_no_more_than_the_limit(gate: Gate) -> None:
    terminal = Terminal(NUMBER)
    terminal.boot()
    gate.deliver((terminal.topic, terminal.payload(1, 1)))
    for seq in range(3, 103, 2):
        header = terminal.header(DIAGNOSTIC, 1) | {"seq": seq, "prev": bytes((seq,)) * 32}
        record = records.encode(header | {"code": 1, "state": 1, "value": 0})
        gate.deliver((terminal.topic, terminal.seal([record])))
    assert sorted(gate.head(NUMBER).beyond) == [3, 5, 7, 9, 11]
    assert conservation.read(gate.conn) == (51, 6, 0, 45)
