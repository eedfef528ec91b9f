"""The simulated face module against frames written here by hand and against the terminal's own reader."""

from hypothesis import given
from hypothesis import strategies as st

from firmware.terminal import face_commands as terminal_face
from firmware.terminal.face import FaceAnswer
from firmware.terminal.face import FaceModule as TerminalReader
from simulators import face_frames as fm
from simulators.face_module import NOBODY, PHOTO, STRANGER, TOO_FAR, FaceModule

ANNA, BORIS = "T2301400000000001", "I2301300000000001"


def module(seen: str, enrolled: list[str] | None = None, seed: int = 1) -> FaceModule:
    found = FaceModule(lambda utc_s, role: seen, [ANNA, BORIS] if enrolled is None else enrolled, seed)
    found.due(1.0)
    return found


def ask(unit: FaceModule, data: bytes, at_s: int = 100, until_s: float = 130.0) -> list[tuple[int, bytes]]:
    unit.receive(data, at_s, "T")
    return fm.Frames().feed(unit.due(until_s))


def terminal_answer(seen: str) -> FaceAnswer:
    """What the terminal makes of it: second by second, as in the car."""
    unit = module(seen)
    written: list[bytes] = []
    reader = TerminalReader(written.append)
    assert reader.verify(8, 0)
    unit.receive(b"".join(written), 100, "T")
    for second in range(12):
        data = unit.due(100 + second)
        reader.feed(data, len(data))
        answer = reader.poll(second * 1000)
        if answer is not None:
            return answer
    raise AssertionError("no answer in 12 s")


def test_a_known_frame_byte_for_byte() -> None:
    assert fm.frame(fm.VERIFY, b"\x00\x08") == bytes.fromhex("efaa 12 0002 0008 18")
    assert fm.reply(fm.VERIFY, 13) == bytes.fromhex("efaa 00 0002 120d 1d")


def test_ready_is_said_once_after_power_up() -> None:
    unit = FaceModule(lambda utc_s, role: ANNA, [], 1, powered_s=50.0)
    assert unit.due(50.3) == b""
    assert fm.Frames().feed(unit.due(51.0)) == [(fm.NOTE, b"\x00")]
    assert unit.due(52.0) == b""


def test_the_terminal_keeps_the_outcomes_apart() -> None:
    assert terminal_answer(ANNA)[:3] == (terminal_face.MATCH, 1, ANNA.encode())
    assert terminal_answer(BORIS)[:3] == (terminal_face.MATCH, 2, BORIS.encode())
    assert terminal_answer(STRANGER).outcome == terminal_face.UNKNOWN_FACE
    assert terminal_answer(PHOTO).outcome == terminal_face.LIVENESS
    assert terminal_answer(NOBODY).outcome == terminal_face.NO_FACE
    assert terminal_answer(TOO_FAR).outcome == terminal_face.TIMEOUT


def test_a_match_names_the_face_and_takes_about_a_second() -> None:
    unit = module(ANNA)
    unit.receive(fm.frame(fm.VERIFY, b"\x00\x08"), 100, "T")
    assert all(message == fm.NOTE for message, _ in fm.Frames().feed(unit.due(100.6)))
    (answer,) = [data for message, data in fm.Frames().feed(unit.due(102.0)) if message == fm.REPLY]
    assert answer == bytes([fm.VERIFY, fm.SUCCESS, 0, 1]) + ANNA.encode().ljust(32, b"\0") + b"\0\0"
    assert [(e.asked_s, e.role, e.seen, e.result) for e in unit.events] == [(100, "T", ANNA, fm.SUCCESS)]


def test_enroll_then_verify_then_delete() -> None:
    unit = module("somebody new", [])
    new = b"T2301400000000099"
    enroll = fm.frame(fm.ENROLL, b"\x00" + new.ljust(32, b"\0") + b"\x00\x0a")
    assert ask(unit, enroll)[-1] == (fm.REPLY, bytes([fm.ENROLL, fm.SUCCESS, 0, 1, 0]))
    assert unit.faces == {new.decode(): 1}
    assert ask(unit, fm.frame(fm.DELETE_ONE, b"\x00\x07"), 140, 150)[-1][1] == bytes(
        [fm.DELETE_ONE, fm.UNKNOWN_FACE]
    )
    assert ask(unit, fm.frame(fm.DELETE_ONE, b"\x00\x01"), 150, 160)[-1][1] == bytes(
        [fm.DELETE_ONE, fm.SUCCESS]
    )
    assert unit.faces == {}


def test_enroll_refusals() -> None:
    enroll = fm.frame(fm.ENROLL, b"\x00" + ANNA.encode().ljust(32, b"\0") + b"\x00\x05")
    assert ask(module(ANNA), enroll)[-1][1] == bytes([fm.ENROLL, fm.ALREADY_ENROLLED])
    assert ask(module(NOBODY, []), enroll)[-1][1] == bytes([fm.ENROLL, fm.TIMEOUT])
    full = FaceModule(lambda utc_s, role: "x", [BORIS], 1, capacity=1)
    assert ask(full, enroll)[-1][1] == bytes([fm.ENROLL, fm.FULL])


def test_delete_all_and_status() -> None:
    unit = module(ANNA)
    assert ask(unit, fm.frame(fm.GET_STATUS))[-1][1] == bytes([fm.GET_STATUS, 0, 0])
    assert ask(unit, fm.frame(fm.DELETE_ALL), 131, 140)[-1][1] == bytes([fm.DELETE_ALL, 0])
    assert ask(unit, fm.frame(fm.VERIFY, b"\x00\x08"), 141, 160)[-1][1] == bytes([fm.VERIFY, fm.UNKNOWN_FACE])


def test_busy_then_reset_aborts() -> None:
    unit = module(NOBODY)
    unit.receive(fm.frame(fm.VERIFY, b"\x00\x08"), 100, "T")
    assert ask(unit, fm.frame(fm.GET_STATUS), 101, 101)[-1][1] == bytes([fm.GET_STATUS, 0, 1])
    assert ask(unit, fm.frame(fm.VERIFY, b"\x00\x08"), 102, 102)[-1][1] == bytes([fm.VERIFY, fm.REJECTED])
    unit.receive(fm.frame(fm.RESET), 103, "T")
    assert [data for _, data in fm.Frames().feed(unit.due(103))] == [
        bytes([fm.VERIFY, fm.ABORTED]),
        bytes([fm.RESET, fm.SUCCESS]),
    ]
    assert unit.due(120) == b""


@given(
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=60)), max_size=6), st.lists(st.integers(1, 9))
)
def test_frames_cut_anywhere_come_out_whole(sent: list[tuple[int, bytes]], cuts: list[int]) -> None:
    line = b"".join(fm.frame(message, data) for message, data in sent)
    reader, found, at = fm.Frames(), [], 0
    for cut in cuts:
        found += reader.feed(line[at : at + cut])
        at += cut
    assert found + reader.feed(line[at:]) == sent
    assert reader.bad == 0


@given(st.lists(st.binary(max_size=80)))
def test_garbage_never_stops_the_module(chunks: list[bytes]) -> None:
    unit = module(ANNA)
    for second, chunk in enumerate(chunks):
        unit.receive(chunk, 100 + second, "T")
    # A claimed frame may have swallowed what followed; zeros and a reset bring the line back.
    unit.receive(b"\x00" * 600, 900, "T")
    unit.receive(fm.frame(fm.RESET), 901, "T")
    unit.receive(fm.frame(fm.RESET), 902, "T")
    assert bytes([fm.RESET, fm.SUCCESS]) in [data for _, data in fm.Frames().feed(unit.due(2000))]


@given(st.binary(max_size=40).filter(lambda noise: b"\xef" not in noise))
def test_noise_before_a_frame_is_skipped(noise: bytes) -> None:
    assert fm.Frames().feed(noise + fm.frame(0x11)) == [(0x11, b"")]


def test_a_wrong_checksum_is_dropped_and_counted() -> None:
    reader = fm.Frames()
    spoilt = bytearray(fm.frame(fm.VERIFY, b"\x00\x08"))
    spoilt[-1] ^= 1
    assert reader.feed(bytes(spoilt) + fm.frame(fm.GET_STATUS)) == [(fm.GET_STATUS, b"")]
    assert reader.bad == 1
