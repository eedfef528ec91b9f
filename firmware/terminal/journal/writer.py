"""The writing end of the journal's flash: the sector in use, the buffer, room, and which sectors may go."""

from firmware.terminal.journal.drafts import draft_order
from firmware.terminal.journal.flash_log import (
    ENTRY_HEAD,
    HEAD_SIZE,
    LOG,
    PAYLOAD_MAX,
    RECEIPT,
    SECTOR_SIZE,
    SPLIT,
    close_entry,
    program_head,
    seq_of,
)
from firmware.wire.fields import U32
from firmware.wire.pack import put_int
from firmware.wire.records import ZERO_DIGEST

BUFFER_SIZE = ENTRY_HEAD + PAYLOAD_MAX
RECEIPT_SIZE = 4
RECEIPT_HEAD_SIZE = 36
# Every sector keeps so much of its end for a receipt, which must be down before an older sector goes.
RECEIPT_ROOM = ENTRY_HEAD + RECEIPT_HEAD_SIZE
KEPT_RECORDS = 64
NO_ROOM = 28


class SectorWriter:
    """Writes entries, in order, buffered until flush().

    next_seq, head: of the chain with what is buffered; durable_seq, durable_head: of what is on the flash.
    Every method may raise OSError when the flash fails, OSError(28) when there is no room.
    """

    def __init__(self, flash, index, reader):
        self.flash = flash
        self.index = index
        self.reader = reader
        self.reserve = max(2, index.sectors // 64)
        self.kept = min(KEPT_RECORDS, index.sectors)
        self.next_seq = 1
        self.head = ZERO_DIGEST
        self.durable_seq = 0
        self.durable_head = ZERO_DIGEST
        self.through = index.through
        self.saved_through = index.through
        self.told_last = 0
        # Of the sector with the first draft of the newest minute that has drafts.
        self.draft_order = U32
        self.plain = 1
        self.slot = -1
        self.at = SECTOR_SIZE
        self.order = 0
        self.filled = 0
        self.buffer = bytearray(BUFFER_SIZE)
        self._ready = -1

    def _make_room(self, size, spare):
        """See to it that an entry with a payload of so many bytes fits behind what is buffered.

        Begins a sector when it must; spare sectors then stay free. Returns the payload's offset in buffer.
        """
        needed = ENTRY_HEAD + size
        if self.at + self.filled + needed > SECTOR_SIZE - RECEIPT_ROOM:
            self.flush()
            self._begin_sector(spare)
        elif self.filled + needed > BUFFER_SIZE:
            self.flush()
        return self.filled + ENTRY_HEAD

    def put(self, kind, payload, spare):
        """Put an entry into the buffer, in a sector that leaves spare ones free; how full the buffer was."""
        size = len(payload)
        at = self._make_room(size, spare)
        before = self.filled
        self.buffer[at : at + size] = payload
        self.filled = close_entry(self.buffer, before, kind, size)
        return before

    def flush(self):
        """Program what is buffered and wait until it is on the flash."""
        if not self.filled:
            return
        try:
            self._program()
        except OSError:
            # This sector is given up; what it got is said again in the next one.
            self.at = SECTOR_SIZE
            plain = self.plain
            self._begin_sector(0)
            self.plain = plain
            self._program()
        self.durable_seq = self.next_seq - 1
        self.durable_head = self.head

    def _program(self):
        if self.slot < 0 or self.at >= SECTOR_SIZE:
            self._begin_sector(0)
        view = memoryview(self.buffer)
        self.flash.program(self.slot * SECTOR_SIZE + self.at, view[: self.filled])
        self.flash.sync()
        self.at += self.filled
        self.filled = 0

    def _begin_sector(self, spare):
        while self.free() <= spare:
            if not self.reclaim():
                raise OSError(NO_ROOM, "the journal is full")
        slot = self.take_ready()
        index = self.index
        order = index.order
        index.order += 1
        try:
            program_head(
                self.flash,
                slot,
                LOG,
                self.plain,
                order,
                self.durable_seq + 1,
                self.through,
                self.durable_head,
            )
        except OSError:
            index.give_back(slot)
            raise
        self.saved_through = self.through
        if self.plain and index.count > index.thin:
            index.set_plain(index.slots[index.count - 1])
        index.add_log(slot, self.durable_seq + 1)
        self.slot = slot
        self.at = HEAD_SIZE
        self.order = order
        self.plain = 1

    def free(self):
        """How many sectors are free."""
        return self.index.free() + (1 if self._ready >= 0 else 0)

    def erase_ahead(self):
        """Have one erased sector ready; whether one had to be erased. A free sector is needed."""
        if self._ready >= 0 or not self.index.free():
            return False
        slot = self.index.next_free()
        self.flash.erase(slot * SECTOR_SIZE)
        self.index.take(slot)
        self._ready = slot
        return True

    def take_ready(self):
        """An erased sector, now in use. Raises OSError(28) when no sector is free."""
        self.erase_ahead()
        slot, self._ready = self._ready, -1
        if slot < 0:
            raise OSError(NO_ROOM, "the journal is full")
        return slot

    def _oldest_to_go(self):
        """(position, last seq that must be receipted for it) of a sector that may go; (-1, 0) for none."""
        index = self.index
        position = index.thin
        last = index.first_after(position) - 1 if index.count - position > 1 else U32
        if last <= index.thinned_last and not self._has_drafts(position, index.thinned_last):
            return position, 0
        old = min(self.through, self.next_seq - 1 - self.kept)
        if index.thin:
            last = index.thinned_last if index.thin == 1 else index.first_after(0) - 1
            return (0, last) if last <= old else (-1, 0)
        if last <= old and not self._has_drafts(position, old):
            return position, last
        return -1, 0

    def _has_drafts(self, position, last_seq):
        """Whether the sector holds drafts of a minute after record last_seq."""
        index, reader = self.index, self.reader
        order = index.order_at(position)
        if order >= self.draft_order:
            return True
        # Minutes follow each other as their drafts do: the first one that is found decides.
        for behind in range(position + 1, index.count):
            reader.seek(index.slots[behind])
            while reader.next():
                if reader.kind == SPLIT and seq_of(reader.payload) > last_seq:
                    return (order - draft_order(reader.payload)) & 65535 < 32768
        return False

    def reclaim(self):
        """Let one sector go whose records are receipted or thinned elsewhere; whether there was one."""
        position, last = self._oldest_to_go()
        if position < 0 or (last > self.saved_through and not self.save_through()):
            return False
        self.index.remove(position)
        return True

    def to_go(self):
        """How many sectors may go."""
        index = self.index
        old = min(self.through, self.next_seq - 1 - self.kept)
        newest = index.count - 1
        count = 0
        if newest > index.thin:
            done = max(old, index.thinned_last if index.thin else 0)
            count = max(index.position_of(done, index.thin + 1, index.count) - index.thin, 0)
        if index.thin and index.thinned_last <= old:
            count += index.thin
        return count

    def save_through(self):
        """Put the newest receipt on the flash; whether it is there. Without it records are sent again."""
        if self.through == self.saved_through:
            return True
        size = RECEIPT_HEAD_SIZE if self.through == self.next_seq - 1 else RECEIPT_SIZE
        if self.at + self.filled + ENTRY_HEAD + size > SECTOR_SIZE:
            # The next sector's header will say it.
            return False
        try:
            self.flush()
        except OSError:
            return False
        put_int(self.buffer, ENTRY_HEAD, 4, self.through)
        if size == RECEIPT_HEAD_SIZE:
            self.buffer[ENTRY_HEAD + 4 : ENTRY_HEAD + size] = self.head
        close_entry(self.buffer, 0, RECEIPT, size)
        self.filled = ENTRY_HEAD + size
        try:
            self.flush()
        except OSError:
            self.filled = 0
            return False
        self.saved_through = self.through
        return True
