"""Records that the flash loses: told once each, then they hold up neither the receipts nor the room."""

import gc
import sys

from firmware.terminal.health.health import Health
from firmware.terminal.journal.journal import Journal
from firmware.terminal.journal.lost import recall, tell
from firmware.terminal.keep import Keep
from firmware.terminal.uplink.outbox import Outbox
from firmware.wire.fields import DIAGNOSTIC, HEADER_SIZE
from firmware.wire.records import digest
from tests.firmware.terminal.fake_flash import FakeFlash
from tests.firmware.terminal.journal_day import Play

SECTORS = 10


class Flash(FakeFlash):
    """Takes its memory once: a small heap has no room for sectors that come and go."""

    def __init__(self, size):
        super().__init__(size)
        for slot in range(SECTORS):
            self.sector(slot)

    def blank(self):
        for slot in range(SECTORS):
            self.erase(slot * 4096)
        return self

    def erase(self, at):
        held = self.sectors[at // 4096]
        for i in range(4096):
            held[i] = 255


class Server:
    """Never gets over a hole by itself, as one that knows nothing of lost records."""

    def __init__(self):
        self.stored = {}
        self.told = []
        self.through = 0

    def take(self, batch):
        for record in batch:
            seq = int.from_bytes(record[9:13], "big")
            self.stored[seq] = digest(record)
            if record[0] == DIAGNOSTIC and record[HEADER_SIZE : HEADER_SIZE + 2] == b"\x04\x01":
                self.told.append(int.from_bytes(record[HEADER_SIZE + 2 : HEADER_SIZE + 6], "big"))
        while self.through + 1 in self.stored:
            self.through += 1
        first = last = int.from_bytes(batch[0][9:13], "big")
        while first - 1 in self.stored:
            first -= 1
        while last + 1 in self.stored:
            last += 1
        ranges = [(first, last, self.stored[last])] if last > self.through else []
        return self.through, self.stored.get(self.through, bytes(32)), ranges


def expect(what, found, wanted):
    if found != wanted:
        print("BAD", what, found, wanted)


class Terminal:
    def __init__(self, flash, keep, journal=None, second=0):
        self.play = Play(flash, second, 1, journal)
        self.play.kept_s = 1
        self.journal = self.play.journal
        self.keep = keep
        self.health = Health(self.play.recorder.write)
        recall(self.journal, keep)
        self.outbox = Outbox(self.journal)
        self.outbox.connected()

    def minutes(self, count, server=None):
        for _ in range(count):
            self.play.seconds(60)
            self.play.confirmed.clear()
            gc.collect()
            for _ in range(12 if server is not None else 0):
                batch = self.outbox.take(32)
                if batch:
                    self.outbox.on_receipt(*server.take(batch))
            if self.journal.unread:
                tell(self.journal, self.health, self.keep)


def spoil(flash, first, last):
    """One bit of each record from first to last goes bad; returns how many were there."""
    done = 0
    for slot in range(SECTORS):
        held = flash.sectors[slot]
        for seq in range(first, last + 1):
            at = held.find(b"\0\0\0\0\0\0\0\x07" + seq.to_bytes(4, "big"))
            if at >= 0:
                flash.sector(slot)[at + 20] ^= 1
                done += 1
    return done


def online(folder):
    flash = FLASH.blank()
    keep = Keep(folder)
    terminal = Terminal(flash, keep)
    server = Server()
    terminal.play.sign_in()
    terminal.minutes(9)
    expect("spoilt", spoil(flash, 3, 3) + spoil(flash, 6, 8), 4)
    terminal.minutes(6, server)
    expect("told", sorted(server.told), [3, 6, 7, 8])
    expect("passed", terminal.journal.next_seq - 1 - terminal.journal.through, 0)
    expect("nothing is kept", (terminal.journal.lost.count, terminal.journal.unread), (0, 0))
    free = terminal.journal.free_bytes
    terminal.minutes(90, server)
    expect("it earns on", terminal.journal.next_seq - 1 - terminal.journal.through, 0)
    expect("room", terminal.journal.free_bytes > 2 * 4096, free > 2 * 4096)
    expect("told once", len(server.told), 4)
    print("online", terminal.journal.through, server.through, len(server.stored))


def restarted(folder):
    """Told before the restart and before any receipt: not told again, and passed all the same."""
    flash = FLASH.blank()
    keep = Keep(folder)
    terminal = Terminal(flash, keep)
    terminal.play.sign_in()
    terminal.minutes(9)
    spoil(flash, 4, 5)
    terminal.outbox.take(32)
    terminal.outbox.take(32)
    terminal.outbox.take(32)
    terminal.minutes(3)
    expect("noted", list(terminal.journal.lost), [(4, 5)])
    second_s, terminal = terminal.play.second_s, None
    again = Terminal(flash, keep, Journal(flash), second_s)
    expect("recalled", list(again.journal.lost), [(4, 5)])
    server = Server()
    again.play.session = 1
    again.minutes(4, server)
    expect("told", server.told, [4, 5])
    expect("passed", again.journal.next_seq - 1 - again.journal.through, 0)
    other = Terminal(FLASH.blank(), keep)
    other.play.sign_in()
    other.minutes(9)
    recall(other.journal, keep)
    expect("another journal has lost nothing", other.journal.lost.count, 0)
    print("restarted", again.journal.through)


def thinned(folder):
    """Found while nobody listens and the flash fills."""
    flash = FLASH.blank()
    keep = Keep(folder)
    terminal = Terminal(flash, keep)
    terminal.play.sign_in()
    terminal.minutes(5)
    spoil(flash, 3, 3)
    terminal.minutes(44)
    expect("thinned", terminal.journal.thinned is None and terminal.journal.free_bytes < 3 * 4096, True)
    expect("noted", list(terminal.journal.lost), [(3, 3)])
    server = Server()
    terminal.minutes(30, server)
    expect("told", server.told, [3])
    expect("passed", terminal.journal.next_seq - 1 - terminal.journal.through, 0)
    print("thinned", terminal.journal.through, len(server.stored))


FLASH = Flash(SECTORS * 4096)
for number, part in enumerate((online, restarted, thinned)):
    part(sys.argv[1] + "/" + str(number))
    gc.collect()
