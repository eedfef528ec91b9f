"""Orders and ordered settings, on both interpreters: once each, whatever the power does."""

import sys

from firmware.terminal.keep import Keep
from firmware.terminal.orders.book import OrderBook
from firmware.terminal.orders.settings_overlay import SettingsOverlay
from firmware.wire import orders, records
from firmware.wire.errors import WireError
from tests.firmware.terminal.memory_journal import MemoryJournal

KEY = bytes(range(32))
TERMINAL = 7


class Cut(Exception):
    """The power is gone."""


class CutKeep(Keep):
    """Loses the power before or after the countdown-th value is on the medium."""

    countdown = 0
    after = False

    def put(self, name, data):
        self.countdown -= 1
        if self.countdown == 0 and not self.after:
            raise Cut()
        Keep.put(self, name, data)
        if self.countdown == 0:
            raise Cut()


class Car:
    """A terminal's order book and what it does; start() is another boot of the same car."""

    def __init__(self, folder):
        self.keep = CutKeep(folder)
        self.journal = MemoryJournal(TERMINAL)
        self.done = []
        self.answer = (orders.DONE, 0)
        self.cut_at = ""
        self.number = 0
        self.start()

    def start(self):
        self.journal.cut()
        table = {orders.TRAINING_BAN: self.act, orders.FACE_CHECK: self.act, orders.UPDATE: self.act}
        self.book = OrderBook(TERMINAL, KEY, self.keep, self.journal, self.write, table)

    def act(self, order, body):
        if self.cut_at == "doing":
            raise Cut()
        if self.answer is None:
            raise OSError(28, "full")
        if body == b"wrong":
            raise ValueError("wrong")
        self.done.append(order)
        return self.answer

    def write(self, kind, body):
        if self.cut_at == "before the record":
            raise Cut()
        self.journal.put(kind, body)
        if self.cut_at == "record not durable":
            raise Cut()
        self.journal.append("")
        if self.cut_at == "after the record":
            raise Cut()

    def order(
        self, order, code=orders.TRAINING_BAN, body=b"", until_utc_s=0, utc_s=0, key=KEY, terminal=TERMINAL
    ):
        if self.book.offer(orders.encode(terminal, order, until_utc_s, code, body, key)):
            self.book.step(utc_s)

    def recorded(self):
        """[(order, code, outcome, value)] in the journal."""
        found = []
        for record in self.journal.read_from(1, 999, 99999):
            values = records.decode(record)
            if values["kind"] == 10:
                found.append((values["order"], values["code"], values["outcome"], values["value"]))
        return found


def outcomes(folder):
    car = Car(folder + "/a")
    car.order(5)
    car.order(6, code=77)
    car.order(7, until_utc_s=1000, utc_s=1001)
    car.order(8, until_utc_s=1000, utc_s=1000)
    car.order(9, until_utc_s=1000, utc_s=0)
    car.order(10, body=b"wrong")
    car.answer = None
    car.order(11)
    print("done", car.done)
    for line in car.recorded():
        print("  ", line)


def never_twice(folder):
    car = Car(folder + "/b")
    for order in (5, 5, 4, 6, 5, 6, 1):
        car.order(order)
    car.start()
    for order in (6, 5, 7):
        car.order(order)
    print("done", car.done, "replayed", car.book.replayed, "last", car.book.last)
    for key, terminal in ((bytes(32), TERMINAL), (KEY, 8)):
        try:
            car.order(9, key=key, terminal=terminal)
            print("not taken", car.book.waiting)
        except WireError as error:
            print(error)
    print("done", car.done, len(car.recorded()))


def stale_numbers(folder):
    """The server has forgotten which numbers it gave."""
    car = Car(folder + "/g")
    car.answer = (orders.BEGUN, 0)
    car.order(4, code=orders.FACE_CHECK)
    car.answer = (orders.DONE, 0)
    car.order(7)
    # Its record has no receipt yet; 4 is still open.
    car.order(7)
    car.order(4)
    print("remembered", len(car.recorded()))
    for order in (3, 3, 2, 5, 5, 3):
        car.order(order)
    print(car.recorded()[2:], "done", car.done, "last", car.book.last)
    car.journal.through = car.journal.next_seq - 1
    car.order(7)
    car.order(7)
    car.order(8)
    car.start()
    car.order(8)
    car.order(3)
    for line in car.recorded()[4:]:
        print("  ", line)
    print("done", car.done, "last", car.book.last)


def the_power_goes_anywhere(folder):
    """The server sends order 5 again until its record has come."""
    cuts = ["doing", "keep", "kept", "before the record", "record not durable", "after the record"]
    for number, cut_at in enumerate(cuts):
        car = Car("%s/c%d" % (folder, number))
        car.journal.append("im")
        car.cut_at = cut_at
        if cut_at in ("keep", "kept"):
            car.keep.countdown = 1
            car.keep.after = cut_at == "kept"
        try:
            car.order(5)
            print("no cut")
        except Cut:
            pass
        car.cut_at = ""
        car.start()
        car.book.step(0)
        before = len(car.recorded())
        if not before:
            car.order(5)
        print(cut_at, "| recorded before it came again", before, "| done", len(car.done), car.recorded())


def what_has_begun_ends(folder):
    car = Car(folder + "/d")
    car.answer = (orders.BEGUN, 0)
    car.order(1, code=orders.FACE_CHECK)
    car.order(2, code=orders.UPDATE)
    car.order(3, code=orders.FACE_CHECK)
    print("open", car.book.opened(orders.FACE_CHECK), car.book.opened(orders.UPDATE))
    car.book.finish(3, orders.DONE, 9)
    car.book.finish(3, orders.DONE, 9)
    car.start()
    car.book.close_interrupted((2,))
    print("open", car.book.opened(orders.FACE_CHECK), car.book.opened(orders.UPDATE))
    car.start()
    car.book.close_interrupted((2,))
    car.book.finish(2, orders.DONE, 2000)
    car.start()
    car.book.close_interrupted((2,))
    for line in car.recorded():
        print("  ", line)
    for order in range(4, 10):
        car.order(order, code=orders.FACE_CHECK)
    print("too many", car.recorded()[-3:])


def the_medium_refuses_the_record(folder):
    car = Car(folder + "/e")

    def refuse(kind, body):
        raise OSError(28, "full")

    car.book._write = refuse
    for _ in range(2):
        try:
            car.order(1)
            car.book.step(0)
        except OSError as error:
            print("errno", error.errno)
    car.book._write = car.write
    car.book.step(0)
    car.book.step(0)
    print("done", car.done, car.recorded())


def ordered_settings(folder):
    keep = Keep(folder + "/f")
    settings = {"photo_min": 15, "host": "server", "language": "zh"}
    overlay = SettingsOverlay(keep, settings)
    print("none", overlay.order, settings["photo_min"])
    for order, body in enumerate(
        (
            b'{"photo_min": 5, "language": "both"}',
            b'{"photo_min": 6, "host": "thief"}',
            b'{"photo_min": 6, "language": "fr"}',
            b'{"photo_min": 0}',
            b'{"photo_min": 241}',
            b'{"photo_min": true}',
            b'{"photo_min": 1.5}',
            b'{"photo_min": "6"}',
            b'{"photo_min": null}',
            b"[1]",
            b"",
            b"\xff{}",
            b'{"keepalive_s": 30}',
            b"{}",
        ),
        1,
    ):
        print("  ", body, overlay.take(order, body))
    print(
        "now",
        overlay.order,
        settings["photo_min"],
        settings["language"],
        settings["keepalive_s"],
        settings["host"],
    )
    settings = {"photo_min": 15, "language": "zh", "host": "server"}
    overlay = SettingsOverlay(keep, settings)
    print("again", overlay.order, settings["photo_min"], settings["language"], settings["keepalive_s"])
    for kept in (b"", b"\0\0", b"\0\0\0\1[]", b"\0\0\0\2{", b'\0\0\0\3{"gone": 1, "photo_min": 7}'):
        keep.put("settings", kept)
        settings = {"photo_min": 15}
        overlay = SettingsOverlay(keep, settings)
        print("kept", kept, overlay.order, settings["photo_min"], len(settings))


def run(folder):
    outcomes(folder)
    never_twice(folder)
    stale_numbers(folder)
    the_power_goes_anywhere(folder)
    what_has_begun_ends(folder)
    the_medium_refuses_the_record(folder)
    ordered_settings(folder)


run(sys.argv[1])
