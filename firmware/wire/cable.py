"""Frames on the depot's cable: a terminal's serial port on one side, the gateway on the other.

Frame: sync a5 5a, type u8, length u16, payload, CRC-32 u32 over type, length and payload (big-endian).
Between frames there may be anything (lines of the screen, a boot loader's text): a reader looks for the
next sync whose CRC holds. The cable carries payloads that are sealed already; it has no secrets but in PART.
"""

import binascii

from firmware.wire.errors import EncodeError
from firmware.wire.pack import put_int

SYNC_0 = 0xA5
SYNC_1 = 0x5A
HEAD = 5
TAIL = 4
PAYLOAD_MAX = 2176
FRAME_MAX = HEAD + PAYLOAD_MAX + TAIL
VERSION = 1

# Gateway to terminal
ASK = 1  # version u8, purpose u8, nonce b8
WELCOME = 2  # connection u32
SUBSCRIBED = 3  # empty
TAKEN = 4  # packet u16: the broker has it
DOWN = 5  # packet u16, payload
ALIVE = 6  # empty
END = 7  # reason u8
PART = 8  # part u8, offset u32, size of the whole part u32, bytes
COMMIT = 9  # terminal u64, SHA-256 b32 over size u32 and bytes of each part in order
# Terminal to gateway
HELLO = 33  # version u8, terminal u64, connection u32, last u32, through u32, photos u16
SUBSCRIBE = 34  # topic
UP = 35  # packet u16, length of the topic u8, topic, payload
GOT = 36  # packet u16: a DOWN has arrived
STATE = 37  # last u32, through u32, photos u16
BYE = 38  # empty
NEW = 39  # version u8, hardware b8: a terminal without a number
NEXT = 40  # part u8, offset u32 wanted next
PROVISIONED = 41  # terminal u64, public key b32, proof b32
REFUSED = 42  # reason u8

READ_OUT = 1
PROVISION = 2

DONE = 1
BROKER_AWAY = 2
INTERRUPTED = 3

# The parts of a provisioning, in the order of the digest.
SETTINGS = 0
CA = 1
GROUNDS = 2
PARTS = 3
PART_MAX = (4096, 8192, 16384)
PART_BYTES = 1024

REFUSED_DIGEST = 1
REFUSED_SETTINGS = 2
REFUSED_MEDIUM = 3


def proof_message(terminal, nonce, public_key):
    """What a provisioned terminal seals with its key to show that it holds it."""
    return b"hourfence provisioned" + terminal.to_bytes(8, "big") + bytes(nonce) + bytes(public_key)


def frame_into(buffer, kind, size):
    """Complete the frame whose payload of size bytes stands in buffer[HEAD:]; return its length."""
    end = HEAD + size
    if size > PAYLOAD_MAX or end + TAIL > len(buffer):
        raise EncodeError("cable: a payload of %d bytes does not fit a frame" % size)
    buffer[0] = SYNC_0
    buffer[1] = SYNC_1
    buffer[2] = kind
    buffer[3] = size >> 8
    buffer[4] = size & 255
    put_int(buffer, end, TAIL, binascii.crc32(memoryview(buffer)[2:end]))
    return end + TAIL


def frame(kind, payload=b""):
    """A whole frame as bytes; raises EncodeError."""
    buffer = bytearray(HEAD + len(payload) + TAIL)
    buffer[HEAD : HEAD + len(payload)] = payload
    frame_into(buffer, kind, len(payload))
    return bytes(buffer)


class FrameReader:
    """Finds frames in what comes over the cable. Read into room(), tell grew(count), then take()."""

    def __init__(self, size=FRAME_MAX):
        self._view = memoryview(bytearray(size))
        self._filled = 0

    def room(self):
        """Where the next bytes go; never empty after take() has returned None."""
        return self._view[self._filled :]

    def grew(self, count):
        """So many bytes were read into room()."""
        self._filled += count

    def take(self):
        """(type, payload bytes) of the next whole frame, or None when more is needed."""
        view = self._view
        start = 0
        while True:
            start = self._sync_from(start)
            if self._filled - start < HEAD:
                break
            size = view[start + 3] << 8 | view[start + 4]
            whole = HEAD + size + TAIL
            if whole > len(view):
                start += 1
                continue
            if self._filled - start < whole:
                break
            end = start + HEAD + size
            if binascii.crc32(view[start + 2 : end]) == int.from_bytes(view[end : end + TAIL], "big"):
                found = view[start + 2], bytes(view[start + HEAD : end])
                self._drop(start + whole)
                return found
            # The sync was chance, or the frame is damaged: another may begin inside it.
            start += 1
        self._drop(start)
        return None

    def _sync_from(self, at):
        view = self._view
        last = self._filled - 1
        while at <= last:
            if view[at] == SYNC_0 and (at == last or view[at + 1] == SYNC_1):
                return at
            at += 1
        return self._filled

    def _drop(self, count):
        rest = self._filled - count
        if count and rest:
            self._view[:rest] = self._view[count : self._filled]
        self._filled = rest
