"""Admit an opened envelope into its terminal's chain: new, duplicate, fork or broken. Pure.

An envelope is admitted whole or refused whole, so that what is stored can always be put together again as it
was sealed. Out of order is normal: records beyond a gap are admitted, and through jumps when the gap fills.
Because each record holds the digest of the one before, one equal digest proves everything up to it equal.
A gap all of whose records are told lost, by a record that is stored, closes too: the record after it names
the digest of the last one, so that one of them that comes after all is still known for the true one.
How far beyond through a record may lie is limited, as every one beyond a gap is held in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from firmware.wire.reasons import CHAIN_BROKEN, MALFORMED, SEQ_FORK
from ingest.receive.open import Opened, Refusal
from ingest.store.heads import ZERO_DIGEST, Beyond, Head

# Ten days of backlog at a record a minute are 14,400.
BEYOND_MAX = 50_000

Digests = Mapping[tuple[int, int], bytes]


class Chain:
    """A head that a batch moves on; recent: digests from the through it began with to the present one."""

    __slots__ = ("began", "head", "recent")

    def __init__(self, head: Head) -> None:
        self.head = head
        self.began = head.through
        self.recent = {head.through: head.digest}


class Admitted(NamedTuple):
    """Which records of the envelope are new (indices into its records); the rest are duplicates."""

    new: list[int]
    duplicates: int


def wanted(head: Head, opened: Opened) -> tuple[int, int] | None:
    """The (terminal, seq) whose stored digest admit will need, when it is not in the head."""
    return (opened.terminal, opened.last_seq) if opened.last_seq < head.through else None


def admit(chain: Chain, opened: Opened, stored: Digests, beyond_max: int = BEYOND_MAX) -> Admitted | Refusal:
    """Admit an envelope and move the chain on; a refusal leaves the chain as it was.

    stored holds the digests that wanted() asked for, before the batch began. Records more than beyond_max
    beyond through are refused; without a receipt the terminal sends them again when the gap has closed.
    """
    head = chain.head
    fault = _fault(chain, opened, stored) or _too_far(head, opened, beyond_max)
    if fault is not None:
        reason, detail = fault
        return Refusal(reason, detail, opened.terminal, opened.first_seq)
    new = []
    for index, digest in enumerate(opened.digests):
        seq = opened.first_seq + index
        if seq in head.lost:
            head.lost.remove(seq)
        elif seq > head.through and seq not in head.beyond:
            head.beyond[seq] = Beyond(opened.shapes[index].prev, digest)
        else:
            continue
        head.note(seq, opened.records[index])
        new.append(index)
    _close_gap(chain)
    return Admitted(new, len(opened.records) - len(new))


def _fault(chain: Chain, opened: Opened, stored: Digests) -> tuple[int, str] | None:
    head, first, last = chain.head, opened.first_seq, opened.last_seq
    if first <= head.through:
        seq = min(last, head.through)
        known = _digest_at(chain, opened.terminal, seq, stored)
        if known is None and seq in head.lost:
            return MALFORMED, f"seq {seq} was told lost, and nothing that is stored shows that this is it"
        if known is None:
            return SEQ_FORK, f"seq {seq} is counted as stored, but its record is no longer there to compare"
        if known != opened.digests[seq - first]:
            return SEQ_FORK, f"seq {first} to {seq} differ from what is stored"
    else:
        before = _digest_before(head, first)
        if before is not None and before != opened.shapes[0].prev:
            return CHAIN_BROKEN, f"seq {first} does not continue the stored seq {first - 1}"
    for index, digest in enumerate(opened.digests):
        there = head.beyond.get(first + index)
        if there is not None and there.digest != digest:
            return SEQ_FORK, f"seq {first + index} differs from what is stored"
    after = head.beyond.get(last + 1)
    if after is not None and after.prev != opened.digests[-1]:
        return CHAIN_BROKEN, f"the stored seq {last + 1} does not continue seq {last}"
    return None


def _too_far(head: Head, opened: Opened, beyond_max: int) -> tuple[int, str] | None:
    if opened.last_seq <= head.through + beyond_max:
        return None
    return MALFORMED, (
        f"seq {opened.last_seq} is too far beyond seq {head.through}, up to which everything is stored; "
        f"at most {beyond_max} further"
    )


def _digest_at(chain: Chain, terminal: int, seq: int, stored: Digests) -> bytes | None:
    return chain.recent.get(seq) or stored.get((terminal, seq))


def _digest_before(head: Head, first: int) -> bytes | None:
    if first == 1:
        return ZERO_DIGEST
    if first == head.through + 1:
        return head.digest
    before = head.beyond.get(first - 1)
    return None if before is None else before.digest


def _close_gap(chain: Chain) -> None:
    head = chain.head
    while (following := head.beyond.pop(head.through + 1, None)) is not None or _pass_lost(head):
        if following is not None:
            head.through += 1
            head.digest = following.digest
        head.told.discard(head.through)
        chain.recent[head.through] = head.digest


def _pass_lost(head: Head) -> bool:
    """Move through over what was told lost, if that is all there is before the next stored record."""
    last = head.through
    while last + 1 in head.told and last + 1 not in head.beyond:
        last += 1
    after = head.beyond.get(last + 1)
    if last == head.through or after is None:
        return False
    passed = range(head.through + 1, last + 1)
    head.lost.update(passed)
    head.told.difference_update(passed)
    head.through, head.digest = last, after.prev
    return True
