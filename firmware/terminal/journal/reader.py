"""Finds records on the journal's flash by their seq."""

from firmware.terminal.journal.drafted_minute import join
from firmware.terminal.journal.flash_log import RECORD, SPLIT, Reader, seq_of
from firmware.wire.fields import MINUTE, MINUTE_THIN


class RecordReader:
    """Reads single records; reading on where the last call ended is cheap."""

    def __init__(self, flash, index):
        self.reader = Reader(flash)
        self._index = index
        self._next_seq = 0
        self._slot = 0
        self._at = 0

    def read(self, seq):
        """Record seq as bytes, or None when it is damaged or not there."""
        index = self._index
        record = None
        if index.thin and seq <= index.thinned_last:
            record = self._read_at(index.position_of(seq, 0, index.thin), 0, seq)
        if record is None:
            record = self._read_at(index.position_of(seq, index.thin, index.count), index.thin, seq)
        return record

    def _read_at(self, position, low, seq):
        if position < low:
            return None
        reader = self.reader
        slot = self._index.slots[position]
        reader.seek(slot, self._at if slot == self._slot and seq == self._next_seq else 0)
        self._next_seq = 0
        while reader.next():
            if reader.kind <= SPLIT and seq_of(reader.payload) == seq:
                end = reader.end
                if reader.kind == RECORD:
                    record = bytes(reader.payload[: reader.size])
                else:
                    record = join(reader, self._index, position, reader.payload[: reader.size])
                self._slot = slot
                self._at = end
                self._next_seq = seq + 1
                return record
        return None

    def forget(self):
        """Sectors changed places."""
        self._next_seq = 0

    def identity_from(self, seq, last_seq):
        """Smallest seq from seq to last_seq whose record is no minute; 0 when there is none."""
        index = self._index
        position = max(index.position_of(seq, 0, index.thin), 0)
        while position < index.count:
            if not index.is_plain(position) and index.first_after(position) > seq:
                found = self._identity_in(position, seq)
                if found:
                    return found if found <= last_seq else 0
            position += 1
        return 0

    def _identity_in(self, position, seq):
        """The smallest such seq in the sector; the sector is marked when it holds none at all."""
        reader = self.reader
        plain = True
        reader.seek(self._index.slots[position])
        while reader.next():
            if reader.kind == RECORD and reader.payload[0] not in (MINUTE, MINUTE_THIN):
                plain = False
                found = seq_of(reader.payload)
                if found >= seq:
                    return found
        if plain and position + 1 < self._index.count:
            self._index.set_plain(self._index.slots[position])
        return 0
