"""The MQTT client and the uplink over a stream in memory: bytes in, bytes out, on both interpreters."""

import sys

from firmware.boards.unix_flash import FileFlash
from firmware.terminal.journal import Journal
from firmware.terminal.mqtt import LinkLost, MqttClient
from firmware.terminal.uplink import RECEIPT_WAIT_S, WINDOW_RECORDS, Uplink
from firmware.wire import envelope, records

KEY = bytes(range(32))
TERMINAL = 7
SETTINGS = {"terminal": TERMINAL, "username": "0000000000000007", "password": "secret", "keepalive_s": 60}


class MemoryStream:
    """What the broker's side sees and says."""

    def __init__(self):
        self.sent = b""
        self.coming = b""
        self.closed = False
        self.step = 0

    def send(self, data):
        if self.closed:
            raise OSError(32)
        self.sent += bytes(data)

    def receive_into(self, buffer):
        if self.closed:
            return -1
        count = min(len(self.coming), len(buffer), self.step or 9999)
        buffer[:count] = self.coming[:count]
        self.coming = self.coming[count:]
        return count

    def close(self):
        self.closed = True


def packets(data):
    """[(first byte, body)] of a run of packets."""
    found = []
    while data:
        length = 0
        at = 1
        while True:
            length |= (data[at] & 127) << (7 * (at - 1))
            at += 1
            if not data[at - 1] & 128:
                break
        found.append((data[0], data[at : at + length]))
        data = data[at + length :]
    return found


def packet(first, body):
    size = bytearray()
    length = len(body)
    while True:
        size.append(length & 127 | (128 if length > 127 else 0))
        length >>= 7
        if not length:
            return bytes([first]) + bytes(size) + body


CONNACK = packet(0x20, b"\0\0")
SUBACK = packet(0x90, b"\0\1\1")


def events(client):
    found = []
    while True:
        event = client.step(0)
        if event is None:
            return found
        found.append(event)


def client_says_and_hears():
    stream = MemoryStream()
    client = MqttClient(stream, "c", "u", "pw", 60, 1024)
    print("connect", stream.sent)
    for step in (0, 1, 3):
        stream.step = step
        stream.coming = CONNACK + SUBACK + packet(0x40, b"\1\2") + packet(0x32, b"\0\1t\0\7" + bytes(200))
        print("events", [event[:2] for event in events(client)])
    stream.sent = b""
    print("ids", client.publish("t", b"x" * 300), client.publish("t", b""))
    print("publish", [(first, len(body), body[:5]) for first, body in packets(stream.sent)])
    stream.sent = b""
    print("quiet", client.step(0), client.step(30000), stream.sent, client.step(30001), stream.sent)
    stream.coming = packet(0xD0, b"")
    print("pong", client.step(30002), client.step(50000))
    client.close()
    print("bye", stream.sent[-2:], stream.closed)


def broken_brokers():
    for coming in (
        packet(0x20, b"\0\5"),
        packet(0x90, b"\0\1\x80"),
        b"\xf0\xff\xff\xff\xff\x01",
        b"\x30\xff\x7f",
        packet(0x70, b"\0\1"),
        packet(0x32, b"\0\x09t"),
        packet(0x32, b"\0"),
    ):
        stream = MemoryStream()
        client = MqttClient(stream, "c", "", "", 60, 256)
        stream.coming = coming
        try:
            print("survived", events(client))
        except LinkLost as error:
            print(error)
    stream = MemoryStream()
    client = MqttClient(stream, "c", "", "", 60, 256)
    stream.closed = True
    for attempt in (
        lambda: client.step(0),
        lambda: client.publish("t", bytes(300)),
        lambda: client.publish("t", b""),
    ):
        try:
            attempt()
        except OSError as error:
            print(type(error).__name__)
    client.close()


def any_bytes_from_the_broker():
    """Random bytes give events or LinkLost, on every cut."""
    state = 12345
    lost = 0
    for _ in range(300):
        data = bytearray()
        for _ in range(40):
            state = (state * 1103515245 + 12345) & 0x3FFFFFFF
            data.append(state >> 16 & 255)
        stream = MemoryStream()
        client = MqttClient(stream, "c", "", "", 60, 64)
        stream.coming = bytes(data)
        stream.step = 1 + state % 7
        try:
            events(client)
        except LinkLost:
            lost += 1
    print("random", lost)


class Desk:
    """An uplink with its journal, its present stream and a clock that the test turns."""

    def __init__(self, folder, count):
        self.journal = Journal(FileFlash(folder + "/journal.bin", 64 * 4096))
        self.append(count)
        self.stream = None
        self.opened = 0
        self.refuse = False
        self.now = 0
        self.uplink = Uplink(
            SETTINGS,
            KEY,
            self.journal,
            self.open,
            lambda n: 0,
            lambda s: s * 1000,
            lambda *line: print("  ", *line),
        )

    def append(self, count):
        for _ in range(count):
            values = {
                "kind": 6,
                "terminal": TERMINAL,
                "boot": 1,
                "uptime_s": 1,
                "utc_s": 2,
                "clock": 0,
                "code": 1,
                "state": 0,
                "value": 3,
                "seq": self.journal.next_seq,
                "prev": self.journal.head,
            }
            self.journal.append(records.encode(values))

    def open(self):
        self.opened += 1
        if self.refuse:
            raise OSError(111)
        self.stream = MemoryStream()
        self.stream.coming = CONNACK + SUBACK
        return self.stream

    def step(self, count=1, ms=10):
        for _ in range(count):
            self.now += ms
            self.uplink.step(self.now)

    def published(self):
        """Sequence numbers in the envelopes sent so far on the present stream."""
        found = []
        for first, body in packets(self.stream.sent):
            if first == 0x32:
                start = 2 + (body[0] << 8 | body[1]) + 2
                terminal, sent, _ = envelope.parse(body[start:])
                found.append([records.decode(data)["seq"] for data in sent])
        return found

    def receipt(self, through, head=None, key=KEY, terminal=TERMINAL):
        payload = envelope.encode_receipt(terminal, through, head or self.journal.head_at(through), key, 0)
        self.stream.coming += packet(0x30, b"\0\1d" + payload)


def flat(lists):
    return [seq for found in lists for seq in found]


def uplink_sends_in_order_and_waits_for_receipts(folder):
    desk = Desk(folder + "/a", 100)
    desk.step(30)
    sent = flat(desk.published())
    print("window", sent[:WINDOW_RECORDS] == list(range(1, len(sent) + 1))[:WINDOW_RECORDS], len(sent) < 100)
    desk.receipt(len(sent))
    desk.step(30)
    print("goes on", flat(desk.published()) == list(range(1, 101)), desk.journal.through == len(sent))
    desk.receipt(100)
    desk.step(3)
    print("all", desk.journal.through)


def false_receipts_free_nothing(folder):
    desk = Desk(folder + "/b", 10)
    desk.step(10)
    desk.receipt(5, key=bytes(32))
    desk.receipt(5, head=bytes(32))
    desk.receipt(5, terminal=8)
    desk.receipt(999, head=bytes(32))
    desk.stream.coming += packet(0x30, b"\0\1drubbish")
    desk.step(5)
    print("through", desk.journal.through, desk.uplink.online)


def lost_receipt_means_sent_again(folder):
    desk = Desk(folder + "/c", 3)
    desk.step(5)
    before = desk.published()
    desk.now += RECEIPT_WAIT_S * 1000 + 1
    desk.step(2)
    print("again", before, desk.published())
    desk.receipt(3)
    desk.step(2)
    desk.now += RECEIPT_WAIT_S * 10000
    desk.step(2)
    print("no more", len(desk.published()), desk.journal.through)


def link_lost_backs_off(folder):
    desk = Desk(folder + "/d", 3)
    desk.step(5)
    desk.stream.closed = True
    desk.refuse = True
    desk.step(1)
    times = []
    seen = desk.opened
    while len(times) < 8:
        desk.step(1, 500)
        if desk.opened != seen:
            seen = desk.opened
            times.append(desk.now // 1000)
    print("tries at s", [b - a for a, b in zip(times, times[1:])])
    desk.refuse = False
    desk.step(300, 500)
    print("back", desk.uplink.online, desk.published())


def silent_broker_is_given_up(folder):
    desk = Desk(folder + "/e", 1)
    desk.step(1)
    desk.stream.coming = b""
    first = desk.opened
    desk.step(60, 1000)
    print("given up", desk.opened > first)


def run(folder):
    client_says_and_hears()
    broken_brokers()
    any_bytes_from_the_broker()
    uplink_sends_in_order_and_waits_for_receipts(folder)
    false_receipts_free_nothing(folder)
    lost_receipt_means_sent_again(folder)
    link_lost_backs_off(folder)
    silent_broker_is_given_up(folder)


run(sys.argv[1])
