"""A simulated FM22x face module: bytes and time in, bytes when they are due out. No ports, no clock.

It knows faces by name and asks `who` whom the camera sees; the people read on the terminal's screen
whose turn it is, so the prompted role comes with every command.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from simulators import face_frames as fm

NOBODY, STRANGER, PHOTO, TOO_FAR, TOO_NEAR = "", "?", "#", "~", "^"
"""What the camera may see besides an enrolled name: no face, an unknown one, a photo, one too far off or
too near."""
VERSION = b"FM225 V1.22"

Who = Callable[[int, str], str]
"""(simulated Unix second, prompted role "I" or "T") -> a face name, or one of the four above."""


@dataclass(frozen=True)
class FaceEvent:
    """One VERIFY answered: when it was asked, whose turn it was, whom the camera saw, the result code."""

    asked_s: int
    answered_s: float
    role: str
    seen: str
    result: int


@dataclass(order=True)
class _Due:
    at_s: float
    order: int
    data: bytes = field(compare=False)


class FaceModule:
    """One module with its enrolled faces (name -> face id). `events` lists every VERIFY answered."""

    def __init__(
        self, who: Who, enrolled: list[str], seed: int, powered_s: float = 0.0, capacity: int = 200
    ) -> None:
        self._who = who
        self._frames = fm.Frames()
        self._rng = random.Random(seed)
        self._capacity = capacity
        self._due: list[_Due] = []
        self._order = 0
        self._busy_until_s = 0.0
        self._busy_with = 0
        self.faces: dict[str, int] = {name: face_id for face_id, name in enumerate(enrolled, start=1)}
        self.events: list[FaceEvent] = []
        self._directions: dict[str, int] = {}
        self._schedule(powered_s + 0.4, fm.frame(fm.NOTE, bytes([fm.NID_READY])))

    def receive(self, data: bytes, now_s: int, role: str) -> None:
        """Bytes from the terminal at simulated second now_s while the screen asks for `role`."""
        for command, body in self._frames.feed(data):
            self._command(command, body, now_s, role)

    def lose_power(self, now_s: float, back_s: float = 0.4) -> None:
        """A brown-out: what was under way is forgotten, and READY is said back_s later."""
        self._due.clear()
        self._busy_until_s = 0.0
        self._directions.clear()
        self._schedule(now_s + back_s, fm.frame(fm.NOTE, bytes([fm.NID_READY])))

    def due(self, now_s: float) -> bytes:
        """Everything the module has written up to now_s, once."""
        out = bytearray()
        while self._due and self._due[0].at_s <= now_s:
            out += heapq.heappop(self._due).data
        return bytes(out)

    def _schedule(self, at_s: float, data: bytes) -> None:
        self._order += 1
        heapq.heappush(self._due, _Due(at_s, self._order, data))

    def _command(self, command: int, body: bytes, now_s: int, role: str) -> None:
        busy = now_s < self._busy_until_s
        if command == fm.RESET:
            if busy:
                self._due.clear()
                self._schedule(now_s, fm.reply(self._busy_with, fm.ABORTED))
            self._busy_until_s = 0.0
            self._schedule(now_s, fm.reply(fm.RESET, fm.SUCCESS))
        elif command == fm.GET_STATUS:
            self._schedule(now_s, fm.reply(fm.GET_STATUS, fm.SUCCESS, bytes([1 if busy else 0])))
        elif busy:
            self._schedule(now_s, fm.reply(command, fm.REJECTED))
        elif command == fm.VERIFY:
            self._verify(body, now_s, role)
        elif command in (fm.ENROLL, fm.ENROLL_SINGLE):
            self._enroll(command, body, now_s, role)
        elif command == fm.GET_USER:
            self._schedule(now_s, self._user(body))
        elif command == fm.GET_VERSION:
            self._schedule(now_s, fm.reply(command, fm.SUCCESS, VERSION.ljust(fm.NAME_SIZE, b"\0")))
        elif command == fm.DELETE_ONE:
            self._schedule(now_s + 0.1, fm.reply(command, self._delete(body)))
        elif command == fm.DELETE_ALL:
            self.faces.clear()
            self._schedule(now_s + 0.2, fm.reply(command, fm.SUCCESS))
        else:
            self._schedule(now_s, fm.reply(command, fm.BAD_PARAMETER))

    def _verify(self, body: bytes, now_s: int, role: str) -> None:
        if len(body) != 2 or body[1] == 0:
            self._schedule(now_s, fm.reply(fm.VERIFY, fm.BAD_PARAMETER))
            return
        seen = self._who(now_s, role)
        result, after_s, data = self._outcome(seen, body[1])
        self._watch(seen, now_s, after_s)
        self._finish(fm.VERIFY, result, now_s + after_s, data)
        self.events.append(FaceEvent(now_s, now_s + after_s, role, seen, result))

    def _outcome(self, seen: str, limit_s: int) -> tuple[int, float, bytes]:
        if seen in (NOBODY, TOO_FAR, TOO_NEAR):
            return fm.TIMEOUT, float(limit_s), b""
        if seen == PHOTO:
            return fm.LIVENESS, min(2.2 + self._rng.random(), float(limit_s)), b""
        if seen not in self.faces:
            return fm.UNKNOWN_FACE, min(1.6 + self._rng.random(), float(limit_s)), b""
        name = seen.encode()[: fm.NAME_SIZE].ljust(fm.NAME_SIZE, b"\0")
        return (
            fm.SUCCESS,
            0.7 + 0.9 * self._rng.random(),
            self.faces[seen].to_bytes(2, "big") + name + b"\0\0",
        )

    def _watch(self, seen: str, now_s: int, after_s: float) -> None:
        states = {NOBODY: fm.FACE_NONE, TOO_FAR: fm.FACE_FAR, TOO_NEAR: fm.FACE_NEAR}
        state = states.get(seen, fm.FACE_NORMAL)
        at_s = 0.5
        while at_s < after_s:
            self._schedule(now_s + at_s, fm.face_state(state))
            at_s += 1.0

    def _enroll(self, command: int, body: bytes, now_s: int, role: str) -> None:
        if len(body) != 1 + fm.NAME_SIZE + 2 or body[-1] == 0:
            self._schedule(now_s, fm.reply(command, fm.BAD_PARAMETER))
            return
        name = body[1 : 1 + fm.NAME_SIZE].split(b"\0")[0].decode("ascii", "replace")
        seen = self._who(now_s, role)
        if seen in (NOBODY, TOO_FAR, TOO_NEAR):
            self._watch(seen, now_s, float(body[-1]))
            self._finish(command, fm.TIMEOUT, now_s + float(body[-1]))
        elif seen == PHOTO:
            self._finish(command, fm.LIVENESS, now_s + 2.0)
        elif name in self.faces or seen in self.faces:
            self._finish(command, fm.ALREADY_ENROLLED, now_s + 1.5)
        elif len(self.faces) >= self._capacity:
            self._finish(command, fm.FULL, now_s + 1.5)
        else:
            self._finish(command, fm.SUCCESS, now_s + 2.0, self._learn(command, name, body[-2]))

    def _learn(self, command: int, name: str, direction: int) -> bytes:
        """Face id and directions learnt so far. ENROLL takes five pictures, one a direction (0: middle)."""
        learnt = fm.MIDDLE
        if command == fm.ENROLL and direction:
            learnt = self._directions.get(name, 0) | direction
            self._directions[name] = learnt
        face_id = max(self.faces.values(), default=0) + 1
        if command == fm.ENROLL_SINGLE or not direction or learnt == fm.ALL_DIRECTIONS:
            self.faces[name] = face_id
            self._directions.pop(name, None)
        return face_id.to_bytes(2, "big") + bytes([learnt])

    def _user(self, body: bytes) -> bytes:
        for name, face_id in self.faces.items():
            if face_id.to_bytes(2, "big") == body:
                data = body + name.encode()[: fm.NAME_SIZE].ljust(fm.NAME_SIZE, b"\0") + b"\0"
                return fm.reply(fm.GET_USER, fm.SUCCESS, data)
        return fm.reply(fm.GET_USER, fm.UNKNOWN_FACE)

    def _finish(self, command: int, result: int, at_s: float, data: bytes = b"") -> None:
        self._busy_with, self._busy_until_s = command, at_s
        self._schedule(at_s, fm.reply(command, result, data))

    def _delete(self, body: bytes) -> int:
        face_id = int.from_bytes(body, "big") if len(body) == 2 else -1
        for name, known in list(self.faces.items()):
            if known == face_id:
                del self.faces[name]
                return fm.SUCCESS
        return fm.UNKNOWN_FACE if len(body) == 2 else fm.BAD_PARAMETER
