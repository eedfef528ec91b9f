"""The journal on whichever interpreter runs this file; the argument is an empty folder to work in."""

import os
import sys

from firmware.terminal.journal import SEGMENT_RECORDS, Journal, JournalError, look
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
    print("freed records are gone", again.read_from(1, 1, 999), again.unread)
    print("recent", len(list(again.recent())))


def only(path, names):
    """Empty the journal's folder but for these segments, given as name: bytes."""
    for name in os.listdir(path):
        os.remove(path + "/" + name)
    for name in names:
        with open(path + "/" + name, "wb") as target:
            target.write(names[name])


def torn_at_every_byte(folder):
    """A half-written last record is left aside and nothing else is; the next record takes its number."""
    path = folder + "/c"
    append(Journal(path), 4)
    with open(path + "/0000000001.seg", "rb") as source:
        whole = source.read()
    size = len(whole) // 4
    sound = 0
    for cut in range(len(whole)):
        only(path, {"0000000001.seg": whole[:cut]})
        again = Journal(path)
        kept = cut // size
        good = again.next_seq == kept + 1 and again.torn_bytes == cut % size
        append(again, 2)
        once_more = Journal(path)
        if good and once_more.next_seq == kept + 3 and chained(once_more, 1):
            sound += 1
    print("torn", sound == len(whole))


def flipped_at_every_byte(folder):
    """A damaged record is never read as another one, and takes no sound one with it."""
    path = folder + "/d"
    append(Journal(path), 3)
    with open(path + "/0000000001.seg", "rb") as source:
        whole = source.read()
    size = len(whole) // 3
    told = {}
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 16
        only(path, {"0000000001.seg": bytes(damaged)})
        try:
            again = Journal(path)
            read = [len(again.read_from(seq, 1, 999)) for seq in (1, 2, 3)]
            append(again, 1)
            word = "%d %r %d" % (at // size, read, Journal(path).next_seq)
        except JournalError:
            word = "%d no journal" % (at // size)
        told[word] = told.get(word, 0) + 1
    for word in sorted(told):
        print("flipped", word, told[word])


def cut_while_freeing(folder):
    """Power goes between remembering the receipt and deleting segments, or the memory of it is lost."""
    path = folder + "/f"
    journal = Journal(path)
    append(journal, 4 * SEGMENT_RECORDS)
    head = journal.head_at(2 * SEGMENT_RECORDS)
    journal.free_through(2 * SEGMENT_RECORDS)
    journal.close()
    print("freed", journal.through, len(os.listdir(path)))
    for text in ("", "\0\0", "64", "64 zz", "99999 %s" % ("0" * 64)):
        with open(path + "/through", "w") as target:
            target.write(text)
        again = Journal(path)
        found = again.read_from(again.through + 1, 3, 999)
        print("memory %r" % text[:6], again.through, again.next_seq, len(found), again.head_at(64) == head)


def lost_tail(folder):
    """The medium forgot records that the server has: their numbers are not given again."""
    path = folder + "/g"
    journal = Journal(path)
    append(journal, 10)
    journal.free_through(9)
    journal.save_through()
    head = journal.head_at(9)
    with open(path + "/0000000001.seg", "rb") as source:
        whole = source.read()
    with open(path + "/0000000001.seg", "wb") as target:
        target.write(whole[: len(whole) // 2])
    again = Journal(path)
    print("lost tail", again.next_seq, again.head == head)
    append(again, 2)
    print("after it", Journal(path).next_seq, seqs(again.read_from(10, 5, 999)))


class Full:
    """A file on a medium that is full after so many bytes."""

    def __init__(self, file, room):
        self.file = file
        self.room = room

    def write(self, data):
        part = bytes(data)[: self.room]
        self.file.write(part)
        self.file.flush()
        if len(part) < len(data):
            raise OSError(28)
        return len(part)

    def flush(self):
        self.file.flush()

    def close(self):
        self.file.close()


def full_medium(folder):
    """A record that did not fit is not there; when there is room again the chain goes on."""
    good = 0
    for room in range(0, 70):
        path = "%s/h%d" % (folder, room)
        journal = Journal(path)
        append(journal, 3)
        journal._file = Full(journal._file, room)
        try:
            append(journal, 1)
            print("written on a full medium")
        except OSError:
            pass
        seq = journal.next_seq
        append(journal, 2)
        again = Journal(path)
        if seq == 4 and again.next_seq == 6 and chained(again, 1):
            good += 1
    print("full", good)


def two_ends_torn(folder):
    """The newest segment cannot be read and the one before has lost its end: numbers stay findable."""
    path = folder + "/i"
    append(Journal(path), 2 * SEGMENT_RECORDS + 10)
    for name, keep in (
        ("%010d.seg" % (2 * SEGMENT_RECORDS + 1), 3),
        ("%010d.seg" % (SEGMENT_RECORDS + 1), 2200),
    ):
        with open(path + "/" + name, "rb") as source:
            whole = source.read()
        with open(path + "/" + name, "wb") as target:
            target.write(whole[:keep])
    for _ in range(3):
        journal = Journal(path)
        append(journal, 40)
        print("two torn ends", journal.next_seq, chained(Journal(path), 1))


def empty_last_segment(folder):
    journal = Journal(folder + "/e")
    append(journal, SEGMENT_RECORDS)
    with open(folder + "/e/%010d.seg" % (SEGMENT_RECORDS + 1), "wb"):
        pass
    again = Journal(folder + "/e")
    append(again, 1)
    print("empty segment", again.next_seq, chained(again, 1), look(folder + "/e"))


def run(folder):
    reopen_and_read(folder)
    receipts_free_segments(folder)
    torn_at_every_byte(folder)
    flipped_at_every_byte(folder)
    cut_while_freeing(folder)
    lost_tail(folder)
    full_medium(folder)
    two_ends_torn(folder)
    empty_last_segment(folder)


run(sys.argv[1])
