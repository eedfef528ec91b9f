"""Makes room in a journal without receipts: writes the oldest records again, with only the coarse fixes.

A sector is filled record by record and counts only once its mark is down; until then the records it was
copied from stand. Then the sectors it replaces may go. Identity events are copied as they are.
"""

from firmware.terminal.journal.flash_log import (
    ENTRY_HEAD,
    RECORD,
    SECTOR_SIZE,
    THIN,
    THIN_START,
    TOLD_AT,
    close_entry,
    program_head,
    program_mark,
    read_mark,
)
from firmware.wire.fields import DIGEST_SIZE, FIX_SIZE
from firmware.wire.records import ZERO_DIGEST, thin

# Fewer log sectors than this are not worth a thinned one.
SECTORS_MIN = 3


class Thinner:
    """Fills one sector at a time; missed(seq) is told of each record that cannot be read."""

    def __init__(self, writer, records, missed):
        self._writer = writer
        self._records = records
        self._missed = missed
        self._slot = -1
        self._at = 0
        self._first_seq = 0
        self._seq = 0
        self._minutes = 0
        self._dropped = 0

    def _last_seq(self):
        """The newest record that may be thinned: the newest ones, and the sectors at the end, stay."""
        writer = self._writer
        index = writer.index
        behind = index.firsts[max(index.count - 3, index.thin)] if index.count > index.thin else 1
        return min(writer.durable_seq - writer.kept, behind - 1)

    def step(self):
        """Begin a sector, copy one record or end a full sector; False when nothing can be thinned."""
        if self._slot < 0:
            return self._begin()
        if self._seq > self._last_seq():
            return self._end()
        record = self._records.read(self._seq)
        if record is None:
            self._missed(self._seq)
        else:
            short = thin(record)
            if short is not None and not self._add(short):
                return self._end()
            if short is None and not self._add(record):
                return self._end()
            if short is not None:
                self._minutes += 1
                self._dropped += (len(record) - len(short) + DIGEST_SIZE) // FIX_SIZE
        self._seq += 1
        return True

    def _begin(self):
        writer = self._writer
        index = writer.index
        first_seq = max(index.thinned_last, writer.through) + 1
        last_seq = self._last_seq()
        low = index.thin
        first_at = index.position_of(first_seq, low, index.count)
        if index.position_of(last_seq, low, index.count) - first_at < SECTORS_MIN or not writer.free():
            return False
        slot = writer.take_ready()
        order = index.order
        index.order += 1
        try:
            program_head(writer.flash, slot, THIN, 0, order, first_seq, writer.through, ZERO_DIGEST)
        except OSError:
            index.give_back(slot)
            raise
        self._slot = slot
        self._at = THIN_START
        self._first_seq = self._seq = first_seq
        self._minutes = self._dropped = 0
        return True

    def _add(self, record):
        size = len(record)
        if self._at + ENTRY_HEAD + size > SECTOR_SIZE:
            return False
        entry = bytearray(ENTRY_HEAD + size)
        entry[ENTRY_HEAD:] = record
        close_entry(entry, 0, RECORD, size)
        try:
            self._writer.flash.program(self._slot * SECTOR_SIZE + self._at, entry)
        except OSError:
            self._give_up()
            raise
        self._at += ENTRY_HEAD + size
        return True

    def _give_up(self):
        self._writer.index.give_back(self._slot)
        self._slot = -1

    def _end(self):
        """The sector is full, or there is no more: from now on it stands for its records."""
        writer = self._writer
        last_seq = self._seq - 1
        if last_seq < self._first_seq:
            self._give_up()
            return False
        flash = writer.flash
        try:
            flash.sync()
            program_mark(flash, self._slot, last_seq, self._minutes, self._dropped)
            if not self._minutes:
                flash.program(self._slot * SECTOR_SIZE + TOLD_AT, b"\0")
            flash.sync()
        except OSError:
            self._give_up()
            raise
        writer.index.add_thin(self._slot, self._first_seq, last_seq)
        self._records.forget()
        self._slot = -1
        return True


def untold(writer):
    """Body of the THINNED record for the first thinned sector that none tells of, or None."""
    index = writer.index
    for position in range(index.thin):
        last_seq, minutes, dropped, told = read_mark(writer.flash, index.slots[position])
        if told:
            continue
        if last_seq <= writer.told_last:
            writer.flash.program(index.slots[position] * SECTOR_SIZE + TOLD_AT, b"\0")
            continue
        return {
            "first_seq": index.firsts[position],
            "last_seq": last_seq,
            "minutes": minutes,
            "dropped": dropped,
        }
    return None
