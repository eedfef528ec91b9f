"""Frames of the depot's cable: found whatever lies between them, however the bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import cable
from firmware.wire.errors import EncodeError

FRAMES = st.lists(st.tuples(st.integers(1, 255), st.binary(max_size=200)), max_size=6)
# Any bytes without the sync's first: such noise cannot hide the frame behind it.
QUIET = st.binary(max_size=40).map(lambda data: data.replace(bytes([cable.SYNC_0]), b"-"))


def read(data: bytes, cuts: list[int], size: int = cable.FRAME_MAX) -> list[tuple[int, bytes]]:
    """What a reader finds when the bytes come in pieces of these sizes."""
    reader = cable.FrameReader(size)
    found = []
    at = 0
    turn = 0
    while True:
        taken = reader.take()
        if taken is not None:
            found.append(taken)
            continue
        if at == len(data):
            return found
        room = reader.room()
        piece = data[at : at + min(len(room), cuts[turn % len(cuts)])]
        room[: len(piece)] = piece
        reader.grew(len(piece))
        at += len(piece)
        turn += 1


@given(FRAMES, st.lists(QUIET, min_size=7, max_size=7), st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_every_frame_is_found_among_quiet_noise(
    frames: list[tuple[int, bytes]], noise: list[bytes], cuts: list[int]
) -> None:
    line = noise[0] + b"".join(
        cable.frame(kind, payload) + noise[i + 1] for i, (kind, payload) in enumerate(frames)
    )
    assert read(line, cuts) == frames


@given(FRAMES, st.binary(max_size=60), st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_any_noise_hides_nothing_for_long(
    frames: list[tuple[int, bytes]], noise: bytes, cuts: list[int]
) -> None:
    # A chance sync may promise a long frame; once that many bytes have come, all behind it is found.
    line = noise + b"".join(cable.frame(*one) for one in frames) + bytes(cable.FRAME_MAX)
    assert read(line, cuts)[-len(frames) :] == frames or not frames


@given(st.binary(max_size=100), st.data())
def test_a_damaged_frame_is_not_taken(payload: bytes, data: st.DataObject) -> None:
    good = cable.frame(cable.UP, payload)
    at = data.draw(st.integers(0, len(good) - 1))
    bit = data.draw(st.integers(0, 7))
    bad = bytearray(good)
    bad[at] ^= 1 << bit
    after = cable.frame(cable.STATE, b"0123456789")
    assert read(bytes(bad) + after + bytes(cable.FRAME_MAX), [64]) == [(cable.STATE, b"0123456789")]


def test_a_small_reader_skips_what_it_cannot_hold() -> None:
    line = cable.frame(cable.DOWN, bytes(500)) + cable.frame(cable.ASK, b"0123456789")
    assert read(line, [7], size=64) == [(cable.ASK, b"0123456789")]


def test_what_is_too_long_is_refused() -> None:
    assert len(cable.frame(1, bytes(cable.PAYLOAD_MAX))) == cable.FRAME_MAX
    with pytest.raises(EncodeError):
        cable.frame(1, bytes(cable.PAYLOAD_MAX + 1))
