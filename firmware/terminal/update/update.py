"""An update from the server's order to the other slot: signature, download, hash, unpacking, the switch.

One slice of work for each step(). What must outlive a power cut lies beside the slots: image.order (the
order's number and manifest) and image.part (what has come). After a cut before the switch the next start goes
on from there, after one behind it the update is installed. A refused image leaves nothing behind.
"""

import binascii

from firmware.terminal.update import manifest, unpack
from firmware.terminal.update.files import write_whole
from firmware.terminal.update.slots import PROVEN, RETURNED
from firmware.wire.orders import BEGUN, DONE, MALFORMED, REFUSED

PART = "/image.part"
ORDER = "/image.order"

# Values of a refused order's record.
BAD_SIGNATURE = 1
OTHER_BOARD = 2
NOT_NEWER = 3
BELOW_FLOOR = 4
REFUSED_BEFORE = 5
JOURNAL_FORMAT = 6
NO_ROOM = 7
BAD_HASH = 8
BAD_IMAGE = 9
NOT_PROVEN = 10
MEDIUM = 11
NOT_RESTARTED = 12
WENT_BACK = 13
NO_MEMORY = 14
# For the application, where there are no slots to update.
NO_SLOTS = 15
# Another update was ordered before this one was in.
REPLACED = 16

_ENOSPC = 28
_ASK_MS = 5000
_ASK_MS_MAX = 320000
# Pieces between two flushes: what a power cut makes the terminal fetch again.
_FLUSH = 4
_BUDGET = 2
_MARGIN = 8192


class _Refusal(Exception):
    pass


class Update:
    """Updates of one terminal. ask(image, offset) sends a WANT and may fail silently: it is asked again.

    release_key is the public half (32 bytes) of the key that updates are signed with, board the name that the
    manifest must bear. After the switch restart_wanted is True: end what is open, then raise slots.Restart.
    """

    def __init__(self, slots, board, release_key, ask):
        self._slots = slots
        self._files = slots.files
        self._board = board
        self._release_key = release_key
        self._ask = ask
        self._part = slots.root + PART
        self._work = None
        self._order = 0
        self._outcomes = []
        self._piece = None
        self._wanted = None
        self._now_ms = self._ask_ms = 0
        self._wait_ms = _ASK_MS
        self.restart_wanted = False

    @property
    def busy(self):
        """Whether an update is on its way."""
        return self._work is not None

    @property
    def order(self):
        """Number of the order whose update is on its way, 0 when none is."""
        return self._order if self._work is not None else 0

    @property
    def wanted(self):
        """(image, offset) of the piece that the download waits for, or None."""
        return self._wanted

    def begin(self, order, body):
        """Take the manifest of an UPDATE order; a newer order ends an older one."""
        self._start(order, bytes(body), True)

    def resume(self):
        """At each start: go on with what a power cut broke off; what is left of another update is removed."""
        data = self._files.read(self._slots.root + ORDER)
        if len(data) > 8 and binascii.crc32(data[4:]) == int.from_bytes(data[:4], "big"):
            self._start(int.from_bytes(data[4:8], "big"), data[8:], False)
        else:
            self._drop()

    def on_piece(self, image, offset, data):
        """A piece has come; one that was not asked for is passed over."""
        if self._piece is None and self._wanted == (bytes(image), offset):
            self._piece = bytes(data)

    def take_outcome(self):
        """(order, outcome, value) for an ORDER record, or None; the last one comes after the restart."""
        if self._outcomes:
            return self._outcomes.pop(0)
        return None

    def step(self, now_ms):
        """Do a slice; never raises OSError: a medium that fails or is full refuses the update."""
        if self._work is None:
            return
        self._now_ms = now_ms
        refused = value = 0
        try:
            next(self._work)
            return
        except StopIteration:
            self._work = self._wanted = None
            return
        except _Refusal as refusal:
            refused, value = REFUSED, refusal.args[0]
        except manifest.ManifestError:
            refused, value = REFUSED, BAD_IMAGE
        except unpack.UnpackError:
            refused, value = REFUSED, MEDIUM
        except MemoryError:
            refused, value = REFUSED, NO_MEMORY
        except OSError as error:
            refused, value = REFUSED, NO_ROOM if error.errno == _ENOSPC else MEDIUM
        self._work = self._wanted = None
        self._outcomes.append((self._order, refused, value))
        self._drop()

    def _start(self, order, body, fresh):
        try:
            wanted = manifest.decode(body)
        except manifest.ManifestError:
            if fresh:
                self._outcomes.append((order, MALFORMED, 0))
            else:
                self._drop()
            return
        if not fresh and (wanted.version == self._slots.version or wanted.version in self._slots.refused):
            # Installed, or installed and given back: the cut came between the switch and tidying up.
            self._drop()
            return
        if self.restart_wanted:
            self._outcomes.append((order, REFUSED, NOT_RESTARTED))
            return
        reason = self._objection(wanted)
        if reason:
            self._outcomes.append((order, REFUSED, reason))
            if not fresh:
                self._drop()
            return
        if self._work is not None:
            # It may hold the part open, which the new one removes.
            self._work.close()
            if self._order != order:
                self._outcomes.append((self._order, REFUSED, REPLACED))
        self._order = order
        self._piece = self._wanted = None
        self._work = self._working(order, body, wanted, fresh)

    def _objection(self, wanted):
        slots = self._slots
        version = slots.version
        if wanted.board != self._board:
            return OTHER_BOARD
        if wanted.version in slots.refused:
            return REFUSED_BEFORE
        if wanted.version == version or (wanted.version < version and wanted.replaces != version):
            return NOT_NEWER
        if version < wanted.floor:
            return BELOW_FLOOR
        if not wanted.reads >> (manifest.JOURNAL_WRITES - 1) & 1:
            return JOURNAL_FORMAT
        if not slots.proven:
            return NOT_PROVEN
        return 0

    def _working(self, order, body, wanted, fresh):
        yield from self._verifying(wanted)
        if fresh:
            yield from self._accepting(order, body, wanted)
        resumed = self._files.size(self._part)
        while True:
            yield from self._downloading(wanted)
            found = yield from unpack.hashing(self._files, self._part)
            if found == (wanted.size, wanted.sha256):
                break
            if not resumed:
                raise _Refusal(BAD_HASH)
            # A power cut may have left the end of the part wrong: once from the start.
            self._files.remove(self._part)
            resumed = None
        folder = self._slots.folder(self._slots.idle)
        yield from unpack.erasing(self._files, folder)
        yield from unpack.unpacking(self._files, self._part, folder, wanted)
        self._slots.switch(order)
        self.restart_wanted = True
        self._drop()

    def _verifying(self, wanted):
        from firmware.terminal.signing import ed25519

        job = ed25519.Verifying(self._release_key, wanted.signed(), wanted.signature)
        while not job.step(_BUDGET):
            yield
        if not job.valid:
            raise _Refusal(BAD_SIGNATURE)
        from firmware.terminal.signing.signer import unload

        unload()

    def _accepting(self, order, body, wanted):
        kept = self._files.read(self._slots.root + ORDER)
        if kept[8:] != body:
            self._drop()
        yield
        free = self._files.free(self._slots.root)
        if free is not None and free < wanted.size - (self._files.size(self._part) or 0) + _MARGIN:
            raise _Refusal(NO_ROOM)
        data = order.to_bytes(4, "big") + body
        write_whole(self._files, self._slots.root + ORDER, binascii.crc32(data).to_bytes(4, "big") + data)
        self._outcomes.append((order, BEGUN, wanted.version))
        yield

    def _downloading(self, wanted):
        have = self._files.size(self._part) or 0
        if have > wanted.size:
            self._files.remove(self._part)
            have = 0
        self._wait_ms = _ASK_MS
        unflushed = 0
        with self._files.open(self._part, "ab") as part:
            while have < wanted.size:
                yield from self._fetching(wanted.image, have)
                data, self._piece = self._piece, None
                if len(data) > wanted.size - have:
                    continue
                part.write(data)
                have += len(data)
                unflushed += 1
                if unflushed == _FLUSH or have == wanted.size:
                    self._files.flush(part)
                    unflushed = 0
        self._wanted = None

    def _fetching(self, image, have):
        """Ask for the piece at have until it is there, ever more slowly."""
        self._wanted = (image, have)
        self._piece = None
        self._ask_ms = self._now_ms
        self._wait_ms = _ASK_MS
        while self._piece is None:
            if self._now_ms >= self._ask_ms:
                self._ask(image, have)
                self._ask_ms = self._now_ms + self._wait_ms
                self._wait_ms = min(2 * self._wait_ms, _ASK_MS_MAX)
            yield

    def _drop(self):
        """Remove what an update leaves beside the slots, the order first: a part without one is nothing."""
        for name in (ORDER, ORDER + ".new", PART):
            try:
                if self._files.size(self._slots.root + name) is not None:
                    self._files.remove(self._slots.root + name)
            except OSError:
                # It is tried again at the next start.
                return


def outcome_after_restart(slots):
    """(order, outcome, value) of an update that was proven or given back, for its ORDER record; else None.

    Once the record is journalled, slots.forget_outcome().
    """
    if not slots.order:
        return None
    if slots.outcome == PROVEN:
        return slots.order, DONE, slots.version
    if slots.outcome == RETURNED:
        return slots.order, REFUSED, WENT_BACK
    return None
