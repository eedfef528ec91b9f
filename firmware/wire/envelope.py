"""Envelopes (terminal to server) and receipts (server to terminal), sealed under the terminal's key.

Envelope: version u8, terminal u64, count u8, then for each record its length u16 and its bytes, then the
seal: HMAC-SHA256 over all before it. Records in one envelope are consecutive and chained.
Receipt: version u8, kind u8 = 1, terminal u64, utc_s u32 (the server's time), through u32, head b32,
count u8, then count times first u32, last u32, digest b32 (of record last), then the seal.
"""

from firmware.wire.errors import DecodeError, EncodeError
from firmware.wire.fields import DIGEST_SIZE, HEADER_SIZE, NUMBER_MAX, RECORD_MAX, U32, WIRE_VERSION
from firmware.wire.pack import put_int
from firmware.wire.seal import SEAL_SIZE, hmac_sha256, same

HEAD_SIZE = 10
RECORDS_MAX = 32
PAYLOAD_MAX = 2048
RECEIPT = 1
RANGES_MAX = 8
_RANGES_AT = 19 + DIGEST_SIZE
_RANGE_SIZE = 8 + DIGEST_SIZE


def seal(terminal, records, key):
    """Payload of an envelope of 1..32 records (bytes each); raises EncodeError."""
    if not 1 <= terminal <= NUMBER_MAX:
        raise EncodeError("terminal: %r is not a 16-digit number" % (terminal,))
    if not 1 <= len(records) <= RECORDS_MAX:
        raise EncodeError("records: %d, needs 1..%d" % (len(records), RECORDS_MAX))
    size = HEAD_SIZE + SEAL_SIZE
    for record in records:
        if not HEADER_SIZE <= len(record) <= RECORD_MAX:
            raise EncodeError("record: %d bytes, needs %d..%d" % (len(record), HEADER_SIZE, RECORD_MAX))
        size += 2 + len(record)
    if size > PAYLOAD_MAX:
        raise EncodeError("envelope: %d bytes, at most %d" % (size, PAYLOAD_MAX))
    payload = bytearray(size)
    payload[0] = WIRE_VERSION
    put_int(payload, 1, 8, terminal)
    payload[9] = len(records)
    at = HEAD_SIZE
    for record in records:
        put_int(payload, at, 2, len(record))
        payload[at + 2 : at + 2 + len(record)] = record
        at += 2 + len(record)
    payload[at:] = hmac_sha256(key, memoryview(payload)[:at])
    return bytes(payload)


def parse(payload):
    """(terminal, [record bytes], seal) of an envelope's payload; DecodeError when its frame is wrong.

    Neither the seal nor the records' content is looked at.
    """
    size = len(payload)
    if size > PAYLOAD_MAX:
        raise DecodeError("envelope: %d bytes, at most %d" % (size, PAYLOAD_MAX))
    if size < HEAD_SIZE + 2 + HEADER_SIZE + SEAL_SIZE:
        raise DecodeError("envelope: cut short at %d bytes" % size)
    if payload[0] != WIRE_VERSION:
        raise DecodeError("envelope: version %d is not %d" % (payload[0], WIRE_VERSION))
    terminal = int.from_bytes(payload[1:9], "big")
    if not 1 <= terminal <= NUMBER_MAX:
        raise DecodeError("envelope: %d is not a terminal number" % terminal)
    count = payload[9]
    if not 1 <= count <= RECORDS_MAX:
        raise DecodeError("envelope: %d records, needs 1..%d" % (count, RECORDS_MAX))
    end = size - SEAL_SIZE
    records = []  # type: list[bytes]
    at = HEAD_SIZE
    for _ in range(count):
        if at + 2 > end:
            raise DecodeError("envelope: %d records promised, %d there" % (count, len(records)))
        length = payload[at] << 8 | payload[at + 1]
        at += 2
        if not HEADER_SIZE <= length <= RECORD_MAX or at + length > end:
            raise DecodeError("envelope: record %d cannot be %d bytes" % (len(records), length))
        records.append(bytes(payload[at : at + length]))
        at += length
    if at != end:
        raise DecodeError("envelope: %d bytes between records and seal" % (end - at))
    return terminal, records, bytes(payload[end:])


def verify(payload, key):
    """Whether the last 32 bytes seal the rest of the payload under key."""
    end = len(payload) - SEAL_SIZE
    return end >= 0 and same(hmac_sha256(key, memoryview(payload)[:end]), payload[end:])


def kind_of(payload):
    """What a down payload is: 1 receipt, 2 photo receipt, 3 order, 4 update piece; 0 nothing known."""
    return payload[1] if len(payload) > 1 and payload[0] == WIRE_VERSION else 0


def encode_receipt(terminal, through, head, key, utc_s, ranges=()):
    """Payload of a receipt: every record up to through is stored, and those of ranges; raises EncodeError.

    head is the digest of record through, zeros when through is 0; ranges are (first, last, digest of record
    last), rising, at most RANGES_MAX; utc_s is the server's time.
    """
    if (
        not 1 <= terminal <= NUMBER_MAX
        or not 0 <= through <= U32
        or not 0 <= utc_s <= U32
        or len(head) != DIGEST_SIZE
        or len(ranges) > RANGES_MAX
    ):
        raise EncodeError(
            "receipt: terminal %r, through %r, time, head or ranges wrong" % (terminal, through)
        )
    payload = bytearray(_RANGES_AT + _RANGE_SIZE * len(ranges) + SEAL_SIZE)
    payload[0] = WIRE_VERSION
    payload[1] = RECEIPT
    put_int(payload, 2, 8, terminal)
    put_int(payload, 10, 4, utc_s)
    put_int(payload, 14, 4, through)
    payload[18 : _RANGES_AT - 1] = head
    payload[_RANGES_AT - 1] = len(ranges)
    at = _RANGES_AT
    for first, last, digest in ranges:
        if not 1 <= first <= last <= U32 or len(digest) != DIGEST_SIZE:
            raise EncodeError("receipt: range %r to %r is none" % (first, last))
        put_int(payload, at, 4, first)
        put_int(payload, at + 4, 4, last)
        payload[at + 8 : at + _RANGE_SIZE] = digest
        at += _RANGE_SIZE
    payload[at:] = hmac_sha256(key, memoryview(payload)[:at])
    return bytes(payload)


def open_receipt(payload, key):
    """(terminal, through, head, utc_s, ranges) of a receipt whose seal holds under key, else DecodeError."""
    if kind_of(payload) != RECEIPT or len(payload) < _RANGES_AT + SEAL_SIZE:
        raise DecodeError("receipt: not a receipt of version %d" % WIRE_VERSION)
    count = payload[_RANGES_AT - 1]
    if count > RANGES_MAX or len(payload) != _RANGES_AT + _RANGE_SIZE * count + SEAL_SIZE:
        raise DecodeError("receipt: %d bytes for %d ranges" % (len(payload), count))
    if not verify(payload, key):
        raise DecodeError("receipt: the seal does not hold")
    terminal = int.from_bytes(payload[2:10], "big")
    if not 1 <= terminal <= NUMBER_MAX:
        raise DecodeError("receipt: %d is not a terminal number" % terminal)
    ranges = []
    at = _RANGES_AT
    for _ in range(count):
        first = int.from_bytes(payload[at : at + 4], "big")
        last = int.from_bytes(payload[at + 4 : at + 8], "big")
        if not 1 <= first <= last:
            raise DecodeError("receipt: range %d to %d is none" % (first, last))
        ranges.append((first, last, bytes(payload[at + 8 : at + _RANGE_SIZE])))
        at += _RANGE_SIZE
    utc_s = int.from_bytes(payload[10:14], "big")
    through = int.from_bytes(payload[14:18], "big")
    return terminal, through, bytes(payload[18 : _RANGES_AT - 1]), utc_s, ranges
