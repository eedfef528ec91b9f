"""SHA-512 (FIPS 180-4, section 6.4) for boards whose hashlib stops at SHA-256.

A 64-bit word is four limbs of 16 bits, lowest first, in an array: every sum and shift of limbs stays
below 2**30, which is a small integer on a 32-bit board too, so the rounds allocate nothing. (Whole
words or 32-bit halves become big integers there: 120 KB and 318 KB of garbage for one block.)
"""

from array import array

BLOCK = 128
DIGEST = 64
ROUNDS = 80
# Rounds done between two yields.
ROUNDS_A_STEP = 4

# Fractional parts of the square roots of the first 8 primes, then of the cube roots of the first 80.
_INITIAL = (
    b"\x6a\x09\xe6\x67\xf3\xbc\xc9\x08\xbb\x67\xae\x85\x84\xca\xa7\x3b"
    b"\x3c\x6e\xf3\x72\xfe\x94\xf8\x2b\xa5\x4f\xf5\x3a\x5f\x1d\x36\xf1"
    b"\x51\x0e\x52\x7f\xad\xe6\x82\xd1\x9b\x05\x68\x8c\x2b\x3e\x6c\x1f"
    b"\x1f\x83\xd9\xab\xfb\x41\xbd\x6b\x5b\xe0\xcd\x19\x13\x7e\x21\x79"
)
_K = (
    b"\x42\x8a\x2f\x98\xd7\x28\xae\x22\x71\x37\x44\x91\x23\xef\x65\xcd"
    b"\xb5\xc0\xfb\xcf\xec\x4d\x3b\x2f\xe9\xb5\xdb\xa5\x81\x89\xdb\xbc"
    b"\x39\x56\xc2\x5b\xf3\x48\xb5\x38\x59\xf1\x11\xf1\xb6\x05\xd0\x19"
    b"\x92\x3f\x82\xa4\xaf\x19\x4f\x9b\xab\x1c\x5e\xd5\xda\x6d\x81\x18"
    b"\xd8\x07\xaa\x98\xa3\x03\x02\x42\x12\x83\x5b\x01\x45\x70\x6f\xbe"
    b"\x24\x31\x85\xbe\x4e\xe4\xb2\x8c\x55\x0c\x7d\xc3\xd5\xff\xb4\xe2"
    b"\x72\xbe\x5d\x74\xf2\x7b\x89\x6f\x80\xde\xb1\xfe\x3b\x16\x96\xb1"
    b"\x9b\xdc\x06\xa7\x25\xc7\x12\x35\xc1\x9b\xf1\x74\xcf\x69\x26\x94"
    b"\xe4\x9b\x69\xc1\x9e\xf1\x4a\xd2\xef\xbe\x47\x86\x38\x4f\x25\xe3"
    b"\x0f\xc1\x9d\xc6\x8b\x8c\xd5\xb5\x24\x0c\xa1\xcc\x77\xac\x9c\x65"
    b"\x2d\xe9\x2c\x6f\x59\x2b\x02\x75\x4a\x74\x84\xaa\x6e\xa6\xe4\x83"
    b"\x5c\xb0\xa9\xdc\xbd\x41\xfb\xd4\x76\xf9\x88\xda\x83\x11\x53\xb5"
    b"\x98\x3e\x51\x52\xee\x66\xdf\xab\xa8\x31\xc6\x6d\x2d\xb4\x32\x10"
    b"\xb0\x03\x27\xc8\x98\xfb\x21\x3f\xbf\x59\x7f\xc7\xbe\xef\x0e\xe4"
    b"\xc6\xe0\x0b\xf3\x3d\xa8\x8f\xc2\xd5\xa7\x91\x47\x93\x0a\xa7\x25"
    b"\x06\xca\x63\x51\xe0\x03\x82\x6f\x14\x29\x29\x67\x0a\x0e\x6e\x70"
    b"\x27\xb7\x0a\x85\x46\xd2\x2f\xfc\x2e\x1b\x21\x38\x5c\x26\xc9\x26"
    b"\x4d\x2c\x6d\xfc\x5a\xc4\x2a\xed\x53\x38\x0d\x13\x9d\x95\xb3\xdf"
    b"\x65\x0a\x73\x54\x8b\xaf\x63\xde\x76\x6a\x0a\xbb\x3c\x77\xb2\xa8"
    b"\x81\xc2\xc9\x2e\x47\xed\xae\xe6\x92\x72\x2c\x85\x14\x82\x35\x3b"
    b"\xa2\xbf\xe8\xa1\x4c\xf1\x03\x64\xa8\x1a\x66\x4b\xbc\x42\x30\x01"
    b"\xc2\x4b\x8b\x70\xd0\xf8\x97\x91\xc7\x6c\x51\xa3\x06\x54\xbe\x30"
    b"\xd1\x92\xe8\x19\xd6\xef\x52\x18\xd6\x99\x06\x24\x55\x65\xa9\x10"
    b"\xf4\x0e\x35\x85\x57\x71\x20\x2a\x10\x6a\xa0\x70\x32\xbb\xd1\xb8"
    b"\x19\xa4\xc1\x16\xb8\xd2\xd0\xc8\x1e\x37\x6c\x08\x51\x41\xab\x53"
    b"\x27\x48\x77\x4c\xdf\x8e\xeb\x99\x34\xb0\xbc\xb5\xe1\x9b\x48\xa8"
    b"\x39\x1c\x0c\xb3\xc5\xc9\x5a\x63\x4e\xd8\xaa\x4a\xe3\x41\x8a\xcb"
    b"\x5b\x9c\xca\x4f\x77\x63\xe3\x73\x68\x2e\x6f\xf3\xd6\xb2\xb8\xa3"
    b"\x74\x8f\x82\xee\x5d\xef\xb2\xfc\x78\xa5\x63\x6f\x43\x17\x2f\x60"
    b"\x84\xc8\x78\x14\xa1\xf0\xab\x72\x8c\xc7\x02\x08\x1a\x64\x39\xec"
    b"\x90\xbe\xff\xfa\x23\x63\x1e\x28\xa4\x50\x6c\xeb\xde\x82\xbd\xe9"
    b"\xbe\xf9\xa3\xf7\xb2\xc6\x79\x15\xc6\x71\x78\xf2\xe3\x72\x53\x2b"
    b"\xca\x27\x3e\xce\xea\x26\x61\x9c\xd1\x86\xb8\xc7\x21\xc0\xc2\x07"
    b"\xea\xda\x7d\xd6\xcd\xe0\xeb\x1e\xf5\x7d\x4f\x7f\xee\x6e\xd1\x78"
    b"\x06\xf0\x67\xaa\x72\x17\x6f\xba\x0a\x63\x7d\xc5\xa2\xc8\x98\xa6"
    b"\x11\x3f\x98\x04\xbe\xf9\x0d\xae\x1b\x71\x0b\x35\x13\x1c\x47\x1b"
    b"\x28\xdb\x77\xf5\x23\x04\x7d\x84\x32\xca\xab\x7b\x40\xc7\x24\x93"
    b"\x3c\x9e\xbe\x0a\x15\xc9\xbe\xbc\x43\x1d\x67\xc4\x9c\x10\x0d\x4c"
    b"\x4c\xc5\xd4\xbe\xcb\x3e\x42\xb6\x59\x7f\x29\x9c\xfc\x65\x7e\x2a"
    b"\x5f\xcb\x6f\xab\x3a\xd6\xfa\xec\x6c\x44\x19\x8c\x4a\x47\x58\x17"
)


def sha512(data):
    """64-byte digest of bytes, bytearray or memoryview, in one go."""
    work = digesting(data)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def digesting(data):
    """Generator that works the digest out four rounds at a time, 20 yields a block; returns 64 bytes.

    data must not change until it has ended.
    """
    size = len(data)
    whole = size - size % BLOCK
    tail = bytes(data[whole:]) + b"\x80" + bytes((111 - size) % BLOCK) + (8 * size).to_bytes(16, "big")
    state = array("H", bytes(64))
    work = array("H", bytes(64))
    words = array("H", bytes(BLOCK))
    _load(state, _INITIAL, 0)
    for first in range(0, whole, BLOCK):
        yield from _block(state, work, words, data, first)
    for first in range(0, len(tail), BLOCK):
        yield from _block(state, work, words, tail, first)
    digest = bytearray(DIGEST)
    for i in range(32):
        digest[2 * i] = state[i ^ 3] >> 8
        digest[2 * i + 1] = state[i ^ 3] & 255
    return bytes(digest)


def _load(limbs, data, first):
    """Big-endian 64-bit words from byte `first` on into limbs; i ^ 3 turns four limbs round."""
    for i in range(len(limbs)):
        limbs[i ^ 3] = data[first + 2 * i] << 8 | data[first + 2 * i + 1]


def _block(state, work, words, data, first):
    for i in range(32):
        work[i] = state[i]
    _load(words, data, first)
    for turn in range(0, ROUNDS, ROUNDS_A_STEP):
        if turn >= 16:
            _extend(words, turn)
        _rounds(work, words, turn)
        yield
    for i in range(0, 32, 4):
        total = 0
        for k in range(i, i + 4):
            total = (total >> 16) + state[k] + work[k]
            state[k] = total & 65535


def _extend(words, turn):
    """The schedule's words for the rounds from `turn` on, over those of 16 rounds before.

    a b c d and e f g h are the limbs of W[t-15] and W[t-2], turned round by one for each limb done.
    Assigning more than three names at once would allocate a tuple.
    """
    for t in range(turn, turn + ROUNDS_A_STEP):
        at = (t & 15) << 2
        old = (at + 4) & 63
        a, b = words[old], words[old + 1]
        c, d = words[old + 2], words[old + 3]
        old = (at + 56) & 63
        e, f = words[old], words[old + 1]
        g, h = words[old + 2], words[old + 3]
        old = (at + 36) & 63
        total = 0
        # The two plain shifts, by 7 and by 6, bring nothing into the highest limb.
        low7 = 127
        low6 = 63
        for k in range(4):
            if k == 3:
                low7 = low6 = 0
            total = (
                (total >> 16)
                + words[at + k]
                + words[old + k]
                + ((a >> 1 | (b & 1) << 15) ^ (a >> 8 | (b & 255) << 8) ^ (a >> 7 | (b & low7) << 9))
                + ((f >> 3 | (g & 7) << 13) ^ (h >> 13 | (e & 8191) << 3) ^ (e >> 6 | (f & low6) << 10))
            )
            words[at + k] = total & 65535
            z, a, b = a, b, c
            c, d = d, z
            z, e, f = e, f, g
            g, h = h, z


def _rounds(work, words, turn):
    """Rounds turn to turn + 3; a..h of round t lie in work from limb -4t on, so that nothing moves."""
    for t in range(turn, turn + ROUNDS_A_STEP):
        wa = -4 * t & 31
        wb, wc = (wa + 4) & 31, (wa + 8) & 31
        wd, we = (wa + 12) & 31, (wa + 16) & 31
        wf, wg = (wa + 20) & 31, (wa + 24) & 31
        wh = (wa + 28) & 31
        at = (t & 15) << 2
        constant = 8 * t + 6
        a, b = work[we], work[we + 1]
        c, d = work[we + 2], work[we + 3]
        total = moved = 0
        for k in range(4):
            total = (
                (total >> 16)
                + work[wh + k]
                + words[at + k]
                + (_K[constant] << 8 | _K[constant + 1])
                + (work[wg + k] ^ a & (work[wf + k] ^ work[wg + k]))
                + ((a >> 14 | (b & 16383) << 2) ^ (b >> 2 | (c & 3) << 14) ^ (c >> 9 | (d & 511) << 7))
            )
            work[wh + k] = total & 65535
            moved = (moved >> 16) + work[wd + k] + (total & 65535)
            work[wd + k] = moved & 65535
            constant -= 2
            z, a, b = a, b, c
            c, d = d, z
        a, b = work[wa], work[wa + 1]
        c, d = work[wa + 2], work[wa + 3]
        total = 0
        for k in range(4):
            total = (
                (total >> 16)
                + work[wh + k]
                + (a & work[wb + k] | work[wc + k] & (a | work[wb + k]))
                + ((b >> 12 | (c & 4095) << 4) ^ (c >> 2 | (d & 3) << 14) ^ (c >> 7 | (d & 127) << 9))
            )
            work[wh + k] = total & 65535
            z, a, b = a, b, c
            c, d = d, z
