"""An update image from its file into a slot, a small slice at a time; everything here is a generator.

A slot that is being written has no list of files: if the power goes, it is not complete and never started.
"""

import hashlib

from firmware.terminal.update import manifest
from firmware.terminal.update.files import write_whole
from firmware.terminal.update.manifest import ManifestError
from firmware.terminal.update.slots import LIST, SlotList

SLICE = 1024
_EXISTS = 17


class UnpackError(ValueError):
    """The slot does not hold what was written to it; the text says which file."""


def hashing(files, path):
    """Generator that returns (size, SHA-256) of a file."""
    digest = hashlib.sha256()
    buffer = bytearray(SLICE)
    view = memoryview(buffer)
    size = 0
    with files.open(path, "rb") as source:
        while True:
            count = source.readinto(buffer)
            if not count:
                return size, digest.digest()
            digest.update(view[:count])
            size += count
            yield


def erasing(files, folder):
    """Generator that empties a slot, its list first."""
    if files.size(folder + "/" + LIST) is not None:
        files.remove(folder + "/" + LIST)
    yield from _emptying(files, folder)


def _emptying(files, folder):
    for name, is_folder in files.names(folder):
        path = folder + "/" + name
        if is_folder:
            yield from _emptying(files, path)
            files.rmdir(path)
        else:
            files.remove(path)
        yield


def unpacking(files, image, folder, wanted):
    """Generator that fills an empty slot from an image file and writes its list last.

    wanted is the Manifest. Raises ManifestError for an image that cannot be, UnpackError when a file reads
    back differently, OSError when the medium fails or is full.
    """
    _make(files, folder)
    entries = {}
    with files.open(image, "rb") as source:
        start = source.read(6)
        count = int.from_bytes(start[4:], "big")
        if start[:4] != manifest.IMAGE_MAGIC or not 1 <= count <= manifest.FILES_MAX:
            raise ManifestError("image: not one of this format")
        for _ in range(count):
            path, size, crc = _head(source)
            if path in entries:
                raise ManifestError("image: %s is in it twice" % path)
            entries[path] = (size, crc)
            _make_above(files, folder, path)
            yield from _copying(files, source, folder + "/" + path, size)
            if files.measure(folder + "/" + path) != (size, crc):
                raise UnpackError("%s does not read back as it was written" % path)
            yield
        if source.read(1):
            raise ManifestError("image: bytes after its last file")
    listed = SlotList(wanted.version, wanted.writes, wanted.reads, entries)
    write_whole(files, folder + "/" + LIST, listed.encode())


def _head(source):
    size = _exactly(source, 1)[0]
    try:
        path = _exactly(source, size).decode()
    except ValueError:
        raise ManifestError("image: a path is not text")
    manifest.check_path(path)
    numbers = _exactly(source, 8)
    return path, int.from_bytes(numbers[:4], "big"), int.from_bytes(numbers[4:], "big")


def _exactly(source, count):
    data = source.read(count)
    if len(data) != count:
        raise ManifestError("image: it ends inside a file")
    return data


def _copying(files, source, path, size):
    with files.open(path, "wb") as target:
        while size:
            data = _exactly(source, min(size, SLICE))
            target.write(data)
            size -= len(data)
            yield
        files.flush(target)


def _make_above(files, folder, path):
    parts = path.split("/")
    for depth in range(1, len(parts)):
        _make(files, folder + "/" + "/".join(parts[:depth]))


def _make(files, folder):
    try:
        files.mkdir(folder)
    except OSError as error:
        if error.errno != _EXISTS:
            raise


def slot_list(files, folder, version, writes, reads):
    """The SlotList of the firmware that lies in a folder, for a slot that is filled at the depot."""
    entries = {}
    _collect(files, folder, "", entries)
    return SlotList(version, writes, reads, entries)


def _collect(files, folder, prefix, entries):
    for name, is_folder in files.names(folder):
        if is_folder:
            _collect(files, folder + "/" + name, prefix + name + "/", entries)
        elif prefix + name != LIST:
            entries[prefix + name] = files.measure(folder + "/" + name)
