"""A terminal with nothing but records and a cable, for MicroPython: PORT NUMBER KEY_HEX RECORDS THROUGH_FILE.

Its records are the same in every run; how far receipts reach is kept in a file, as the journal keeps it.
"""

import sys
import time

from firmware.boards.unix_cable import CablePort
from firmware.terminal.depot import Ways
from firmware.wire import envelope, fields, records, topics
from firmware.wire.errors import WireError

BATCH = 8
WINDOW = 32
AGAIN_MS = 1500


class Small:
    def __init__(self, port, terminal, key, count, through_file):
        self.terminal = terminal
        self.key = key
        self.ways = Ways(CablePort(port), terminal, None, self.state, None)
        self.link = None
        self.ready = False
        self.file = through_file
        self.records = []
        prev = bytes(32)
        for seq in range(1, count + 1):
            values = {"kind": fields.DIAGNOSTIC, "terminal": terminal, "seq": seq, "prev": prev, "boot": 1}
            values.update({"uptime_s": seq, "utc_s": 1772000000 + seq, "clock": 3})
            values.update({"code": 1, "state": seq & 1, "value": seq})
            record = records.encode(values)
            prev = records.digest(record)
            self.records.append(record)
        try:
            with open(through_file) as source:
                self.through = int(source.read())
        except (OSError, ValueError):
            self.through = 0
        self.sent = self.through
        self.again_ms = 0

    def state(self):
        return len(self.records), self.through, 0

    def step(self, now_ms):
        try:
            if self.link is None:
                if self.ways.step(now_ms):
                    self.link = self.ways.open_link(2144)
                    self.sent = self.through
                return
            self.receive(now_ms)
            if self.ready:
                self.send(now_ms)
        except OSError as error:
            print("lost:", error)
            self.link.close() if self.link else None
            self.link = None
            self.ready = False

    def receive(self, now_ms):
        while True:
            event = self.link.step(now_ms)
            if event is None:
                return
            if event[0] == "connack":
                print("connack")
                self.link.subscribe(topics.down(self.terminal))
            elif event[0] == "suback":
                self.ready = True
                self.again_ms = now_ms + AGAIN_MS
            elif event[0] == "message":
                self.on_message(event[2], now_ms)

    def on_message(self, payload, now_ms):
        try:
            found = envelope.open_receipt(payload, self.key)
        except WireError:
            print("no receipt")
            return
        if found[1] > self.through:
            self.through = found[1]
            self.sent = max(self.sent, self.through)
            self.again_ms = now_ms + AGAIN_MS
            with open(self.file, "w") as target:
                target.write(str(self.through))

    def send(self, now_ms):
        if now_ms > self.again_ms:
            self.sent = self.through
            self.again_ms = now_ms + AGAIN_MS
        if self.sent < len(self.records) and self.sent - self.through < WINDOW:
            batch = self.records[self.sent : self.sent + BATCH]
            payload = envelope.seal(self.terminal, batch, self.key)
            self.link.publish(topics.up(self.terminal), payload)
            self.sent += len(batch)


def main():
    port, number, key_hex, count, through_file = sys.argv[1:]
    key = bytes([int(key_hex[i : i + 2], 16) for i in range(0, 64, 2)])
    small = Small(port, int(number), key, int(count), through_file)
    print("up")
    while True:
        small.step(time.ticks_ms())
        time.sleep_ms(5)


main()
