"""The simulated face module against frames written here by hand and against the terminal's own reader."""

from hypothesis import given
from hypothesis import strategies as st

from firmware.terminal.identity import face_commands as terminal_face
from firmware.terminal.identity.face import FaceAnswer
from firmware.terminal.identity.face import FaceModule as TerminalReader
from firmware.terminal.identity.face_order import FaceOrder
from simulators import face_frames as fm
from simulators.face_module import NOBODY, PHOTO, STRANGER, TOO_FAR, TOO_NEAR, FaceModule

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
    assert terminal_answer(TOO_NEAR).outcome == terminal_face.TIMEOUT


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
    assert ask(unit, enroll)[-1] == (fm.REPLY, bytes([fm.ENROLL, fm.SUCCESS, 0, 1, fm.MIDDLE]))
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


def talk(unit: FaceModule, reader: TerminalReader, lines: list[bytes], at_s: int) -> FaceAnswer:
    """Second by second until the terminal's reader has its answer."""
    for second in range(at_s, at_s + 40):
        sent = b"".join(lines)
        lines.clear()
        unit.receive(sent, second, "T")
        data = unit.due(second)
        reader.feed(data, len(data))
        answer = reader.poll(second * 1000)
        if answer is not None:
            return answer
    raise AssertionError("no answer in 40 s")


def test_five_directions_make_one_face() -> None:
    lines: list[bytes] = []
    unit, reader = module("somebody new", []), TerminalReader(lines.append)
    learnt = []
    for turn, direction in enumerate((1, 2, 4, 8, 16)):
        assert unit.faces == {}
        at_s = 100 + 50 * turn
        reader.enroll(ANNA.encode(), 10, at_s * 1000, direction, single=False)
        learnt.append(talk(unit, reader, lines, at_s).direction)
    assert learnt == [1, 3, 7, 15, 31]
    assert unit.faces == {ANNA: 1}


def test_the_terminal_asks_for_users_and_the_version() -> None:
    lines: list[bytes] = []
    unit, reader = module(ANNA), TerminalReader(lines.append)
    reader.user(2, 100000)
    assert talk(unit, reader, lines, 100)[:3] == (0, 2, BORIS.encode())
    reader.user(3, 110000)
    assert talk(unit, reader, lines, 110).outcome == terminal_face.UNKNOWN_FACE
    reader.version(120000)
    assert talk(unit, reader, lines, 120).name == b"FM225 V1.22"


def test_a_brown_out_in_mid_check_ends_it_at_once() -> None:
    lines: list[bytes] = []
    unit, reader = module(NOBODY), TerminalReader(lines.append)
    reader.verify(8, 100000)
    unit.receive(b"".join(lines), 100, "T")
    unit.lose_power(102)
    data = unit.due(103)
    reader.feed(data, len(data))
    answer = reader.poll(103000)
    assert answer is not None and answer.outcome == terminal_face.FAULT
    assert unit.due(130) == b""


def test_orders_enrol_and_forget_a_person() -> None:
    lines: list[bytes] = []
    unit, reader = module("somebody new", [BORIS]), TerminalReader(lines.append)

    def carry_out(order: FaceOrder, at_s: int) -> tuple[int, int]:
        for second in range(at_s, at_s + 300):
            unit.receive(b"".join(lines), second, "T")
            lines.clear()
            data = unit.due(second)
            reader.feed(data, len(data))
            result: tuple[int, int] | None = order.step(second * 1000)
            if result is not None:
                return result
        raise AssertionError("no end in 300 s")

    order = FaceOrder(reader, 2, int(ANNA[1:]))
    assert order.enroll(100000) and not FaceOrder(reader, 2, 1).enroll(100000)
    assert carry_out(order, 100) == (0, 2) and unit.faces == {BORIS: 1, ANNA: 2}
    order = FaceOrder(reader, 2, int(ANNA[1:]))
    assert order.forget(200000) and carry_out(order, 200) == (0, 2) and unit.faces == {BORIS: 1}
    order = FaceOrder(reader, 2, int(ANNA[1:]))
    assert order.forget(600000) and carry_out(order, 600) == (0, 0) and unit.faces == {BORIS: 1}
