"""A record's place in the chain, by the host's SHA-256: what firmware.wire.records.digest gives, faster."""

from __future__ import annotations

import hashlib

from firmware.wire.fields import BODY_SIZES, COARSE_S, FIX_SIZE, FIXES_MAX, HEADER_SIZE, MINUTE, MINUTE_THIN

_FIXES_AT = HEADER_SIZE + BODY_SIZES[MINUTE]
_BITS_AT = _FIXES_AT - 8
_COARSE = sum(1 << 63 - second for second in range(0, FIXES_MAX, COARSE_S))
_WHOLE = bytes((MINUTE,))
_sha256 = hashlib.sha256


def digest(record: bytes) -> bytes:
    """32 bytes, the next record's prev; a whole minute and the same one thinned have the same."""
    kind = record[0]
    if kind == MINUTE:
        bits = int.from_bytes(record[_BITS_AT:_FIXES_AT], "big") & _COARSE
        cut = _FIXES_AT + FIX_SIZE * bits.bit_count()
        return _sha256(record[:cut] + _sha256(record[cut:]).digest()).digest()
    if kind == MINUTE_THIN:
        return _sha256(_WHOLE + record[1:]).digest()
    return _sha256(record).digest()
