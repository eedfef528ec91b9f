"""Records that a terminal told lost: through passes them, the counts stay true, late ones are taken in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from firmware.wire import envelope
from firmware.wire.fields import DIAGNOSTIC
from firmware.wire.reasons import MALFORMED, SEQ_FORK
from ingest.cli.terminals.terminals import lines
from ingest.store import conservation, terminals
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import Terminal

NUMBER = 4002
LIMIT = 30


@pytest.fixture
def gate(postgres_url: str) -> Iterator[Gate]:
    made = Gate(postgres_url, beyond_max=LIMIT)
    made.register(NUMBER)
    yield made
    made.close()


def terminal_with(minutes: int, **fields: int) -> Terminal:
    """A boot, a sign-in and so many minutes without a position, so that many of them fit an envelope."""
    terminal = Terminal(NUMBER)
    terminal.boot()
    terminal.sign_in()
    for _ in range(minutes):
        terminal.minute(fixes=[], **fields)
    return terminal


def tell(terminal: Terminal, *lost: int) -> None:
    for seq in lost:
        terminal.write(DIAGNOSTIC, code=4, state=1, value=seq)


def send(gate: Gate, terminal: Terminal, first: int, last: int) -> int:
    """Deliver first..last; through as the receipt has it."""
    receipt = gate.deliver((terminal.topic, terminal.payload(first, last)))[-1]
    return int(envelope.open_receipt(receipt.payload, terminal.key)[1])


def state(gate: Gate) -> tuple[int, list[int], int]:
    head = gate.head(NUMBER)
    return head.through, sorted(head.lost), len(head.beyond)


def test_through_passes_what_is_told_and_the_terminal_earns_on(gate: Gate) -> None:
    terminal = terminal_with(8)
    tell(terminal, 4, 6, 7)
    send(gate, terminal, 1, 3)
    send(gate, terminal, 5, 5)
    assert send(gate, terminal, 8, 11) == 5
    assert send(gate, terminal, 12, 12) == 5
    assert send(gate, terminal, 13, 13) == 13
    assert state(gate) == (13, [4, 6, 7], 0)
    for _ in range(3 * LIMIT):
        terminal.minute(fixes=[])
        assert send(gate, terminal, len(terminal.records), len(terminal.records)) == len(terminal.records)
    assert gate.quarantined() == [] and gate.audit() == [] and terminals.stuck(gate.conn) == []
    assert conservation.read(gate.conn).stored == len(terminal.records) - 3
    (standing,) = terminals.standings(gate.conn)
    assert (standing.lost, standing.beyond) == (3, 0)
    assert "3 records lost on its flash, as it said itself" in lines(standing, None, None)


def test_what_was_told_is_known_again_after_a_restart(gate: Gate) -> None:
    terminal = terminal_with(8)
    tell(terminal, 4, 5)
    send(gate, terminal, 1, 3)
    send(gate, terminal, 11, 12)
    send(gate, terminal, 7, 10)
    assert state(gate) == (3, [], 6)
    gate.writer.forget()
    assert send(gate, terminal, 6, 6) == 12
    assert state(gate) == (12, [4, 5], 0)
    gate.writer.forget()
    terminal.minute(fixes=[])
    assert send(gate, terminal, 13, 13) == 13
    assert gate.audit() == []


@pytest.mark.parametrize(("code", "on"), [(4, 0), (3, 1)])
def test_no_other_diagnostic_names_a_lost_record(gate: Gate, code: int, on: int) -> None:
    terminal = terminal_with(4)
    terminal.write(DIAGNOSTIC, code=code, state=on, value=4)
    send(gate, terminal, 1, 3)
    assert send(gate, terminal, 5, 7) == 3


def test_none_but_an_earlier_record_can_be_lost(gate: Gate) -> None:
    terminal = terminal_with(2)
    tell(terminal, 7, 6, 0)
    terminal.minute(fixes=[])
    terminal.minute(fixes=[])
    send(gate, terminal, 1, 6)
    assert send(gate, terminal, 9, 9) == 6
    assert state(gate) == (6, [], 1)


@pytest.mark.parametrize("span", [(3, 6), (4, 8), (5, 5), (4, 5)])
def test_a_lost_record_that_comes_after_all_is_stored(gate: Gate, span: tuple[int, int]) -> None:
    terminal = terminal_with(8)
    tell(terminal, 5)
    send(gate, terminal, 1, 4)
    assert send(gate, terminal, 6, 11) == 11
    gate.writer.forget()
    assert send(gate, terminal, *span) == 11
    assert state(gate) == (11, [], 0)
    assert gate.quarantined() == [] and gate.audit() == []
    assert conservation.read(gate.conn).stored == 11


def test_another_record_in_its_place_is_put_aside(gate: Gate) -> None:
    terminal, other = terminal_with(8), terminal_with(8, rpm_max=1)
    tell(terminal, 5, 6)
    send(gate, terminal, 1, 4)
    assert send(gate, terminal, 7, 12) == 12
    gate.deliver((terminal.topic, other.payload(6, 6)))
    # Nothing stored names the digest of a lost record before another lost one.
    gate.deliver((terminal.topic, terminal.payload(5, 5)))
    assert [row.reason for row in gate.quarantined()] == [SEQ_FORK, MALFORMED]
    assert state(gate) == (12, [5, 6], 0)
    assert send(gate, terminal, 5, 6) == 12
    assert state(gate) == (12, [], 0) and gate.audit() == []
