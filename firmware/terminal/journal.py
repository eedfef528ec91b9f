"""The terminal's log of records: kept in files until the server's receipt covers them.

A segment file is named by its first seq and holds up to SEGMENT_RECORDS entries: length u16, CRC-32 u32
(big-endian), record. What a power cut left half-written at the end of a segment is never touched again: the
next record begins a new segment. Receipts are remembered in one small file before any segment goes. A
segment goes when every record of it is receipted and KEPT_RECORDS newer ones are there, so that the open
training session can always be found again.
"""

import binascii
import os

from firmware.terminal.segment import ENTRY_HEAD, entries, entry_at, first_seqs, path_of, seq_of
from firmware.wire.fields import RECORD_MAX
from firmware.wire.pack import put_int
from firmware.wire.records import ZERO_DIGEST, digest

SEGMENT_RECORDS = 32
KEPT_RECORDS = 64
THROUGH = "through"


class JournalError(OSError):
    """The journal cannot say what the last record was, so no record can follow it."""


def _receipted(folder):
    """(seq, digest of that record) that receipts were remembered to reach; (0, None) when unknown."""
    try:
        with open(folder + "/" + THROUGH) as source:
            words = source.read().split()
        head = bytes([int(words[1][i : i + 2], 16) for i in range(0, 64, 2)])
        if int(words[2]) != binascii.crc32((words[0] + words[1]).encode()):
            return 0, None
        return int(words[0]), head
    except (OSError, ValueError, IndexError):
        return 0, None


def look(folder):
    """(last seq, receipted through) of a journal that another program may be writing; changes nothing."""
    segments = first_seqs(folder)
    through = _receipted(folder)[0]
    last_seq = segments[-1] - 1 if segments else 0
    for first in segments[-1:]:
        for record, _ in entries(path_of(folder, first)):
            last_seq = seq_of(record)
    return last_seq, through


class Journal:
    """Records of one terminal in one folder; the folder is made when missing.

    Raises OSError when the medium fails. torn_bytes: what recovery left aside; unread: the last seq that
    was found damaged, 0 for none.
    """

    def __init__(self, folder):
        self.folder = folder
        self.torn_bytes = 0
        self.unread = 0
        self.next_seq = 1
        self.head = ZERO_DIGEST
        self._file = None
        self._file_count = SEGMENT_RECORDS
        self._entry = bytearray(ENTRY_HEAD + RECORD_MAX)
        self._cursor = (0, 0, 0)
        try:
            os.mkdir(folder)
        except OSError:
            pass
        self._segments = first_seqs(folder)
        self.through, self._through_head = _receipted(folder)
        self._saved_through = self.through
        self._recover()

    def _path(self, first_seq):
        return path_of(self.folder, first_seq)

    def _recover(self):
        known = False
        for first in self._segments[::-1]:
            known = self._recover_segment(first)
            if known:
                break
            # Nothing in it can be read: its number is given again, and the file is out of the way.
            self.next_seq = first
            self._segments.remove(first)
            os.rename(self._path(first), self._path(first) + ".torn")
        if self._segments and self._segments[0] - 1 > self.through:
            # Segments go only when they are receipted; the memory of it was lost.
            self.through = self._segments[0] - 1
            self._through_head = None
        if self.through >= self.next_seq:
            # The medium lost records that the server has: go on after them, never with their numbers.
            self.next_seq = self.through + 1
            self.head = self._through_head
            self._file_count = SEGMENT_RECORDS
            known = self.head is not None
        if not known and self.next_seq != 1:
            raise JournalError("%s: nothing before seq %d can be read" % (self.folder, self.next_seq))

    def _recover_segment(self, first):
        sound = 0
        for record, end in entries(self._path(first)):
            sound = end
            self.next_seq = seq_of(record) + 1
            self.head = digest(record)
        if first == self._segments[-1]:
            self.torn_bytes = os.stat(self._path(first))[6] - sound
            if sound and not self.torn_bytes:
                self._file_count = self.next_seq - first
        return sound != 0

    def append(self, record):
        """Write one record (bytes, already encoded with next_seq and head) and flush it to the medium.

        Raises OSError when the medium refuses it; the record then is not there, and the next one begins a
        new segment.
        """
        entry = self._entry
        length = len(record)
        put_int(entry, 0, 2, length)
        put_int(entry, 2, 4, binascii.crc32(record))
        entry[ENTRY_HEAD : ENTRY_HEAD + length] = record
        try:
            if self._file is None or self._file_count >= SEGMENT_RECORDS:
                self._open_segment()
            size = ENTRY_HEAD + length
            if self._file.write(memoryview(entry)[:size]) != size:
                raise OSError(28)
            self._file.flush()
        except OSError:
            self._give_up_segment()
            raise
        self._file_count += 1
        self.next_seq += 1
        self.head = digest(record)

    def _open_segment(self):
        self.close()
        if self._file_count < SEGMENT_RECORDS:
            self._file = open(self._path(self._segments[-1]), "ab")
            return
        # A file of this number can only hold what never became a record.
        self._file = open(self._path(self.next_seq), "wb")
        self._file_count = 0
        if self.next_seq not in self._segments:
            self._segments.append(self.next_seq)

    def _give_up_segment(self):
        try:
            self.close()
        except OSError:
            self._file = None
        self._file_count = SEGMENT_RECORDS

    def close(self):
        """Let the open segment's file go."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def read_from(self, seq, records_max, bytes_max):
        """List of consecutive records from seq on: at most records_max, at most bytes_max together.

        The first record is returned whatever its size; the list ends before a damaged record (see unread).
        Reading on where the last call ended is cheap.
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
        """Record seq, or None when it is larger than room, damaged or gone."""
        at_seq, segment, offset = self._cursor
        if at_seq != seq or segment != self._segment_of(seq):
            segment, offset = self._find(seq)
        record = None
        if segment:
            with open(self._path(segment), "rb") as source:
                record = entry_at(source, offset)
        if record is None or seq_of(record) != seq:
            self.unread = seq
            return None
        if len(record) > room:
            self._cursor = (seq, segment, offset)
            return None
        self._cursor = (seq + 1, segment, offset + ENTRY_HEAD + len(record))
        return record

    def _segment_of(self, seq):
        found = 0
        for first in self._segments:
            if first <= seq:
                found = first
        return found

    def _find(self, seq):
        """(segment, offset) of record seq; (0, 0) when it is not there."""
        segment = self._segment_of(seq)
        if segment:
            for record, end in entries(self._path(segment)):
                if seq_of(record) == seq:
                    return segment, end - len(record) - ENTRY_HEAD
        return 0, 0

    def head_at(self, seq):
        """Digest of record seq, or None when seq is not there."""
        if seq == self.next_seq - 1:
            return self.head
        if not self._segments or not self._segments[0] <= seq < self.next_seq:
            return None
        kept = self._cursor
        record = self._read_one(seq, RECORD_MAX)
        self._cursor = kept
        return digest(record) if record is not None else None

    def free_through(self, through):
        """Every record up to through is stored by the server: free whole segments of them."""
        if through <= self.through or through >= self.next_seq:
            return
        self._through_head = self.head_at(through)
        self.through = through
        last_free = min(through, self.next_seq - 1 - KEPT_RECORDS)
        if len(self._segments) > 1 and self._segments[1] <= last_free + 1:
            self.save_through()
            while len(self._segments) > 1 and self._segments[1] <= last_free + 1:
                os.remove(self._path(self._segments[0]))
                del self._segments[0]

    def save_through(self):
        """Remember on the medium how far receipts reach; losing it costs a resend, never a record."""
        if self.through == self._saved_through or self._through_head is None:
            return
        text = "".join(["%02x" % byte for byte in self._through_head])
        path = self.folder + "/" + THROUGH
        try:
            with open(path + ".new", "w") as target:
                check = binascii.crc32((str(self.through) + text).encode())
                target.write("%d %s %d\n" % (self.through, text, check))
                target.flush()
            os.rename(path + ".new", path)
        except OSError:
            # A full medium: segments may go all the same, and that makes room.
            return
        self._saved_through = self.through

    def recent(self):
        """The last KEPT_RECORDS records and some before, oldest first, one at a time."""
        begin = 0
        for index in range(len(self._segments)):
            if self._segments[index] <= self.next_seq - KEPT_RECORDS:
                begin = index
        for first in self._segments[begin:]:
            for record, _ in entries(self._path(first)):
                yield record
