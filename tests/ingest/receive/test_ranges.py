"""Receipts of records beyond a hole: what is stored around what just came, and nothing that is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import envelope, records
from firmware.wire.envelope import RANGES_MAX
from ingest.receive.receipts import receipts, stored_around
from ingest.store import envelopes
from ingest.store.heads import Beyond, Head
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import START_UTC_S, terminal_with

NUMBER = 5001
KEY = bytes(range(32))


def digest_of(seq: int) -> bytes:
    return seq.to_bytes(32, "big")


def head_with(through: int, beyond: set[int]) -> Head:
    return Head(
        NUMBER, through, digest_of(through), {seq: Beyond(bytes(32), digest_of(seq)) for seq in beyond}
    )


@given(through=st.integers(0, 20), beyond=st.sets(st.integers(22, 80)), data=st.data())
def test_ranges_hold_what_came_and_only_what_is_stored(
    through: int, beyond: set[int], data: st.DataObject
) -> None:
    head = head_with(through, beyond)
    came = data.draw(st.lists(st.sampled_from(sorted(beyond)), max_size=6)) if beyond else []
    ranges = stored_around(head, [(seq, seq) for seq in came])
    inside = [set(range(first, last + 1)) for first, last, _ in ranges]
    assert set(came) <= set().union(*inside) <= beyond
    for (first, last, digest), own in zip(ranges, inside, strict=True):
        assert digest == digest_of(last)
        assert first - 1 not in beyond and last + 1 not in beyond
        assert own & set(came)
    assert [first for first, _, _ in ranges] == sorted({first for first, _, _ in ranges})


def test_more_ranges_than_a_receipt_holds_are_told_in_several() -> None:
    seqs = set(range(10, 60, 2))
    made = receipts(head_with(3, seqs), [(seq, seq) for seq in seqs], KEY, START_UTC_S)
    opened = [envelope.open_receipt(one.payload, KEY) for one in made]
    assert {(terminal, through, utc_s) for terminal, through, _, utc_s, _ in opened} == {
        (NUMBER, 3, START_UTC_S)
    }
    assert max(len(ranges) for *_, ranges in opened) == RANGES_MAX
    assert [first for *_, ranges in opened for first, _, _ in ranges] == sorted(seqs)


def test_what_is_known_already_is_receipted_again(gate: Gate) -> None:
    gate.register(NUMBER)
    terminal = terminal_with(NUMBER, 10)
    gate.deliver((terminal.topic, terminal.payload(1, 2)), (terminal.topic, terminal.payload(8, 9)))
    for first, last, wanted in ((9, 9, [(8, 9)]), (1, 2, []), (5, 5, [(5, 5)]), (6, 7, [(5, 9)])):
        (receipt,) = gate.deliver((terminal.topic, terminal.payload(first, last)))
        _, through, head, _, ranges = envelope.open_receipt(receipt.payload, terminal.key)
        assert (through, head) == (2, records.digest(terminal.records[1]))
        assert [(first, last) for first, last, _ in ranges] == wanted
        assert all(digest == records.digest(terminal.records[last - 1]) for _, last, digest in ranges)
    (receipt,) = gate.deliver((terminal.topic, terminal.payload(3, 4)))
    assert envelope.open_receipt(receipt.payload, terminal.key)[1::3] == (9, [])
    assert gate.audit() == []


def test_the_time_is_the_server_s(gate: Gate) -> None:
    gate.register(NUMBER)
    terminal = terminal_with(NUMBER, 1)
    (receipt,) = gate.deliver((terminal.topic, terminal.payload(1, 3)))
    utc_s = envelope.open_receipt(receipt.payload, terminal.key)[3]
    assert gate.hands.acknowledged[-1].received_us // 1_000_000 == utc_s


def test_a_thinned_minute_is_the_same_record(gate: Gate) -> None:
    """Whole first and thinned again, thinned first and whole again: one record, the chain goes on."""
    gate.register(NUMBER)
    terminal = terminal_with(NUMBER, 3)
    thin = [records.thin(record) for record in terminal.records[2:]]
    assert all(thin)
    gate.deliver((terminal.topic, terminal.payload(1, 3)))
    mixed = [*(record for record in thin[:2] if record), terminal.records[4]]
    sealed = terminal.seal(mixed)
    (receipt,) = gate.deliver((terminal.topic, sealed))
    assert sealed in list(envelopes.of_terminal(gate.conn, NUMBER, 4, 5))
    gate.deliver((terminal.topic, terminal.payload(1, 5)))
    assert envelope.open_receipt(receipt.payload, terminal.key)[1:3] == (
        5,
        records.digest(terminal.records[4]),
    )
    assert gate.quarantined() == [] and gate.audit() == []
    gate.writer.forget()
    assert gate.writer.digests([(NUMBER, 3), (NUMBER, 4)]) == {
        (NUMBER, seq): records.digest(terminal.records[seq - 1]) for seq in (3, 4)
    }
