"""The journal on whichever interpreter runs this file; the argument is an empty folder to work in."""

import sys

from firmware.boards.unix_flash import FileFlash
from firmware.terminal.journal.journal import Journal, look
from firmware.wire import records
from tests.firmware.terminal.fake_flash import FakeFlash

SECTORS = 8


def body(number):
    return {
        "kind": 3,
        "terminal": 7,
        "boot": 1,
        "uptime_s": number,
        "utc_s": 0,
        "clock": 0,
        "session": 1,
        "role": 1,
        "moment": 2,
        "expected": 0,
        "matched": number,
        "outcome": 0,
        "face_id": 1,
        "score": 255,
        "photo": bytes(32),
    }


def append(journal, count, kind=3):
    for _ in range(count):
        values = body(journal.next_seq)
        values["kind"] = kind
        values["code"], values["state"], values["value"] = 1, 0, 5
        values["seq"] = journal.next_seq
        values["prev"] = journal.head
        journal.append(records.encode(values))


def seqs(found):
    return [records.decode(data)["seq"] for data in found]


def chained(journal, first):
    """Whether every record from first to the end follows the one before."""
    prev = None
    for seq in range(first, journal.next_seq):
        found = journal.read_from(seq, 1, 9999)
        if not found:
            return False
        values = records.decode(found[0])
        if values["seq"] != seq or (prev is not None and values["prev"] != prev):
            return False
        prev = records.digest(found[0])
    return prev is None or prev == journal.head


def end_of(flash):
    """Where the log ends in the first sector."""
    return len(bytes(flash.sector(0)).rstrip(b"\xff"))


def reopen_and_read(folder):
    path = folder + "/a/journal.bin"
    journal = Journal(FileFlash(path, SECTORS * 4096))
    print("nothing", journal.next_seq, journal.recovered, journal.next_identity(1), list(journal.recent()))
    append(journal, 70)
    journal.save_through()
    print("looked at", look(path), look(folder + "/a"), look(folder + "/none"))
    journal.close()
    again = Journal(FileFlash(path, SECTORS * 4096))
    print("reopened", again.next_seq, again.head == journal.head, again.torn_bytes, chained(again, 1))
    print(
        "batch",
        seqs(again.read_from(30, 5, 9999)),
        len(again.read_from(1, 99, 400)),
        again.read_from(71, 5, 999),
    )
    append(again, 1)
    print("goes on", again.next_seq, chained(again, 1), again.head_at(71) == again.head)
    print("head at", again.head_at(5) == records.digest(again.read_from(5, 1, 999)[0]), again.head_at(72))
    again.free_through(60)
    again.free_through(99)
    again.save_through()
    print("receipts", again.through, look(path), again.next_identity(61), again.free_bytes)
    again.close()


def waits_in_the_buffer():
    """A diagnostic waits at most ten seconds; a sign-in takes along what waits before it."""
    flash = FakeFlash(SECTORS * 4096)
    journal = Journal(flash)
    append(journal, 2)
    append(journal, 2, 6)
    print("buffered", journal.next_seq, journal.durable_seq, Journal(flash.copy()).next_seq)
    for ms in (0, 5000, 8999):
        journal.step(ms)
    print("still", journal.durable_seq)
    journal.step(9000)
    print("written", journal.durable_seq, chained(Journal(flash.copy()), 1))
    append(journal, 1, 6)
    append(journal, 1)
    print("taken along", journal.durable_seq, chained(Journal(flash.copy()), 1))
    append(journal, 1, 6)
    print("read in the buffer", seqs(journal.read_from(7, 1, 99)), journal.durable_seq)


def torn_at_every_byte():
    """A half-written last record is left aside and nothing else is; the next record takes its number."""
    flash = FakeFlash(SECTORS * 4096)
    append(Journal(flash), 4)
    end = end_of(flash)
    size = (end - 56) // 4
    good = 0
    for cut in range(56, end):
        torn = flash.copy()
        torn.sector(0)[cut:] = b"\xff" * (4096 - cut)
        again = Journal(torn)
        kept = (cut - 56) // size
        sound = again.next_seq == kept + 1 and again.torn_bytes <= size
        append(again, 2)
        once_more = Journal(torn.copy())
        if sound and once_more.next_seq == kept + 3 and chained(once_more, 1):
            good += 1
    print("torn", good == end - 56)


def flipped_at_every_byte():
    """A damaged record is never read as another one, and takes no sound one with it."""
    flash = FakeFlash(SECTORS * 4096)
    append(Journal(flash), 3)
    end = end_of(flash)
    size = (end - 56) // 3
    told = {}
    for at in range(56, end):
        damaged = flash.copy()
        damaged.sector(0)[at] ^= 16
        again = Journal(damaged)
        read = [len(again.read_from(seq, 1, 999)) for seq in (1, 2, 3)]
        append(again, 1)
        word = "%d %r %d" % ((at - 56) // size, read, Journal(damaged.copy()).next_seq)
        told[word] = told.get(word, 0) + 1
    for word in sorted(told):
        print("flipped", word, told[word])


def receipts_make_room():
    """Receipted sectors go when room is needed, and never the newest records."""
    flash = FakeFlash(SECTORS * 4096)
    journal = Journal(flash)
    for _ in range(70):
        append(journal, 20)
        journal.free_through(journal.next_seq - 1)
        for ms in range(4):
            journal.step(ms)
    again = Journal(flash)
    print("round", again.next_seq, again.through, flash.erased > 2 * SECTORS, len(list(again.recent())))
    print("chained", chained(again, 1380), again.read_from(1, 1, 999), again.unread)
    print("the open session is found", again.next_identity(1) > 0)


def lost_tail():
    """The flash forgot records that the server has: their numbers are not given again."""
    flash = FakeFlash(SECTORS * 4096)
    journal = Journal(flash)
    append(journal, 10)
    journal.free_through(10)
    journal.save_through()
    head = journal.head
    size = (end_of(flash) - 56 - 42) // 10
    for at in range(56 + 8 * size, 56 + 10 * size):
        flash.sector(0)[at] = 0
    again = Journal(flash)
    print("lost tail", again.next_seq, again.head == head, again.unread)
    append(again, 2)
    print("after it", Journal(flash).next_seq, seqs(again.read_from(11, 5, 999)), again.read_from(9, 1, 999))


def failing_flash():
    """A record that was refused is not there; when writing works again the chain goes on."""
    flash = FakeFlash(SECTORS * 4096)
    journal = Journal(flash)
    append(journal, 3)
    append(journal, 1, 6)
    flash.failing = True
    try:
        append(journal, 1)
        print("written on a failing flash")
    except OSError as error:
        print("refused", error.args[0], journal.next_seq, journal.durable_seq)
    flash.failing = False
    append(journal, 2)
    again = Journal(flash)
    print("failing", again.next_seq, chained(again, 1), again.torn_bytes)


def run(folder):
    reopen_and_read(folder)
    waits_in_the_buffer()
    torn_at_every_byte()
    flipped_at_every_byte()
    receipts_make_room()
    lost_tail()
    failing_flash()


run(sys.argv[1])
