"""The terminal's log of records on raw NOR flash: kept until the server's receipt covers them.

Sectors of 4096 bytes take turns (flash_log says how they look). What has no receipt is
never dropped; without room for more, the oldest minutes are thinned, and when that ends, identity events
still go on in the sectors kept for them. A flash is an object with `size`, read_into(at, buffer),
program(at, data), erase(at) and sync(), see firmware.boards.unix_flash.
"""

from firmware.terminal.journal.draft import FIXES_MAX
from firmware.terminal.journal.drafted_minute import join, split
from firmware.terminal.journal.drafts import DraftRun
from firmware.terminal.journal.flash_log import RECORD, SECTOR_SIZE, SPLIT, number
from firmware.terminal.journal.index import SectorIndex
from firmware.terminal.journal.reader import RecordReader
from firmware.terminal.journal.writer import NO_ROOM, SectorWriter
from firmware.terminal.loading import once
from firmware.terminal.uplink.ranges import Ranges
from firmware.wire.fields import DIAGNOSTIC, HEADER_SIZE, MINUTE, PHOTO, STATUS, THINNED, TIME, U32
from firmware.wire.records import digest

FLUSH_MS = 9000
# These may wait in the buffer for the next write.
LAZY = (TIME, DIAGNOSTIC, STATUS, PHOTO)
# Sectors that stay free beside the reserve: one to thin into, and some while that goes on.
THIN_AHEAD = 3
LOST_RANGES = 16


def look(path):
    """(last seq, receipted through) of a journal file or folder that another program may be writing."""
    from firmware.terminal.journal.look import look as look_into

    return look_into(path)


class Journal:
    """Records of one terminal.

    torn_bytes: what a power cut left half-written at the end. unread: a seq without a receipt that cannot be
    read and is to be told, 0 for none; lost: those that have been told (firmware.terminal.journal.lost).
    Raises OSError when the flash fails, OSError(28) when there is no room for another minute.
    """

    def __init__(self, flash):
        self._flash = flash
        self._index = SectorIndex(flash)
        self._records = RecordReader(flash, self._index)
        self._writer = SectorWriter(flash, self._index, self._records.reader)
        self._run = DraftRun()
        self._thinner = None
        self._flush_ms = -1
        self._identity_from = 0
        self._identity = 0
        self._untold = True
        self.unread = 0
        self.lost = Ranges(LOST_RANGES)
        self.torn_bytes = once("terminal.journal.recover", "recover", self._writer, self._records, self._run)
        self._run.read(self._records.reader, self._index)

    @property
    def next_seq(self):
        """The seq of the next record."""
        return self._writer.next_seq

    @property
    def head(self):
        """Digest of the last record, zeros before the first."""
        return self._writer.head

    @property
    def through(self):
        """The server has every record up to this seq."""
        return self._writer.through

    @property
    def durable_seq(self):
        """The last seq that is on the flash; what follows may still wait in the buffer."""
        return self._writer.durable_seq

    @property
    def size_bytes(self):
        """Bytes of the whole flash."""
        return self._flash.size

    @property
    def free_bytes(self):
        """Room until minutes must be thinned."""
        writer = self._writer
        sectors = writer.free() + writer.to_go() - writer.reserve - THIN_AHEAD
        return max(sectors, 0) * SECTOR_SIZE + max(SECTOR_SIZE - writer.at, 0)

    @property
    def recovered(self):
        """The minute that is not over, as its drafts on the flash tell: a dict as for draft(), or None."""
        return self._run.read(self._records.reader, self._index)

    def drop_drafts(self):
        """Nobody goes on with the minute that is recovered."""
        self._run.count = 0

    @property
    def thinned(self):
        """Body of the THINNED record that is due, or None."""
        if not self._untold:
            return None
        values = once("terminal.journal.thin", "untold", self._writer)
        self._untold = values is not None
        return values

    def append(self, record, urgent=False):
        """Take one record (bytes, encoded with next_seq and head).

        It is on the flash on return, unless its kind may wait (LAZY) and it is not urgent. Raises OSError
        when the flash refuses it; the record then is not there.
        """
        writer = self._writer
        kind = record[0]
        if self._run.is_of(record):
            before = self._put_split(record)
        else:
            before = self._put(RECORD, record, 1 if urgent else _spare(kind, writer.reserve))
        plain, head = writer.plain, writer.head
        if kind != MINUTE:
            writer.plain = 0
        writer.next_seq += 1
        writer.head = digest(record)
        if urgent or kind not in LAZY:
            try:
                writer.flush()
            except OSError:
                writer.filled, writer.plain, writer.head = before, plain, head
                writer.next_seq -= 1
                raise
        self._taken(record, kind)

    def _taken(self, record, kind):
        if self._run.ends_with(record):
            self._run.count = 0
        if kind != MINUTE and not self._identity:
            self._identity = self._writer.next_seq - 1
        if kind == THINNED:
            self._writer.told_last = number(record, HEADER_SIZE + 4, 4)

    def _put(self, kind, payload, spare):
        """Put an entry into the buffer; returns how full it was."""
        writer = self._writer
        while True:
            try:
                return writer.put(kind, payload, spare)
            except OSError as error:
                if error.args[0] != NO_ROOM or spare > 1:
                    raise
            # An identity event: minutes are thinned at once when that helps, else it takes the last sector.
            if not self._thin():
                return writer.put(kind, payload, 0)

    def _put_split(self, record):
        """Put a minute whose drafts are on the flash; whole, if they are not what the record says."""
        payload = split(record, self._run)
        newest = self._index.count - 1
        spare = _spare(MINUTE, self._writer.reserve)
        if join(self._records.reader, self._index, newest, payload) != record:
            return self._put(RECORD, record, spare)
        return self._put(SPLIT, payload, spare)

    def draft(self, values):
        """Put what a minute has gathered on the flash; whether there was room for it.

        values: session, trainee, instructor, course, minute, from_s (the first second in the session),
        until_s (the last one that has passed), ignition_s, counted_s, stops, rpm_max, wheel_m, and fixes:
        those that no draft of this minute has brought yet. Raises OSError when the flash fails.
        """
        run = self._run
        spare = _spare(MINUTE, self._writer.reserve)
        for done in range(0, max(len(values["fixes"]), 1), FIXES_MAX):
            try:
                run.write(self._writer, values, done, spare)
            except OSError as error:
                run.count = 0
                if error.args[0] == NO_ROOM:
                    return False
                raise
        return True

    def flush(self):
        """Put what is buffered on the flash."""
        self._flush_ms = -1
        self._writer.flush()

    def step(self, now_ms):
        """Do a small piece of what is due: write the buffer, erase ahead, let a sector go, thin a record."""
        writer = self._writer
        if not writer.filled:
            self._flush_ms = -1
        elif self._flush_ms < 0:
            self._flush_ms = now_ms + FLUSH_MS
        elif now_ms >= self._flush_ms:
            self.flush()
            return
        low = writer.free() <= writer.reserve + THIN_AHEAD
        if not (low and writer.reclaim()) and not writer.erase_ahead() and low:
            self._thin()

    def _thin(self):
        """Copy one record, thinned; False when nothing can be thinned."""
        if self._thinner is None:
            from firmware.terminal.journal.thin import Thinner

            self._thinner = Thinner(self._writer, self._records, self._missed)
        self._untold = True
        return self._thinner.step()

    def read_from(self, seq, records_max, bytes_max):
        """List of consecutive records from seq on: at most records_max, at most bytes_max together.

        The first record is returned whatever its size; the list ends before a damaged record (see unread).
        Reading on where the last call ended is cheap.
        """
        found = []
        room = bytes_max
        if seq > self._writer.durable_seq:
            self.flush()
        while seq < self._writer.next_seq and len(found) < records_max:
            record = self._records.read(seq)
            if record is None:
                self._missed(seq)
                break
            if found and len(record) > room:
                break
            found.append(record)
            room -= len(record)
            seq += 1
        return found

    def head_at(self, seq):
        """Digest of record seq, or None when seq is not there."""
        writer = self._writer
        if seq == writer.next_seq - 1:
            return writer.head
        if not 0 < seq < writer.next_seq:
            return None
        if seq > writer.durable_seq:
            self.flush()
        record = self._records.read(seq)
        if record is None:
            self._missed(seq)
            return None
        return digest(record)

    def _missed(self, seq):
        """Record seq cannot be read. One at a time is noted: who looks for another one finds it again."""
        if not self.unread and self.through < seq <= self.durable_seq and not self.lost.end_of(seq):
            self.unread = seq

    def next_identity(self, seq):
        """Smallest seq from seq on of a record on the flash that is no minute; 0 when there is none."""
        durable_seq = self._writer.durable_seq
        if not (0 < self._identity_from <= seq and (not self._identity or seq <= self._identity)):
            self._identity = self._records.identity_from(seq, durable_seq)
            # What is still buffered was not seen.
            self._identity_from = 0 if self._writer.filled else seq
        return self._identity if self._identity <= durable_seq else 0

    def free_through(self, through):
        """Every record up to through is stored by the server or lost: their sectors may go when needed."""
        writer = self._writer
        if writer.through < through < writer.next_seq:
            writer.through = through
            self.lost.remove(1, through)
            if self.unread <= through:
                self.unread = 0

    def save_through(self):
        """Remember on the flash how far receipts reach."""
        self._writer.save_through()

    def recent(self, first=U32):
        """The newest records, oldest first, one at a time; always some when there are any. More of them, as
        far as they are still here, from seq first on."""
        self.flush()
        writer = self._writer
        for seq in range(max(min(writer.next_seq - writer.kept, first), 1), writer.next_seq):
            record = self._records.read(seq)
            if record is not None:
                yield record

    def close(self):
        """Write what is buffered and let the flash go."""
        try:
            self.flush()
        finally:
            self._flash.close()


def _spare(kind, reserve):
    """How many sectors a record of this kind must leave free."""
    if kind == MINUTE:
        return reserve + 1
    return (reserve >> 1) + 1 if kind in LAZY else 1
