"""Small state that must outlive a power cut: one file for each name, its CRC-32 in front.

A new value is written beside the old one and takes its name in one step, so a cut leaves one of the two.
"""

import binascii
import os

HEAD = 4


class Keep:
    """Values (bytes) by name in one folder, made when missing. Raises OSError when the medium fails."""

    def __init__(self, folder):
        self._folder = folder
        try:
            os.mkdir(folder)
        except OSError:
            pass

    def _path(self, name):
        return self._folder + "/" + name + ".keep"

    def get(self, name):
        """The value last put under name, or None when there is none that is whole."""
        try:
            with open(self._path(name), "rb") as source:
                data = source.read()
        except OSError:
            return None
        if len(data) < HEAD or binascii.crc32(data[HEAD:]) != int.from_bytes(data[:HEAD], "big"):
            return None
        return data[HEAD:]

    def put(self, name, data):
        """Keep data under name; after return it is on the medium."""
        path = self._path(name)
        with open(path + ".new", "wb") as target:
            target.write(binascii.crc32(data).to_bytes(HEAD, "big"))
            target.write(data)
            target.flush()
            if hasattr(os, "fsync") and hasattr(target, "fileno"):
                os.fsync(target.fileno())
        os.rename(path + ".new", path)

    def drop(self, name):
        """Forget name; nothing happens when there is none."""
        try:
            os.remove(self._path(name))
        except OSError:
            pass
