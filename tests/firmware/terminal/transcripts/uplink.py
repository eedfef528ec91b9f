"""The uplink at a desk, on both interpreters: order, receipts, waits and tries."""

from firmware.terminal.uplink.uplink import RECEIPT_WAIT_S, RETRY_FIRST_S
from firmware.wire import bulk
from firmware.wire.orders import ORDER
from tests.firmware.terminal.memory_stream import CONNACK, packet
from tests.firmware.terminal.uplink_desk import KEY, TERMINAL, Desk


def identity_first_then_new_then_backlog():
    desk = Desk("immmimmm")
    desk.step(3)
    desk.journal.append("mi")
    desk.step(100)
    print("order", desk.sent())
    desk.receipt(4, ranges=((9, 10),))
    desk.step(3)
    print("through", desk.journal.through)
    desk.receipt(8)
    desk.step(3)
    print("through", desk.journal.through, desk.sent(), desk.uplink.outbox.idle)


def the_rate_is_bounded():
    desk = Desk("m" * 60)
    counts = []
    for _ in range(8):
        desk.step(20, 50)
        counts.append(sum([len(batch) for batch in desk.sent()]))
    print("a second", counts)
    desk.settings["uplink_records_per_s"] = 2
    desk.receipt(48)
    counts = []
    for _ in range(4):
        desk.step(20, 50)
        counts.append(sum([len(batch) for batch in desk.sent()]))
    print("slower", counts)


def false_receipts_free_nothing():
    desk = Desk("m" * 10)
    desk.step(10)
    desk.receipt(5, key=bytes(32))
    desk.receipt(5, head=bytes(32))
    desk.receipt(5, terminal=8)
    desk.receipt(999, head=bytes(32))
    desk.hear(b"rubbish")
    desk.hear(bytes([1, 9]))
    desk.step(9)
    uplink = desk.uplink
    print(
        "through",
        desk.journal.through,
        uplink.online,
        uplink.outbox.strange_receipts,
        uplink.strange_payloads,
    )


def lost_receipts_mean_sent_again_with_growing_waits():
    desk = Desk("mmm")
    desk.step(5)
    print("first", desk.sent())
    times = []
    while len(times) < 6:
        desk.step(1, 1000)
        desk.stream.coming = packet(0xD0, b"")
        if desk.sent():
            times.append(desk.now // 1000)
    print("again after s", [b - a for a, b in zip([0] + times, times)])
    desk.receipt(3)
    desk.step(2)
    desk.journal.append("m")
    desk.step(2)
    print("new", desk.sent())
    desk.step(RECEIPT_WAIT_S * 2, 1000)
    print("again", desk.sent())


def a_record_that_gets_no_receipt_is_not_sent_every_minute():
    """The server has no room for record 1, but takes every other one."""
    desk = Desk("m")
    again = 0
    for _ in range(60):
        desk.journal.append("m")
        for _ in range(60):
            desk.step(1, 1000)
            desk.stream.coming += packet(0xD0, b"")
            for batch in desk.sent():
                again += 1 in batch
                if batch[-1] > 1:
                    desk.receipt(0, ranges=((2, batch[-1]),))
    print("in an hour", again, desk.uplink.outbox.oldest, desk.journal.through)


def server_time_is_handed_on_once():
    heard = []
    desk = Desk("mm", on_server_time=heard.append)
    desk.step(5)
    desk.receipt(2, utc_s=500)
    desk.step(3)
    desk.journal.append("m")
    desk.step(3)
    for utc_s in (600, 700):
        desk.receipt(3, utc_s=utc_s)
    desk.step(3)
    print("server time", heard)


def tries(desk, count, ms):
    times = []
    seen = desk.opened
    while len(times) < count:
        desk.step(1, ms)
        if desk.opened != seen:
            seen = desk.opened
            times.append(desk.now // 1000)
    return [b - a for a, b in zip(times, times[1:])]


def link_lost_backs_off():
    desk = Desk("mmm")
    desk.step(5)
    desk.stream.closed = True
    desk.answer = None
    desk.step(1)
    print("tries at s", tries(desk, 10, 500))
    desk.answer = CONNACK
    desk.step(700, 500)
    print("half", desk.uplink.online)
    desk = Desk("mmm")
    desk.step(5)
    desk.stream.closed = True
    desk.step(RETRY_FIRST_S * 2, 500)
    print("back", desk.uplink.online, desk.sent())


def a_refused_credential_is_tried_rarely():
    desk = Desk("m")
    desk.answer = packet(0x20, b"\0\5")
    desk.step(3)
    print("refused", desk.uplink.refused, tries(desk, 6, 1000))
    desk.answer = None
    desk.step(4000, 1000)
    desk.uplink.hurry()
    desk.answer = Desk("").answer
    desk.step(3)
    print("mended", desk.uplink.refused, desk.uplink.online, desk.sent())


def silent_brokers_are_given_up():
    desk = Desk("m")
    desk.answer = b""
    desk.step(1)
    desk.step(21, 1000)
    print("given up at s", desk.now // 1000)
    desk.answer = Desk("").answer
    desk.step(40, 1000)
    print("half-open", desk.uplink.online)
    desk.step(95, 1000)
    desk.step(20, 1000)
    print("again", desk.opened)


class Photos:
    """Two chunks; says what it is asked."""

    def __init__(self):
        self.left = [b"chunk 1", b"chunk 2"]

    def next_chunk(self):
        return self.left[0] if self.left else None

    def on_receipt(self, payload):
        del self.left[0]
        return True


def photos_wait_for_everything_else():
    photos = Photos()
    desk = Desk("mm", photos=photos)
    desk.step(200)
    print("records", [topic for topic, _ in desk.published()])
    desk.receipt(2)
    desk.step(5)
    print("then", desk.published())
    desk.step(RECEIPT_WAIT_S * 2, 1000)
    desk.stream.coming = packet(0xD0, b"")
    print("again", desk.published())
    desk.hear(bytes([1, bulk.PHOTO_RECEIPT]))
    desk.step(5)
    print("next", desk.published())
    desk.hear(bytes([1, bulk.PHOTO_RECEIPT]))
    desk.step(5)
    print("done", desk.published())


def a_piece_is_asked_for_until_it_comes():
    image = b"8 bytes."
    got = []

    def take(image, offset, data):
        if not got:
            got.append("full")
            raise OSError(28)
        got.append((image, offset, data))
        if offset == 0:
            desk.uplink.want(image, 3)

    desk = Desk("m", on_piece=take)
    desk.step(2)
    desk.uplink.want(image, 0)
    desk.step(2)
    desk.uplink.want(image, 0)
    desk.step(2)
    print("asked", [(t, bulk.open_want(p, KEY)) for t, p in desk.published() if t == "bulk"])
    desk.step(45, 1000)
    desk.stream.coming = packet(0xD0, b"")
    print("again", [t for t, _ in desk.published() if t == "bulk"])
    for offset in (3, 0, 0, 0, 3):
        desk.hear(bulk.encode_piece(TERMINAL, image, offset, b"%d!!" % offset, KEY))
        desk.step(2)
    print("got", got)
    print("asked", [bulk.open_want(p, KEY)[2] for t, p in desk.published() if t == "bulk"])


class Orders:
    """Takes orders as the order book does."""

    def __init__(self):
        self.waiting = False
        self.heard = 0

    def offer(self, payload):
        self.heard += 1
        self.waiting = True
        return True

    def drop(self):
        self.waiting = False


def one_order_at_a_time():
    orders = Orders()
    desk = Desk("m", orders=orders)
    desk.step(3)
    for _ in range(3):
        desk.hear(bytes([1, ORDER]))
    desk.step(5)
    print("orders", orders.heard, orders.waiting)
    orders.waiting = False
    desk.step(5)
    print("orders", orders.heard, orders.waiting)
    desk.step(11, 1000)
    print("not for ever", orders.heard, orders.waiting, desk.uplink.online)


def an_ordered_range_goes_again():
    desk = Desk("mimm")
    desk.step(3)
    desk.receipt(4)
    desk.step(1)
    desk.published()
    for first, last in ((2, 3), (3, 2), (0, 1), (4, 5)):
        print("resend", desk.uplink.resend(first, last))
    desk.step(3)
    print("again", desk.sent(), desk.uplink.outbox.idle)


identity_first_then_new_then_backlog()
the_rate_is_bounded()
false_receipts_free_nothing()
lost_receipts_mean_sent_again_with_growing_waits()
a_record_that_gets_no_receipt_is_not_sent_every_minute()
server_time_is_handed_on_once()
link_lost_backs_off()
a_refused_credential_is_tried_rarely()
silent_brokers_are_given_up()
photos_wait_for_everything_else()
a_piece_is_asked_for_until_it_comes()
one_order_at_a_time()
an_ordered_range_goes_again()
