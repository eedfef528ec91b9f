"""The simulated camera: real JPEGs, taken apart here by hand, and the terminal's reader at the line's end."""

import binascii
import hashlib
import os
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from firmware.terminal.identity.camera import PHOTO_MAX, PLAIN_BELOW
from firmware.terminal.identity.camera import Camera as TerminalCamera
from firmware.terminal.identity.photo_store import PhotoStore, name_of
from simulators import camera as cam
from simulators.camera import Camera
from simulators.face_module import NOBODY, PHOTO, STRANGER
from simulators.jpeg import encode
from simulators.ports import Port

ANNA, BORIS = "T2301400000000001", "T2301400000000002"


def jpeg_of(answer: bytes) -> bytes:
    (size,) = struct.unpack(">I", answer[1:5])
    assert answer[:1] == b"J" and len(answer) == 5 + size + 4
    assert struct.unpack(">I", answer[-4:])[0] == binascii.crc32(answer[5:-4])
    return answer[5:-4]


def take(seen: str, utc_s: int = 100, seed: int = 1, fault: str = cam.WELL) -> bytes:
    return Camera(lambda *_: seen, seed, lambda _: fault).receive(b"P\n", utc_s, "T")


def segments(jpeg: bytes) -> dict[int, bytes]:
    """Marker -> data up to the scan; the last Huffman table stands for both."""
    assert jpeg[:2] == b"\xff\xd8" and jpeg[-2:] == b"\xff\xd9"
    found, at = {}, 2
    while True:
        marker, size = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        assert jpeg[at] == 0xFF
        found[marker] = jpeg[at + 4 : at + 2 + size]
        at += 2 + size
        if marker == 0xDA:
            found[0] = jpeg[at:-2]
            return found


def test_pictures_are_grey_jpegs_of_320_by_240_within_20_kb() -> None:
    for seen in (ANNA, BORIS, STRANGER, NOBODY, PHOTO):
        jpeg = jpeg_of(take(seen))
        frame = segments(jpeg)[0xC0]
        assert (frame[0], int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")) == (
            8,
            240,
            320,
        )
        assert PLAIN_BELOW < len(jpeg) <= PHOTO_MAX
        assert b"\xff" not in segments(jpeg)[0].replace(b"\xff\0", b"")


def test_each_person_and_second_has_its_own_and_the_same_again() -> None:
    pictures = [take(seen, utc_s) for seen in (ANNA, BORIS, NOBODY) for utc_s in (100, 101)]
    assert len(set(pictures)) == 6
    assert take(ANNA, 100) == pictures[0] != take(ANNA, 100, seed=2)


def test_a_flat_block_is_coded_as_by_hand() -> None:
    # Level 128 everywhere: DC difference 0 (code 00), then end of block (1010); filled up with ones.
    scan = segments(encode(np.full((8, 8), 128, np.uint8)))[0]
    assert scan == bytes([0b00101011])
    # 8 * (136 - 128) / 16 = 4 at quality 50: size 3 (code 100), bits 100, then end of block.
    assert segments(encode(np.full((8, 8), 136, np.uint8)))[0] == bytes([0b10010010, 0b10111111])


def test_sides_must_be_multiples_of_8() -> None:
    with pytest.raises(ValueError, match="multiples of 8"):
        encode(np.zeros((10, 16), np.uint8))


class Line:
    """The terminal's end of a pseudo-terminal."""

    def __init__(self, port: Port) -> None:
        self._fd = os.open(port.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def receive_into(self, buffer: bytearray) -> int:
        try:
            return os.readv(self._fd, [buffer])
        except BlockingIOError:
            return 0

    def send(self, data: bytes) -> None:
        os.write(self._fd, data)

    def close(self) -> None:
        os.close(self._fd)


@pytest.mark.parametrize("fault", [cam.WELL, cam.COVERED, cam.SILENT, cam.TRUNCATED, cam.CORRUPTED])
def test_the_terminal_takes_whole_pictures_only(fault: str, tmp_path: Path) -> None:
    port = Port()
    line = Line(port)
    unit = Camera(lambda *_: ANNA, 1, lambda _: fault)
    reader = TerminalCamera(line, PhotoStore(str(tmp_path / "photos")))
    reader.start(0)
    end = time.monotonic() + 120
    answered = False
    while reader.busy:
        asked = port.receive()
        answered = answered or bool(asked)
        port.send(unit.receive(asked, 100, "T"))
        # Its own limit is over only for a camera that leaves something out.
        patience_ms = 5000 if answered and fault in (cam.SILENT, cam.TRUNCATED) else 0
        reader.step(patience_ms)
        assert time.monotonic() < end
    line.close()
    port.close()
    kept = sorted(path.name for path in (tmp_path / "photos").iterdir())
    if fault in (cam.WELL, cam.COVERED):
        jpeg = jpeg_of(take(ANNA, fault=fault))
        assert reader.digest == hashlib.sha256(jpeg).digest()
        assert kept == [name_of(reader.digest)] and (tmp_path / "photos" / kept[0]).read_bytes() == jpeg
        assert (reader.plain, reader.fault) == (fault == cam.COVERED, False)
    else:
        assert (reader.digest, reader.fault, kept) == (None, True, [])


def test_a_picture_of_20_kb_fits_through_the_line(tmp_path: Path) -> None:
    port = Port()
    line = Line(port)
    reader = TerminalCamera(line, PhotoStore(str(tmp_path / "photos")))
    reader.start(0)
    jpeg = b"\xff\xd8" + os.urandom(PHOTO_MAX - 4) + b"\xff\xd9"
    port.send(b"J" + struct.pack(">I", len(jpeg)) + jpeg + struct.pack(">I", binascii.crc32(jpeg)))
    end = time.monotonic() + 120
    while reader.busy and time.monotonic() < end:
        reader.step(0)
        port.send(b"")
    line.close()
    port.close()
    assert reader.digest == hashlib.sha256(jpeg).digest()
