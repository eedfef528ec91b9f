"""For both_update*.py: a root with slots, signed images, a server that sends pieces, a medium that fails."""

import binascii
import hashlib
import os

from firmware.terminal.signing.ed25519 import public_key, sign
from firmware.terminal.update import manifest, unpack
from firmware.terminal.update.files import Files, write_whole
from firmware.terminal.update.slots import LIST, Slots
from firmware.terminal.update.update import Update, outcome_after_restart

SEED = bytes(range(32))
RELEASE_KEY = public_key(SEED)
BOARD = "bench"
OLD = 1000
NEW = 1001
OLDER = 999
ORDER = 77


def text(version, name, size):
    """Content that tells version and name apart in every part of it."""
    line = b"%d " % version + name.encode() + b" "
    return (line * (size // len(line) + 1))[:size]


# The new version has a module less and a folder more.
TREES = {
    OLDER: {
        "firmware/main.py": text(OLDER, "main", 300),
        "firmware/gone/older.py": text(OLDER, "older", 40),
    },
    OLD: {
        "firmware/__init__.py": b"",
        "firmware/main.py": text(OLD, "main", 700),
        "firmware/gone/old.py": text(OLD, "old", 90),
    },
    NEW: {
        "firmware/__init__.py": b"",
        "firmware/main.py": text(NEW, "main", 1500),
        "firmware/fresh/new.py": text(NEW, "new", 1100),
    },
}


def image_of(tree):
    data = manifest.image_start(len(tree))
    for path in sorted(tree):
        data += manifest.file_head(path, len(tree[path]), binascii.crc32(tree[path])) + tree[path]
    return data


def signed(image, version=NEW, floor=0, replaces=0, board=BOARD, writes=1, reads=1, seed=SEED):
    digest = hashlib.sha256(image).digest()
    found = manifest.Manifest(version, floor, replaces, len(image), digest, board, writes, reads)
    found.signature = sign(seed, found.signed())
    return found.encode()


IMAGE = image_of(TREES[NEW])
MANIFEST = signed(IMAGE)


class Cut(BaseException):
    """The power is gone."""


class Torn:
    """A file open for writing: only a flush brings bytes to the medium, and it can end half-way."""

    def __init__(self, files, file):
        self._files = files
        self._file = file
        self._data = b""

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            self.flush()
        finally:
            self._file.close()

    def write(self, data):
        self._data += bytes(data)

    def flush(self):
        if not self._data:
            return
        data, self._data = self._data, b""
        half = self._files.count(True)
        if half:
            data = data[: len(data) // 2]
        self._file.write(data)
        self._file.flush()
        if half:
            raise self._files.fault


class FailingFiles(Files):
    """Counts every operation that changes the medium; number `at` raises fault, half done when torn."""

    def __init__(self, at=0, torn=False, fault=None):
        self.done = 0
        self.at = at
        self.torn = torn
        self.fault = fault or Cut()

    def count(self, can_tear=False):
        self.done += 1
        if self.at and self.done >= self.at:
            if isinstance(self.fault, OSError):
                # The medium is full for what is written, not for what is removed.
                if not can_tear:
                    return False
            elif self.done > self.at:
                raise self.fault
            if self.torn and can_tear:
                return True
            raise self.fault
        return False

    def open(self, path, mode):
        if mode == "rb":
            return Files.open(self, path, mode)
        self.count()
        return Torn(self, Files.open(self, path, mode))

    def flush(self, file):
        file.flush()

    def rename(self, old, new):
        self.count()
        Files.rename(self, old, new)

    def remove(self, path):
        self.count()
        Files.remove(self, path)

    def mkdir(self, path):
        self.count()
        Files.mkdir(self, path)

    def rmdir(self, path):
        self.count()
        Files.rmdir(self, path)


def empty(folder):
    for _ in unpack.erasing(Files(), folder):
        pass


def put_tree(folder, tree):
    files = Files()
    for path in tree:
        unpack._make_above(files, folder, path)
        with open(folder + "/" + path, "wb") as target:
            target.write(tree[path])


def put_slot(folder, version):
    os.mkdir(folder)
    put_tree(folder, TREES[version])
    listed = unpack.slot_list(Files(), folder, version, 1, 1)
    write_whole(Files(), folder + "/" + LIST, listed.encode())


def new_root(root, older=False):
    """The old version in slot a, no state, as it leaves the depot; older: slot b holds the one before it."""
    unpack._make(Files(), root)
    empty(root)
    put_slot(root + "/slot_a", OLD)
    if older:
        put_slot(root + "/slot_b", OLDER)


def tree_of(folder):
    """{path: bytes} of a slot without its list."""
    found = unpack.slot_list(Files(), folder, 0, 1, 1).entries
    return {path: Files().read(folder + "/" + path) for path in found}


def boot(root, files=None):
    """What the starter does: the Slots after it, or None with a line that says BAD when no slot is whole."""
    slots = Slots(root, None, files)
    slot = slots.choose()
    if slot is None:
        print("BAD nothing to start")
        return None
    slots.tidy(slot)
    version = slots.read_list(slot).version
    if tree_of(slots.folder(slot)) != TREES.get(version):
        print("BAD slot", slot, "is not whole:", version)
    return Slots(root, slot, files)


class Server:
    """Sends the piece that is asked for, `drop` of them not; counts what it sent."""

    def __init__(self, image, size=400):
        self.image = image
        self.size = size
        self.sent = 0
        self.asked = []
        self.silent = False

    def ask(self, image, offset):
        self.asked.append(offset)

    def serve(self, job):
        while self.asked:
            offset = self.asked.pop(0)
            if not self.silent:
                data = self.image[offset : offset + self.size]
                self.sent += len(data)
                job.on_piece(job.wanted[0], offset, data)


# Signatures that were found right.
RIGHT = []


class Knowing(Update):
    """Checks a signature until it was found right once: most of a life's time, and nothing on the medium."""

    def _verifying(self, wanted):
        signature = (self._release_key, wanted.signed(), wanted.signature)
        if signature in RIGHT:
            yield
            return
        yield from Update._verifying(self, wanted)
        RIGHT.append(signature)


def new_update(slots, server, key=RELEASE_KEY):
    return Knowing(slots, BOARD, key, server.ask)


def run(job, server, steps=5000, now_ms=0):
    """Step until the update ends; the list of its outcomes."""
    found = []
    while job.busy and steps:
        job.step(now_ms)
        server.serve(job)
        now_ms += 50
        steps -= 1
    if not steps:
        print("BAD update does not end")
    while True:
        outcome = job.take_outcome()
        if outcome is None:
            return found
        found.append(outcome)


def left_in(root):
    """Names in root other than the slots and the state."""
    names = []
    for name, _ in Files().names(root):
        if name not in ("slot_a", "slot_b", "state_a", "state_b"):
            names.append(name)
    return names


def life(root, files, proves, told):
    """One life of the terminal, from start to start: True when the update's story is at its end."""
    slots = boot(root, files)
    if slots.version not in (OLD, NEW):
        print("BAD the older one runs")
    if slots.version == NEW and not slots.proven:
        told.append("start")
        if not proves:
            return False
        slots.mark_good()
    job = new_update(slots, Server(IMAGE))
    job.resume()
    outcome = outcome_after_restart(slots)
    if outcome:
        told.append(outcome)
        slots.forget_outcome()
        return True
    if slots.version == NEW or NEW in slots.refused:
        return True
    if not job.busy:
        job.begin(ORDER, MANIFEST)
    server = Server(IMAGE)
    job._ask = server.ask
    for outcome in run(job, server):
        told.append(outcome)
    if not job.restart_wanted:
        print("no restart wanted", told)
    return False
