"""Ed25519 (RFC 8032, section 5.1) in whole numbers: public key, signature, strict verification.

Work comes in steps, so that signing runs beside the training: Signing(Key(seed), message).step(budget)
until done. One unit of the budget is about sixteen field multiplications or four rounds of SHA-512.

Not constant time, and here it cannot be: how long a big-integer operation takes, and the current it draws,
depend on its numbers. Which operations come in which order does not depend on the secret, and a signature
leaves at the pace of the main loop, so the network shows little. But whoever has the running terminal open
on a bench and measures many signatures finely can work the key out: it is as safe as the box.

Verification is strict: S < L; the public key canonical and on the curve; neither it nor R of small order;
R compared byte for byte, without the cofactor (RFC 8032, 5.1.7, the stronger of its two checks). So nobody
can make a second signature out of a signature. A key with a small-order part besides a full one, which
only someone who wants it makes, is taken, and is measured by the same equation.

Formulas: Hisil, Wong, Carter and Dawson, "Twisted Edwards curves revisited" (2008), 3.1 and 3.3.
"""

from firmware.terminal.signing.sha512 import digesting

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
_D = 0x52036CEE2B6FFE738CC740797779E89800700A4D4141D8AB75EB4DCA135978A3
_ROOT = 0x2B8324804FC1DF0B2B4D00993DFBD7A72F431806AD2FE478C4EE1B274A0EA0B0  # its square is -1

# A scalar is read as three rows of 85 bits, one above the other: a column picks one of eight sums of these.
_ROW = 85
_BASE = (  # x and y of B, 2**85 B, 2**170 B
    0x216936D3CD6E53FEC0A4E231FDD6DC5C692CC7609525A7B2C9562D608F25D51A,
    0x6666666666666666666666666666666666666666666666666666666666666658,
    0x08F050E6E4BBB5E43B756C82A0FFD60723F78C3FDFB49C50378A1083808C3CF3,
    0x38900048F0768542B4B9354736B6880632A94601A17A15ADF4F233924875EE62,
    0x6FDE98F557E3360932B5622351886A898E4639488C2433586E6B1D729A2E5760,
    0x6994510FBDAD700AB9E84413C29CE02525E5B1D15BE55269875BF94A48002C8B,
)
# In one unit of the budget: doublings without a sum, squarings without a product.
_DOUBLINGS = 2
_SQUARINGS = 16


class Ed25519Error(ValueError):
    """A seed of the wrong length, or work that an earlier error broke off."""


class Key:
    """A secret key, from its seed of 32 random bytes.

    `public` (32 bytes) is None until the first signing or public_key() has worked it out; it is never
    taken from outside, because signing with a wrong one gives the secret away.
    """

    def __init__(self, seed):
        if len(seed) != 32:
            raise Ed25519Error("an Ed25519 seed is 32 bytes, not %d: provision the terminal anew" % len(seed))
        self.public = None
        self._seed = bytes(seed)

    def deriving(self):
        """Generator that makes the key ready to sign and returns its public half."""
        if self.public is None:
            digest = yield from digesting(self._seed)
            self._prefix = digest[32:]
            self._scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
            self.public = yield from _base_times(self._scalar % L)
        return self.public

    def signing(self, message):
        """Generator that returns the 64-byte signature (RFC 8032, 5.1.6) of bytes."""
        yield from self.deriving()
        nonce = yield from _hashing(self._prefix + message)
        commitment = yield from _base_times(nonce)
        challenge = yield from _hashing(commitment + self.public + message)
        return commitment + ((nonce + challenge * self._scalar) % L).to_bytes(32, "little")


class _Job:
    def __init__(self, work):
        self._work = work
        self._result = None
        self.done = False

    def step(self, budget):
        """Goes on for so many units, or to the end; True when done.

        An error (MemoryError) ends the job: every later step raises Ed25519Error.
        """
        while budget > 0 and not self.done:
            budget -= 1
            try:
                next(self._work)
            except StopIteration as end:
                if end.value is None:
                    raise Ed25519Error("this Ed25519 work was broken off by an error before: start it anew")
                self._result, self._work = end.value, None
                self.done = True
        return self.done

    def finish(self):
        """Goes on to the end and returns what came of it."""
        while not self.step(1000):
            pass
        return self._result


class Signing(_Job):
    """Signs bytes with a Key, step by step."""

    def __init__(self, key, message):
        super().__init__(key.signing(bytes(message)))

    @property
    def signature(self):
        """64 bytes, None until done."""
        return self._result


class Verifying(_Job):
    """Checks a signature step by step; wrong lengths are refused, not raised."""

    def __init__(self, public, message, signature):
        super().__init__(_verifying(bytes(public), bytes(message), bytes(signature)))

    @property
    def valid(self):
        """True when it is done and the signature is right."""
        return self._result is True


def public_key(seed):
    """The 32-byte public key of a seed, in one go."""
    return _Job(Key(seed).deriving()).finish()


def sign(seed, message):
    """The 64-byte signature of bytes, in one go; the public key is worked out each time."""
    return Signing(Key(seed), message).finish()


def verify(public, message, signature):
    """Whether this is the signature of these bytes, in one go."""
    return Verifying(public, message, signature).finish()


def _verifying(public, message, signature):
    """Generator that returns True or False: Q = S B - k A must be R, and not of small order."""
    if len(public) != 32 or len(signature) != 64:
        return False
    response = int.from_bytes(signature[32:], "little")
    if response >= L:
        return False
    key = yield from _decoding(public)
    # Eight times a member of small order is the neutral element, whose x is 0.
    if key is None or _double(key, 3)[0] == 0:
        return False
    x, y, z, t = key
    challenge = yield from _hashing(signature[:32] + public + message)
    # One after the other: a table takes 3 KB of heap, both together took more than they saved in doublings.
    table = yield from _table((yield from _rows_of((P - x, y, z, P - t))))
    own = yield from _summing(table, challenge)
    table = None
    table = yield from _table(_base())
    found = _add((yield from _summing(table, response)), _prepare(own))
    return _double(found, 3)[0] != 0 and (yield from _encoding(found)) == signature[:32]


def _hashing(data):
    digest = yield from digesting(data)
    return int.from_bytes(digest, "little") % L


# Curve members are (X, Y, Z, T): x = X/Z, y = Y/Z, x y = T/Z. What is added to them is prepared as
# (Y - X, Y + X, 2 d T, 2 Z).


def _double(member, times):
    x, y, z, t = member
    for _ in range(times):
        a = x * x % P
        b = y * y % P
        h, g = a + b, a - b
        e = h - (x + y) * (x + y) % P
        f = 2 * z * z % P + g
        x, y, z = e * f % P, g * h % P, f * g % P
    return x, y, z, e * h % P


def _add(member, prepared):
    x, y, z, t = member
    minus, plus, t2d, z2 = prepared
    a, b = (y - x) * minus % P, (y + x) * plus % P
    c, d = t * t2d % P, z * z2 % P
    e, f = b - a, d - c
    g, h = d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _prepare(member):
    x, y, z, t = member
    return (y - x) % P, (y + x) % P, 2 * _D * t % P, 2 * z % P


def _base():
    return [(_BASE[i], _BASE[i + 1], 1, _BASE[i] * _BASE[i + 1] % P) for i in (0, 2, 4)]


def _base_times(scalar):
    """Generator that returns the 32 bytes of scalar B."""
    table = yield from _table(_base())
    return (yield from _encoding((yield from _summing(table, scalar))))


def _rows_of(member):
    """Generator that returns [A, 2**85 A, 2**170 A]."""
    rows = [member]
    for _ in range(2):
        for left in range(_ROW, 0, -_DOUBLINGS):
            member = _double(member, min(_DOUBLINGS, left))
            yield
        rows.append(member)
    return rows


def _table(rows):
    """Generator that returns the eight sums of three rows, prepared; entry 5 is rows[0] + rows[2]."""
    table = [(0, 1, 1, 0)]
    for row in rows:
        row = _prepare(row)
        for i in range(len(table)):
            table.append(_add(table[i], row))
            yield
    for i in range(8):
        table[i] = _prepare(table[i])
    yield
    return table


def _summing(table, scalar):
    """Generator that returns scalar times the member that the table is of; scalar < 2**255.

    Every column costs the same operations: a column of zeros adds the neutral element.
    """
    # Bits are taken from bytes: shifting the number would make two big integers for each.
    bits = scalar.to_bytes(32, "little")
    total = (0, 1, 1, 0)
    for low in range(_ROW - 1, -1, -1):
        mid, high = low + _ROW, low + 2 * _ROW
        total = _double(total, 1)
        yield
        column = bits[low >> 3] >> (low & 7) & 1
        column += (bits[mid >> 3] >> (mid & 7) & 1) * 2
        column += (bits[high >> 3] >> (high & 7) & 1) * 4
        total = _add(total, table[column])
    return total


def _powering(z):
    """Generator that returns z ** ((P - 5) // 8): 250 ones in binary, then 01.

    From z ** (2**a - 1) and z ** (2**b - 1) comes z ** (2**(a + b) - 1) by b squarings and a product.
    """
    ones = {1: z}
    have, power = 1, z
    for more in (1, 2, 1, 5, 10, 20, 10, 50, 100, 50):
        turned = power
        for i in range(more):
            turned = turned * turned % P
            if i % _SQUARINGS == _SQUARINGS - 1:
                yield
        power = turned * ones[more] % P
        have += more
        ones[have] = power
        yield
    return pow(power, 4, P) * z % P


def _encoding(member):
    """Generator that returns the 32 bytes of a member (RFC 8032, 5.1.2)."""
    x, y, z, t = member
    # 1/z = z ** (P - 2), and P - 2 = 8 (P - 5)/8 + 3.
    inverse = pow((yield from _powering(z)), 8, P) * z * z * z % P
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def _decoding(data):
    """Generator that returns the member of 32 bytes, or None for what 5.1.3 refuses."""
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & 2**255 - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (_D * y * y + 1) % P
    x = u * v * v * v % P * (yield from _powering(u * pow(v, 7, P) % P)) % P
    if (v * x * x - u) % P:
        x = x * _ROOT % P
        if (v * x * x - u) % P:
            return None
    if x == 0 and odd:
        return None
    if x & 1 != odd:
        x = P - x
    return x, y, 1, x * y % P
