"""FM22x frames, seen from the module's side of the line.

Frame: 0xEF 0xAA, message id u8, size u16 big-endian, data, XOR of message id .. data.
Written apart from firmware.terminal.identity.face, so that the two check one another.
"""

from __future__ import annotations

from functools import reduce
from operator import xor

SYNC = b"\xef\xaa"
REPLY, NOTE = 0x00, 0x01
RESET, GET_STATUS, VERIFY, ENROLL, ENROLL_SINGLE = 0x10, 0x11, 0x12, 0x13, 0x1D
DELETE_ONE, DELETE_ALL, GET_USER, GET_VERSION = 0x20, 0x21, 0x22, 0x30

SUCCESS, REJECTED, ABORTED, CAMERA, UNKNOWN_REASON, BAD_PARAMETER, NO_MEMORY = 0, 1, 2, 4, 5, 6, 7
UNKNOWN_FACE, FULL, ALREADY_ENROLLED, LIVENESS, TIMEOUT, AUTHORISATION = 8, 9, 10, 12, 13, 14

NID_READY, NID_FACE_STATE = 0, 1
FACE_NORMAL, FACE_NONE, FACE_FAR, FACE_NEAR = 0, 1, 6, 7
MIDDLE, ALL_DIRECTIONS = 0x01, 0x1F
NAME_SIZE = 32
_MAX_DATA = 512


def frame(message: int, data: bytes = b"") -> bytes:
    """One frame ready for the line."""
    body = bytes([message]) + len(data).to_bytes(2, "big") + data
    return SYNC + body + bytes([reduce(xor, body)])


def reply(command: int, result: int, data: bytes = b"") -> bytes:
    """The module's answer to a command."""
    return frame(REPLY, bytes([command, result]) + data)


def face_state(state: int) -> bytes:
    """The FACE_STATE note: state, then left, top, right, bottom, yaw, pitch, roll as i16."""
    box = (0, 0, 0, 0) if state == FACE_NONE else (90, 120, 210, 260)
    values = (state, *box, 0, 0, 0)
    return frame(NOTE, bytes([NID_FACE_STATE]) + b"".join(v.to_bytes(2, "big", signed=True) for v in values))


class Frames:
    """Bytes in, whole frames out as (message, data); garbage and broken frames are skipped and counted."""

    def __init__(self) -> None:
        self._line = bytearray()
        self.bad = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Take bytes cut anywhere; never raises for what they hold."""
        self._line += data
        found: list[tuple[int, bytes]] = []
        while True:
            start = self._line.find(SYNC)
            if start < 0:
                # The last byte may be the first half of a sync word.
                del self._line[: len(self._line) - (1 if self._line.endswith(SYNC[:1]) else 0)]
                return found
            del self._line[:start]
            if len(self._line) < 5:
                return found
            size = int.from_bytes(self._line[3:5], "big")
            if size > _MAX_DATA:
                self._skip()
                continue
            if len(self._line) < size + 6:
                return found
            body = self._line[2 : 5 + size]
            if reduce(xor, body) != self._line[5 + size]:
                self._skip()
                continue
            found.append((body[0], bytes(body[3:])))
            del self._line[: size + 6]

    def _skip(self) -> None:
        self.bad += 1
        del self._line[:1]
