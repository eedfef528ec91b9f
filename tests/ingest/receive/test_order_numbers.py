"""No order is lost and none blocks another: the server's orders against the terminal's own order book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from firmware.terminal.keep import Keep
from firmware.terminal.orders.book import OrderBook
from firmware.wire import orders as wire
from firmware.wire.fields import U32
from ingest.store import orders
from ingest.store.connection import StoreError
from tests.firmware.terminal.memory_journal import MemoryJournal
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import START_UTC_S, key_of

NUMBER = 7101
AGAIN_S = orders.SEND_AGAIN_S + 1
Lost = Callable[[int], bool]


class Car:
    """A terminal's order book; what it writes reaches the server's orders when told() is called."""

    def __init__(self, gate: Gate, folder: Path) -> None:
        self.gate = gate
        self.keep = Keep(str(folder / "keep"))
        self.journal = MemoryJournal(NUMBER)
        self.done: list[bytes] = []
        self.news: list[orders.News] = []
        self.now_s = START_UTC_S
        self.start()

    def start(self) -> None:
        self.book = OrderBook(
            NUMBER, key_of(NUMBER), self.keep, self.journal, self._write, {wire.SETTINGS: self._do}
        )

    def _do(self, order: int, body: bytes) -> tuple[int, int]:
        self.done.append(body)
        return wire.DONE, 0

    def _write(self, kind: int, body: dict[str, int]) -> None:
        self.news.append(orders.News(NUMBER, *(body[name] for name in ("order", "code", "outcome", "value"))))
        self.journal.put(kind, body)
        self.journal.append("")

    def hear(self, lost: Lost = lambda number: False) -> list[int]:
        """What the server sends now, and what of it the terminal takes; the numbers sent."""
        self.now_s += AGAIN_S
        sent = orders.due(self.gate.conn, [NUMBER], self.now_s)
        for one in sent:
            if not lost(one.number) and self.book.offer(wire.encode(*one, key_of(NUMBER))):
                self.book.step(self.now_s)
        return [one.number for one in sent]

    def told(self) -> None:
        """The server stores the records and gives a receipt."""
        orders.follow(self.gate.conn, self.news)
        self.news = []
        self.journal.through = self.journal.next_seq - 1


@pytest.fixture
def car(gate: Gate, tmp_path: Path) -> Car:
    gate.register(NUMBER)
    return Car(gate, tmp_path)


def give(gate: Gate, *bodies: bytes) -> list[int]:
    return orders.add(gate.conn, NUMBER, wire.SETTINGS, bodies, "Li")


def restore(gate: Gate, upto: int) -> None:
    """The database as it was when order upto was the newest."""
    gate.conn.execute("DELETE FROM terminal_order WHERE number > %s", (upto,))
    gate.conn.execute("UPDATE order_number_taken SET number = least(number, %s)", (upto,))


def test_lost_orders_come_again_in_sequence_and_each_is_done_once(gate: Gate, car: Car) -> None:
    give(gate, b"a", b"b", b"c", b"d")
    # Before the SUBACK nothing arrives, and later not everything does.
    times = iter((True, True, False, True, False, False, True, True, False))
    while car.hear(lambda number: next(times)):
        car.told()
    assert car.done == [b"a", b"b", b"c", b"d"]
    assert [one.number for one in orders.listed(gate.conn)] == [1, 2, 3, 4]
    assert orders.awaited(gate.conn) == set()


def test_a_record_that_takes_long_gets_no_second_answer(gate: Gate, car: Car) -> None:
    give(gate, b"a", b"b")
    assert [car.hear(), car.hear(), car.hear()] == [[1], [1], [1]]
    car.start()
    assert car.hear() == [1] and len(car.news) == 1
    car.told()
    assert car.hear() == [2]
    assert car.done == [b"a", b"b"] and len(car.news) == 1


def test_orders_that_another_overtook_get_new_numbers_and_keep_their_sequence(gate: Gate, car: Car) -> None:
    """Three were on their way at once, as an earlier version sent them, and the first two were lost."""
    give(gate, b"a", b"b", b"c", b"d")
    gate.conn.execute("UPDATE terminal_order SET sent_at = to_timestamp(%s) WHERE number <= 3", (car.now_s,))
    car.book.offer(wire.encode(NUMBER, 3, 0, wire.SETTINGS, b"c", key_of(NUMBER)))
    car.book.step(car.now_s)
    car.told()
    # The records of the first two may still be on their way.
    assert orders.due(gate.conn, [NUMBER], car.now_s + 1) == []
    sent = []
    while now := car.hear():
        sent += now
        car.told()
    assert sent == [5, 6, 7]
    assert car.done == [b"c", b"a", b"b", b"d"]
    found = [(one.number, one.given_as) for one in orders.listed(gate.conn)]
    assert found == [(3, None), (5, 1), (6, 2), (7, 4)]


@pytest.mark.parametrize("kept", [0, 2, 4, 5])
def test_a_database_from_a_backup_begins_above_what_the_terminal_has_taken(
    gate: Gate, car: Car, kept: int
) -> None:
    give(gate, *(bytes((n,)) for n in range(6)))
    while car.hear():
        car.told()
    restore(gate, kept)
    car.start()
    assert give(gate, b"x", b"y") == [kept + 1, kept + 2]
    assert car.hear() == [kept + 1]
    assert car.done[6:] == []
    (said,) = car.news
    assert said == (NUMBER, kept + 1, wire.STALE, wire.REFUSED, 6)
    # Once for each number and boot, however often it comes.
    assert car.hear() == [kept + 1] and len(car.news) == 1
    car.told()
    # Above what it has taken, and above the numbers that are given.
    first = max(6, kept + 2) + 1
    assert car.hear() == [first]
    car.told()
    assert car.hear() == [first + 1]
    car.told()
    assert car.done[6:] == [b"x", b"y"]
    found = [(one.number, one.given_as, one.outcome) for one in orders.listed(gate.conn)]
    assert found[kept:] == [(first, kept + 1, wire.DONE), (first + 1, kept + 2, wire.DONE)]
    assert give(gate, b"z") == [first + 2]


def test_an_answer_about_an_order_that_is_closed_changes_nothing(gate: Gate, car: Car) -> None:
    """Somebody recorded the line and plays it again."""
    give(gate, b"a", b"b", b"c")
    while car.hear():
        car.told()
    before = orders.listed(gate.conn)
    for number in (1, 2, 1, 2, 3, 2, 1):
        if car.book.offer(wire.encode(NUMBER, number, 0, wire.SETTINGS, b"a", key_of(NUMBER))):
            car.book.step(car.now_s)
    assert [one.number for one in car.news] == [1, 2, 3]
    car.told()
    assert orders.listed(gate.conn) == before and car.hear() == []
    assert car.done == [b"a", b"b", b"c"] and give(gate, b"d") == [4]


def test_a_record_of_another_life_of_the_database_closes_nothing(gate: Gate, car: Car) -> None:
    give(gate, b"a")
    orders.follow(gate.conn, [orders.News(NUMBER, 1, wire.SETTINGS, wire.DONE, 0)])
    assert orders.awaited(gate.conn) == {NUMBER}
    assert car.hear() == [2]
    orders.follow(gate.conn, [orders.News(NUMBER, 2, wire.STATUS, wire.DONE, 0)])
    assert orders.awaited(gate.conn) == {NUMBER}


def test_a_terminal_that_says_its_numbers_are_used_up_stops_only_its_own_orders(gate: Gate, car: Car) -> None:
    give(gate, b"a", b"b")
    orders.follow(gate.conn, [orders.News(NUMBER, 1, wire.STALE, wire.REFUSED, U32 - 1)])
    gate.register(NUMBER, NUMBER + 1)
    orders.add(gate.conn, NUMBER + 1, wire.STATUS, [b""], "Li")
    sent = orders.due(gate.conn, [NUMBER, NUMBER + 1], car.now_s)
    assert (NUMBER + 1, 1) in [(one.terminal, one.number) for one in sent]
    assert max(one.number for one in orders.listed(gate.conn)) == U32
    with pytest.raises(StoreError, match="all the orders that can be numbered"):
        give(gate, b"c")
