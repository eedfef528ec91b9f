"""Ed25519 against a slow reference written from RFC 8032's equations, against OpenSSL, and by properties."""

import ctypes
import ctypes.util
import functools
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.terminal.signing import ed25519
from firmware.terminal.signing.ed25519 import Ed25519Error, Key, L, P, sign, verify
from firmware.terminal.signing.sha512 import sha512

Affine = tuple[int, int]
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1)
SEED = bytes(range(32))
seeds = st.binary(min_size=32, max_size=32)
messages = st.binary(max_size=300)


def added(one: Affine, two: Affine) -> Affine:
    """RFC 8032, 5.1.4: the addition law in x and y, with two inversions and no shortcut."""
    crossed = D * one[0] * two[0] * one[1] * two[1] % P
    x = (one[0] * two[1] + two[0] * one[1]) * pow(1 + crossed, -1, P)
    y = (one[1] * two[1] + one[0] * two[0]) * pow(1 - crossed, -1, P)
    return x % P, y % P


def times(scalar: int, member: Affine) -> Affine:
    total = NEUTRAL
    while scalar:
        if scalar & 1:
            total = added(total, member)
        member = added(member, member)
        scalar >>= 1
    return total


def with_y(y: int, odd: int = 0) -> Affine:
    """The curve member of this y, by the square root for P = 5 modulo 8."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (x if x & 1 == odd else P - x), y


BASE = with_y(4 * pow(5, -1, P) % P)


def encoded(member: Affine) -> bytes:
    return (member[1] | (member[0] & 1) << 255).to_bytes(32, "little")


def reduced(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def secret(seed: bytes) -> tuple[int, bytes]:
    digest = bytearray(hashlib.sha512(seed).digest())
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    return int.from_bytes(digest[:32], "little"), bytes(digest[32:])


def slow_sign(seed: bytes, message: bytes) -> tuple[bytes, bytes]:
    """Public key and signature, as RFC 8032 5.1.5 and 5.1.6 say it."""
    scalar, prefix = secret(seed)
    public = encoded(times(scalar, BASE))
    nonce = reduced(prefix, message)
    commitment = encoded(times(nonce, BASE))
    response = (nonce + reduced(commitment, public, message) * scalar) % L
    return public, commitment + response.to_bytes(32, "little")


@functools.cache
def of_small_order() -> list[Affine]:
    """The eight members whose order divides 8: L times a member leaves its part of small order."""
    found = times(L, with_y(3))
    assert times(4, found) != NEUTRAL
    return [times(i, found) for i in range(8)]


class OpenSSL:
    """Ed25519 of the machine's libcrypto, which shares nothing with ours."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("crypto")
        self.crypto = ctypes.CDLL(name) if name else None
        if not hasattr(self.crypto, "EVP_DigestSign"):
            pytest.skip("no libcrypto with Ed25519 on this machine: install OpenSSL 1.1.1 or later")
        for call in ("EVP_PKEY_new_raw_private_key", "EVP_MD_CTX_new"):
            getattr(self.crypto, call).restype = ctypes.c_void_p
        self.number = self.crypto.OBJ_sn2nid(b"ED25519")

    def sign(self, seed: bytes, message: bytes) -> tuple[bytes, bytes]:
        """Public key and signature."""
        crypto, size = self.crypto, ctypes.c_size_t
        key = ctypes.c_void_p(crypto.EVP_PKEY_new_raw_private_key(self.number, None, seed, size(32)))
        context = ctypes.c_void_p(crypto.EVP_MD_CTX_new())
        public = ctypes.create_string_buffer(32)
        signature = ctypes.create_string_buffer(64)
        sizes = ctypes.byref(size(32)), ctypes.byref(size(64))
        assert crypto.EVP_PKEY_get_raw_public_key(key, public, sizes[0]) == 1
        assert crypto.EVP_DigestSignInit(context, None, None, None, key) == 1
        assert crypto.EVP_DigestSign(context, signature, sizes[1], message, size(len(message))) == 1
        crypto.EVP_MD_CTX_free(context)
        crypto.EVP_PKEY_free(key)
        return public.raw, signature.raw


@pytest.fixture(scope="module")
def openssl() -> OpenSSL:
    return OpenSSL()


def flipped(data: bytes, bit: int) -> bytes:
    bit %= 8 * len(data)
    return bytes(octet ^ (1 << bit % 8 if i == bit // 8 else 0) for i, octet in enumerate(data))


@given(st.binary(max_size=700))
def test_sha512_is_hashlib_s(data: bytes) -> None:
    expected = hashlib.sha512(data).digest()
    assert sha512(data) == sha512(bytearray(data)) == sha512(memoryview(data)) == expected


def test_the_constants_are_the_curve_s() -> None:
    assert D == ed25519._D
    assert ed25519._ROOT**2 % P == P - 1
    rows = list(zip(ed25519._BASE[::2], ed25519._BASE[1::2], strict=True))
    assert rows == [times(2 ** (ed25519._ROW * row), BASE) for row in range(3)]


@settings(max_examples=20, deadline=None)
@given(seeds, messages)
def test_same_key_and_signature_as_the_slow_reference(seed: bytes, message: bytes) -> None:
    public, signature = slow_sign(seed, message)
    assert ed25519.public_key(seed) == public
    assert sign(seed, message) == signature
    assert verify(public, message, signature)


@settings(deadline=None)
@given(seeds, messages)
def test_same_key_and_signature_as_openssl(openssl: OpenSSL, seed: bytes, message: bytes) -> None:
    public, signature = openssl.sign(seed, message)
    assert ed25519.public_key(seed) == public
    assert sign(seed, message) == signature
    assert verify(public, message, signature)


@settings(deadline=None)
@given(seeds, st.binary(min_size=1, max_size=100), st.integers(0), st.integers(0, 2))
def test_any_flipped_bit_is_refused(seed: bytes, message: bytes, bit: int, which: int) -> None:
    parts = [ed25519.public_key(seed), message, sign(seed, message)]
    parts[which] = flipped(parts[which], bit)
    assert not verify(*parts)


def test_every_bit_of_one_signature_and_key_counts() -> None:
    public, signature = ed25519.public_key(SEED), sign(SEED, b"head")
    assert verify(public, b"head", signature)
    assert [bit for bit in range(512) if verify(public, b"head", flipped(signature, bit))] == []
    assert [bit for bit in range(256) if verify(flipped(public, bit), b"head", signature)] == []


@settings(deadline=None)
@given(st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=70))
def test_any_bytes_are_refused_and_never_raise(public: bytes, message: bytes, signature: bytes) -> None:
    assert verify(public, message, signature) is False


@settings(deadline=None)
@given(seeds, messages, st.lists(st.integers(1, 90), min_size=1))
def test_any_steps_give_the_same_signature(seed: bytes, message: bytes, budgets: list[int]) -> None:
    job = ed25519.Signing(Key(seed), message)
    turn = 0
    while not job.step(budgets[turn % len(budgets)]):
        assert job.signature is None
        turn += 1
    assert job.signature == sign(seed, message)
    check = ed25519.Verifying(ed25519.public_key(seed), message, job.signature)
    while not check.step(budgets[turn % len(budgets)]):
        assert check.valid is False
        turn += 1
    assert check.valid is True


def test_a_key_is_derived_once_and_shared() -> None:
    key = Key(SEED)
    assert key.public is None
    counts = []
    for message in (b"first", b"second"):
        job = ed25519.Signing(key, message)
        count = 1
        while not job.step(1):
            count += 1
        counts.append(count)
        assert job.signature == sign(SEED, message)
    assert key.public == ed25519.public_key(SEED)
    assert counts[1] < counts[0]


def test_two_signings_of_one_key_may_run_side_by_side() -> None:
    key = Key(SEED)
    jobs = [ed25519.Signing(key, b"one"), ed25519.Signing(key, b"two")]
    while not all([job.step(5) for job in jobs]):
        pass
    assert [job.signature for job in jobs] == [sign(SEED, b"one"), sign(SEED, b"two")]


def test_work_broken_off_by_an_error_gives_nothing() -> None:
    signing, checking = (
        ed25519.Signing(Key(SEED), b""),
        ed25519.Verifying(ed25519.public_key(SEED), b"", sign(SEED, b"")),
    )
    for job in (signing, checking):
        job.step(100)
        with pytest.raises(MemoryError):
            job._work.throw(MemoryError())
        for _ in range(2):
            with pytest.raises(Ed25519Error, match="start it anew"):
                job.step(1)
    assert signing.signature is None
    assert checking.valid is False


def test_small_order_keys_are_refused_though_the_equation_holds() -> None:
    assert len(set(of_small_order())) == 8
    commitment = encoded(times(5, BASE))
    held = 0
    for key in of_small_order():
        for message in (bytes([number]) for number in range(20)):
            challenge = reduced(commitment, encoded(key), message)
            held += times(challenge, key) == NEUTRAL
            assert not verify(encoded(key), message, commitment + (5).to_bytes(32, "little"))
    assert held > 20


def test_a_neutral_commitment_is_refused_though_the_equation_holds() -> None:
    scalar, _ = secret(SEED)
    public, neutral = ed25519.public_key(SEED), encoded(NEUTRAL)
    challenge = reduced(neutral, public, b"head")
    response = challenge * scalar % L
    assert times(response, BASE) == times(challenge, times(scalar, BASE))
    assert not verify(public, b"head", neutral + response.to_bytes(32, "little"))


def decoded(data: bytes) -> tuple[int, ...] | None:
    work = ed25519._decoding(data)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def test_one_spelling_of_a_member_is_taken() -> None:
    """No y from P on, though some are on the curve modulo P; and no odd x where x is 0."""
    for number in (y | odd << 255 for y in range(P, 2**255) for odd in (0, 1)):
        assert decoded(number.to_bytes(32, "little")) is None
    for y in (1, P - 1):
        assert decoded(y.to_bytes(32, "little")) == (0, y, 1, 0)
        assert decoded((y | 1 << 255).to_bytes(32, "little")) is None
    assert decoded(encoded(BASE)) == (*BASE, 1, BASE[0] * BASE[1] % P)


def test_a_zero_moved_over_the_border_of_key_message_or_signature_is_refused() -> None:
    public, signature = ed25519.public_key(SEED), sign(SEED, b"\0head")
    assert not verify(public + b"\0", b"head", signature)
    assert not verify(public, b"\0head", signature + b"\0")
    number = next(n for n in range(999) if sign(SEED, bytes([n & 255, n >> 8]))[63] == 0)
    message = bytes([number & 255, number >> 8])
    assert not verify(public, message, sign(SEED, message)[:63])


def test_the_equation_is_the_one_without_the_cofactor() -> None:
    """With a key of mixed order the two equations differ: ours holds only where k is a multiple of 8."""
    scalar, prefix = secret(SEED)
    crooked = added(times(scalar, BASE), of_small_order()[1])
    public = encoded(crooked)
    answers = []
    for number in range(40):
        message = bytes([number])
        nonce = reduced(prefix, message)
        commitment = encoded(times(nonce, BASE))
        challenge = reduced(commitment, public, message)
        response = (nonce + challenge * scalar) % L
        answers.append(challenge % 8 == 0)
        assert verify(public, message, commitment + response.to_bytes(32, "little")) == answers[-1]
    assert True in answers
    assert False in answers
