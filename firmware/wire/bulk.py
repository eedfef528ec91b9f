"""What is too large for records: photos going up and update images coming down, in sealed pieces.

On the bulk topic: photo chunk (kind 1): version u8, kind u8, terminal u64, photo b32 (SHA-256 of the whole),
size u32 (of the whole), offset u32, length u16, data, seal; want (kind 2): version, kind, terminal, image b8
(start of the image's SHA-256), offset u32, seal. On the down topic: photo receipt (kind 2): version, kind,
terminal, photo b32, next u32 (offset wanted next), state u8, seal; piece (kind 4): version, kind, terminal,
image b8, offset u32, length u16, data, seal.
"""

from firmware.wire.envelope import verify
from firmware.wire.errors import DecodeError, EncodeError
from firmware.wire.fields import DIGEST_SIZE, NUMBER_MAX, U32, WIRE_VERSION
from firmware.wire.pack import put_int, word
from firmware.wire.seal import SEAL_SIZE, hmac_sha256

PHOTO_CHUNK = 1
WANT = 2
PHOTO_RECEIPT = 2
PIECE = 4

GO_ON = 0
COMPLETE = 1
REFUSED = 2

PHOTO_MAX = 20480
DATA_MAX = 1400
IMAGE_ID_SIZE = 8


def _start(kind, terminal, mark, size, *numbers):
    """A payload of size bytes before its seal, its start filled in: mark, then numbers of 4 bytes."""
    payload = bytearray(size + SEAL_SIZE)
    if not 1 <= terminal <= NUMBER_MAX:
        raise EncodeError("terminal: %r is not a 16-digit number" % (terminal,))
    payload[0] = WIRE_VERSION
    payload[1] = kind
    put_int(payload, 2, 8, terminal)
    at = 10 + len(mark)
    payload[10:at] = mark
    for number in numbers:
        if not 0 <= number <= U32:
            raise EncodeError("bulk: %r is outside 0..%d" % (number, U32))
        put_int(payload, at, 4, number)
        at += 4
    return payload, at


def _sealed(payload, key):
    end = len(payload) - SEAL_SIZE
    payload[end:] = hmac_sha256(key, memoryview(payload)[:end])
    return bytes(payload)


def _open(payload, kind, key, size):
    """The terminal of a payload of that kind that has at least size bytes before its seal, which holds."""
    if len(payload) < size + SEAL_SIZE or payload[0] != WIRE_VERSION or payload[1] != kind:
        raise DecodeError("bulk: not of version %d and kind %d" % (WIRE_VERSION, kind))
    if not verify(payload, key):
        raise DecodeError("bulk: the seal does not hold")
    terminal = int.from_bytes(payload[2:10], "big")
    if not 1 <= terminal <= NUMBER_MAX:
        raise DecodeError("bulk: %d is not a terminal number" % terminal)
    return terminal


def _with_data(kind, terminal, mark, data, key, *numbers):
    if not 1 <= len(data) <= DATA_MAX:
        raise EncodeError("bulk: %d bytes of data, needs 1..%d" % (len(data), DATA_MAX))
    size = 12 + len(mark) + 4 * len(numbers) + len(data)
    payload, at = _start(kind, terminal, mark, size, *numbers)
    put_int(payload, at, 2, len(data))
    payload[at + 2 : size] = data
    return _sealed(payload, key)


def _data(payload, at):
    end = len(payload) - SEAL_SIZE
    length = payload[at] << 8 | payload[at + 1]
    if not 1 <= length <= DATA_MAX or at + 2 + length != end:
        raise DecodeError("bulk: %d bytes of data cannot be" % length)
    return bytes(payload[at + 2 : end])


def encode_chunk(terminal, photo, size, offset, data, key):
    """A photo chunk; photo is the digest of the whole (32 bytes), which has size bytes."""
    if len(photo) != DIGEST_SIZE or not 1 <= size <= PHOTO_MAX or offset + len(data) > size:
        raise EncodeError("photo: digest, size %r or offset %r wrong" % (size, offset))
    return _with_data(PHOTO_CHUNK, terminal, photo, data, key, size, offset)


def open_chunk(payload, key):
    """(terminal, photo, size, offset, data) of a photo chunk, else DecodeError."""
    terminal = _open(payload, PHOTO_CHUNK, key, 53)
    size, offset = word(payload, 42), word(payload, 46)
    data = _data(payload, 50)
    if not 1 <= size <= PHOTO_MAX or offset + len(data) > size:
        raise DecodeError("photo: size %d or offset %d cannot be" % (size, offset))
    return terminal, bytes(payload[10:42]), size, offset, data


def encode_photo_receipt(terminal, photo, next_offset, state, key):
    """What the server has of a photo; state GO_ON, COMPLETE or REFUSED."""
    if len(photo) != DIGEST_SIZE or not 0 <= next_offset <= PHOTO_MAX or not GO_ON <= state <= REFUSED:
        raise EncodeError("photo receipt: digest, offset %r or state %r wrong" % (next_offset, state))
    payload, at = _start(PHOTO_RECEIPT, terminal, photo, 47, next_offset)
    payload[at] = state
    return _sealed(payload, key)


def open_photo_receipt(payload, key):
    """(terminal, photo, next_offset, state) of a photo receipt, else DecodeError."""
    terminal = _open(payload, PHOTO_RECEIPT, key, 47)
    if len(payload) != 47 + SEAL_SIZE or word(payload, 42) > PHOTO_MAX or payload[46] > REFUSED:
        raise DecodeError("photo receipt: size, offset or state cannot be")
    return terminal, bytes(payload[10:42]), word(payload, 42), payload[46]


def encode_want(terminal, image, offset, key):
    """Asks for the piece of an update image (8 bytes) at this offset."""
    if len(image) != IMAGE_ID_SIZE:
        raise EncodeError("image: needs %d bytes" % IMAGE_ID_SIZE)
    return _sealed(_start(WANT, terminal, image, 22, offset)[0], key)


def open_want(payload, key):
    """(terminal, image, offset) of a want, else DecodeError."""
    terminal = _open(payload, WANT, key, 22)
    if len(payload) != 22 + SEAL_SIZE:
        raise DecodeError("want: %d bytes cannot be" % len(payload))
    return terminal, bytes(payload[10:18]), word(payload, 18)


def encode_piece(terminal, image, offset, data, key):
    """A piece of an update image (8 bytes) at this offset."""
    if len(image) != IMAGE_ID_SIZE:
        raise EncodeError("image: needs %d bytes" % IMAGE_ID_SIZE)
    return _with_data(PIECE, terminal, image, data, key, offset)


def open_piece(payload, key):
    """(terminal, image, offset, data) of a piece, else DecodeError."""
    terminal = _open(payload, PIECE, key, 25)
    return terminal, bytes(payload[10:18]), word(payload, 18), _data(payload, 22)
