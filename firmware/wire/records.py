"""Records to bytes and back.

encode takes a dict with "kind", the header's and the body's fields; a minute carries "fixes" (list of
tuples, see firmware.wire.fixes) instead of origin, shift and seconds. decode is its inverse.
"""

import hashlib

from firmware.wire import fixes as fix_codec
from firmware.wire import pack
from firmware.wire.errors import DecodeError, EncodeError
from firmware.wire.fields import BODY, BODY_SIZES, FIX_SIZE, HEADER, HEADER_SIZE, MINUTE

ZERO_DIGEST = bytes(32)


def digest(record):
    """SHA-256 of a whole record: the next record's prev (32 bytes)."""
    return hashlib.sha256(record).digest()


def encode(values):
    """Bytes of one record; raises EncodeError naming the field at fault."""
    kind = values.get("kind")
    if kind not in BODY:
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
    start = HEADER_SIZE + BODY_SIZES[MINUTE]
    buffer = bytearray(start + FIX_SIZE * len(fixes))
    fix_codec.pack(buffer, start, fixes, lat_e7, lon_e7, shift, seconds)
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
        values["fixes"] = fix_codec.unpack(
            data, at, values["origin_lat_e7"], values["origin_lon_e7"], values["shift"], values["seconds"]
        )
        _check_origin(values)
    elif at != len(data):
        raise DecodeError("%d bytes after the record's end" % (len(data) - at))
    return values


def _check_origin(values):
    fixes = values["fixes"]
    lat_e7 = values["origin_lat_e7"]
    lon_e7 = values["origin_lon_e7"]
    if fixes:
        if fixes[0][1] != lat_e7 or fixes[0][2] != lon_e7:
            raise DecodeError("origin: not the first fix")
    elif lat_e7 or lon_e7 or values["shift"]:
        raise DecodeError("origin: set in a minute without fixes")
