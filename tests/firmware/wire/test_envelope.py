"""Envelopes and receipts: what is sealed opens; the rest is a DecodeError or a seal that fails."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.wire import envelope, topics
from firmware.wire.errors import DecodeError, EncodeError
from firmware.wire.seal import hmac_sha256

KEY = bytes(range(32))
RECORDS = st.lists(st.binary(min_size=58, max_size=200), min_size=1, max_size=8)


@given(st.integers(1, 10**16 - 1), RECORDS, st.binary(min_size=32, max_size=32))
def test_what_is_sealed_opens(terminal: int, records: list[bytes], key: bytes) -> None:
    payload = envelope.seal(terminal, records, key)
    assert envelope.parse(payload) == (terminal, records, payload[-32:])
    assert envelope.verify(payload, key)
    assert not envelope.verify(payload, bytes(b ^ 1 for b in key))


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_the_seal_is_hmac_sha256(key: bytes, data: bytes) -> None:
    assert hmac_sha256(key, data[:7], data[7:]) == hmac.new(key, data, hashlib.sha256).digest()


@settings(max_examples=120)
@given(st.binary(max_size=2100))
def test_any_bytes_parse_or_give_a_decode_error(data: bytes) -> None:
    for read in (envelope.parse, lambda payload: envelope.open_receipt(payload, KEY)):
        try:
            read(data)
        except DecodeError:
            pass


@settings(max_examples=120)
@given(RECORDS, st.data())
def test_one_flipped_bit_breaks_the_seal_or_the_frame(records: list[bytes], data: st.DataObject) -> None:
    payload = bytearray(envelope.seal(5, records, KEY))
    payload[data.draw(st.integers(0, len(payload) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        envelope.parse(bytes(payload))
    except DecodeError:
        return
    assert not envelope.verify(bytes(payload), KEY)


@pytest.mark.parametrize(
    ("terminal", "records"),
    [
        (0, [bytes(58)]),
        (10**16, [bytes(58)]),
        (1, []),
        (1, [bytes(58)] * 33),
        (1, [bytes(57)]),
        (1, [bytes(597)]),
        (1, [bytes(593)] * 4),
    ],
)
def test_what_cannot_be_an_envelope_is_refused(terminal: int, records: list[bytes]) -> None:
    with pytest.raises(EncodeError):
        envelope.seal(terminal, records, KEY)


SEQS = st.integers(1, 2**32 - 1)
DIGESTS = st.binary(min_size=32, max_size=32)
RANGES = st.lists(st.tuples(SEQS, SEQS, DIGESTS).filter(lambda r: r[0] <= r[1]), max_size=8)


@given(
    st.integers(1, 10**16 - 1),
    st.integers(0, 2**32 - 1),
    DIGESTS,
    st.integers(0, 2**32 - 1),
    RANGES,
    st.data(),
)
def test_receipts_round_trip_and_need_the_key(
    terminal: int,
    through: int,
    head: bytes,
    utc_s: int,
    ranges: list[tuple[int, int, bytes]],
    data: st.DataObject,
) -> None:
    payload = envelope.encode_receipt(terminal, through, head, KEY, utc_s, ranges)
    assert envelope.kind_of(payload) == envelope.RECEIPT
    assert envelope.open_receipt(payload, KEY) == (terminal, through, head, utc_s, ranges)
    with pytest.raises(DecodeError, match="seal"):
        envelope.open_receipt(payload, bytes(32))
    changed = bytearray(payload)
    changed[data.draw(st.integers(0, len(payload) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DecodeError):
        envelope.open_receipt(bytes(changed), KEY)


def test_a_receipt_holds_eight_ranges_at_most() -> None:
    ranges = [(2, 1, bytes(32))], [(1, 1, bytes(32))] * 9, [(0, 1, bytes(32))], [(1, 2, bytes(31))]
    for wrong in ranges:
        with pytest.raises(EncodeError):
            envelope.encode_receipt(1, 1, bytes(32), KEY, 0, wrong)


@given(st.integers(1, 10**16 - 1))
def test_topics_name_their_terminal(terminal: int) -> None:
    for topic in (topics.up(terminal), topics.bulk(terminal), topics.down(terminal)):
        assert topics.terminal_of(topic) == terminal


@given(st.text(max_size=40))
def test_other_topics_are_refused(tail: str) -> None:
    topic = topics.UP_PREFIX + tail
    try:
        assert topics.up(topics.terminal_of(topic)) == topic
    except DecodeError:
        pass
