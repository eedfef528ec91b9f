"""Orders: sent when the terminal is heard from, in sequence, until its records say that they have come."""

from __future__ import annotations

import hashlib

import pytest

from firmware.wire import bulk, envelope, topics
from firmware.wire import orders as wire
from ingest.receive import order_desk
from ingest.receive.facts import TerminalKey
from ingest.receive.order_desk import OrderDesk
from ingest.receive.receipts import Receipt
from ingest.store import images, orders
from ingest.store.connection import StoreError
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import START_UTC_S, Terminal, key_of, terminal_with

NUMBER, OTHER, REVOKED = 7001, 7002, 7003
NOW_S = START_UTC_S
FACTS = {NUMBER: (TerminalKey(key_of(NUMBER), None),)}


@pytest.fixture
def terminal(gate: Gate) -> Terminal:
    gate.register(NUMBER, OTHER, REVOKED, revoked=(REVOKED,))
    return terminal_with(NUMBER, 3)


def numbers(terminal: Terminal, sent: list[Receipt]) -> list[int]:
    mine = [one.payload for one in sent if one.topic == topics.down(terminal.number)]
    return [wire.open_order(one, terminal.key)[1] for one in mine if envelope.kind_of(one) == wire.ORDER]


def due(gate: Gate, now_s: int, *terminals: int) -> list[int]:
    return [one.number for one in orders.due(gate.conn, terminals or (NUMBER,), now_s)]


def follow(gate: Gate, number: int, outcome: int, value: int = 0, code: int = wire.STATUS) -> None:
    orders.follow(gate.conn, [orders.News(NUMBER, number, code, outcome, value)])


def test_an_order_follows_the_receipt_of_what_the_terminal_sent(gate: Gate, terminal: Terminal) -> None:
    assert orders.add(gate.conn, NUMBER, wire.STATUS, [b""], "Li", until_s=2**32 - 1) == [1]
    other = terminal_with(OTHER, 0)
    assert numbers(other, gate.deliver((other.topic, other.payload(1, 1)))) == []
    sent = gate.deliver((terminal.topic, terminal.payload(1, 2)))
    assert [envelope.kind_of(one.payload) for one in sent] == [envelope.RECEIPT, wire.ORDER]
    opened = wire.open_order(sent[1].payload, terminal.key)
    assert opened == (NUMBER, 1, 2**32 - 1, wire.STATUS, b"")
    # Not again for half a minute, whatever it sends.
    assert numbers(terminal, gate.deliver((terminal.topic, terminal.payload(3, 3)))) == []
    terminal.done(1, wire.STATUS, value=5)
    gate.deliver((terminal.topic, terminal.payload(4, 6)))
    (order,) = orders.listed(gate.conn)
    assert (order.outcome, order.value) == (wire.DONE, 5)
    assert order.sent_at and order.received_at and order.done_at
    assert orders.awaited(gate.conn) == set()


def test_a_chunk_on_the_bulk_topic_is_hearing_from_it_too(gate: Gate, terminal: Terminal) -> None:
    orders.add(gate.conn, NUMBER, wire.STATUS, [b""], "Li")
    assert numbers(terminal, gate.deliver(terminal.chunk(b"\xff\xd8\xff", 0))) == [1]


def test_one_after_another_and_again_after_half_a_minute(gate: Gate, terminal: Terminal) -> None:
    grounds = [bytes((part,)) for part in range(3)]
    assert orders.add(gate.conn, NUMBER, wire.GROUNDS, grounds, "Li") == [1, 2, 3]
    assert due(gate, NOW_S) == [1]
    assert due(gate, NOW_S + 29) == []
    assert due(gate, NOW_S + 31) == [1]
    follow(gate, 1, wire.DONE, code=wire.GROUNDS)
    assert due(gate, NOW_S + 32) == [2]
    follow(gate, 2, wire.BEGUN, code=wire.GROUNDS)
    assert due(gate, NOW_S + 33) == [3]


def test_begun_is_not_sent_again_and_is_done_later(gate: Gate, terminal: Terminal) -> None:
    orders.add(gate.conn, NUMBER, wire.RESEND, [bytes(8)], "Li")
    assert due(gate, NOW_S) == [1]
    follow(gate, 1, wire.BEGUN, code=wire.RESEND)
    assert due(gate, NOW_S + 31) == []
    (order,) = orders.listed(gate.conn, only_open=True)
    assert order.received_at is not None and order.outcome is None
    follow(gate, 1, wire.REFUSED, 9, code=wire.RESEND)
    follow(gate, 1, wire.DONE, code=wire.RESEND)
    (order,) = orders.listed(gate.conn)
    assert (order.outcome, order.value) == (wire.REFUSED, 9)


def test_an_order_whose_time_is_over_is_not_sent_and_stands_in_nobodys_way(
    gate: Gate, terminal: Terminal
) -> None:
    orders.add(gate.conn, NUMBER, wire.STATUS, [b""] * 4, "Li", until_s=NOW_S)
    orders.add(gate.conn, NUMBER, wire.STATUS, [b""], "Li")
    assert due(gate, NOW_S) == [1]
    assert due(gate, NOW_S + 1) == [5]


@pytest.mark.parametrize("outcome", [wire.DONE, wire.BEGUN])
def test_what_expired_is_closed_until_its_record_says_otherwise(
    gate: Gate, terminal: Terminal, outcome: int
) -> None:
    orders.add(gate.conn, NUMBER, wire.STATUS, [b"", b""], "Li", until_s=NOW_S)
    assert due(gate, NOW_S) == [1]
    desk = OrderDesk()
    assert desk.due(gate.conn, {NUMBER: terminal.key}, FACTS, NOW_S + 1) == []
    assert orders.awaited(gate.conn) == set() and orders.listed(gate.conn, only_open=True) == []
    assert {(one.outcome, one.received_at) for one in orders.listed(gate.conn)} == {(wire.EXPIRED, None)}
    # It had come in time; its record was long on the way. The other one was never sent.
    for number in (1, 2):
        follow(gate, number, outcome, 5)
    first, second = orders.listed(gate.conn)
    assert (first.outcome, first.value) == ((wire.DONE, 5) if outcome == wire.DONE else (None, 5))
    assert (first.done_at is None) == (outcome == wire.BEGUN) and first.received_at is not None
    assert (second.outcome, second.value) == (wire.EXPIRED, None)
    orders.expire(gate.conn, NOW_S + 1)
    assert orders.listed(gate.conn)[0].outcome == first.outcome


def test_a_revoked_terminal_gets_none(gate: Gate, terminal: Terminal) -> None:
    revoked = terminal_with(REVOKED, 0)
    orders.add(gate.conn, REVOKED, wire.STATUS, [b""], "Li")
    assert gate.deliver((revoked.topic, revoked.payload(1, 1)), revoked.chunk(b"\xff\xd8\xff", 0)) == []


def test_orders_for_strangers_and_orders_too_large_are_refused(gate: Gate, terminal: Terminal) -> None:
    with pytest.raises(StoreError, match="no terminal 0000000000007777"):
        orders.add(gate.conn, 7777, wire.STATUS, [b""], "Li")
    with pytest.raises(StoreError, match="at most"):
        orders.add(gate.conn, NUMBER, wire.SETTINGS, [bytes(wire.BODY_MAX + 1)], "Li")


def test_most_batches_ask_nothing_of_the_database(gate: Gate, terminal: Terminal) -> None:
    desk = OrderDesk()
    assert desk.due(gate.conn, {NUMBER: terminal.key}, FACTS, NOW_S) == []
    gate.conn.close()
    assert desk.due(gate.conn, {NUMBER: terminal.key}, FACTS, NOW_S) == []


def test_a_terminal_heard_a_moment_ago_gets_an_order_without_another_word(
    gate: Gate, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_desk, "LOOK_S", 0.0)
    heard, gone = OrderDesk(), OrderDesk(there_s=0.0)
    for desk in (heard, gone):
        assert desk.due(gate.conn, {NUMBER: terminal.key}, FACTS, NOW_S) == []
    orders.add(gate.conn, NUMBER, wire.STATUS, [b""], "Li")
    assert gone.due(gate.conn, {}, FACTS, NOW_S) == []
    assert heard.due(gate.conn, {}, {NUMBER: (TerminalKey(terminal.key, NOW_S),)}, NOW_S) == []
    assert numbers(terminal, heard.due(gate.conn, {}, FACTS, NOW_S)) == [1]


def test_pieces_of_an_image_go_to_terminals_with_an_order_for_it(gate: Gate, terminal: Terminal) -> None:
    image = bytes(range(256)) * 10
    digest = images.add(gate.conn, 1_002_003, b"manifest", image)
    assert digest == hashlib.sha256(image).digest()

    def want(number: int, key: bytes, offset: int) -> list[Receipt]:
        payload = bulk.encode_want(number, digest[:8], offset, key)
        return [
            one
            for one in gate.deliver((topics.bulk(number), payload))
            if envelope.kind_of(one.payload) == bulk.PIECE
        ]

    assert want(NUMBER, terminal.key, 0) == []
    orders.add(gate.conn, NUMBER, wire.UPDATE, [b"manifest"], "Li", image=digest)
    got = b""
    while answer := want(NUMBER, terminal.key, len(got)):
        number, mark, offset, data = bulk.open_piece(answer[0].payload, terminal.key)
        assert (number, mark, offset) == (NUMBER, digest[:8], len(got))
        got += data
    assert got == image
    other = Terminal(OTHER)
    assert want(OTHER, other.key, 0) == []
    assert due(gate, NOW_S) == [1]
    follow(gate, 1, wire.BEGUN, code=wire.UPDATE)
    assert len(want(NUMBER, terminal.key, 0)) == 1
    follow(gate, 1, wire.DONE, code=wire.UPDATE)
    assert want(NUMBER, terminal.key, 0) == []
