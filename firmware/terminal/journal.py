"""The terminal's log of records: kept in files until the server's receipt covers them.

A segment file is named by its first seq and holds up to SEGMENT_RECORDS entries: length u16, CRC-32 u32
(big-endian), record. A half-written entry at the end is found by its CRC at opening and cut off.
A segment is deleted when every record of it is receipted and it is not among the last two, so that the
open training session can always be found again.
"""

import binascii
import os

from firmware.wire.fields import RECORD_MAX
from firmware.wire.pack import put_int
from firmware.wire.records import ZERO_DIGEST, digest

SEGMENT_RECORDS = 32
ENTRY_HEAD = 6
SUFFIX = ".seg"
THROUGH = "through"


class JournalError(Exception):
    """The journal's folder holds something that this firmware did not write."""


class Journal:
    """Records of one terminal in one folder; the folder is made when missing."""

    def __init__(self, folder):
        self.folder = folder
        self.torn_bytes = 0
        self.next_seq = 1
        self.head = ZERO_DIGEST
        self.through = 0
        self._saved_through = 0
        self._file = None
        self._file_count = 0
        self._entry = bytearray(ENTRY_HEAD + RECORD_MAX)
        self._cursor = (0, 0, 0)
        try:
            os.mkdir(folder)
        except OSError:
            pass
        self._segments = sorted(
            int(name[: -len(SUFFIX)]) for name in os.listdir(folder) if name.endswith(SUFFIX)
        )
        self._recover()

    def _path(self, first_seq):
        return "%s/%010d%s" % (self.folder, first_seq, SUFFIX)

    def _recover(self):
        try:
            with open(self.folder + "/" + THROUGH) as source:
                self.through = self._saved_through = int(source.read() or "0")
        except OSError:
            pass
        if not self._segments:
            return
        first = self._segments[-1]
        self.next_seq = first
        sound = 0
        for record, end in self._entries(first):
            sound = end
            self.next_seq += 1
            self.head = digest(record)
        size = os.stat(self._path(first))[6]
        if sound < size:
            self.torn_bytes = size - sound
            self._cut(first, sound)
        if self.next_seq == first and first != 1:
            if len(self._segments) == 1:
                raise JournalError("%s: no record before seq %d is left to chain to" % (self.folder, first))
            for record, _ in self._entries(self._segments[-2]):
                self.head = digest(record)
        if self.through >= self.next_seq:
            raise JournalError(
                "%s: receipts reach seq %d, records end at %d"
                % (self.folder, self.through, self.next_seq - 1)
            )

    def _entries(self, first_seq):
        """(record, offset of its end) of one segment, one at a time, up to the first unsound entry."""
        at = 0
        with open(self._path(first_seq), "rb") as source:
            while True:
                head = source.read(ENTRY_HEAD)
                if len(head) < ENTRY_HEAD:
                    return
                length = head[0] << 8 | head[1]
                if length == 0 or length > RECORD_MAX:
                    return
                record = source.read(length)
                if len(record) < length or binascii.crc32(record) != int.from_bytes(head[2:6], "big"):
                    return
                at += ENTRY_HEAD + length
                yield record, at

    def _cut(self, first_seq, size):
        path = self._path(first_seq)
        with open(path, "rb") as source:
            sound = source.read(size)
        with open(path + ".new", "wb") as target:
            target.write(sound)
            target.flush()
        os.rename(path + ".new", path)

    @classmethod
    def look(cls, folder):
        """(last seq, receipted through) of a journal that another program may be writing; changes nothing."""
        journal = cls.__new__(cls)
        journal.folder = folder
        names = sorted(name for name in os.listdir(folder) if name.endswith(SUFFIX))
        through = 0
        if THROUGH in os.listdir(folder):
            with open(folder + "/" + THROUGH) as source:
                through = int(source.read() or "0")
        if not names:
            return 0, through
        first = int(names[-1][: -len(SUFFIX)])
        return first - 1 + sum(1 for _ in journal._entries(first)), through

    def append(self, record):
        """Write one record (bytes, already encoded with next_seq and head) and flush it to the medium."""
        if self._file is None or self._file_count >= SEGMENT_RECORDS:
            self._open_segment()
        entry = self._entry
        length = len(record)
        put_int(entry, 0, 2, length)
        put_int(entry, 2, 4, binascii.crc32(record))
        entry[ENTRY_HEAD : ENTRY_HEAD + length] = record
        self._file.write(memoryview(entry)[: ENTRY_HEAD + length])
        self._file.flush()
        self._file_count += 1
        self.next_seq += 1
        self.head = digest(record)

    def _open_segment(self):
        if self._file is not None:
            self._file.close()
        count = self.next_seq - self._segments[-1] if self._segments else SEGMENT_RECORDS
        if count >= SEGMENT_RECORDS:
            self._segments.append(self.next_seq)
            count = 0
        self._file = open(self._path(self._segments[-1]), "ab")
        self._file_count = count

    def close(self):
        """Let the open segment's file go."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def read_from(self, seq, records_max, bytes_max):
        """List of consecutive records from seq on: at most records_max, at most bytes_max together.

        The first record is returned whatever its size; reading on where the last call ended is cheap.
        """
        found = []
        room = bytes_max
        while seq < self.next_seq and len(found) < records_max:
            record = self._read_one(seq, room if found else RECORD_MAX)
            if record is None:
                break
            found.append(record)
            room -= len(record)
            seq += 1
        return found

    def _read_one(self, seq, room):
        at_seq, segment, offset = self._cursor
        if at_seq != seq or (seq in self._segments and segment != seq):
            segment = 0
            for first in self._segments:
                if first <= seq:
                    segment = first
            if not segment:
                raise JournalError("%s: seq %d is no longer there" % (self.folder, seq))
            at_seq = segment
            offset = 0
        with open(self._path(segment), "rb") as source:
            source.seek(offset)
            while True:
                head = source.read(ENTRY_HEAD)
                length = head[0] << 8 | head[1]
                if at_seq == seq:
                    break
                source.seek(length, 1)
                offset += ENTRY_HEAD + length
                at_seq += 1
            if length > room:
                self._cursor = (seq, segment, offset)
                return None
            record = source.read(length)
        self._cursor = (seq + 1, segment, offset + ENTRY_HEAD + length)
        return record

    def head_at(self, seq):
        """Digest of record seq: by the next record's prev, or the head; None when seq is not there."""
        if seq == self.next_seq - 1:
            return self.head
        if not self._segments or not self._segments[0] <= seq < self.next_seq:
            return None
        kept = self._cursor
        record = self._read_one(seq, RECORD_MAX)
        self._cursor = kept
        return digest(record)

    def free_through(self, through):
        """Every record up to through is stored by the server: free whole segments of them."""
        if through <= self.through or through >= self.next_seq:
            return
        self.through = through
        freed = False
        while len(self._segments) > 2 and self._segments[1] <= through + 1:
            os.remove(self._path(self._segments[0]))
            del self._segments[0]
            freed = True
        if freed:
            self.save_through()

    def save_through(self):
        """Remember on the medium how far receipts reach; losing it costs a resend, never a record."""
        if self.through == self._saved_through:
            return
        path = self.folder + "/" + THROUGH
        with open(path + ".new", "w") as target:
            target.write(str(self.through))
            target.flush()
        os.rename(path + ".new", path)
        self._saved_through = self.through

    def recent(self):
        """Records of the last two segments, oldest first, one at a time: enough to find an open session."""
        for first in self._segments[-2:]:
            for record, _ in self._entries(first):
                yield record
