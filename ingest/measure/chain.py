"""Which records hang together, and which of them the terminal signed: HEAD records checked against the chain.

In: a terminal's public keys, its records in order. Out: Signatures for the judge, and for people what became
of each HEAD record. The chain is checked again here, from the stored bytes: whoever can write into the
database can get round the gate, but cannot make what a terminal signed hang together with what it did not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware.wire import fields, records
from ingest.judge.evidence import Signatures
from ingest.judge.register.facts import key_number
from ingest.measure.layout import rows_of
from ingest.measure.stored import Records

HOLDS, WRONG, OTHER_KEY, OTHER_RECORD, AWAITED = range(5)
_PREV = slice(13, 45)
_KEY_ID = 8
_FIXES_AT = fields.HEADER_SIZE + fields.MINUTE_SIZE
_COARSE = np.uint64(sum(1 << (63 - second) for second in range(0, fields.FIXES_MAX, fields.COARSE_S)))
_MINUTE = bytes([fields.MINUTE])

PublicKeys = Mapping[int, Sequence[str]]
"""terminal -> its public keys, hexadecimal, one for each entry of the registry that has one."""


class HeadState(NamedTuple):
    """What became of one HEAD record: HOLDS, WRONG signature, OTHER_KEY than any of the registry, signed over
    OTHER_RECORD than the stored one, or AWAITED: record through has not arrived."""

    terminal: int
    seq: int
    through: int
    state: int


class _Signed(NamedTuple):
    seq: int
    through: int
    head: bytes
    key: str | None
    genuine: bool


class Chains:
    """Takes every record in (terminal, seq) order; holds the digests of one terminal at a time."""

    def __init__(self, public_keys: PublicKeys) -> None:
        self._keys = public_keys
        self._terminal = 0
        self._digests: dict[int, bytes] = {}
        self._breaks: list[int] = []
        self._signed: list[_Signed] = []
        self._rows: list[tuple[int, int, int, int, bool]] = []
        self.states: list[HeadState] = []

    def take(self, some: Records) -> None:
        """Stored records; of a terminal without a public key nothing is looked at."""
        ends = np.flatnonzero(np.diff(some.terminal)) + 1
        for begin, end in pairwise([0, *ends.tolist(), len(some.seq)]):
            if begin < end and int(some.terminal[begin]) in self._keys:
                self._take(int(some.terminal[begin]), some.take(np.arange(begin, end)))

    def _take(self, terminal: int, some: Records) -> None:
        if terminal != self._terminal:
            self._finish()
            self._terminal = terminal
        seqs, digests = some.seq.tolist(), digests_of(some)
        prev = rows_of(some.body, some.start + _PREV.start, fields.DIGEST_SIZE)
        if seqs[0] > 1 and self._digests.get(seqs[0] - 1) != prev[0].tobytes():
            self._breaks.append(seqs[0])
        own = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, fields.DIGEST_SIZE)
        follows = (np.diff(some.seq) == 1) & (prev[1:] == own[:-1]).all(axis=1)
        self._breaks += some.seq[1:][~follows].tolist()
        self._digests.update(zip(seqs, digests, strict=True))
        kind = np.frombuffer(some.body, dtype=np.uint8)[some.start]
        for row in np.flatnonzero(kind == fields.HEAD).tolist():
            self._signed.append(_read(some.record(row), self._keys[terminal]))

    def signatures(self) -> Signatures:
        """Everything signed, once all records are taken."""
        self._finish()
        return Signatures.of_rows(self._rows)

    def _finish(self) -> None:
        widest: dict[tuple[int, int, bool], int] = {}
        for signed in self._signed:
            state = self._state(signed)
            self.states.append(HeadState(self._terminal, signed.seq, signed.through, state))
            if state == AWAITED:
                continue
            first_seq = max((seq for seq in self._breaks if seq <= signed.through), default=1)
            for key in self._keys[self._terminal] if signed.key is None else (signed.key,):
                at = (key_number(key), first_seq, state == HOLDS)
                widest[at] = max(widest.get(at, 0), signed.through)
        self._rows += [
            (self._terminal, key, first_seq, last_seq, holds)
            for (key, first_seq, holds), last_seq in sorted(widest.items())
        ]
        self._digests, self._breaks, self._signed = {}, [], []

    def _state(self, signed: _Signed) -> int:
        if signed.key is None:
            return OTHER_KEY
        if not signed.genuine:
            return WRONG
        stored = self._digests.get(signed.through)
        if stored is None:
            return AWAITED
        return HOLDS if stored == signed.head else OTHER_RECORD


def digests_of(some: Records) -> list[bytes]:
    """firmware.wire.records.digest of each; of what is too short for a minute, its SHA-256."""
    start, size, body = some.start, some.size, some.body
    sha256, view = hashlib.sha256, memoryview(body)
    kind = np.frombuffer(body, dtype=np.uint8)[start]
    cut = start.copy()
    minutes = np.flatnonzero((kind == fields.MINUTE) & (size >= _FIXES_AT))
    seconds = rows_of(body, start[minutes] + _FIXES_AT - 8, 8).view(">u8")[:, 0]
    coarse_n = np.bitwise_count(seconds.astype(np.uint64) & _COARSE).astype(np.int64)
    cut[minutes] += _FIXES_AT + fields.FIX_SIZE * coarse_n
    found = []
    for row, begin, middle, end in zip(
        kind.tolist(), start.tolist(), cut.tolist(), (start + size).tolist(), strict=True
    ):
        if middle > begin:
            whole = sha256(view[begin:middle])
            whole.update(sha256(view[middle:end]).digest())
        elif row == fields.MINUTE_THIN:
            whole = sha256(_MINUTE)
            whole.update(view[begin + 1 : end])
        else:
            whole = sha256(view[begin:end])
        found.append(whole.digest())
    return found


def _read(record: bytes, keys: Sequence[str]) -> _Signed:
    values = records.decode(record)
    through, head = values["through"], values["head"]
    for key in keys:
        public = bytes.fromhex(key)
        if hashlib.sha256(public).digest()[:_KEY_ID] == values["key"]:
            message = records.head_message(values["terminal"], through, head)
            genuine = is_signed(public, values["signature"], message)
            return _Signed(values["seq"], through, head, key, genuine)
    return _Signed(values["seq"], through, head, None, False)


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this is an Ed25519 signature (64 bytes) of message under a public key (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
