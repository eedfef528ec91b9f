"""HLK-FM22x face module: its UART protocol without the UART.

Frame (115200 8N1): 0xEF 0xAA, message id, size u16, data, XOR of everything between the sync
word and itself; big-endian. A frame that does not fit is skipped byte by byte up to the next
0xEF 0xAA, so that what hides inside it is found. Results: the HLK-FM22x manual's table.
"""

from collections import namedtuple

REPLY = 0x00
NOTE = 0x01
RESET = 0x10
GET_STATUS = 0x11
VERIFY = 0x12
ENROLL = 0x13
DELETE_ONE = 0x20
DELETE_ALL = 0x21

MATCH = 0
UNKNOWN_FACE = 2
LIVENESS = 3
NO_FACE = 4
TIMEOUT = 5
FAULT = 6

NO_ID = 65535
NAME_SIZE = 32

_FACE_STATE = 1
_STATE_NO_FACE = 1
_SUCCESS = 0
_RESULT_TIMEOUT = 13
_OUTCOMES = {8: UNKNOWN_FACE, 12: LIVENESS}
# The longest reply used here has 38 bytes. A false start claims at most this, so that the
# 44 bytes of a match behind it always end the wait.
MAX_DATA = 40
_ROOM = 2 * (MAX_DATA + 6)
# What the module may take beyond its own time-out before it counts as broken.
GRACE_MS = 2000
# MicroPython's ticks wrap at 2**30 on 32-bit ports; a difference below 12 days survives it.
_TICKS_MASK = 0x3FFFFFFF

# outcome  0 match, 2 unknown face, 3 liveness failed, 4 no face, 5 time-out, 6 module fault
# face_id  the module's number of the face on a match, else 65535
# name     bytes on a match, cut at the first NUL and without spaces around it, else b""
FaceAnswer = namedtuple("FaceAnswer", ("outcome", "face_id", "name"))


def frame(message, data=b""):
    """One frame, ready for the line: message id 0..255, data at most 65535 bytes."""
    size = len(data)
    body = bytes((message, size >> 8, size & 255)) + data
    check = 0
    for byte in body:
        check ^= byte
    return b"\xef\xaa" + body + bytes((check,))


def enroll(name, timeout_s, admin=0, direction=0):
    """The ENROLL frame: name at most 31 bytes, timeout_s 1..255, direction 0 middle."""
    if len(name) >= NAME_SIZE:
        raise ValueError("face name: %d bytes, give at most %d" % (len(name), NAME_SIZE - 1))
    padded = name + bytes(NAME_SIZE - len(name))
    return frame(ENROLL, bytes((admin,)) + padded + bytes((direction, _timeout(timeout_s))))


def delete_one(face_id):
    """The frame that deletes one face, by the module's number of it (0..65534)."""
    if not 0 <= face_id < NO_ID:
        raise ValueError("face id %d: give 0 to 65534" % face_id)
    return frame(DELETE_ONE, bytes((face_id >> 8, face_id & 255)))


def delete_all():
    """The frame that deletes every face."""
    return frame(DELETE_ALL)


def _timeout(timeout_s):
    if not 1 <= timeout_s <= 255:
        raise ValueError("face time-out %d s: give 1 to 255" % timeout_s)
    return timeout_s


class FaceModule:
    """One verification at a time: verify(), then feed() what comes and poll() for the answer.

    write(bytes) puts a frame on the line. now_ms is any millisecond count; it may wrap as
    MicroPython's ticks do. module_status is the last GET_STATUS reply (0 idle, 1 busy,
    2 error, 3 invalid), -1 before; bad_frames counts frames too long or with a wrong XOR.
    """

    def __init__(self, write):
        self.module_status = -1
        self.bad_frames = 0
        self.pending = False
        self._write = write
        self._line = bytearray(_ROOM)
        self._have = 0
        self._since_ms = 0
        self._limit_ms = 0
        self._face_state = -1
        self._answer = None

    def verify(self, timeout_s, now_ms):
        """Ask whose face it is; False, and nothing sent, while another answer is awaited.

        Feed what the line holds before: what came earlier is no answer to this question.
        """
        if self.pending:
            return False
        asked = frame(VERIFY, bytes((0, _timeout(timeout_s))))
        self._have = 0
        self._face_state = -1
        self._answer = None
        self._since_ms = now_ms
        self._limit_ms = timeout_s * 1000 + GRACE_MS
        self.pending = True
        self._write(asked)
        return True

    def status(self):
        """Ask for module_status."""
        if not self.pending:
            self._have = 0
        self._write(frame(GET_STATUS))

    def reset(self):
        """Stop whatever the module does; an answer awaited will not come."""
        self.pending = False
        self._answer = None
        self._write(frame(RESET))

    def poll(self, now_ms):
        """The FaceAnswer to verify(), once, or None. Silence beyond the limit is a fault."""
        if not self.pending:
            return None
        if self._answer is None:
            if (now_ms - self._since_ms) & _TICKS_MASK < self._limit_ms:
                return None
            self._search_the_rest()
        answer = self._answer
        if answer is None:
            # The reset makes sure that a late reply is not taken for the next answer.
            self.reset()
            return FaceAnswer(FAULT, NO_ID, b"")
        self.pending = False
        self._answer = None
        return answer

    def feed(self, buffer, n):
        """Take the first n bytes of a bytes-like object, cut anywhere. Never raises for them."""
        view = memoryview(buffer)
        at = 0
        while at < n:
            part = min(_ROOM - self._have, n - at)
            self._line[self._have : self._have + part] = view[at : at + part]
            self._have += part
            at += part
            self._parse(0)

    def _search_the_rest(self):
        """A frame that claims more bytes than come may hide a whole one behind its start."""
        while self._have and self._answer is None:
            self._parse(1)

    def _parse(self, at):
        """Take every whole frame from `at` on; keep what may be the start of another."""
        line = self._line
        have = self._have
        while at < have:
            if line[at] != 0xEF or (at + 1 < have and line[at + 1] != 0xAA):
                at += 1
                continue
            if have - at < 5:
                break
            size = line[at + 3] << 8 | line[at + 4]
            end = at + 5 + size
            if size <= MAX_DATA:
                if end >= have:
                    break
                check = 0
                for i in range(at + 2, end):
                    check ^= line[i]
                if check == line[end]:
                    self._frame(line[at + 2], at + 5, size)
                    at = end + 1
                    continue
            self.bad_frames += 1
            at += 1
        for i in range(at, have):
            line[i - at] = line[i]
        self._have = max(have - at, 0)

    def _frame(self, message, at, size):
        line = self._line
        if message == NOTE:
            # Modules differ in this field's byte order; states are below 256, so either reads.
            if size >= 3 and line[at] == _FACE_STATE:
                self._face_state = line[at + 1] | line[at + 2]
        elif message == REPLY and size >= 2:
            if line[at] == VERIFY:
                if self.pending and self._answer is None:
                    self._answer = self._read_answer(line[at + 1], at, size)
            elif line[at] == GET_STATUS and line[at + 1] == _SUCCESS and size >= 3:
                self.module_status = line[at + 2]

    def _read_answer(self, result, at, size):
        if result == _SUCCESS and size >= 4 + NAME_SIZE:
            line = self._line
            name = bytes(line[at + 4 : at + 4 + NAME_SIZE]).split(b"\x00")[0].strip()
            return FaceAnswer(MATCH, line[at + 2] << 8 | line[at + 3], name)
        if result == _RESULT_TIMEOUT:
            return FaceAnswer(NO_FACE if self._face_state == _STATE_NO_FACE else TIMEOUT, NO_ID, b"")
        # A success too short to name anyone is a fault, never a match.
        return FaceAnswer(_OUTCOMES.get(result, FAULT), NO_ID, b"")
