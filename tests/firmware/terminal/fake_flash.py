"""NOR flash in memory that loses power: at any byte of any program, or in the middle of an erase.

Runs on both interpreters. `spent` counts bytes programmed, and ERASE_COST for an erase.
"""

SECTOR_SIZE = 4096
ERASE_COST = 8


class PowerCut(Exception):
    """The terminal is dead; only what the flash holds is left."""


class FakeFlash:
    """Flash of `size` bytes. cut_at: `spent` at which the power goes, None never; failing: writing fails.

    sectors: a bytearray each, None when blank. seed chooses the garbage that a cut erase leaves, and which
    bits of its last byte a cut program has cleared. on_change(at, data): called before each program and,
    with None, each erase.
    """

    def __init__(self, size, cut_at=None, seed=1):
        self.size = size
        self.sectors = [None] * (size // SECTOR_SIZE)
        self._owned = bytearray(len(self.sectors))
        self.cut_at = cut_at
        self.spent = 0
        self.failing = False
        self.erased = 0
        self.on_change = None
        self._seed = seed

    def copy(self):
        """Another flash that holds the same; sectors are shared until one of the two changes them."""
        other = FakeFlash(self.size)
        other.sectors[:] = self.sectors
        self._owned = bytearray(len(self.sectors))
        return other

    def random(self):
        """The next of a sequence of numbers below 2 ** 23."""
        self._seed = (self._seed * 1103515245 + 12345) & 0x7FFFFFFF
        return self._seed >> 8

    def sector(self, number):
        """The bytes of a sector, to be looked at or changed."""
        if not self._owned[number]:
            self._owned[number] = 1
            held = self.sectors[number]
            self.sectors[number] = bytearray(held if held is not None else b"\xff" * SECTOR_SIZE)
        return self.sectors[number]

    def read_into(self, at, buffer):
        """Fill buffer from offset at; no read crosses a sector."""
        number, start = at // SECTOR_SIZE, at % SECTOR_SIZE
        held = self.sectors[number]
        if start + len(buffer) > SECTOR_SIZE:
            raise ValueError("flash: a read crosses a sector")
        buffer[:] = (
            memoryview(held)[start : start + len(buffer)] if held is not None else b"\xff" * len(buffer)
        )

    def program(self, at, data):
        """Clear bits; the bytes before the cut are on the flash, of the one at it some bits."""
        if self.failing:
            raise OSError(28)
        if self.on_change is not None:
            self.on_change(at, data)
        count = len(data)
        if self.cut_at is not None:
            count = min(count, self.cut_at - self.spent)
        held, start = self.sector(at // SECTOR_SIZE), at % SECTOR_SIZE
        for i in range(len(data)):
            if data[i] & ~held[start + i] & 255:
                raise ValueError("flash: a cleared bit cannot be set", at + i)
        held[start : start + count] = data[:count]
        self.spent += count
        if count < len(data):
            held[start + count] &= data[count] | (self.random() & 255)
            raise PowerCut()

    def erase(self, at):
        """Set a sector to 0xFF; cut, it is anything between what it was, blank and garbage."""
        if self.failing:
            raise OSError(28)
        if self.on_change is not None:
            self.on_change(at, None)
        number = at // SECTOR_SIZE
        if self.cut_at is not None and self.cut_at - self.spent < ERASE_COST:
            self.spent = self.cut_at
            half_erase(self.sector(number), self.random() % 4, self.random)
            raise PowerCut()
        self.spent += ERASE_COST
        self.erased += 1
        self.sectors[number] = None
        self._owned[number] = 0

    def sync(self):
        """Nothing waits."""

    def close(self):
        """Nothing to let go."""


def half_erase(cells, how, random):
    """A sector in mid-erase: some bits set (0), its end blank (1), its beginning blank (2), garbage (3)."""
    if how == 0:
        for i in range(len(cells)):
            cells[i] |= random() & 255
    elif how == 3:
        for i in range(len(cells)):
            cells[i] = random() & 255
    else:
        half = random() % len(cells)
        begin, end = (half, len(cells)) if how == 1 else (0, half)
        cells[begin:end] = b"\xff" * (end - begin)
