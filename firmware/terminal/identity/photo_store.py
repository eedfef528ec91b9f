"""Photos in a folder until the server has them: files <64 hexadecimal digits of the SHA-256>.jpg.

A picture grows in NEW and takes its name when it is whole; what a power cut left in NEW is removed at
start. SPARE lists the digests of photos that may go when room is short, oldest first, 32 bytes each:
periodic ones that showed the right person, and those without a face check. All others stay until the
server has them; when nothing spare is left, a new photo is refused.
"""

import os

NEW = "new.part"
SPARE = "spare"
SUFFIX = ".jpg"
DIGEST_SIZE = 32
ROOM_BYTES = 2097152
ROOM_FILES = 400


def name_of(digest):
    """The file name of a photo with this SHA-256 (32 bytes)."""
    return "".join(["%02x" % byte for byte in digest]) + SUFFIX


class PhotoStore:
    """One photo at a time: begin(), write() its pieces, then keep() or abandon(). These raise OSError when
    the medium fails. The folder is made when missing; others may remove photos from it at any time."""

    def __init__(self, folder, room_bytes=ROOM_BYTES, room_files=ROOM_FILES):
        self._folder = folder
        self._room_bytes = room_bytes
        self._room_files = room_files
        self._file = None
        self._size = 0
        try:
            os.mkdir(folder)
        except OSError:
            pass
        self._remove(NEW)
        self._bytes = 0
        self._files = 0
        try:
            self._count()
            self._sweep()
        except OSError:
            # Each picture will fail at begin(), and the camera's diagnostic tells of it.
            pass

    def _path(self, name):
        return self._folder + "/" + name

    def _remove(self, name):
        """True when the file was there."""
        try:
            os.remove(self._path(name))
            return True
        except OSError:
            return False

    def _count(self):
        self._bytes = self._files = 0
        for name in os.listdir(self._folder):
            if name.endswith(SUFFIX):
                try:
                    self._bytes += os.stat(self._path(name))[6]
                    self._files += 1
                except OSError:
                    # It was sent and removed meanwhile.
                    pass

    def begin(self):
        """Begin a new photo; one that was not kept is forgotten."""
        self.abandon()
        self._file = open(self._path(NEW), "wb")
        self._size = 0

    def write(self, data):
        """The photo's next bytes."""
        self._file.write(data)
        self._size += len(data)

    def abandon(self):
        """Forget the photo that was begun."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._remove(NEW)

    def keep(self, digest):
        """The photo that was begun is whole and has this SHA-256; False when there is no room for it."""
        if not self._has_room():
            # Others remove photos that were sent: count anew before any is given up.
            self._count()
            while not self._has_room():
                if not self._give_up_one():
                    self.abandon()
                    return False
        self._file.close()
        self._file = None
        os.rename(self._path(NEW), self._path(name_of(digest)))
        self._bytes += self._size
        self._files += 1
        return True

    def _has_room(self):
        return self._bytes + self._size <= self._room_bytes and self._files < self._room_files

    def spare(self, digest):
        """This photo may go when room is short."""
        with open(self._path(SPARE), "ab") as target:
            target.write(digest)

    def _spares(self):
        try:
            with open(self._path(SPARE), "rb") as source:
                return source.read()
        except OSError:
            return b""

    def _sweep(self):
        """Forget spare photos that are gone, and what a power cut left of one's digest."""
        digests = self._spares()
        left = bytearray()
        for at in range(0, len(digests) - DIGEST_SIZE + 1, DIGEST_SIZE):
            digest = digests[at : at + DIGEST_SIZE]
            try:
                os.stat(self._path(name_of(digest)))
                left += digest
            except OSError:
                continue
        if len(left) != len(digests):
            self._keep_spares(left)

    def _keep_spares(self, digests):
        """In one step: a power cut leaves the old list or the new one."""
        path = self._path(SPARE)
        with open(path + ".new", "wb") as target:
            target.write(digests)
            target.flush()
            if hasattr(os, "fsync") and hasattr(target, "fileno"):
                os.fsync(target.fileno())
        os.rename(path + ".new", path)

    def _give_up_one(self):
        """Remove the oldest spare photo; False when there is none."""
        digests = self._spares()
        gone = False
        at = 0
        while not gone and at + DIGEST_SIZE <= len(digests):
            name = name_of(digests[at : at + DIGEST_SIZE])
            at += DIGEST_SIZE
            try:
                size = os.stat(self._path(name))[6]
            except OSError:
                continue
            gone = self._remove(name)
            if gone:
                self._bytes -= size
                self._files -= 1
        if at:
            self._keep_spares(digests[at:])
        return gone
