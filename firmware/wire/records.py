"""Records to bytes and back.

encode takes a dict with "kind", the header's and the body's fields; a minute carries "fixes" (list of
tuples, see firmware.wire.fixes) instead of origin, shift and seconds. decode is its inverse; it also takes a
thinned minute, which only thin can make.
"""

import hashlib

from firmware.wire import fixes as fix_codec
from firmware.wire import pack
from firmware.wire.errors import DecodeError, EncodeError
from firmware.wire.fields import (
    BODY,
    BODY_SIZES,
    DIGEST_SIZE,
    FIX_SIZE,
    HEADER,
    HEADER_SIZE,
    MINUTE,
    MINUTE_SIZE,
    MINUTE_THIN,
    NUMBER_MAX,
    U32,
)

ZERO_DIGEST = bytes(32)


_FIXES_AT = HEADER_SIZE + MINUTE_SIZE
_BITS_AT = _FIXES_AT - 8
_HEAD_TITLE = b"hourfence head\x01"


def digest(record):
    """A record's place in the chain, the next record's prev (32 bytes).

    SHA-256 of the record; of a minute, the SHA-256 of it with the fixes that are not coarse replaced by their
    own SHA-256. So a thinned minute, which holds that instead of them, has the digest of the whole one.
    """
    kind = record[0]
    if kind == MINUTE:
        cut = _FIXES_AT + fix_codec.coarse_size(record[_BITS_AT:_FIXES_AT])
        view = memoryview(record)
        whole = hashlib.sha256(view[:cut])
        whole.update(hashlib.sha256(view[cut:]).digest())
        return whole.digest()
    if kind == MINUTE_THIN:
        whole = hashlib.sha256(bytes((MINUTE,)))
        whole.update(memoryview(record)[1:])
        return whole.digest()
    return hashlib.sha256(record).digest()


def thin(record):
    """The thinned form of an encoded minute, or None when nothing would get shorter."""
    if record[0] != MINUTE:
        return None
    cut = _FIXES_AT + fix_codec.coarse_size(record[_BITS_AT:_FIXES_AT])
    if len(record) - cut <= DIGEST_SIZE:
        return None
    rest = hashlib.sha256(memoryview(record)[cut:]).digest()
    return bytes((MINUTE_THIN,)) + record[1:cut] + rest


def head_message(terminal, through, head):
    """What a HEAD record signs (59 bytes): a title, the terminal, a seq and that record's digest."""
    if not 1 <= terminal <= NUMBER_MAX or not 1 <= through <= U32 or len(head) != DIGEST_SIZE:
        raise EncodeError("head: terminal %r, through %r or head out of range" % (terminal, through))
    return _HEAD_TITLE + terminal.to_bytes(8, "big") + through.to_bytes(4, "big") + head


def encode(values):
    """Bytes of one record; raises EncodeError naming the field at fault."""
    kind = values.get("kind")
    if kind not in BODY or kind == MINUTE_THIN:
        raise EncodeError("kind: %r is not a record kind" % (kind,))
    if kind == MINUTE:
        return _encode_minute(values)
    buffer = bytearray(HEADER_SIZE + BODY_SIZES[kind])
    at = pack.write(buffer, 0, HEADER, values)
    pack.write(buffer, at, BODY[kind], values)
    return bytes(buffer)


def _encode_minute(values):
    fixes = values.get("fixes")
    if not isinstance(fixes, list):
        raise EncodeError("fixes: needs a list of tuples")
    lat_e7 = lon_e7 = shift = 0
    if fixes:
        lat_e7 = fixes[0][1]
        lon_e7 = fixes[0][2]
        shift = fix_codec.choose_shift(fixes, lat_e7, lon_e7)
    seconds = bytearray(8)
    buffer = bytearray(_FIXES_AT + FIX_SIZE * len(fixes))
    fix_codec.pack(buffer, _FIXES_AT, fixes, lat_e7, lon_e7, shift, seconds)
    body = dict(values)
    body["origin_lat_e7"] = lat_e7
    body["origin_lon_e7"] = lon_e7
    body["shift"] = shift
    body["seconds"] = seconds
    at = pack.write(buffer, 0, HEADER, body)
    pack.write(buffer, at, BODY[MINUTE], body)
    return bytes(buffer)


def decode(data):
    """The dict of one record; raises DecodeError for anything that encode cannot have made."""
    values = {}  # type: dict[str, object]
    at = pack.read(data, 0, HEADER, values)
    kind = data[0]
    at = pack.read(data, at, BODY[kind], values)
    if kind == MINUTE:
        values["fixes"] = _fixes(data, at, values, False)
        _check_origin(values)
    elif kind == MINUTE_THIN:
        _decode_thin(data, at, values)
    elif at != len(data):
        raise DecodeError("%d bytes after the record's end" % (len(data) - at))
    return values


def _fixes(data, at, values, is_thin):
    return fix_codec.unpack(
        data,
        at,
        values["origin_lat_e7"],
        values["origin_lon_e7"],
        values["shift"],
        values["seconds"],
        is_thin,
    )


def _decode_thin(data, at, values):
    end = len(data) - DIGEST_SIZE
    if end < at:
        raise DecodeError("rest: cut short at byte %d" % len(data))
    values["fixes"] = _fixes(memoryview(data)[:end], at, values, True)
    values["rest"] = bytes(data[end:])
    seconds = fix_codec.seconds_of(values["seconds"])
    if (len(seconds) - len(values["fixes"])) * FIX_SIZE <= DIGEST_SIZE:
        raise DecodeError("rest: too few fixes to be dropped")
    if values["fixes"] and values["fixes"][0][0] == seconds[0]:
        _check_origin(values)


def _check_origin(values):
    fixes = values["fixes"]
    lat_e7 = values["origin_lat_e7"]
    lon_e7 = values["origin_lon_e7"]
    if fixes:
        if fixes[0][1] != lat_e7 or fixes[0][2] != lon_e7:
            raise DecodeError("origin: not the first fix")
    elif lat_e7 or lon_e7 or values["shift"]:
        raise DecodeError("origin: set in a minute without fixes")
