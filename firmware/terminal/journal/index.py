"""Which sectors of the flash are in use, in the order of their records, and which one is taken next.

First come the thinned sectors, then the log's; within each the first seqs never fall. 6 bytes a sector.
"""

from array import array

from firmware.terminal.journal.flash_log import HEAD_SIZE, SECTOR_SIZE, THIN, is_head, number, read_mark
from firmware.wire.fields import U32


class SectorIndex:
    """Sectors in use by position 0..count-1; the first `thin` positions are thinned sectors.

    slots[position] is the sector on the flash, firsts[position] its first seq. through is the newest receipt
    that a sector's header remembers; thinned_last the last seq that thinned sectors hold.
    """

    def __init__(self, flash):
        self._flash = flash
        self.sectors = flash.size // SECTOR_SIZE
        self.slots = array("H", bytes(2 * self.sectors))
        self.firsts = array("I", bytes(4 * self.sectors))
        self._busy = bytearray((self.sectors + 7) >> 3)
        self._plain = bytearray((self.sectors + 7) >> 3)
        self.count = 0
        self.thin = 0
        self.taken = 0
        self.order = 1
        self.through = 0
        self.thinned_last = 0
        self._cursor = 0
        self._load()

    def _load(self):
        """One pass over all headers."""
        orders = array("I", bytes(4 * self.sectors))
        head = bytearray(HEAD_SIZE)
        newest = -1
        for slot in range(self.sectors):
            self._flash.read_into(slot * SECTOR_SIZE, head)
            if not is_head(head):
                continue
            order = number(head, 8, 4)
            if order >= self.order:
                self.order = order + 1
                newest = slot
            if head[4] == THIN:
                self._load_thin(slot, number(head, 12, 4))
            else:
                orders[slot] = order
        self._cursor = newest + 1
        # From the oldest on, as sectors take turns: nearly in order already.
        for turn in range(1, self.sectors + 1):
            slot = (newest + turn) % self.sectors
            if orders[slot]:
                self._load_log(slot, orders, head)

    def _load_thin(self, slot, first_seq):
        mark = read_mark(self._flash, slot)
        if mark is not None:
            self.add_thin(slot, first_seq, mark[0])

    def _load_log(self, slot, orders, head):
        self._flash.read_into(slot * SECTOR_SIZE, head)
        self.through = max(self.through, number(head, 16, 4))
        position = self.count
        while position > self.thin and orders[self.slots[position - 1]] > orders[slot]:
            position -= 1
        self._insert(position, slot, number(head, 12, 4))
        if head[5] == 1 and position > self.thin and orders[self.slots[position - 1]] + 1 == orders[slot]:
            self.set_plain(self.slots[position - 1])

    def _insert(self, position, slot, first_seq):
        slots, firsts = self.slots, self.firsts
        i = self.count
        while i > position:
            slots[i] = slots[i - 1]
            firsts[i] = firsts[i - 1]
            i -= 1
        slots[position] = slot
        firsts[position] = first_seq
        self.count += 1
        self.take(slot)

    def add_log(self, slot, first_seq):
        """A log sector was begun."""
        self._insert(self.count, slot, first_seq)

    def add_thin(self, slot, first_seq, last_seq):
        """A thinned sector is complete."""
        position = self.thin
        while position and self.firsts[position - 1] > first_seq:
            position -= 1
        self._insert(position, slot, first_seq)
        self.thin += 1
        self.thinned_last = max(self.thinned_last, last_seq)

    def remove(self, position):
        """The sector at this position is needed no more."""
        slots, firsts = self.slots, self.firsts
        self.give_back(slots[position])
        self.count -= 1
        if position < self.thin:
            self.thin -= 1
        for i in range(position, self.count):
            slots[i] = slots[i + 1]
            firsts[i] = firsts[i + 1]

    def take(self, slot):
        """The sector is in use from now on."""
        bit = 1 << (slot & 7)
        if not self._busy[slot >> 3] & bit:
            self._busy[slot >> 3] |= bit
            self.taken += 1
        self._plain[slot >> 3] &= ~bit & 255

    def give_back(self, slot):
        """The sector is free; it is erased before it is used again."""
        self._busy[slot >> 3] &= ~(1 << (slot & 7)) & 255
        self.taken -= 1

    def next_free(self):
        """The sector to be used next: they take turns, so that all wear alike. Raises OSError(28)."""
        for turn in range(self.sectors):
            slot = (self._cursor + turn) % self.sectors
            if not self._busy[slot >> 3] & (1 << (slot & 7)):
                self._cursor = (slot + 1) % self.sectors
                return slot
        raise OSError(28, "the journal is full")

    def free(self):
        """How many sectors are not in use."""
        return self.sectors - self.taken

    def set_plain(self, slot):
        """The sector is known to hold no identity record."""
        self._plain[slot >> 3] |= 1 << (slot & 7)

    def is_plain(self, position):
        """Whether the sector at this position is known to hold no identity record."""
        slot = self.slots[position]
        return self._plain[slot >> 3] & (1 << (slot & 7)) != 0

    def position_of(self, seq, low, high):
        """Last position from low on and below high whose first seq is at most seq; low - 1 when none is."""
        below = low - 1
        while high - below > 1:
            middle = (below + high) >> 1
            if self.firsts[middle] <= seq:
                below = middle
            else:
                high = middle
        return below

    def first_after(self, position):
        """First seq of the sector behind this one, within the thinned or the log's; U32 for the last."""
        if position + 1 == self.thin or position + 1 >= self.count:
            return U32
        return self.firsts[position + 1]

    def order_at(self, position):
        """Order number of the sector at this position."""
        buffer = bytearray(4)
        self._flash.read_into(self.slots[position] * SECTOR_SIZE + 8, buffer)
        return number(buffer, 0, 4)

    def position_of_order(self, position, order, back_max):
        """Position of the log's sector whose order ends so, at most back_max before; -1 for none."""
        while back_max >= 0 and position >= self.thin:
            if self.order_at(position) & 65535 == order:
                return position
            position -= 1
            back_max -= 1
        return -1
