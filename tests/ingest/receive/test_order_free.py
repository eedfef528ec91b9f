"""Whatever the order and however often: the same evidence, the same heads, the same last receipt."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.wire import envelope, records
from ingest.receive.facts import TerminalKey
from ingest.receive.open import Opened, open_payload
from ingest.store import envelopes, evidence
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import key_of, terminal_with

NUMBERS = itertools.count(5_000)
MINUTES = 10
LAST = MINUTES + 2


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[tuple[int, int]]]:
    """Envelopes (first, last) that cover 1..LAST, re-cut, repeated, shuffled, in batches."""
    cuts = sorted(draw(st.sets(st.integers(1, LAST - 1), max_size=6)) | {0, LAST})
    spans = [(low + 1, high) for low, high in itertools.pairwise(cuts)]
    again = draw(st.lists(st.tuples(st.integers(1, LAST), st.integers(0, 2)), max_size=5))
    spans += [(first, min(LAST, first + more)) for first, more in again]
    # Three full minutes are what fits into one envelope.
    spans = [(at, min(last, at + 2)) for first, last in spans for at in range(first, last + 1, 3)]
    order = draw(st.permutations(spans))
    batches: list[list[tuple[int, int]]] = [[]]
    for span in order:
        batches[-1].append(span)
        if draw(st.booleans()):
            batches.append([])
    return [batch for batch in batches if batch]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=arrivals(), forget=st.booleans())
def test_order_and_repeats_do_not_matter(
    gate: Gate, batches: list[list[tuple[int, int]]], forget: bool
) -> None:
    terminal = terminal_with(next(NUMBERS), MINUTES)
    gate.register(terminal.number)
    sent = []
    for batch in batches:
        sent += gate.deliver(*((terminal.topic, terminal.payload(*span)) for span in batch))
        if forget:
            # As after a restart: the heads come from the database.
            gate.writer.forget()

    rows = [row for chunk in evidence.read_terminal(gate.conn, terminal.number, chunk=4) for row in chunk]
    assert [row.record for row in rows] == terminal.records
    assert [row.seq for row in rows] == list(range(1, LAST + 1))
    head = gate.head(terminal.number)
    assert (head.through, head.digest, head.beyond) == (LAST, records.digest(terminal.records[-1]), {})
    assert gate.writer.heads([terminal.number])[terminal.number] == head
    last = max(envelope.open_receipt(receipt.payload, terminal.key)[:3] for receipt in sent)
    assert last == (terminal.number, LAST, head.digest)
    for payload in envelopes.of_terminal(gate.conn, terminal.number, 1, LAST):
        facts = {terminal.number: (TerminalKey(key_of(terminal.number), None),)}
        assert isinstance(open_payload(terminal.topic, payload, len(payload), facts, 0), Opened)
    assert gate.quarantined() == []
    assert gate.audit() == []


def test_a_batch_of_many_terminals_is_kept_apart(gate: Gate) -> None:
    many = [terminal_with(next(NUMBERS), 3) for _ in range(20)]
    gate.register(*(terminal.number for terminal in many))
    spans = [(terminal, seq) for seq in (5, 2, 4, 1, 3) for terminal in many]
    sent = gate.deliver(*((one.topic, one.payload(seq, seq)) for one, seq in spans))
    assert len(sent) == len(many)
    assert {gate.head(one.number).through for one in many} == {5}


def test_evidence_comes_back_in_terminal_and_seq_order(gate: Gate) -> None:
    many = [terminal_with(next(NUMBERS), 3) for _ in range(3)]
    gate.register(*(terminal.number for terminal in many))
    spans = ((one, first, last) for one in reversed(many) for first, last in ((4, 5), (1, 3)))
    gate.deliver(*((one.topic, one.payload(first, last)) for one, first, last in spans))
    rows = [(row.terminal, row.seq) for chunk in evidence.read_range(gate.conn, chunk=4) for row in chunk]
    assert rows == [(one.number, seq) for one in many for seq in range(1, 6)]
