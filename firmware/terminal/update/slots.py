"""The two application slots: which one runs, what belongs in it, and the way back to the other.

<root>/slot_a and <root>/slot_b each hold a whole firmware package and the list of its files; a slot without a
sound list, or with a listed file that is not as listed, is not complete and is never started. The state lies
in <root>/state_a and <root>/state_b, written in turn: the sound one with the higher counter holds.
The starter has its own copy of this module and starts nothing else from outside the slot.
"""

import binascii

from firmware.terminal.update.files import Files, write_whole

SLOTS = ("slot_a", "slot_b")
NO_SLOT = 255
LIST = "files"
# Starts of a slot that is not proven yet, before the other one gets the terminal back.
STARTS = 2
REFUSED_KEPT = 4
NOT_YET = 0
PROVEN = 1
RETURNED = 2
_MAGIC = b"HFS1"
_STATES = ("state_a", "state_b")
_SIZE = 4 + 4 + 4 + 4 + 4 * REFUSED_KEPT


class Restart(Exception):
    """The application ends so that the starter chooses again."""


class SlotList:
    """A slot's list: version, journal format written, bits of those read, {path: (size, CRC-32)}."""

    def __init__(self, version, writes, reads, entries):
        self.version = version
        self.writes = writes
        self.reads = reads
        self.entries = entries

    def encode(self):
        """The list's bytes: a line of numbers, a line for each file, their CRC-32."""
        lines = ["%d %d %d" % (self.version, self.writes, self.reads)]
        for path in sorted(self.entries):
            size, crc = self.entries[path]
            lines.append("%d %d %s" % (size, crc, path))
        text = ("\n".join(lines) + "\n").encode()
        return text + b"%d\n" % binascii.crc32(text)


def decode_list(data):
    """The SlotList of such bytes, or None when they are not whole."""
    end = data[:-1].rfind(b"\n") + 1
    try:
        if not data.endswith(b"\n") or int(data[end:]) != binascii.crc32(data[:end]):
            return None
        lines = data[:end].decode().split("\n")
        version, writes, reads = [int(part) for part in lines[0].split(" ")]
        entries = {}
        for line in lines[1:-1]:
            size, crc, path = line.split(" ")
            entries[path] = (int(size), int(crc))
    except ValueError:
        return None
    return SlotList(version, writes, reads, entries)


class Slots:
    """The slots below root, as their state says; running is the slot (0 a, 1 b) that the starter started.

    files may be a layer that fails on purpose. Where a method raises OSError, the state is as before.
    """

    def __init__(self, root, running=None, files=None):
        self.root = root
        self.files = files or Files()
        self._load()
        if running is not None and running != self.running:
            # The way back could not be written: what runs is the slot from before, and it is never erased.
            self.running = running
            self.proven = True

    def folder(self, slot):
        """Path of a slot (0 a, 1 b)."""
        return self.root + "/" + SLOTS[slot]

    @property
    def idle(self):
        """The slot that an update may write."""
        return 1 - self.running

    @property
    def version(self):
        """Version of the running slot; 0 when it cannot be read."""
        listed = self.read_list(self.running)
        return listed.version if listed else 0

    def read_list(self, slot):
        """SlotList of a slot, or None."""
        return decode_list(self.files.read(self.folder(slot) + "/" + LIST))

    def choose(self):
        """Settle which slot starts now, count the start, and return it; None when neither is complete."""
        if self.running == NO_SLOT:
            return self._settle_anew()
        whole = self._usable(self.running)
        if whole and self.proven:
            return self.running
        if whole and self.starts < STARTS:
            self.starts += 1
            if self._saved():
                return self.running
            # A start that cannot be counted could be the first of endless ones.
        other = 1 - self.running
        if self._usable(other):
            self._return_to(other)
            return other
        return self.running if whole else None

    def _return_to(self, other):
        if not self.proven:
            listed = self.read_list(self.running)
            if listed:
                self.refused = ([listed.version] + self.refused)[:REFUSED_KEPT]
            self.outcome = RETURNED
        self.running = other
        self.proven = True
        self.starts = 0
        self._saved()

    def _settle_anew(self):
        """No state: the first start of all, or both copies lost. The newest complete slot runs, as proven."""
        best = chosen = None
        for slot in (0, 1):
            if self._usable(slot):
                listed = self.read_list(slot)
                if best is None or listed.version > best.version:
                    best = listed
                    chosen = slot
        if best:
            self.running = chosen
            self.proven = True
            self.journal = best.writes
            # A medium that cannot be written is no reason to start nothing.
            self._saved()
        return chosen

    def _usable(self, slot):
        listed = self.read_list(slot)
        if listed is None or (self.journal and not listed.reads >> (self.journal - 1) & 1):
            return False
        for path in listed.entries:
            if self.files.measure(self.folder(slot) + "/" + path) != listed.entries[path]:
                return False
        return True

    def tidy(self, slot):
        """Remove whatever the slot's list does not name, so that nothing stale can be imported."""
        listed = self.read_list(slot)
        if listed is not None:
            self._tidy(self.folder(slot), "", listed.entries)

    def _tidy(self, folder, prefix, entries):
        for name, is_folder in self.files.names(folder):
            path = folder + "/" + name
            if is_folder:
                self._tidy(path, prefix + name + "/", entries)
                if not self.files.names(path):
                    self.files.rmdir(path)
            elif prefix + name not in entries and prefix + name != LIST:
                self.files.remove(path)

    def switch(self, order):
        """The idle slot is complete: it starts next, unproven. From here on the update is installed."""
        self.running = 1 - self.running
        self.proven = False
        self.starts = 0
        self.order = order
        self.outcome = NOT_YET
        self.save()

    def mark_good(self):
        """The running version has proven itself: there is no way back from now on."""
        listed = self.read_list(self.running)
        self.proven = True
        self.starts = 0
        self.outcome = PROVEN if self.order else NOT_YET
        if listed:
            self.journal = listed.writes
        self.save()

    def forget_outcome(self):
        """The update's outcome is journalled."""
        self.order = 0
        self.outcome = NOT_YET
        self.save()

    def _load(self):
        self._counter = 0
        self.running = NO_SLOT
        self.proven = True
        self.starts = 0
        self.order = 0
        self.outcome = NOT_YET
        self.journal = 0
        self.refused = []
        for name in _STATES:
            data = self.files.read(self.root + "/" + name)
            if len(data) != _SIZE + 4 or data[:4] != _MAGIC:
                continue
            if binascii.crc32(data[:_SIZE]) != _word(data, _SIZE) or _word(data, 4) <= self._counter:
                continue
            if data[8] > 1:
                continue
            self._counter = _word(data, 4)
            self.running, self.starts, self.outcome, self.journal = data[8], data[9] & 127, data[10], data[11]
            self.proven = data[9] < 128
            self.order = _word(data, 12)
            self.refused = [_word(data, at) for at in range(16, _SIZE, 4) if _word(data, at)]

    def save(self):
        """Write the state over its older copy. Raises OSError; then all is as it was written last."""
        self._counter += 1
        unproven = 0 if self.proven else 128
        data = _MAGIC + self._counter.to_bytes(4, "big")
        data += bytes([self.running, unproven | self.starts, self.outcome, self.journal])
        data += self.order.to_bytes(4, "big")
        for version in (self.refused + [0] * REFUSED_KEPT)[:REFUSED_KEPT]:
            data += version.to_bytes(4, "big")
        data += binascii.crc32(data).to_bytes(4, "big")
        try:
            write_whole(self.files, self.root + "/" + _STATES[self._counter & 1], data)
        except OSError:
            self._load()
            raise

    def _saved(self):
        try:
            self.save()
        except OSError:
            return False
        return True


def _word(data, at):
    return int.from_bytes(data[at : at + 4], "big")
