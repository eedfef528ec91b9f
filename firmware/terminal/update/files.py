"""The few file operations that slots and updates are made of, so that each can be made to fail."""

import binascii
import os

_FOLDER = 0x4000
_BUFFER = 1024


class Files:
    """Operations on paths. Those that read answer "nothing there", the others raise OSError."""

    def open(self, path, mode):
        """A file in binary mode."""
        return open(path, mode)

    def flush(self, file):
        """What was written to file is on the medium after this."""
        file.flush()
        if hasattr(os, "fsync") and hasattr(file, "fileno"):
            os.fsync(file.fileno())

    def rename(self, old, new):
        """Give a file its name in one step."""
        os.rename(old, new)

    def remove(self, path):
        """Remove a file."""
        os.remove(path)

    def mkdir(self, path):
        """Make a folder."""
        os.mkdir(path)

    def rmdir(self, path):
        """Remove an empty folder."""
        os.rmdir(path)

    def names(self, folder):
        """[(name, whether it is a folder)] of what is in a folder, sorted."""
        try:
            found = sorted(os.listdir(folder))
        except OSError:
            return []
        return [(name, os.stat(folder + "/" + name)[0] & 0xF000 == _FOLDER) for name in found]

    def size(self, path):
        """Bytes of a file, or None when it is not there."""
        try:
            return os.stat(path)[6]
        except OSError:
            return None

    def free(self, path):
        """Bytes free on the medium of path, or None when it does not say."""
        try:
            found = os.statvfs(path)
        except OSError:
            return None
        return found[1] * found[4]

    def read(self, path):
        """The whole of a small file; nothing when it cannot be read."""
        try:
            with open(path, "rb") as source:
                return source.read()
        except OSError:
            return b""

    def measure(self, path):
        """(size, CRC-32) of a file, or None when it cannot be read."""
        buffer = bytearray(_BUFFER)
        view = memoryview(buffer)
        size = crc = 0
        try:
            with open(path, "rb") as source:
                while True:
                    count = source.readinto(buffer)
                    if not count:
                        return size, crc
                    size += count
                    crc = binascii.crc32(view[:count], crc)
        except OSError:
            return None


def write_whole(files, path, data):
    """Put data in the file of this path: whole or not at all, whenever the power goes."""
    try:
        with files.open(path + ".new", "wb") as target:
            target.write(data)
            files.flush(target)
        files.rename(path + ".new", path)
    except OSError:
        # On a full medium a half-written file would take the room that is missing.
        if files.size(path + ".new") is not None:
            files.remove(path + ".new")
        raise
