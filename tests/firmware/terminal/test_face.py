"""FM22x frames by Hypothesis: any bytes, any cuts; the answer is the module's or none."""

import functools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firmware.terminal.identity import face_commands as face
from firmware.terminal.identity.face import FaceAnswer, FaceModule
from firmware.terminal.identity.face_commands import frame

GRACE_OVER_MS = 8000 + face.GRACE_MS
CUTS = st.lists(st.integers(1, 90), min_size=1, max_size=40)


def feed(module: FaceModule, data: bytes, cuts: list[int]) -> None:
    at = turn = 0
    while at < len(data):
        size = min(cuts[turn % len(cuts)], len(data) - at)
        # A read buffer is longer than what was read: the rest must not count.
        module.feed(bytearray(data[at : at + size] + b"\xef\xaa\x00"), size)
        at += size
        turn += 1


def ask(data: bytes, cuts: list[int], now_ms: int = 0) -> FaceAnswer | None:
    module = FaceModule(lambda sent: None)
    assert module.verify(8, 0)
    feed(module, data, cuts)
    return module.poll(now_ms)


def verify_reply(result: int, face_id: int = 0, name: bytes = b"") -> bytes:
    head = bytes((face.VERIFY, result))
    if result:
        return frame(face.REPLY, head)
    return frame(face.REPLY, head + face_id.to_bytes(2, "big") + name.ljust(32, b"\0") + b"\0\0")


names = st.text("IT0123456789", min_size=1, max_size=32).map(str.encode)
other_frames = st.one_of(
    # READY would end the command.
    st.binary(max_size=17).filter(lambda data: data[:1] != b"\x00").map(lambda data: frame(face.NOTE, data)),
    st.binary(max_size=38).filter(lambda data: data[:1] != b"\x12").map(lambda data: frame(face.REPLY, data)),
    st.binary(max_size=38).map(lambda data: frame(face.VERIFY, data)),
)
garbage = st.binary(max_size=20).map(lambda data: data.replace(b"\xef", b"\xee"))


@given(st.binary(max_size=400), CUTS)
@example(b"\xef\xaa\xef\xaa\x00\x00\x00\x00", [1])
def test_any_bytes_in_any_pieces_never_raise_and_always_end(data: bytes, cuts: list[int]) -> None:
    whole = ask(data, [len(data) or 1])
    assert ask(data, cuts) == whole
    assert ask(data, cuts, GRACE_OVER_MS) is not None


@given(st.lists(st.one_of(other_frames, garbage), max_size=6), st.integers(0, 65534), names, CUTS)
def test_a_match_is_found_behind_notes_other_replies_and_garbage(
    before: list[bytes], face_id: int, name: bytes, cuts: list[int]
) -> None:
    answer = ask(b"".join(before) + verify_reply(0, face_id, name), cuts)
    assert answer == FaceAnswer(face.MATCH, face_id, name, face.VERIFY, 0)


@given(names, st.integers(0, 49), st.integers(1, 255), CUTS)
def test_one_damaged_byte_never_gives_another_name(name: bytes, at: int, flip: int, cuts: list[int]) -> None:
    data = bytearray(verify_reply(0, 7, name))
    if at < len(data):
        data[at] ^= flip
    answer = ask(bytes(data), cuts, GRACE_OVER_MS)
    right = FaceAnswer(face.MATCH, 7, name, face.VERIFY, 0)
    assert (
        answer == right
        if at >= len(data)
        else answer == FaceAnswer(face.FAULT, face.NO_ID, b"", face.VERIFY, 0)
    )


orders = st.sampled_from(("big", "little"))


@given(st.one_of(st.integers(1, 255), st.just(13)), st.lists(st.integers(0, 3), max_size=4), orders, CUTS)
def test_results_and_the_last_face_state(result: int, states: list[int], order: str, cuts: list[int]) -> None:
    notes = [frame(face.NOTE, b"\x01" + state.to_bytes(2, order) + bytes(14)) for state in states]
    answer = ask(b"".join(notes) + verify_reply(result), cuts)
    if result == 13:
        outcome = face.NO_FACE if states[-1:] == [1] else face.TIMEOUT
    else:
        named = {8: face.UNKNOWN_FACE, 9: face.FULL, 10: face.ENROLLED, 12: face.LIVENESS}
        outcome = named.get(result, face.FAULT)
    assert answer == FaceAnswer(outcome, face.NO_ID, b"", face.VERIFY, 0)


@given(st.integers(0, 255), st.binary(max_size=300))
def test_a_frame_is_its_parts_and_their_xor(message: int, data: bytes) -> None:
    made = frame(message, data)
    assert made[:2] == b"\xef\xaa"
    assert made[2:5] == bytes((message,)) + len(data).to_bytes(2, "big")
    assert made[5:-1] == data
    assert functools.reduce(lambda a, b: a ^ b, made[2:]) == 0


@pytest.mark.parametrize("timeout_s", [0, 256, -1])
def test_a_timeout_out_of_range_sends_nothing(timeout_s: int) -> None:
    sent: list[bytes] = []
    module = FaceModule(sent.append)
    with pytest.raises(ValueError, match="give 1 to 255"):
        module.verify(timeout_s, 0)
    assert (sent, module.pending) == ([], False)
