"""The journal on whichever interpreter runs this file; the argument is an empty folder to work in."""

import os
import sys

from firmware.terminal.journal import ENTRY_HEAD, SEGMENT_RECORDS, Journal, JournalError
from firmware.wire import records


def body(number):
    return {
        "kind": 6,
        "terminal": 7,
        "boot": 1,
        "uptime_s": number,
        "utc_s": 0,
        "clock": 0,
        "code": 1,
        "state": 0,
        "value": number,
    }


def append(journal, count):
    for _ in range(count):
        values = body(journal.next_seq)
        values["seq"] = journal.next_seq
        values["prev"] = journal.head
        journal.append(records.encode(values))


def seqs(found):
    return [records.decode(data)["seq"] for data in found]


def chained(journal, first):
    """Whether every record from first to the end follows the one before."""
    prev = None
    for seq in range(first, journal.next_seq):
        data = journal.read_from(seq, 1, 9999)[0]
        values = records.decode(data)
        if values["seq"] != seq or (prev is not None and values["prev"] != prev):
            return False
        prev = records.digest(data)
    return prev is None or prev == journal.head


def reopen_and_read(folder):
    journal = Journal(folder + "/a")
    append(journal, 70)
    print("written", journal.next_seq - 1, len(os.listdir(folder + "/a")))
    again = Journal(folder + "/a")
    print("reopened", again.next_seq, again.head == journal.head, again.torn_bytes, chained(again, 1))
    print(
        "batch",
        seqs(again.read_from(30, 5, 9999)),
        len(again.read_from(1, 99, 200)),
        again.read_from(71, 5, 999),
    )
    append(again, 1)
    print("goes on", again.next_seq, chained(again, 1), again.head_at(71) == again.head)
    print("head at", again.head_at(5) == records.digest(again.read_from(5, 1, 999)[0]), again.head_at(72))


def receipts_free_segments(folder):
    journal = Journal(folder + "/b")
    append(journal, 3 * SEGMENT_RECORDS + 5)
    for through in (SEGMENT_RECORDS - 1, SEGMENT_RECORDS, 3 * SEGMENT_RECORDS + 5, 9999, 4):
        journal.free_through(through)
        print("through", journal.through, len([n for n in os.listdir(folder + "/b") if n.endswith(".seg")]))
    journal.save_through()
    again = Journal(folder + "/b")
    print("kept", again.through, again.next_seq, chained(again, 2 * SEGMENT_RECORDS + 1))
    try:
        again.read_from(1, 1, 999)
    except JournalError:
        print("freed records are gone")
    print("recent", len(list(again.recent())))


def torn_at_every_byte(folder):
    """A half-written last record is cut off and nothing else is; the next record takes its number."""
    path = folder + "/c"
    journal = Journal(path)
    append(journal, 3)
    head = journal.head
    append(journal, 1)
    name = path + "/0000000001.seg"
    with open(name, "rb") as source:
        whole = source.read()
    size = ENTRY_HEAD + 64
    sound = 0
    for cut in range(len(whole) - size, len(whole)):
        with open(name, "wb") as target:
            target.write(whole[:cut])
        again = Journal(path)
        append(again, 1)
        if again.next_seq == 5 and again.torn_bytes == cut - (len(whole) - size) and chained(again, 1):
            sound += 1
        del again
    print("torn", sound == size, head == records.decode(Journal(path).read_from(4, 1, 999)[0])["prev"])


def flipped_at_every_byte(folder):
    """A damaged last record is never read as another one."""
    path = folder + "/d"
    append(Journal(path), 2)
    name = path + "/0000000001.seg"
    with open(name, "rb") as source:
        whole = source.read()
    start = len(whole) // 2
    survived = 0
    for at in range(start, len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 16
        with open(name, "wb") as target:
            target.write(damaged)
        if Journal(path).next_seq != 2:
            survived += 1
    print("flipped", survived)


def empty_last_segment(folder):
    journal = Journal(folder + "/e")
    append(journal, SEGMENT_RECORDS)
    with open(folder + "/e/%010d.seg" % (SEGMENT_RECORDS + 1), "wb"):
        pass
    again = Journal(folder + "/e")
    append(again, 1)
    print("empty segment", again.next_seq, chained(again, 1))


def run(folder):
    reopen_and_read(folder)
    receipts_free_segments(folder)
    torn_at_every_byte(folder)
    flipped_at_every_byte(folder)
    empty_last_segment(folder)


run(sys.argv[1])
