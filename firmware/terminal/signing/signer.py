"""The key that never leaves the car, and the signatures over the chain's head.

One HEAD record covers every record since the one before it: its signature names a record's digest, and that
digest covers the whole chain. Signing runs in slices beside the training; the code for it is loaded when a
signature begins and dropped when it ends, because it needs 13 KB of heap that nothing else uses.
"""

import hashlib

from firmware.terminal.loading import release
from firmware.wire import records
from firmware.wire.fields import HEAD, SIGN_OUT

IDENTITY = "identity"
SEED_SIZE = 32
# A day without a signature is enough to sign again.
DAY_S = 86400
# Ed25519 units a step: 312 make the first signature, 176 the next ones, 358 a verification.
BUDGET = 2
TRIES = 3


class SignerError(ValueError):
    """There is no identity, or the random source gave none; the text says what to do."""


def make_identity(keep, random_bytes):
    """The terminal's public key (32 bytes); its secret seed is made on the first call and stays in keep.

    random_bytes(count) must be a hardware or operating system's source. Raises SignerError when it is not
    random, OSError when the seed cannot be written.
    """
    if keep.get(IDENTITY) is None:
        seed = bytes(random_bytes(SEED_SIZE))
        if len(seed) != SEED_SIZE or len(set(seed)) < 8:
            raise SignerError(
                "the random source gave no random bytes: the identity is not made, see to the board"
            )
        keep.put(IDENTITY, seed)
    return public_key(keep)


def public_key(keep):
    """The public half (32 bytes) of the identity, worked out in one go."""
    from firmware.terminal.signing import ed25519

    seed = keep.get(IDENTITY)
    if seed is None:
        raise SignerError("the terminal has no identity: provision it first")
    try:
        return ed25519.public_key(seed)
    finally:
        unload()


def key_id(public):
    """The 8 bytes by which a HEAD record names a public key."""
    return hashlib.sha256(public).digest()[:8]


def unload():
    """Let go of the Ed25519 and SHA-512 code, where nothing else holds it."""
    release("terminal.signing.ed25519", "terminal.signing.sha512")


def unsigned(recent, now_s=0):
    """Whether a HEAD is missing, from the newest records in order (journal.recent()).

    True when a trainee or instructor signed out after what the last HEAD covers, or when the last HEAD is a
    day older than now_s (UTC; 0 unknown): after a power cut in the middle of a signature.
    """
    sign_out = newest = through = made_s = 0
    for record in recent:
        newest = int.from_bytes(record[9:13], "big")
        if record[0] == SIGN_OUT:
            sign_out = newest
        elif record[0] == HEAD:
            values = records.decode(record)
            through, made_s = values["through"], values["utc_s"]
    if sign_out > through:
        return True
    return bool(made_s and now_s >= made_s + DAY_S and newest > through + 1)


class HeadSigner:
    """Signs the chain's head for one terminal, with the identity in keep."""

    def __init__(self, keep, terminal):
        self._keep = keep
        self._terminal = terminal
        self._key = None
        self._job = None
        self._now = None
        self._next = None
        self._signature = None
        self._body = None
        self._tries = 0
        # Signatures that did not verify: a computing fault, which must never leave the box.
        self.faults = 0

    @property
    def busy(self):
        """Whether a signature is being made or waits to be."""
        return self._now is not None or self._next is not None

    def start(self, through, head):
        """Sign this digest (32 bytes) of record `through`; of several wishes, the newest is done next."""
        self._next = (through, bytes(head))

    def step(self, budget=BUDGET):
        """Do a slice of the work, if there is any. Raises SignerError when there is no identity."""
        if self._now is None:
            if self._next is None:
                return
            self._begin()
        elif self._job.step(budget):
            if self._signature is None:
                self._check()
            else:
                self._end()

    def finished(self):
        """The body of the HEAD record that is ready (through, head, key, signature), once; else None."""
        body, self._body = self._body, None
        return body

    def _begin(self):
        seed = self._keep.get(IDENTITY)
        if seed is None:
            self._next = None
            raise SignerError("the terminal has no identity: provision it first")
        from firmware.terminal.signing import ed25519

        self._now, self._next = self._next, None
        self._key = ed25519.Key(seed)
        self._sign(ed25519)

    def _message(self):
        return records.head_message(self._terminal, self._now[0], self._now[1])

    def _sign(self, ed25519):
        self._signature = None
        self._job = ed25519.Signing(self._key, self._message())

    def _check(self):
        from firmware.terminal.signing import ed25519

        self._signature = self._job.signature
        self._job = ed25519.Verifying(self._key.public, self._message(), self._signature)

    def _end(self):
        if self._job.valid:
            through, head = self._now
            self._body = {
                "through": through,
                "head": head,
                "key": key_id(self._key.public),
                "signature": self._signature,
            }
            self._tries = 0
        else:
            self.faults += 1
            self._tries += 1
            if self._tries < TRIES:
                self._next = self._next or self._now
            else:
                self._tries = 0
        self._now = self._job = self._key = self._signature = None
        if self._next is None:
            unload()
