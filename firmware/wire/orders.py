"""Orders: what the server may tell a terminal to do, sealed under the terminal's key and numbered.

Order: version u8, kind u8 = 3, terminal u64, order u32 (its number, rising for each terminal),
until_utc_s u32 (not to be done after that; 0 no limit), code u8, size u16, body, seal.
An order whose number is not above the last one taken is never done again. A terminal that does not know
it says so: an ORDER record of code STALE, outcome REFUSED, value the last number taken.
"""

from firmware.wire.envelope import PAYLOAD_MAX, kind_of, verify
from firmware.wire.errors import DecodeError, EncodeError
from firmware.wire.fields import NUMBER_MAX, U32, WIRE_VERSION
from firmware.wire.pack import put_int
from firmware.wire.seal import SEAL_SIZE, hmac_sha256

ORDER = 3
_BODY_AT = 21
BODY_MAX = PAYLOAD_MAX - _BODY_AT - SEAL_SIZE

STALE = 0
SETTINGS = 1
GROUNDS = 2
TRAINING_BAN = 3
RESEND = 4
FACE_CHECK = 5
UPDATE = 6
STATUS = 7
ENROLL = 8
FORGET = 9

DONE = 0
REFUSED = 1
MALFORMED = 2
UNKNOWN = 3
EXPIRED = 4
BEGUN = 5

# Bodies: SETTINGS a JSON object of names in SETTABLE; GROUNDS version u32, part u8, parts u8, bytes;
# TRAINING_BAN on u8, until_utc_s u32 (0 open); RESEND first u32, last u32; FACE_CHECK role u8 (0 both);
# UPDATE the image's manifest; STATUS nothing; ENROLL and FORGET role u8, person u64.


def encode(terminal, order, until_utc_s, code, body, key):
    """Payload of one order; raises EncodeError."""
    if (
        not 1 <= terminal <= NUMBER_MAX
        or not 1 <= order <= U32
        or not 0 <= until_utc_s <= U32
        or not 0 <= code <= 255
        or len(body) > BODY_MAX
    ):
        raise EncodeError("order: terminal %r, order %r, time, code or size out of range" % (terminal, order))
    end = _BODY_AT + len(body)
    payload = bytearray(end + SEAL_SIZE)
    payload[0] = WIRE_VERSION
    payload[1] = ORDER
    put_int(payload, 2, 8, terminal)
    put_int(payload, 10, 4, order)
    put_int(payload, 14, 4, until_utc_s)
    payload[18] = code
    put_int(payload, 19, 2, len(body))
    payload[_BODY_AT:end] = body
    payload[end:] = hmac_sha256(key, memoryview(payload)[:end])
    return bytes(payload)


def open_order(payload, key):
    """(terminal, order, until_utc_s, code, body) of an order whose seal holds under key, else DecodeError."""
    end = len(payload) - SEAL_SIZE
    if kind_of(payload) != ORDER or end < _BODY_AT or len(payload) > PAYLOAD_MAX:
        raise DecodeError("order: not an order of version %d" % WIRE_VERSION)
    if payload[19] << 8 | payload[20] != end - _BODY_AT:
        raise DecodeError("order: %d bytes for a body of another size" % len(payload))
    if not verify(payload, key):
        raise DecodeError("order: the seal does not hold")
    terminal = int.from_bytes(payload[2:10], "big")
    order = int.from_bytes(payload[10:14], "big")
    if not 1 <= terminal <= NUMBER_MAX or order == 0:
        raise DecodeError("order: terminal %d or order %d out of range" % (terminal, order))
    return terminal, order, int.from_bytes(payload[14:18], "big"), payload[18], bytes(payload[_BODY_AT:end])
