"""Writes grey baseline JPEGs (ITU-T T.81), so that the simulated camera needs no imaging library."""

from __future__ import annotations

import struct
from functools import cache

import numpy as np
from numpy.typing import NDArray

# Annex K.1 and K.3.3: the luminance quantisation and Huffman tables that cameras use.
_QUANT = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    dtype=np.int64,
)
_DC_COUNTS = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
_DC_VALUES = bytes(range(12))
_AC_COUNTS = bytes([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125])
_AC_VALUES = bytes.fromhex(
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a2526272829"
    "2a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92"
    "939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5"
    "e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
_ZIGZAG = np.array(
    sorted(range(64), key=lambda k: (k // 8 + k % 8, k // 8 if (k // 8 + k % 8) % 2 else k % 8)),
    dtype=np.int64,
)
Grey = NDArray[np.uint8]


def encode(picture: Grey, quality: int = 50) -> bytes:
    """A JPEG of a grey picture whose sides are multiples of 8; quality 1..100 as libjpeg scales it."""
    height, width = picture.shape
    if height % 8 or width % 8:
        raise ValueError(f"picture of {width} x {height}: sides must be multiples of 8")
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    quant = np.clip((_QUANT * scale + 50) // 100, 1, 255)
    blocks = picture.reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2).reshape(-1, 8, 8)
    base = _cosines()
    spectrum = base @ (blocks.astype(np.float64) - 128.0) @ base.T
    levels = np.rint(spectrum / quant).astype(np.int64).reshape(-1, 64)[:, _ZIGZAG]
    table = bytes(quant.reshape(64)[_ZIGZAG].astype(np.uint8))
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xDB, b"\0" + table),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"),
            _segment(0xC4, b"\x00" + _DC_COUNTS + _DC_VALUES),
            _segment(0xC4, b"\x10" + _AC_COUNTS + _AC_VALUES),
            _segment(0xDA, b"\1\1\0\0\x3f\0"),
            _scan(levels.tolist()),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


@cache
def _cosines() -> NDArray[np.float64]:
    k = np.arange(8)
    base: NDArray[np.float64] = 0.5 * np.cos(np.outer(k, 2 * k + 1) * np.pi / 16)
    base[0] /= np.sqrt(2.0)
    return base


@cache
def _codes(counts: bytes, values: bytes) -> dict[int, tuple[int, int]]:
    """Symbol -> (code, bits), by Annex C."""
    found, code, at = {}, 0, 0
    for bits, count in enumerate(counts, start=1):
        for value in values[at : at + count]:
            found[value] = (code, bits)
            code += 1
        at += count
        code <<= 1
    return found


def _scan(blocks: list[list[int]]) -> bytes:
    dc, ac = _codes(_DC_COUNTS, _DC_VALUES), _codes(_AC_COUNTS, _AC_VALUES)
    parts: list[str] = []

    def put(codes: dict[int, tuple[int, int]], run: int, level: int) -> None:
        size = abs(level).bit_length()
        code, bits = codes[run << 4 | size]
        parts.append(f"{code:0{bits}b}")
        if size:
            parts.append(f"{level if level > 0 else level + (1 << size) - 1:0{size}b}")

    before = 0
    for block in blocks:
        put(dc, 0, block[0] - before)
        before = block[0]
        run = 0
        last = max((i for i in range(1, 64) if block[i]), default=0)
        for level in block[1 : last + 1]:
            if not level:
                run += 1
                continue
            while run > 15:
                put(ac, 15, 0)
                run -= 16
            put(ac, run, level)
            run = 0
        if last < 63:
            put(ac, 0, 0)
    text = "".join(parts)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")
