"""One car's cockpit around a real terminal: its ports kept in lockstep with simulated time.

Second t goes out on gnss; when the terminal's "?" for t comes, its face commands are taken, face answers
due by t and the camera's pictures are written, the "?" is answered; only then, and not before the wall
clock allows, t + 1 goes out.
Stepwise, so that one thread can drive many: call on_time() when next_wall() has passed, on_vehicle() when
the vehicle port is readable. While the car is idle the receiver is silent and time passes by the wall.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from simulators.camera import Camera
from simulators.face_module import FaceModule
from simulators.feed import Feed
from simulators.ports import Ports

IDLE, AWAITED, READY, DOWN, DONE = "idle", "awaited", "ready", "down", "done"
_ASK = b"?\n"
# After a silence the terminal's own clock may still ask once or twice; these seconds go out slowly.
_SLOW_SECONDS = 4
_SLOW_S = 0.03
_NO_KEY = b"0,0,0,-\n"


@dataclass(frozen=True)
class Pace:
    """Simulated second t belongs at wall time wall0 + (t - t0_s) / factor (monotonic seconds)."""

    t0_s: float
    wall0: float
    factor: float

    def wall(self, utc_s: float) -> float:
        return self.wall0 + (utc_s - self.t0_s) / self.factor

    def utc_s(self, wall: float) -> float:
        return self.t0_s + (wall - self.wall0) * self.factor


@dataclass(frozen=True)
class Event:
    """Something that happens to the car at a simulated second, before that second goes out.

    With back_s the terminal is dead until then: act() ends it, back() starts it again.
    """

    at_s: int
    act: Callable[[], None]
    back_s: int = 0
    back: Callable[[], None] | None = None


@dataclass
class Counts:
    """What a cockpit has done: seconds sent and answered, "?" beyond one a second, seconds given up on."""

    sent: int = 0
    answered: int = 0
    extra: int = 0
    passed_over: int = 0


@dataclass
class Cockpit:
    """The lockstep of one car. feeds and events in time order."""

    ports: Ports
    face: FaceModule
    feeds: Sequence[Feed]
    pace: Pace
    events: Sequence[Event] = ()
    camera: Camera | None = None
    state: str = IDLE
    counts: Counts = field(default_factory=Counts)
    now_s: int = 0
    waiting_since: float = math.inf
    _feed: int = 0
    _event: int = 0
    _slow: int = 0
    _ready_wall: float = 0.0
    _role: str = "I"
    _line: bytes = b""
    _last: bytes = _NO_KEY
    _told_ms: int = 0

    def next_wall(self) -> float:
        """Monotonic time of the next on_time(); infinite while only the terminal's "?" can move things."""
        if self.state == READY:
            return max(self.pace.wall(self.now_s), self._ready_wall)
        if self.state == AWAITED:
            feed = self.feeds[self._feed]
            return self.waiting_since + feed.patience_s if self.now_s < feed.strict_from_s else math.inf
        if self.state == DOWN:
            return self.pace.wall(self.events[self._event].back_s)
        if self.state == IDLE:
            return self.pace.wall(self._next_s())
        return math.inf

    @property
    def end_s(self) -> int:
        """The last second that anything is planned for."""
        return max((feed.end_s for feed in self.feeds), default=0)

    def on_time(self, wall: float) -> None:
        """Do what is due at this wall time (next_wall() has passed)."""
        if self.state == AWAITED:
            self.counts.passed_over += 1
            self._advance(wall)
        elif self.state == DOWN:
            self._come_back(wall)
        elif self.state == IDLE:
            self._leave_idle(wall)
        elif self.state == READY:
            self._next(wall)

    def on_vehicle(self, wall: float) -> None:
        """The vehicle port is readable: prompts and questions of the terminal."""
        data = self.ports.vehicle.receive()
        if data == _ASK and not self._line:
            self._question(wall)
            return
        lines = (self._line + data).split(b"\n")
        self._line = lines.pop()[-64:]
        for line in lines:
            if line == b"?":
                self._question(wall)
            elif line in (b"!I", b"!T"):
                self._role = line[1:].decode()

    def _question(self, wall: float) -> None:
        if self.state == AWAITED:
            self._last = self.feeds[self._feed].answer(self.now_s)
            self._reply(self._last, self.now_s)
            self.counts.answered += 1
            self._advance(wall)
        else:
            # A question of the terminal's own clock: the same state again, and no key twice.
            self.counts.extra += 1
            now_s = self.now_s if self.state == READY else int(self.pace.utc_s(wall))
            self._reply(self._last.rsplit(b",", 1)[0] + b",-\n", now_s)

    def _reply(self, answer: bytes, now_s: int) -> None:
        command = self.ports.face.receive()
        if command:
            self.face.receive(command, now_s - 1, self._role)
        due = self.face.due(now_s)
        if due:
            self.ports.face.send(due)
        if self.camera is not None:
            asked = self.ports.camera.receive()
            # Also what did not fit into the line before.
            self.ports.camera.send(self.camera.receive(asked, now_s - 1, self._role) if asked else b"")
        self._told_ms = max(self._told_ms, int((now_s - self.pace.t0_s) * 1000))
        self.ports.vehicle.send(b"%b,%d\n" % (answer[:-1], self._told_ms))

    def _advance(self, wall: float) -> None:
        self.now_s += self.feeds[self._feed].stride_s
        self.waiting_since = math.inf
        if self.now_s >= self.feeds[self._feed].end_s:
            self._feed += 1
            self.state = IDLE
            self._rest()
            return
        self.state = READY
        if self._slow:
            self._slow -= 1
            self._ready_wall = wall + _SLOW_S
        elif self.now_s == self.feeds[self._feed].strict_from_s:
            self._ready_wall = wall + 4 * _SLOW_S
        else:
            self._ready_wall = 0.0
            if self.pace.wall(self.now_s) <= wall:
                self._next(wall)

    def _next(self, wall: float) -> None:
        """Send the second now_s, unless an event comes first that ends the terminal."""
        if self._event < len(self.events) and self._act(self.now_s):
            return
        self.state = AWAITED
        self.waiting_since = wall
        self.counts.sent += 1
        self.ports.gnss.send(self.feeds[self._feed].epoch(self.now_s))

    def _act(self, now_s: int) -> bool:
        """Let the events up to now_s happen; True when one of them has ended the terminal."""
        while self._event < len(self.events) and self.events[self._event].at_s <= now_s:
            event = self.events[self._event]
            event.act()
            if event.back is not None:
                self.ports.clear()
                self._line = b""
                self.state = DOWN
                return True
            self._event += 1
        return False

    def _come_back(self, wall: float) -> None:
        event = self.events[self._event]
        self._event += 1
        self.ports.clear()
        self.face.due(event.back_s)
        if event.back is not None:
            event.back()
        if self._feed < len(self.feeds) and self.feeds[self._feed].begin_s <= self.now_s:
            while self._feed < len(self.feeds) and self.feeds[self._feed].end_s <= event.back_s:
                self._feed += 1
            if self._feed < len(self.feeds) and self.feeds[self._feed].begin_s <= event.back_s:
                self.now_s = event.back_s
                self._next(wall)
                return
        self.state = IDLE
        self._rest()

    def _next_s(self) -> int:
        begin_s = self.feeds[self._feed].begin_s if self._feed < len(self.feeds) else None
        at_s = self.events[self._event].at_s if self._event < len(self.events) else None
        known = [second for second in (begin_s, at_s) if second is not None]
        return min(known) if known else self.now_s

    def _leave_idle(self, wall: float) -> None:
        self.now_s = max(self._next_s(), self.now_s)
        if self._act(self.now_s):
            return
        if self._feed < len(self.feeds) and self.feeds[self._feed].begin_s <= self.now_s:
            self._slow = _SLOW_SECONDS
            self._next(wall)
        else:
            self._rest()

    def _rest(self) -> None:
        if self._feed >= len(self.feeds) and self._event >= len(self.events):
            self.state = DONE
