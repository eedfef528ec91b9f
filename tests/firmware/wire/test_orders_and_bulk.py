"""Orders, photo chunks, wants and pieces: what is sealed opens; any changed bit is a DecodeError."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.wire import bulk, orders
from firmware.wire.errors import DecodeError, EncodeError

KEY = bytes(range(32))
NUMBERS = st.integers(1, 10**16 - 1)
U32 = st.integers(0, 2**32 - 1)
DIGESTS = st.binary(min_size=32, max_size=32)
IMAGES = st.binary(min_size=8, max_size=8)
DATA = st.binary(min_size=1, max_size=bulk.DATA_MAX)


def refuses_changes(open_it: Callable[[bytes, bytes], Any], payload: bytes, data: st.DataObject) -> None:
    changed = bytearray(payload)
    changed[data.draw(st.integers(0, len(payload) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    cut = payload[: data.draw(st.integers(0, len(payload) - 1))]
    for wrong in (bytes(changed), cut, payload + b"\0"):
        with pytest.raises(DecodeError):
            open_it(wrong, KEY)
    with pytest.raises(DecodeError):
        open_it(payload, bytes(32))


@given(
    NUMBERS,
    st.integers(1, 2**32 - 1),
    U32,
    st.integers(0, 255),
    st.binary(max_size=orders.BODY_MAX),
    st.data(),
)
def test_orders_round_trip(
    terminal: int, order: int, until_utc_s: int, code: int, body: bytes, data: st.DataObject
) -> None:
    payload = orders.encode(terminal, order, until_utc_s, code, body, KEY)
    assert len(payload) <= 2048
    assert orders.open_order(payload, KEY) == (terminal, order, until_utc_s, code, body)
    refuses_changes(orders.open_order, payload, data)


@given(NUMBERS, DIGESTS, DATA, st.integers(0, bulk.PHOTO_MAX), st.data())
def test_photo_chunks_round_trip(
    terminal: int, photo: bytes, piece: bytes, offset: int, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, bulk.PHOTO_MAX))
    if offset + len(piece) > size:
        with pytest.raises(EncodeError):
            bulk.encode_chunk(terminal, photo, size, offset, piece, KEY)
        return
    payload = bulk.encode_chunk(terminal, photo, size, offset, piece, KEY)
    assert bulk.open_chunk(payload, KEY) == (terminal, photo, size, offset, piece)
    refuses_changes(bulk.open_chunk, payload, data)


@given(NUMBERS, DIGESTS, st.integers(0, bulk.PHOTO_MAX), st.integers(0, 2), st.data())
def test_photo_receipts_round_trip(
    terminal: int, photo: bytes, at: int, state: int, data: st.DataObject
) -> None:
    payload = bulk.encode_photo_receipt(terminal, photo, at, state, KEY)
    assert bulk.open_photo_receipt(payload, KEY) == (terminal, photo, at, state)
    refuses_changes(bulk.open_photo_receipt, payload, data)


@given(NUMBERS, IMAGES, U32, DATA, st.data())
def test_wants_and_pieces_round_trip(
    terminal: int, image: bytes, offset: int, piece: bytes, data: st.DataObject
) -> None:
    want = bulk.encode_want(terminal, image, offset, KEY)
    assert bulk.open_want(want, KEY) == (terminal, image, offset)
    refuses_changes(bulk.open_want, want, data)
    payload = bulk.encode_piece(terminal, image, offset, piece, KEY)
    assert bulk.open_piece(payload, KEY) == (terminal, image, offset, piece)
    refuses_changes(bulk.open_piece, payload, data)


@settings(max_examples=120)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_decode_error(data: bytes) -> None:
    openers = (bulk.open_chunk, bulk.open_want, bulk.open_photo_receipt, bulk.open_piece, orders.open_order)
    for open_it in openers:
        with pytest.raises(DecodeError):
            open_it(data, KEY)
