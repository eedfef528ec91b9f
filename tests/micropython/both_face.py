"""Face module protocol on both interpreters: every outcome, a bad line, then random damage.

Run as `micropython FILE` and `python FILE` with the repository as the search path. Every line
printed must be the same on both; a line that begins with BAD is a wrong value.
"""

from firmware.terminal.identity import face_commands as face
from firmware.terminal.identity.face import FaceModule
from firmware.terminal.identity.face_commands import frame

NAME = b"T1234567890123456"


def reply(command, result, data=b""):
    return frame(face.REPLY, bytes((command, result)) + data)


def matched(face_id=258, name=NAME):
    name = name + bytes(32 - len(name))
    return reply(face.VERIFY, 0, bytes((face_id >> 8, face_id & 255)) + name + b"\x00\x01")


def face_state(state, little=False):
    state = bytes((state, 0)) if little else bytes((0, state))
    return frame(face.NOTE, b"\x01" + state + bytes(14))


READY = frame(face.NOTE, b"\x00")
WRONG_XOR = matched()[:-1] + b"\x00"
MATCH = (face.MATCH, 258, NAME)


def ask(data, step=0, now_ms=100, module=None):
    """The answer to one verification after these bytes, fed in steps of so many."""
    if module is None:
        module = FaceModule(lambda sent: None)
    module.verify(8, 0)
    step = step or len(data) or 1
    for start in range(0, len(data), step):
        piece = data[start : start + step]
        module.feed(bytearray(piece), len(piece))
    answer = module.poll(now_ms)
    return None if answer is None else tuple(answer)[:3]


def check(name, got, want):
    print("ok" if got == want else "BAD", name, got, "" if got == want else want)


def frames():
    check("verify", frame(face.VERIFY, b"\x00\x08").hex(), "efaa120002000818")
    check("status", frame(face.GET_STATUS).hex(), "efaa11000011")
    for name, want in (
        ("delete_one", "efaa200002010221"),
        ("user", "efaa220002010223"),
        ("delete_all", "efaa21000021"),
        ("status", "efaa11000011"),
        ("version", "efaa30000030"),
    ):
        sent = []
        module = FaceModule(sent.append)
        getattr(module, name)(*((258, 0) if name in ("delete_one", "user") else (0,)))
        check(name, (sent[0].hex(), module.pending), (want, True))
    enroll = frame(face.ENROLL, face.enroll_data(NAME, 10))
    check("enroll", (len(enroll), enroll[:6].hex(), enroll[-3:-1].hex()), (41, "efaa13002300", "000a"))
    for name, build in (
        ("name too long", lambda: face.enroll_data(bytes(32), 10)),
        ("time-out 0", lambda: face.enroll_data(b"", 0)),
        ("time-out 256", lambda: FaceModule(print).verify(256, 0)),
        ("face id", lambda: face.id_data(65535)),
    ):
        try:
            check(name, build(), "ValueError")
        except ValueError as error:
            print("ok", error)


def outcomes():
    nothing = 65535, b""
    check("match", ask(matched()), MATCH)
    check("name trimmed", ask(matched(7, b" I12 \x00junk")), (face.MATCH, 7, b"I12"))
    check("name of 32 bytes", ask(matched(7, b"N" * 32)), (face.MATCH, 7, b"N" * 32))
    without_flags = frame(face.REPLY, matched()[5:-3])
    check("match without flags", ask(without_flags), MATCH)
    other = {8: face.UNKNOWN_FACE, 9: face.FULL, 10: face.ENROLLED, 12: face.LIVENESS, 13: face.TIMEOUT}
    for result in range(1, 20):
        check(f"result {result}", ask(reply(face.VERIFY, result)), (other.get(result, face.FAULT),) + nothing)
    check("success without a name", ask(reply(face.VERIFY, 0, b"\x00\x01T12")), (face.FAULT,) + nothing)
    for little in (False, True):
        check("no face", ask(face_state(1, little) + reply(face.VERIFY, 13)), (face.NO_FACE,) + nothing)
    seen = face_state(1) + face_state(0) + reply(face.VERIFY, 13)
    check("a face in the end", ask(seen), (face.TIMEOUT,) + nothing)
    check("not yet", ask(b"", 0, 9999), None)
    check("silence", ask(b"", 0, 10000), (face.FAULT,) + nothing)
    check("only notes", ask(face_state(0), 0, 10000), (face.FAULT,) + nothing)
    check("first reply counts", ask(matched() + reply(face.VERIFY, 8)), MATCH)


def bad_line():
    for step in (0, 1, 3, 17):
        check(f"cut in {step}", ask(face_state(1) + matched(), step), MATCH)
    check("wrong XOR", ask(WRONG_XOR), None)
    check("wrong XOR, then right", ask(WRONG_XOR + matched()), MATCH)
    check("wrong XOR to the end", ask(WRONG_XOR, 0, 10000), (face.FAULT, 65535, b""))
    check("oversize", ask(b"\xef\xaa\x00\xff\xff" + matched()), MATCH)
    check("garbage", ask(b"\xef\xef\xaa\xaa\x00\xef" + matched() + b"\xef"), MATCH)
    check("half frame", ask(matched()[:20] + matched() + READY), MATCH)
    start = b"\xef\xaa\x00\x00\x28"
    check("match behind a false start", ask(start + matched()), MATCH)
    hidden = start + reply(face.VERIFY, 12)
    found = (face.LIVENESS, 65535, b"")
    check("short reply behind a false start", (ask(hidden), ask(hidden, 0, 10000)), (None, found))
    check("other commands", ask(reply(face.ENROLL, 0, b"\x00\x01\x01") + reply(face.RESET, 0)), None)
    check("another message id", ask(frame(face.VERIFY, matched()[5:-1])), None)
    check("empty frames", ask(frame(0) + frame(1) + frame(0, b"\x12") + frame(1, b"\x01") + matched()), MATCH)


def conversation():
    sent = []
    module = FaceModule(sent.append)
    module.feed(matched() + matched()[:10], 54)
    check("not asked", module.poll(0), None)
    module.status(0)
    module.feed(reply(face.GET_STATUS, 0, b"\x01"), 9)
    check("status", (module.poll(1)[0], module.module_status, len(sent)), (face.MATCH, 1, 1))
    check("asked", (module.verify(8, 0), module.verify(8, 0), len(sent)), (True, False, 2))
    module.reset()
    check("reset", (module.poll(99999), sent[-1].hex()), (None, "efaa10000010"))
    check("answered once", (ask(matched(), module=module), module.poll(99999)), (MATCH, None))
    check("silence", ask(b"", 0, 10000, module), (face.FAULT, 65535, b""))
    check("reset after silence", sent[-1].hex(), "efaa10000010")
    module.feed(matched(), len(matched()))
    check("too late", module.poll(110000), None)
    module = FaceModule(sent.append)
    module.verify(8, (1 << 30) - 1000)
    check("ticks wrap", (module.poll(8999), module.poll(9000)[0]), (None, face.FAULT))
    module = FaceModule(sent.append)
    ask(WRONG_XOR + b"\xef\xaa\x00\xff\xff" + matched(), module=module)
    check("bad frames", module.bad_frames, 2)


def after_a_reset():
    """What is asked waits for the reset's own reply, so that "aborted" is no answer to it."""
    sent = []
    module = FaceModule(sent.append)
    module.verify(8, 0)
    module.reset(100)
    module.verify(8, 200)
    check("held", (len(sent), sent[-1].hex()), (2, "efaa10000010"))
    feed(module, reply(face.VERIFY, 2))
    check("the old one's end", module.poll(300), None)
    feed(module, reply(face.RESET, 0))
    check("sent", (len(sent), sent[-1].hex()), (3, "efaa120002000818"))
    feed(module, matched())
    check("its own answer", tuple(module.poll(400))[:3], MATCH)
    module.reset(500)
    module.verify(8, 600)
    check("no reply to the reset", (module.poll(1499), len(sent)), (None, 4))
    check("sent all the same", (module.poll(1500), len(sent)), (None, 5))
    feed(module, matched())
    check("then answered", tuple(module.poll(1600))[:3], MATCH)


def starts_anew():
    """READY in mid-command: the module lost its power, nothing will come."""
    sent = []
    module = FaceModule(sent.append)
    for name, asked in (
        ("verify", lambda: module.verify(8, 0)),
        ("enroll", lambda: module.enroll(NAME, 20, 0)),
        ("delete", lambda: module.delete_one(7, 0)),
    ):
        asked()
        feed(module, READY)
        check(name + " ended", (module.poll(1)[0], module.pending), (face.FAULT, False))
    check("restarts", module.restarts, 3)
    module.verify(8, 0)
    feed(module, matched() + READY)
    check("answered before", tuple(module.poll(1))[:3], MATCH)
    module.reset(0)
    module.verify(8, 1)
    feed(module, READY)
    check("started by the reset", (len(sent), module.poll(2)), (6, None))


def other_commands():
    module = FaceModule(lambda sent: None)
    module.enroll(NAME, 20, 0, direction=face.LEFT, single=False)
    feed(module, matched() + reply(face.DELETE_ONE, 0) + reply(face.ENROLL_SINGLE, 0, b"\x00\x09\x01"))
    check("replies to others", module.poll(1), None)
    feed(module, reply(face.ENROLL, 0, b"\x00\x07\x05"))
    check("enrolled", tuple(module.poll(1)), (face.MATCH, 7, b"", face.ENROLL, 5))
    for result, outcome in ((9, face.FULL), (10, face.ENROLLED), (13, face.TIMEOUT), (1, face.FAULT)):
        module.enroll(NAME, 20, 0)
        feed(module, reply(face.ENROLL_SINGLE, result))
        check("enrolment %d" % result, module.poll(1)[0], outcome)
    module.enroll(NAME, 20, 0)
    feed(module, reply(face.ENROLL_SINGLE, 0, b"\x00\x07"))
    check("too short", module.poll(1)[0], face.FAULT)
    module.enroll(NAME, 20, 0)
    check("limit of enrolment", (module.poll(21999), module.poll(22000)[0]), (None, face.FAULT))
    module.poll(30000)
    for name, limit_ms in (("delete_all", 3000), ("status", 1000), ("version", 1000)):
        getattr(module, name)(0)
        check("limit of " + name, (module.poll(limit_ms - 1), module.poll(limit_ms)[0]), (None, face.FAULT))
        feed(module, reply(face.RESET, 0))
    module.user(7, 0)
    feed(module, reply(face.GET_USER, 0, b"\x00\x07" + NAME + bytes(15) + b"\x00"))
    check("user", tuple(module.poll(1))[:3], (face.MATCH, 7, NAME))
    module.user(8, 0)
    feed(module, reply(face.GET_USER, 8))
    check("no such user", module.poll(1)[0], face.UNKNOWN_FACE)
    module.version(0)
    feed(module, reply(face.GET_VERSION, 0, b"FM225 V1.2" + bytes(22)))
    check("version", tuple(module.poll(1))[:3], (face.MATCH, face.NO_ID, b"FM225 V1.2"))
    module.verify(8, 0)
    feed(module, face_state(face.STATE_FAR))
    check("too far", module.face_state, 6)
    module.status(0)
    feed(module, reply(face.GET_STATUS, 0, b"\x00"))
    check("status in between", (module.module_status, module.pending), (0, True))


def feed(module, data):
    module.feed(data, len(data))


def random_lines():
    """Garbage without 0xEF around and damage inside: an answer is the right one or none."""
    seed = 122
    matches = 0
    for _ in range(600):
        data = bytearray(face_state(7) + face_state(0) + matched())
        for _ in range(2):
            seed = (seed * 1103 + 12345) % 1000003
            at = seed % len(data)
            if seed // 7 % 2:
                data[at] = seed // 31 % 256
            else:
                data = data[:at] + bytearray((0xEF, 0xAA, seed % 256, 0, seed // 31 % 256)) + data[at:]
        data = bytes(data) + matched()
        answer = ask(data, 1 + seed % 20, 10000)
        if answer == MATCH:
            matches += 1
        else:
            print("BAD answer", answer, data)
    print("ok" if matches == 600 else "BAD", "random lines", matches, seed)


for part in (
    frames,
    outcomes,
    bad_line,
    conversation,
    after_a_reset,
    starts_anew,
    other_commands,
    random_lines,
):
    part()
