"""What goes wrong on a receiver's line, as plain functions over the bytes of one epoch; for tests."""

from __future__ import annotations

import random
import time
from calendar import timegm
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
        lines.append(_checked(b",".join(body)))
    return b"".join(lines)


def lost_byte(epoch: bytes, rng: random.Random) -> bytes:
    """One byte is missing."""
    at = rng.randrange(len(epoch)) if epoch else 0
    return epoch[:at] + epoch[at + 1 :]


def flipped_bits(epoch: bytes, rng: random.Random) -> bytes:
    """A few bits are wrong; two of them may leave a checksum right."""
    data = bytearray(epoch)
    for _ in range(rng.randint(1, 6) if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def glued_binary(epoch: bytes, rng: random.Random) -> bytes:
    """A frame of UBX, CASIC or RTCM before each line, with the beginnings of sentences inside."""
    head = rng.choice((b"\xb5\x62\x01\x07", b"\xba\xce\x01\x03", b"\xd3\x00"))
    inside = rng.choice((b"$GNRMC,", b"$GPGGA,12\n*", b"$$*00\r\n")) + rng.randbytes(8)
    return b"".join(head + inside + line for line in epoch.splitlines(keepends=True))


FAULTS: tuple[Fault, ...] = (
    wrong_checksum,
    half_line,
    binary_junk,
    empty_fields,
    lost_byte,
    flipped_bits,
    glued_binary,
)


def redated(epoch: bytes, seconds: int) -> bytes:
    """The same epoch as a receiver tells it whose time is so many seconds on (or back, if negative).

    18 is a receiver without an almanac (GPS time), -1024 * 7 * 86400 one that lost a week rollover. Fractions
    stay; dates before 1980 cannot be told. An RMC gives the date and must come before a GGA.
    """
    lines = []
    day_s = 0
    for line in epoch.splitlines():
        body = line[1:].partition(b"*")[0].split(b",")
        if body[0].endswith((b"RMC", b"GGA")) and len(body) > 9 and body[1]:
            if body[0].endswith(b"RMC"):
                day_s = timegm(time.strptime(body[9].decode(), "%d%m%y"))
            clock = body[1]
            of_day = int(clock[:2]) * 3600 + int(clock[2:4]) * 60 + int(clock[4:6])
            moved = time.gmtime(day_s + of_day + seconds)
            body[1] = time.strftime("%H%M%S", moved).encode() + clock[6:]
            if body[0].endswith(b"RMC"):
                body[9] = time.strftime("%d%m%y", moved).encode()
        lines.append(_checked(b",".join(body)))
    return b"".join(lines)


def _checked(body: bytes) -> bytes:
    total = 0
    for byte in body:
        total ^= byte
    return b"$%b*%02X\r\n" % (body, total)


def spoil(epochs: list[bytes], seed: int, share: float = 0.1) -> list[bytes]:
    """The same epochs with about that share of them spoilt by one of FAULTS; deterministic."""
    rng = random.Random(seed)
    return [rng.choice(FAULTS)(epoch, rng) if rng.random() < share else epoch for epoch in epochs]
