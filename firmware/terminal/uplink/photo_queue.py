"""Photos on their way to the server: files FOLDER/<64 hexadecimal digits of the SHA-256>.jpg, sent in chunks.

Nothing is remembered but the files: after a restart a photo begins at offset 0, and the server's first
receipt says where to go on. A file goes when the server has all of it or wants none of it; one that the
server has and no record names yet is passed over for a while. No photo is ever in memory as a whole.
"""

import os

from firmware.wire import bulk
from firmware.wire.errors import DecodeError

NAME_SIZE = 68
LOOK_EVERY_MS = 10000
# A photo that was passed over is tried again after so long, then after twice that, at most the last.
AGAIN_FIRST_MS = 60000
AGAIN_MAX_MS = 3600000


def photo_of(name):
    """The digest (32 bytes) that a photo's file name says, None for another file."""
    if len(name) != NAME_SIZE or not name.endswith(".jpg"):
        return None
    try:
        return bytes([int(name[i : i + 2], 16) for i in range(0, 64, 2)])
    except ValueError:
        return None


def photos_in(folder):
    """Names of the photos in the folder, one at a time; none when there is no such folder."""
    try:
        # MicroPython's walks the folder without a list of it.
        entries = os.ilistdir(folder) if hasattr(os, "ilistdir") else [(name,) for name in os.listdir(folder)]
    except OSError:
        return
    for entry in entries:
        if photo_of(entry[0]) is not None:
            yield entry[0]


class PhotoQueue:
    """One photo at a time, one chunk at a time. When to send again is the caller's affair (the uplink's)."""

    def __init__(self, folder, terminal, key, ticks_ms):
        self._folder = folder
        self._terminal = terminal
        self._key = key
        self._ticks_ms = ticks_ms
        self._look_at = None
        self._photo = None
        self._path = None
        self._size = 0
        self._offset = 0
        # Photos that wait for their record or cannot be read or deleted, each by the first 24 bits of its
        # digest: they do not hold up the others.
        self._passed = []
        self._again_at = 0
        self._again_ms = AGAIN_FIRST_MS

    def count(self):
        """How many photos wait."""
        found = 0
        for _ in photos_in(self._folder):
            found += 1
        return found

    def next_chunk(self):
        """Payload of the chunk to send now, the same until a receipt says more; None when no photo waits."""
        if self._photo is None and not self._choose():
            return None
        try:
            with open(self._path, "rb") as source:
                source.seek(self._offset)
                data = source.read(min(bulk.DATA_MAX, self._size - self._offset))
        except OSError:
            data = b""
        if not data:
            self._pass_over()
            return None
        return bulk.encode_chunk(self._terminal, self._photo, self._size, self._offset, data, self._key)

    def _choose(self):
        now_ms = self._ticks_ms()
        if self._look_at is not None and now_ms < self._look_at:
            return False
        if now_ms >= self._again_at:
            self._passed.clear()
        for name in photos_in(self._folder):
            if int(name[:6], 16) in self._passed:
                continue
            path = self._folder + "/" + name
            try:
                size = os.stat(path)[6]
                if not 1 <= size <= bulk.PHOTO_MAX:
                    # The server takes none like this.
                    os.remove(path)
                    continue
            except OSError:
                continue
            self._photo, self._path, self._size, self._offset = photo_of(name), path, size, 0
            return True
        self._look_at = now_ms + LOOK_EVERY_MS
        if not self._passed:
            self._again_ms = AGAIN_FIRST_MS
        return False

    def _pass_over(self):
        photo = self._photo
        if not self._passed:
            self._again_at = self._ticks_ms() + self._again_ms
            self._again_ms = min(self._again_ms * 2, AGAIN_MAX_MS)
        self._passed.append(photo[0] << 16 | photo[1] << 8 | photo[2])
        self._photo = None

    def on_receipt(self, payload):
        """What the server says of a photo. Returns whether the next chunk may go; raises DecodeError."""
        terminal, photo, next_offset, state = bulk.open_photo_receipt(payload, self._key)
        if terminal != self._terminal:
            raise DecodeError("photo receipt: for another terminal")
        if photo != self._photo:
            # Late, for one that is done.
            return False
        if state == bulk.GO_ON and next_offset < self._size:
            moved = next_offset != self._offset
            self._offset = next_offset
            return moved
        try:
            if state == bulk.GO_ON:
                # The server has all of it, and no record yet that names it.
                self._pass_over()
            else:
                os.remove(self._path)
        except OSError:
            self._pass_over()
        self._photo = None
        return True
