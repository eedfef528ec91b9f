"""What goes wrong on a receiver's line, as plain functions over the bytes of one epoch; for tests."""

from __future__ import annotations

import random
from collections.abc import Callable

Fault = Callable[[bytes, random.Random], bytes]


def wrong_checksum(epoch: bytes, rng: random.Random) -> bytes:
    """Every sentence's checksum is off."""
    lines = []
    for line in epoch.splitlines(keepends=True):
        body, star, rest = line.partition(b"*")
        lines.append(
            body + star + b"%02X" % (int(rest[:2], 16) ^ rng.randint(1, 255)) + rest[2:] if star else line
        )
    return b"".join(lines)


def half_line(epoch: bytes, rng: random.Random) -> bytes:
    """The line is cut somewhere, and the rest never comes."""
    return epoch[: rng.randrange(len(epoch))] if epoch else epoch


def binary_junk(epoch: bytes, rng: random.Random) -> bytes:
    """Vendor binary between the lines, dollar signs and line ends included."""
    lines = epoch.splitlines(keepends=True)
    lines.insert(rng.randint(0, len(lines)), rng.randbytes(rng.randint(1, 60)) + b"\r\n")
    return b"".join(lines)


def empty_fields(epoch: bytes, rng: random.Random) -> bytes:
    """Some fields are empty; the checksums are right."""
    lines = []
    for line in epoch.splitlines():
        body = line[1:].partition(b"*")[0].split(b",")
        body = body[:1] + [b"" if rng.random() < 0.4 else text for text in body[1:]]
        joined, total = b",".join(body), 0
        for byte in joined:
            total ^= byte
        lines.append(b"$%b*%02X\r\n" % (joined, total))
    return b"".join(lines)


def lost_byte(epoch: bytes, rng: random.Random) -> bytes:
    """One byte is missing."""
    at = rng.randrange(len(epoch)) if epoch else 0
    return epoch[:at] + epoch[at + 1 :]


FAULTS: tuple[Fault, ...] = (wrong_checksum, half_line, binary_junk, empty_fields, lost_byte)


def spoil(epochs: list[bytes], seed: int, share: float = 0.1) -> list[bytes]:
    """The same epochs with about that share of them spoilt by one of FAULTS; deterministic."""
    rng = random.Random(seed)
    return [rng.choice(FAULTS)(epoch, rng) if rng.random() < share else epoch for epoch in epochs]
