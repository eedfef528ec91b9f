"""Forged payloads, as plain functions from captured payload bytes to what a forger would send.

Nothing here knows a key that it is not given.
"""

from __future__ import annotations

from collections.abc import Callable

from firmware.wire import envelope, records


def replayed(payload: bytes) -> bytes:
    """The same envelope once more."""
    return bytes(payload)


def bit_flipped(payload: bytes, bit: int) -> bytes:
    """One bit of the payload is other."""
    changed = bytearray(payload)
    changed[bit // 8 % len(changed)] ^= 0x80 >> bit % 8
    return bytes(changed)


def cut_short(payload: bytes, size: int) -> bytes:
    """Only the first `size` bytes."""
    return payload[:size]


def resealed(payload: bytes, key: bytes) -> bytes:
    """The same records sealed with another key."""
    terminal, found, _ = envelope.parse(payload)
    return bytes(envelope.seal(terminal, found, key))


def renumbered(payload: bytes, terminal: int) -> bytes:
    """The envelope claims another terminal; records and seal stay."""
    return payload[:1] + terminal.to_bytes(8, "big") + payload[9:]


def without_record(payload: bytes, index: int, key: bytes) -> bytes:
    """One record is left out and the rest sealed again with the terminal's own key (a thief has the key)."""
    terminal, found, _ = envelope.parse(payload)
    del found[index]
    return bytes(envelope.seal(terminal, found, key))


def swapped(payload: bytes, key: bytes) -> bytes:
    """The first two records change places; sealed with the terminal's own key."""
    terminal, found, _ = envelope.parse(payload)
    found[0], found[1] = found[1], found[0]
    return bytes(envelope.seal(terminal, found, key))


def forked(payload: bytes, key: bytes, change: Callable[[dict[str, object]], None]) -> bytes:
    """The same sequence numbers with other content: change(values) edits the first record, the chain is
    made whole again and sealed with the terminal's own key."""
    terminal, found, _ = envelope.parse(payload)
    values = records.decode(found[0])
    change(values)
    rewritten = [records.encode(values)]
    for record in found[1:]:
        values = records.decode(record)
        values["prev"] = records.digest(rewritten[-1])
        rewritten.append(records.encode(values))
    return bytes(envelope.seal(terminal, rewritten, key))
