"""An uplink on a desk: its journal, its present stream in memory, and a clock that the test turns."""

from firmware.terminal.uplink.links import Links
from firmware.terminal.uplink.uplink import Uplink
from firmware.wire import envelope, records
from tests.firmware.terminal.memory_journal import MemoryJournal
from tests.firmware.terminal.memory_stream import CONNACK, SUBACK, MemoryStream, packet, packets

KEY = bytes(range(32))
TERMINAL = 7


class Desk:
    """An uplink with a backlog. answer: what the next connection hears first; None: there is no network."""

    def __init__(self, kinds, **parts):
        self.settings = {"terminal": TERMINAL, "username": "u", "password": "p", "keepalive_s": 60}
        self.journal = MemoryJournal(TERMINAL)
        self.journal.append(kinds)
        self.stream = None
        self.opened = 0
        self.answer = CONNACK + SUBACK
        self.now = 0
        self.random = 0
        links = Links(self.settings, self._open_stream)
        self.uplink = Uplink(self.settings, KEY, self.journal, self, links.open_link, self._show)
        for name in parts:
            setattr(self.uplink, name, parts[name])

    def _show(self, *line):
        print("  ", *line)

    def random_below(self, limit):
        return self.random % limit

    def patience_ms(self, seconds):
        return seconds * 1000

    def ticks_ms(self):
        return self.now

    def _open_stream(self):
        self.opened += 1
        if self.answer is None:
            raise OSError("no network")
        self.stream = MemoryStream()
        self.stream.coming = self.answer
        return self.stream

    def step(self, count=1, ms=10):
        for _ in range(count):
            self.now += ms
            self.uplink.step(self.now)

    def published(self):
        """[(last letters of the topic, payload)] sent on the present stream and not asked for before."""
        found = []
        for first, body in packets(self.stream.sent):
            if first == 0x32:
                start = 2 + (body[0] << 8 | body[1])
                found.append((bytes(body[14 : start - 17]).decode(), bytes(body[start + 2 :])))
        self.stream.sent = b""
        return found

    def sent(self):
        """Sequence numbers in the envelopes sent since the last question."""
        found = []
        for topic, payload in self.published():
            if topic == "up":
                found.append([records.decode(data)["seq"] for data in envelope.parse(payload)[1]])
        return found

    def hear(self, payload):
        self.stream.coming += packet(0x30, b"\0\1d" + payload)

    def receipt(self, through, head=None, key=KEY, terminal=TERMINAL, ranges=(), utc_s=1000):
        if head is None:
            head = self.journal.head_at(through) or bytes(32)
        ranges = [(first, last, self.journal.head_at(last)) for first, last in ranges]
        self.hear(envelope.encode_receipt(terminal, through, head, key, utc_s, ranges))
