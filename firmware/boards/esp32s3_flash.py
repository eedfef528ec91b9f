"""The journal's flash: a raw data partition beside the file system.

esp32.Partition with an offset neither erases nor rounds: readblocks(block, buffer, offset) and
writeblocks(block, buffer, offset) work at any byte, ioctl(6, block) erases one block of 4096 bytes.
Without an offset writeblocks would erase first, which is why no call here leaves it out.
"""

from esp32 import Partition

SECTOR_SIZE = 4096
_ERASE = 6
# Of info(): type, subtype, address, size, label, encrypted.
_SIZE = 3


class PartitionFlash:
    """The interface of firmware.boards.unix_flash.FileFlash on a partition. Raises OSError."""

    def __init__(self, label):
        try:
            self._partition = Partition(label)
        except OSError:
            raise OSError("the flash has no partition %s: see docs/how-to/board.md" % label)
        self.size = self._partition.info()[_SIZE]
        self.programmed_bytes = 0
        self.erased_sectors = 0

    def read_into(self, at, buffer):
        """Fill buffer from offset at."""
        self._partition.readblocks(at // SECTOR_SIZE, buffer, at % SECTOR_SIZE)

    def program(self, at, data):
        """Write data from offset at, where the flash is erased."""
        self._partition.writeblocks(at // SECTOR_SIZE, data, at % SECTOR_SIZE)
        self.programmed_bytes += len(data)

    def erase(self, at):
        """Set the sector at offset at (a multiple of 4096) to 0xFF."""
        if at % SECTOR_SIZE:
            raise ValueError("flash: %d is not the start of a sector" % at)
        self._partition.ioctl(_ERASE, at // SECTOR_SIZE)
        self.erased_sectors += 1

    def sync(self):
        """Nothing is held back: a write is on the chip when it returns."""

    def close(self):
        """Nothing to let go."""
