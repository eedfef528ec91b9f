"""A NOR flash chip played by a preallocated file: programming clears bits, erasing sets a sector to 0xFF."""

import os

SECTOR_SIZE = 4096


class FileFlash:
    """`size` bytes (a multiple of 4096) in the file at path, made with its folder when missing.

    A file of another size keeps what it holds: a longer one is used whole, a shorter one is lengthened.
    Counts programmed_bytes and erased_sectors. Raises OSError when the file cannot be read or written,
    ValueError for what a real chip would get wrong in silence.
    """

    def __init__(self, path, size):
        folder = path[: path.rfind("/")] if "/" in path else ""
        if folder:
            try:
                os.mkdir(folder)
            except OSError:
                pass
        self.size = self._lengthen(path, size)
        self.programmed_bytes = 0
        self.erased_sectors = 0
        self._file = open(path, "r+b", 0)

    def _lengthen(self, path, size):
        with open(path, "ab") as target:
            held = target.seek(0, 2)
            if held % SECTOR_SIZE:
                held += target.write(b"\xff" * (SECTOR_SIZE - held % SECTOR_SIZE))
            blank = b"\xff" * SECTOR_SIZE
            while held + SECTOR_SIZE <= size:
                held += target.write(blank)
        return held

    def read_into(self, at, buffer):
        """Fill buffer from offset at."""
        self._file.seek(at)
        if self._file.readinto(buffer) != len(buffer):
            raise OSError(5)

    def program(self, at, data):
        """Write data from offset at, where the flash must be erased or differ only by bits to be cleared."""
        held = bytearray(len(data))
        self.read_into(at, held)
        for i in range(len(data)):
            if data[i] & ~held[i] & 255:
                raise ValueError(
                    "flash: byte %d is 0x%02x, not to be set to 0x%02x" % (at + i, held[i], data[i])
                )
        self._file.seek(at)
        if self._file.write(data) != len(data):
            raise OSError(28)
        self.programmed_bytes += len(data)

    def erase(self, at):
        """Set the sector at offset at (a multiple of 4096) to 0xFF."""
        if at % SECTOR_SIZE:
            raise ValueError("flash: %d is not the start of a sector" % at)
        self._file.seek(at)
        if self._file.write(b"\xff" * SECTOR_SIZE) != SECTOR_SIZE:
            raise OSError(28)
        self.erased_sectors += 1

    def sync(self):
        """Hand everything to the operating system; a killed terminal loses none of it."""
        self._file.flush()

    def close(self):
        """Let the file go."""
        self._file.close()
