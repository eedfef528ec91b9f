"""A simulated camera: bytes and time in, bytes out. No ports, no clock.

It is asked by "P" and a newline, and answers "J", the length u32, a grey JPEG of 320x240, its CRC-32 u32
(big-endian). The picture depends on whom it sees, on the second and on the seed, on nothing else.
"""

from __future__ import annotations

import binascii
import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulators.day import seeded
from simulators.face_module import NOBODY, PHOTO, TOO_FAR, TOO_NEAR, Who
from simulators.jpeg import Grey, encode

WIDTH, HEIGHT = 320, 240
WELL, COVERED, SILENT, TRUNCATED, CORRUPTED = "", "covered", "silent", "truncated", "corrupted"
"""What may be wrong with the camera at a second."""

Fault = Callable[[int], str]


class Camera:
    """One camera. `who` is the face module's; fault(simulated Unix second) gives one of the above.

    `events` lists every picture asked for: second, role prompted, whom it saw, the JPEG's bytes as sent.
    """

    def __init__(self, who: Who, seed: int, fault: Fault = lambda utc_s: WELL) -> None:
        self._who = who
        self._seed = seed
        self._fault = fault
        self.events: list[tuple[int, str, str, int]] = []

    def receive(self, data: bytes, now_s: int, role: str) -> bytes:
        """Bytes from the terminal at simulated second now_s while the screen asks for role; the answer."""
        return b"".join(self._answer(now_s, role) for line in data.split(b"\n") if line == b"P")

    def _answer(self, now_s: int, role: str) -> bytes:
        fault = self._fault(now_s)
        seen = self._who(now_s, role)
        if fault == SILENT:
            self.events.append((now_s, role, seen, 0))
            return b""
        picture = np.zeros((HEIGHT, WIDTH), np.uint8) if fault == COVERED else scene(seen, now_s, self._seed)
        jpeg = encode(picture)
        self.events.append((now_s, role, seen, len(jpeg)))
        answer = b"J" + struct.pack(">I", len(jpeg)) + jpeg + struct.pack(">I", binascii.crc32(jpeg))
        if fault == TRUNCATED:
            return answer[: len(answer) // 2]
        if fault == CORRUPTED:
            middle = len(answer) // 2
            return answer[:middle] + bytes([answer[middle] ^ 0x55]) + answer[middle + 1 :]
        return answer


def scene(seen: str, utc_s: int, seed: int) -> Grey:
    """A seat with whoever sits in it: the same person has the same features, each second its own noise."""
    now = np.random.default_rng(seeded(seed, "scene", seen, utc_s))
    person = np.random.default_rng(seeded(0, "features", seen))
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    grey = 70.0 + 40.0 * x / WIDTH + 25.0 * np.sin(y / 9.0) * (x > 200)
    grey[(x > 60) & (x < 260) & (y > 120)] = 55.0
    if seen not in (NOBODY, TOO_FAR, TOO_NEAR):
        _face(grey, x - now.normal(0, 6), y - now.normal(0, 4), person)
    if seen == PHOTO:
        grey[(x < 80) | (x > 240) | (y < 20)] = 220.0
    grey += now.normal(0.0, 5.0, grey.shape)
    picture: Grey = np.clip(grey, 0, 255).astype(np.uint8)
    return picture


def _face(
    grey: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], person: np.random.Generator
) -> None:
    wide, high = 42 + person.uniform(-8, 8), 58 + person.uniform(-8, 8)
    skin = person.uniform(130, 215)

    def ellipse(cx: float, cy: float, rx: float, ry: float) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
        return inside

    grey[ellipse(160, 240, 90, 70)] = person.uniform(30, 200)
    grey[ellipse(160, 105 - high * 0.2, wide + 6, high)] = person.uniform(15, 90)
    grey[ellipse(160, 110, wide, high)] = skin
    apart = wide * person.uniform(0.35, 0.5)
    for side in (-1, 1):
        grey[ellipse(160 + side * apart, 100, 8, person.uniform(3, 6))] = 25.0
        grey[ellipse(160 + side * apart, 88, 11, 2)] = 40.0
    grey[ellipse(160, 118, 5, person.uniform(6, 12))] = skin - 35
    grey[ellipse(160, 140, person.uniform(12, 22), person.uniform(2, 6))] = 60.0
