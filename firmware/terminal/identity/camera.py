"""The camera: one JPEG at a time, streamed into the photo store while its digest grows.

The port is like a serial line. The terminal writes "P" and a newline; the camera answers "J", the length
u32 (big-endian), the JPEG, and the CRC-32 of the JPEG u32. All times are real ones.
"""

import binascii
import hashlib

PHOTO_MAX = 20480
# A uniform picture of 320x240 takes about 1.5 KB with its tables, a scene several times that.
PLAIN_BELOW = 2600
LIMIT_MS = 5000
_READ = 512
_READS = 48
_HEAD = 5
_CRC = 4


class Camera:
    """start() asks for a picture; step() takes what has come, until busy is false.

    Then digest is its SHA-256, or None when there is none; size its bytes; plain whether it shows nothing
    (a covered lens); fault whether the last picture failed, and `why`.
    """

    def __init__(self, port, store):
        self._port = port
        self._store = store
        self._buffer = bytearray(_READ)
        self._tail = bytearray(_HEAD)
        self._have = 0
        self._left = -1
        self._hash = None
        self._crc = 0
        self._ends = 0
        self._since_ms = 0
        self.busy = False
        self.fault = False
        self.why = ""
        self.digest = None
        self.size = 0
        self.plain = False

    def start(self, real_ms):
        """Ask for a picture. One under way is given up."""
        self.busy = True
        self.digest = None
        self.size = 0
        self.plain = False
        self._since_ms = real_ms
        self._have = 0
        self._left = -1
        self._crc = 0
        self._ends = 0
        self._hash = hashlib.sha256()
        try:
            # What still comes of an earlier picture is none of this one's.
            for _ in range(_READS):
                if self._port.receive_into(self._buffer) <= 0:
                    break
            self._store.begin()
            self._port.send(b"P\n")
        except OSError:
            # The next step tells, like any other failure.
            self._hash = None

    def step(self, real_ms):
        """Take what the camera has sent."""
        if not self.busy:
            return
        try:
            if self._hash is None:
                raise OSError
            for _ in range(_READS):
                count = self._port.receive_into(self._buffer)
                if count <= 0:
                    break
                self._take(count)
                if not self.busy:
                    return
        except OSError:
            self._fail("no camera or no medium")
            return
        if real_ms - self._since_ms >= LIMIT_MS:
            self._fail("no whole picture in time")

    def _fail(self, why):
        self.busy = False
        self.fault = True
        self.why = why
        self.digest = None
        self.size = 0
        try:
            self._store.abandon()
        except OSError:
            pass

    def _take(self, count):
        view = memoryview(self._buffer)
        at = 0
        if self._left < 0:
            at = self._head(count)
            if self._left < 0:
                return
        part = min(self._left, count - at)
        if part:
            self._picture(view[at : at + part])
            self._left -= part
            at += part
            if not self._left:
                self._have = 0
        while not self._left and at < count and self._have < _CRC:
            self._tail[self._have] = self._buffer[at]
            self._have += 1
            at += 1
        if not self._left and self._have == _CRC:
            self._finish()

    def _head(self, count):
        """Find "J" and the length; returns where the picture begins."""
        for at in range(count):
            byte = self._buffer[at]
            if not self._have and byte != 74:
                continue
            self._tail[self._have] = byte
            self._have += 1
            if self._have == _HEAD:
                size = _u32(self._tail, 1)
                if not 4 <= size <= PHOTO_MAX:
                    self._fail("a picture of %d bytes" % size)
                    return count
                self.size = self._left = size
                return at + 1
        return count

    def _picture(self, view):
        """A piece of the picture; of the four bytes at its ends, the right ones are counted."""
        begin = self.size - self._left
        for at, byte in ((0, 0xFF), (1, 0xD8), (self.size - 2, 0xFF), (self.size - 1, 0xD9)):
            if 0 <= at - begin < len(view) and view[at - begin] == byte:
                self._ends += 1
        self._hash.update(view)
        self._crc = binascii.crc32(view, self._crc)
        self._store.write(view)

    def _finish(self):
        if self._ends != 4:
            self._fail("no JPEG")
        elif _u32(self._tail, 0) != self._crc & 0xFFFFFFFF:
            self._fail("a damaged picture")
        else:
            digest = self._hash.digest()
            if not self._store.keep(digest):
                self._fail("no room for photos")
                return
            self.digest = digest
            self.plain = self.size < PLAIN_BELOW
            self.fault = False
            self.why = ""
            self.busy = False


def _u32(data, at):
    return data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3]
