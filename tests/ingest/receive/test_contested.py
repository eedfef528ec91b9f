"""Two branches of a terminal's history: whichever is stored, it is contested from where they part."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.wire.reasons import BY_NUMBER
from ingest.store.terminals import contested_from
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import Terminal, terminal_with

NUMBERS = itertools.count(6_001)
SHARED, LAST = 4, 10


def branches(number: int) -> tuple[Terminal, Terminal]:
    """Two histories of one terminal, the same up to seq SHARED."""
    one, other = terminal_with(number, SHARED - 2), terminal_with(number, SHARED - 2)
    for _ in range(LAST - SHARED):
        one.diagnostic()
        other.diagnostic(value=7)
    return one, other


def reasons(gate: Gate, number: int) -> list[str]:
    return [BY_NUMBER[row.reason][1] for row in gate.quarantined() if row.terminal == number]


def test_a_fork_marks_from_its_seq(gate: Gate) -> None:
    one, other = branches(7)
    gate.register(7)
    gate.deliver((one.topic, one.payload(1, 3)), (one.topic, one.payload(4, LAST)))
    assert contested_from(gate.conn) == {}
    gate.deliver((other.topic, other.payload(7, 7)))
    gate.deliver((other.topic, other.payload(6, 6)))
    assert reasons(gate, 7) == ["SEQ_FORK", "SEQ_FORK"]
    assert contested_from(gate.conn) == {7: 6}


def test_a_record_that_does_not_follow_marks_from_the_one_before(gate: Gate) -> None:
    one, other = branches(7)
    gate.register(7)
    gate.deliver((one.topic, one.payload(1, 3)), (one.topic, one.payload(4, 6)))
    gate.deliver((other.topic, other.payload(7, 7)))
    assert reasons(gate, 7) == ["CHAIN_BROKEN"]
    assert contested_from(gate.conn) == {7: 6}


def test_a_hole_filled_with_another_history_marks_and_is_put_aside(gate: Gate) -> None:
    one, other = branches(7)
    gate.register(7)
    gate.deliver((one.topic, one.payload(1, 3)), (one.topic, one.payload(4, 5)))
    # The other history leaves out what would contradict; nothing shows yet, and no receipt covers it.
    gate.deliver((other.topic, other.payload(8, LAST)))
    assert reasons(gate, 7) == []
    assert contested_from(gate.conn) == {}
    gate.deliver((one.topic, one.payload(6, 7)))
    assert reasons(gate, 7) == ["CHAIN_BROKEN"]
    assert gate.quarantined()[0].detail == "the stored seq 8 does not continue seq 7"
    assert gate.head(7).through == 5
    assert contested_from(gate.conn) == {7: 5}


def test_what_anybody_could_send_marks_nobody(gate: Gate) -> None:
    one, other = branches(7)
    gate.register(7)
    gate.deliver((one.topic, one.payload(1, 3)))
    other.key = bytes(32)
    gate.deliver((other.topic, other.payload(3, 5)), (one.topic, one.payload(1, 3)[:-1]))
    assert len(gate.quarantined()) == 2
    assert contested_from(gate.conn) == {}


@st.composite
def two_histories(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """(branch, first, last): both histories whole, each cut its own way, in any order."""
    spans = []
    for branch in (0, 1):
        cuts = sorted(draw(st.sets(st.integers(1, LAST - 1), max_size=8)) | {0, LAST})
        spans += [
            (branch, at, min(high, at + 2))
            for low, high in itertools.pairwise(cuts)
            for at in range(low + 1, high + 1, 3)
        ]
    return draw(st.permutations(spans))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(two_histories())
def test_in_any_order_the_mark_is_never_too_late(gate: Gate, spans: list[tuple[int, int, int]]) -> None:
    number = next(NUMBERS)
    both = branches(number)
    gate.register(number)
    for branch, first, last in spans:
        gate.deliver((both[branch].topic, both[branch].payload(first, last)))
    parted = SHARED + 1
    marked = contested_from(gate.conn)[number]
    assert parted - 3 <= marked <= parted
    # With one record to an envelope there is nothing to be early by but the record before.
    if all(first == last for _, first, last in spans):
        assert marked in (parted - 1, parted)
    assert gate.audit() == []
