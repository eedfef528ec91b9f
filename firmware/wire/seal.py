"""HMAC-SHA256 (RFC 2104) for interpreters that ship hashlib without hmac."""

import hashlib

_BLOCK = 64
SEAL_SIZE = 32
KEY_SIZE = 32


def hmac_sha256(key, *parts):
    """32 bytes: HMAC-SHA256 under key over the concatenation of parts."""
    if len(key) > _BLOCK:
        key = hashlib.sha256(key).digest()
    inner_pad = bytearray(_BLOCK)
    outer_pad = bytearray(_BLOCK)
    for i in range(_BLOCK):
        byte = key[i] if i < len(key) else 0
        inner_pad[i] = byte ^ 0x36
        outer_pad[i] = byte ^ 0x5C
    inner = hashlib.sha256(inner_pad)
    for part in parts:
        inner.update(part)
    outer = hashlib.sha256(outer_pad)
    outer.update(inner.digest())
    return outer.digest()


def same(left, right):
    """Whether two byte strings are equal, in a time that does not depend on where they differ."""
    if len(left) != len(right):
        return False
    difference = 0
    for i in range(len(left)):
        difference |= left[i] ^ right[i]
    return difference == 0
