"""A terminal with nothing but a journal and a cable, for MicroPython: PORT NUMBER KEY_HEX RECORDS JOURNAL.

Fills its journal up to that many records, identity events among minutes, hands it over when a gateway asks.
What it sends, and what it believes of receipts, is the real outbox's business.
"""

import sys
import time

from firmware.boards.unix_cable import CablePort
from firmware.boards.unix_flash import FileFlash
from firmware.terminal.depot.depot import Ways
from firmware.terminal.journal.journal import Journal
from firmware.terminal.uplink.outbox import Outbox
from firmware.wire import envelope, fields, records, topics
from firmware.wire.errors import WireError

FLASH_BYTES = 262144
BUFFER_BYTES = 2144
AGAIN_MS = 1500
START_UTC_S = 1772000040


def fill(journal, terminal, count):
    fixes = [(s, 312000000 + 40 * s, 1214000000 + 30 * s, 200, 31, 14, 4, 0) for s in range(0, 60, 5)]
    while journal.next_seq <= count:
        seq = journal.next_seq
        values = {"terminal": terminal, "seq": seq, "prev": journal.head, "boot": 1, "uptime_s": seq * 60}
        values.update({"utc_s": START_UTC_S + seq * 60, "clock": 3})
        if seq % 30 == 1:
            values.update({"kind": fields.DIAGNOSTIC, "code": 1, "state": 1, "value": seq})
        else:
            values.update({"kind": fields.MINUTE, "session": 1, "trainee": 2, "instructor": 3})
            values.update({"course": 1212360000, "minute": START_UTC_S // 60 + seq, "odometer_m": seq * 300})
            values.update({"wheel_m": 300, "rpm_max": 2000, "ignition_s": 60, "counted_s": 60, "stops": 0})
            values["fixes"] = fixes
        journal.append(records.encode(values))
    journal.flush()


class Small:
    def __init__(self, port, terminal, key, journal):
        self.terminal = terminal
        self.key = key
        self.journal = journal
        self.outbox = Outbox(journal)
        self.ways = Ways(CablePort(port), terminal, None, self.state, None)
        self.link = None
        self.ready = False
        self.again_ms = 0

    def state(self):
        return self.journal.next_seq - 1, self.journal.through, 0

    def step(self, now_ms):
        try:
            if self.link is None:
                if self.ways.step(now_ms):
                    self.link = self.ways.open_link(BUFFER_BYTES)
                return
            self.receive(now_ms)
            if self.ready:
                self.send(now_ms)
        except OSError as error:
            print("lost:", error)
            if self.link is not None:
                self.link.close()
            self.link = None
            self.ready = False

    def receive(self, now_ms):
        while True:
            event = self.link.step(now_ms)
            if event is None:
                return
            if event[0] == "connack":
                self.link.subscribe(topics.down(self.terminal))
            elif event[0] == "suback":
                self.ready = True
                self.outbox.connected()
                self.again_ms = now_ms + AGAIN_MS
            elif event[0] == "message":
                self.on_message(event[2], now_ms)

    def on_message(self, payload, now_ms):
        try:
            _, through, head, _, ranges = envelope.open_receipt(payload, self.key)
        except WireError:
            print("no receipt")
            return
        self.outbox.on_receipt(through, head, ranges)
        self.journal.save_through()
        self.again_ms = now_ms + AGAIN_MS

    def send(self, now_ms):
        if now_ms > self.again_ms:
            self.outbox.again()
            self.again_ms = now_ms + AGAIN_MS
        found = self.outbox.take(8)
        if found:
            self.link.publish(topics.up(self.terminal), envelope.seal(self.terminal, found, self.key))


def main():
    port, number, key_hex, count, journal_file = sys.argv[1:]
    key = bytes([int(key_hex[i : i + 2], 16) for i in range(0, 64, 2)])
    journal = Journal(FileFlash(journal_file, FLASH_BYTES))
    fill(journal, int(number), int(count))
    small = Small(port, int(number), key, journal)
    print("up")
    while True:
        small.step(time.ticks_ms())
        time.sleep_ms(5)


main()
