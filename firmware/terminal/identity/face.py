"""The FM22x face module: one command at a time, and the answer to it, without the UART.

A frame that does not fit is skipped byte by byte up to the next 0xEF 0xAA, so that what hides
inside it is found. Frames and results: firmware.terminal.identity.face_commands.
"""

from collections import namedtuple

from firmware.terminal.identity import face_commands as fc
from firmware.terminal.identity.face_commands import FAULT, NAME_SIZE, NO_ID

# The longest reply used here has 38 bytes. A false start claims at most this, so that the
# 44 bytes of a match behind it always end the wait.
MAX_DATA = 40
_ROOM = 2 * (MAX_DATA + 6)
# MicroPython's ticks wrap at 2**30 on 32-bit ports; a difference below 12 days survives it.
_TICKS_MASK = 0x3FFFFFFF
_NONE = -1

# outcome    see face_commands: 0 match or done, 2 unknown, 3 liveness, 4 no face, 5 time-out, 6 fault
# face_id    the module's number of the face (match, enrolment, user), else 65535
# name       bytes on a match, a user, a version; cut at the first NUL, without spaces around it
# command    what was asked
# direction  of an enrolment: the directions it has by now, added up; else 0
FaceAnswer = namedtuple("FaceAnswer", ("outcome", "face_id", "name", "command", "direction"))


class FaceModule:
    """Ask one thing, then feed() what comes and poll() for the answer.

    write(bytes) puts a frame on the line. now_ms is any millisecond count; it may wrap as
    MicroPython's ticks do. Asking returns False, and sends nothing, while another answer is awaited.
    Every command ends: by its reply, at once by the note that the module has started anew, or by
    silence beyond its limit. module_status is the last GET_STATUS reply (0 idle, 1 busy, 2 error,
    3 invalid), -1 before; face_state the last FACE_STATE of this command (0 normal, 1 no face, 6 too
    far, 7 too near), -1 before; bad_frames counts frames too long or with a wrong XOR; restarts
    counts the module's starts.
    """

    def __init__(self, write):
        self.module_status = _NONE
        self.face_state = _NONE
        self.bad_frames = 0
        self.restarts = 0
        self._write = write
        self._line = bytearray(_ROOM)
        self._have = 0
        self._command = _NONE
        self._since_ms = 0
        self._limit_ms = 0
        self._answer = None
        self._resetting = False
        self._reset_ms = 0
        self._held = None

    @property
    def pending(self):
        """Whether an answer is awaited."""
        return self._command != _NONE

    def verify(self, timeout_s, now_ms):
        """Ask whose face it is."""
        return self._ask(fc.VERIFY, fc.verify_data(timeout_s), timeout_s * 1000 + fc.GRACE_MS, now_ms)

    def enroll(self, name, timeout_s, now_ms, direction=0, single=True):
        """Enrol the face before the camera under name: by one picture, or one direction after another."""
        command = fc.ENROLL_SINGLE if single else fc.ENROLL
        data = fc.enroll_data(name, timeout_s, direction)
        return self._ask(command, data, timeout_s * 1000 + fc.GRACE_MS, now_ms)

    def delete_one(self, face_id, now_ms):
        """Delete one face by the module's number of it (0..65534)."""
        return self._ask(fc.DELETE_ONE, fc.id_data(face_id), fc.DELETE_MS, now_ms)

    def delete_all(self, now_ms):
        """Delete every face."""
        return self._ask(fc.DELETE_ALL, b"", fc.DELETE_MS, now_ms)

    def user(self, face_id, now_ms):
        """Ask under which name a face is enrolled; UNKNOWN_FACE when there is none of that number."""
        return self._ask(fc.GET_USER, fc.id_data(face_id), fc.SHORT_MS, now_ms)

    def status(self, now_ms):
        """Ask for module_status."""
        return self._ask(fc.GET_STATUS, b"", fc.SHORT_MS, now_ms)

    def version(self, now_ms):
        """Ask for the module's firmware version; the answer's name is it."""
        return self._ask(fc.GET_VERSION, b"", fc.SHORT_MS, now_ms)

    def reset(self, now_ms=0):
        """Stop whatever the module does. An answer awaited will not come; what is asked next goes out
        when the module has replied to the reset, or a second later, so that no reply of before is
        taken for its answer."""
        self._command = _NONE
        self._answer = None
        self._held = None
        self._resetting = True
        self._reset_ms = now_ms
        self._write(fc.frame(fc.RESET))

    def _ask(self, command, data, limit_ms, now_ms):
        if self.pending:
            return False
        asked = fc.frame(command, data)
        self._have = 0
        self.face_state = _NONE
        self._answer = None
        self._command = command
        self._since_ms = now_ms
        self._limit_ms = limit_ms
        if self._resetting:
            self._held = asked
            self._reset_over(now_ms)
        else:
            self._write(asked)
        return True

    def _reset_over(self, now_ms):
        if self._resetting and (now_ms - self._reset_ms) & _TICKS_MASK >= fc.SHORT_MS:
            self._release()
            self._since_ms = now_ms

    def _release(self):
        self._resetting = False
        held = self._held
        self._held = None
        if held is not None:
            self._write(held)

    def poll(self, now_ms):
        """The FaceAnswer to what was asked, once, or None. Silence beyond the limit is a fault."""
        self._reset_over(now_ms)
        if not self.pending:
            return None
        if self._answer is None:
            if (now_ms - self._since_ms) & _TICKS_MASK < self._limit_ms:
                return None
            self._search_the_rest()
        answer = self._answer
        command = self._command
        if answer is None:
            # The reset makes sure that a late reply is not taken for the next answer.
            self.reset(now_ms)
            return FaceAnswer(FAULT, NO_ID, b"", command, 0)
        self._command = _NONE
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
        if message == fc.NOTE and size:
            if line[at] == fc.NOTE_FACE_STATE and size >= 3:
                # Modules differ in this field's byte order; states are below 256, so either reads.
                self.face_state = line[at + 1] | line[at + 2]
            elif line[at] == fc.NOTE_READY:
                self._started()
        elif message == fc.REPLY and size >= 2:
            command = line[at]
            if command == fc.RESET:
                self._release()
            elif self._resetting:
                return
            if command == fc.GET_STATUS and line[at + 1] == 0 and size >= 3:
                self.module_status = line[at + 2]
            if command == self._command and self._answer is None and self._held is None:
                self._answer = self._read_answer(command, line[at + 1], at, size)

    def _started(self):
        """READY: the module has just got power. What it was asked before, it no longer knows."""
        self.restarts += 1
        if self._held is not None or self._resetting:
            self._release()
        elif self.pending and self._answer is None:
            self._answer = FaceAnswer(FAULT, NO_ID, b"", self._command, 0)

    def _read_answer(self, command, result, at, size):
        line = self._line
        if result:
            outcome = fc.outcome_of(result, self.face_state)
            return FaceAnswer(outcome, NO_ID, b"", command, 0)
        face_id = line[at + 2] << 8 | line[at + 3] if size >= 4 else NO_ID
        name = b""
        direction = 0
        wanted = 0
        if command in (fc.VERIFY, fc.GET_USER):
            wanted = 4 + NAME_SIZE
            name = self._text(at + 4)
        elif command == fc.GET_VERSION:
            wanted = 2 + NAME_SIZE
            face_id = NO_ID
            name = self._text(at + 2)
        elif command in (fc.ENROLL, fc.ENROLL_SINGLE):
            wanted = 5
            direction = line[at + 4]
        else:
            face_id = NO_ID
        # A success too short to say what was asked is a fault, never a match.
        if size < wanted:
            return FaceAnswer(FAULT, NO_ID, b"", command, 0)
        return FaceAnswer(fc.MATCH, face_id, name, command, direction)

    def _text(self, at):
        return bytes(self._line[at : at + NAME_SIZE]).split(b"\x00")[0].strip()
