"""What goes to the server next, against a server that stores what it gets and loses what the test says."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.terminal.uplink.outbox import RECEIPTED_RANGES, WINDOW_RECORDS, Outbox
from firmware.wire import records
from firmware.wire.envelope import RANGES_MAX
from tests.firmware.terminal.memory_journal import MemoryJournal

TERMINAL = 7
Receipt = tuple[int, bytes, list[tuple[int, int, bytes]]]


class Server:
    """Stores records and receipts them as ingest does: through, and a few ranges beyond it."""

    def __init__(self) -> None:
        self.stored: dict[int, bytes] = {}
        self.arrived: list[int] = []

    def store(self, batch: list[bytes]) -> Receipt:
        seqs = [records.decode(record)["seq"] for record in batch]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        self.arrived += seqs
        self.stored |= {seq: records.digest(record) for seq, record in zip(seqs, batch, strict=True)}
        return self.receipt(seqs[0])

    def receipt(self, around: int) -> Receipt:
        through = 0
        while through + 1 in self.stored:
            through += 1
        ranges: list[tuple[int, int, bytes]] = []
        for seq in sorted(self.stored):
            if seq <= through:
                continue
            if ranges and ranges[-1][1] == seq - 1:
                ranges[-1] = (ranges[-1][0], seq, self.stored[seq])
            else:
                ranges.append((seq, seq, self.stored[seq]))
        ranges = [one for one in ranges if one[1] >= around][:RANGES_MAX]
        return through, self.stored.get(through, bytes(32)), ranges


def make(kinds: str) -> tuple[MemoryJournal, Outbox]:
    """An outbox that has just come online and begins with these records as its backlog."""
    journal = MemoryJournal(TERMINAL)
    journal.append(kinds)
    outbox = Outbox(journal)
    outbox.connected()
    return journal, outbox


def drain(outbox: Outbox, server: Server, at_once: int = 8) -> None:
    """Send and receipt until the server has everything."""
    while batch := outbox.take(at_once):
        assert outbox.on_receipt(*server.store(batch))


def test_identity_events_then_new_records_then_the_backlog() -> None:
    journal, outbox = make("immmmimmii")
    server = Server()
    for _ in range(3):
        server.store(outbox.take(8))
    assert server.arrived == [1, 6, 9, 10]
    server.store(outbox.take(2))
    journal.append("mmi")
    drain(outbox, server, 1)
    assert server.arrived == [1, 6, 9, 10, 2, 3, 13, 11, 12, 4, 5, 7, 8]


def test_nothing_goes_before_it_is_durable() -> None:
    journal, outbox = make("")
    journal.write("im")
    assert not outbox.take(8) and not outbox.idle
    journal.append("")
    assert len(outbox.take(8)) == 1 and len(outbox.take(8)) == 1
    assert not outbox.idle and not outbox.take(8)
    assert outbox.on_receipt(2, journal.head, []) == 2
    assert not outbox.take(8) and outbox.idle


def test_the_window_bounds_what_has_no_receipt() -> None:
    journal, outbox = make("m" * 100)
    sent = 0
    while batch := outbox.take(5):
        sent += len(batch)
    assert sent == WINDOW_RECORDS
    assert outbox.on_receipt(10, journal.head_at(10), []) == 1
    assert outbox.oldest == 11
    assert len(outbox.take(99)) == 10
    assert [len(outbox.take(20, window)) for window in (10, 60)] == [0, 12]


def test_what_is_in_flight_is_sent_again_and_nothing_else() -> None:
    journal, outbox = make("m" * 20)
    server = Server()
    receipt = server.store(outbox.take(6))
    outbox.take(6)
    server.store(outbox.take(6))
    outbox.on_receipt(*receipt)
    outbox.on_receipt(*server.receipt(1))
    assert (journal.through, outbox.oldest) == (6, 7)
    server.arrived.clear()
    outbox.again()
    drain(outbox, server)
    assert server.arrived == [7, 8, 9, 10, 11, 12, 19, 20]
    assert journal.through == 20


@pytest.mark.parametrize(
    ("through", "head", "ranges"),
    [
        (11, bytes(32), []),
        (5, bytes(32), []),
        (0, bytes(32), [(3, 5, bytes(32))]),
        (0, bytes(32), [(3, 11, bytes(32))]),
        (0, bytes(32), [(4000000000, 4294967295, bytes(32))]),
    ],
)
def test_a_receipt_for_what_is_not_ours_is_counted_and_frees_nothing(
    through: int, head: bytes, ranges: list[tuple[int, int, bytes]]
) -> None:
    journal, outbox = make("m" * 10)
    outbox.take(8)
    assert outbox.on_receipt(through, head, ranges) == 0
    assert (outbox.strange_receipts, journal.through, outbox.oldest) == (1, 0, 1)


def test_a_server_that_lost_its_database_is_served_by_ranges() -> None:
    journal, outbox = make("m" * 10)
    drain(outbox, Server())
    assert journal.through == 10
    journal.append("m" * 5)
    empty = Server()
    drain(outbox, empty)
    assert empty.receipt(1)[0] == 0
    assert (journal.through, outbox.strange_receipts) == (15, 0)


def test_a_range_that_was_ordered_goes_once_more() -> None:
    journal, outbox = make("m" * 10)
    drain(outbox, Server())
    assert outbox.resend(3, 5) and not outbox.idle
    empty = Server()
    empty.store(outbox.take(8))
    assert empty.arrived == [3, 4, 5] and not outbox.take(8) and outbox.idle
    for first, last in ((0, 1), (5, 3), (9, 11)):
        assert not outbox.resend(first, last)
    journal.unreadable = {1, 2}
    assert not outbox.resend(1, 3) and not outbox.resend(1, 2)


def test_a_record_that_the_medium_lost_holds_up_only_itself() -> None:
    journal, outbox = make("immmm" + "mmmim")
    journal.unreadable = {1, 3, 9}
    server = Server()
    outbox.take(8)
    for _ in range(20):
        if batch := outbox.take(4):
            server.store(batch)
        outbox.on_receipt(*server.receipt(1))
    assert sorted(server.stored) == [2, 4, 5, 6, 7, 8, 10] and len(server.arrived) == 7
    assert journal.through == 0


def test_what_is_told_lost_holds_up_nothing() -> None:
    journal, outbox = make("immmm" + "mmmim")
    journal.unreadable = {1, 3, 4, 9}
    server = Server()
    for told in ((9, 9), (1, 1), (3, 4)):
        while batch := outbox.take(4):
            server.store(batch)
        outbox.on_receipt(*server.receipt(1))
        journal.lost.add(*told)
        journal.append("i")
    drain(outbox, server)
    assert (journal.through, journal.lost.count, server.receipt(1)[0]) == (13, 0, 0)
    assert sorted(server.stored) == [2, 5, 6, 7, 8, 10, 11, 12, 13]
    assert len(server.arrived) == 9


def test_the_journal_forgets_no_further_than_the_next_record_that_is_missing() -> None:
    journal, outbox = make("m" * 10)
    journal.unreadable = {3, 6}
    journal.lost.add(3, 3)
    server = Server()
    drain(outbox, server)
    assert journal.through == 5
    journal.unreadable = {3}
    drain(outbox, server)
    assert journal.through == 10


def test_time_is_believed_from_receipts_for_records_of_this_start() -> None:
    journal = MemoryJournal(TERMINAL)
    journal.append("mmm")
    outbox = Outbox(journal)
    outbox.connected()
    server = Server()
    assert outbox.on_receipt(*server.store(outbox.take(8))) == 1
    journal.append("m")
    receipt = server.store(outbox.take(8))
    assert outbox.on_receipt(*receipt) == 2
    assert outbox.on_receipt(*receipt) == 0


def test_more_ranges_than_there_is_room_for_cost_only_resends() -> None:
    journal, outbox = make("mi" * (3 * RECEIPTED_RANGES))
    server = Server()
    drain(outbox, server, 1)
    assert journal.through == 6 * RECEIPTED_RANGES
    assert sorted(set(server.arrived)) == list(range(1, journal.next_seq))
    assert len(server.arrived) < 9 * RECEIPTED_RANGES


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1 << 30), st.sampled_from([0, 20, 60]))
def test_everything_arrives_whatever_is_lost(seed: int, lost_percent: int) -> None:
    draw = random.Random(seed)
    journal, outbox = make("".join(draw.choices("mi", (9, 1), k=draw.randrange(120))))
    server = Server()

    def happens() -> bool:
        return draw.randrange(100) < lost_percent

    for _ in range(draw.randrange(150)):
        if draw.randrange(3) == 0:
            journal.write(draw.choices("mi", (9, 1)))
        if draw.randrange(3) == 0:
            journal.append("")
        batch = outbox.take(draw.randrange(1, 20))
        if batch and not happens():
            receipt = server.store(batch)
            if not happens():
                outbox.on_receipt(*receipt)
        if draw.randrange(20) == 0:
            outbox.again() if happens() else outbox.connected()
        if draw.randrange(60) == 0:
            # A restart forgets the ranges, not the journal.
            outbox = Outbox(journal)
    journal.append("")
    outbox.connected()
    for _ in range(1000):
        batch = outbox.take(8)
        if batch:
            outbox.on_receipt(*server.store(batch))
        else:
            outbox.again()
        if journal.through == journal.next_seq - 1:
            break
    assert journal.through == journal.next_seq - 1 == len(server.stored)
    assert outbox.strange_receipts == 0
