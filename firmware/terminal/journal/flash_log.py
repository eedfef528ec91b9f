"""Sectors and entries on raw NOR flash.

A sector begins with a header of HEAD_SIZE bytes: magic b4, kind u8, plain u8 (1: no identity record in the
log sector before this one), zero u16, order u32 (rising with every sector begun), first seq u32, through u32
(receipted when the sector was begun), digest b32 of record first seq - 1, CRC-32 u32. A thinned sector has
after it a mark, programmed when the sector is complete: last seq u32, minutes u32, dropped u32, CRC-32 u32;
and a byte that is 0 once a THINNED record tells of it. Then follow entries: u16 (kind << 12 | payload's
length), CRC-32 u32 of these two bytes and the payload, payload. All big-endian. What is erased is 0xFF.
"""

import binascii

from firmware.wire.fields import HEADER_SIZE
from firmware.wire.pack import put_int

SECTOR_SIZE = 4096
HEAD_SIZE = 56
MARK_SIZE = 16
TOLD_AT = HEAD_SIZE + MARK_SIZE
THIN_START = TOLD_AT + 8
ENTRY_HEAD = 6
PAYLOAD_MAX = 896

LOG = 0
THIN = 1

RECORD = 1
SPLIT = 2
DRAFT = 3
RECEIPT = 4

_MAGIC = b"HFJ2"
_BLANK = b"\xff" * 128


def number(data, at, size):
    """The unsigned integer in size bytes of data from at on."""
    return int.from_bytes(data[at : at + size], "big")


def seq_of(record):
    """Sequence number in a record's header."""
    return int.from_bytes(record[9:13], "big")


def entry_crc(buffer, at, size):
    """CRC-32 of the entry at this offset of a buffer whose payload has so many bytes."""
    view = memoryview(buffer)
    start = at + ENTRY_HEAD
    return binascii.crc32(view[start : start + size], binascii.crc32(view[at : at + 2]))


def close_entry(buffer, at, kind, size):
    """Write the head of an entry whose payload is in the buffer behind it; returns the entry's end."""
    put_int(buffer, at, 2, kind << 12 | size)
    put_int(buffer, at + 2, 4, entry_crc(buffer, at, size))
    return at + ENTRY_HEAD + size


def program_head(flash, slot, kind, plain, order, first_seq, through, head):
    """Begin an erased sector."""
    buffer = bytearray(HEAD_SIZE)
    buffer[0:4] = _MAGIC
    buffer[4] = kind
    buffer[5] = plain
    put_int(buffer, 8, 4, order)
    put_int(buffer, 12, 4, first_seq)
    put_int(buffer, 16, 4, through)
    buffer[20:52] = head
    put_int(buffer, 52, 4, binascii.crc32(memoryview(buffer)[:52]))
    flash.program(slot * SECTOR_SIZE, buffer)


def is_head(buffer):
    """Whether the first HEAD_SIZE bytes of buffer are a sound sector header."""
    view = memoryview(buffer)
    return view[:4] == _MAGIC and binascii.crc32(view[:52]) == number(buffer, 52, 4)


def program_mark(flash, slot, last_seq, minutes, dropped):
    """Say that a thinned sector is complete."""
    buffer = bytearray(MARK_SIZE)
    put_int(buffer, 0, 4, last_seq)
    put_int(buffer, 4, 4, minutes)
    put_int(buffer, 8, 4, dropped)
    put_int(buffer, 12, 4, binascii.crc32(memoryview(buffer)[:12]))
    flash.program(slot * SECTOR_SIZE + HEAD_SIZE, buffer)


def read_mark(flash, slot):
    """(last seq, minutes, dropped, whether a THINNED record tells of it), or None when not complete."""
    buffer = bytearray(MARK_SIZE + 1)
    flash.read_into(slot * SECTOR_SIZE + HEAD_SIZE, buffer)
    if binascii.crc32(memoryview(buffer)[:12]) != number(buffer, 12, 4):
        return None
    return number(buffer, 0, 4), number(buffer, 4, 4), number(buffer, 8, 4), buffer[MARK_SIZE] == 0


class Reader:
    """Walks the sound entries of a sector; what lies between them is stepped over byte by byte.

    After next(): kind, size (of the payload), at (offset of the entry in the sector), end; payload holds the
    payload's bytes until the next call.
    """

    def __init__(self, flash):
        self._flash = flash
        self._buffer = bytearray(ENTRY_HEAD + PAYLOAD_MAX)
        self._view = memoryview(self._buffer)
        self.payload = self._view[ENTRY_HEAD:]
        self.kind = 0
        self.size = 0
        self.at = 0
        self.end = 0
        self._base = 0

    def seek(self, slot, at=0):
        """Go on at this offset of a sector; 0 is its first entry."""
        self._base = slot * SECTOR_SIZE
        if at == 0:
            at = HEAD_SIZE
            self._flash.read_into(self._base, self._view[:5])
            if self._buffer[4] == THIN:
                at = THIN_START
        self.end = at

    def place(self):
        """Where the reader is, for go_back."""
        return self._base, self.end

    def go_back(self, place):
        """Go on where the reader was."""
        self._base, self.end = place

    def next(self):
        """Whether there is another sound entry in the sector, which is then read."""
        at = self.end
        while at + ENTRY_HEAD < SECTOR_SIZE:
            if self.load(at):
                return True
            if self._buffer[0] == 255:
                at = self._next_programmed(at)
            else:
                at += 1
        return False

    def load(self, at):
        """Read the entry at this offset; whether it is sound."""
        view = self._view
        self._flash.read_into(self._base + at, view[:ENTRY_HEAD])
        kind = self._buffer[0] >> 4
        size = (self._buffer[0] & 15) << 8 | self._buffer[1]
        if not RECORD <= kind <= RECEIPT or size > PAYLOAD_MAX or at + ENTRY_HEAD + size > SECTOR_SIZE:
            return False
        if kind <= SPLIT and size < HEADER_SIZE:
            return False
        self._flash.read_into(self._base + at + ENTRY_HEAD, self.payload[:size])
        if entry_crc(self._buffer, 0, size) != number(self._buffer, 2, 4):
            return False
        self.kind = kind
        self.size = size
        self.at = at
        self.end = at + ENTRY_HEAD + size
        return True

    def _next_programmed(self, at):
        """Offset of the next byte from at on that is not 0xFF; SECTOR_SIZE when there is none."""
        view = self._view
        while at < SECTOR_SIZE:
            size = min(len(_BLANK), SECTOR_SIZE - at)
            self._flash.read_into(self._base + at, view[:size])
            if view[:size] != _BLANK[:size]:
                for i in range(size):
                    if self._buffer[i] != 255:
                        return at + i
            at += size
        return at

    def programmed_end(self, at):
        """Offset behind the last byte from at on that is not 0xFF; at when there is none."""
        end = at
        at = self._next_programmed(at)
        while at < SECTOR_SIZE:
            end = at + 1
            at = self._next_programmed(end)
        return end
