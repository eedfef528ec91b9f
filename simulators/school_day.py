"""Drives a whole day: every car's cockpit around its real terminal, in one thread.

with SchoolDay(plan, launch, broker, out_dir, factor) as day:
    result = day.run(progress)      # the cars' day; the terminals still run and send
    ...                             # wait for receipts
# leaving ends terminals, links and ports
"""

from __future__ import annotations

import math
import select
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from simulators import cockpit as cp
from simulators.camera import Camera
from simulators.cockpit import Cockpit, Event, Pace
from simulators.day import seeded
from simulators.day_model import DayPlan, TerminalPlan
from simulators.face_module import FaceEvent, FaceModule
from simulators.feed import CarFeed, Feed
from simulators.itinerary import periods
from simulators.network import Link
from simulators.people import enrolled, who_sits
from simulators.ports import Ports
from simulators.terminal_launch import Launch, TerminalUnit

STALL_S = 60.0
_CHECK_S = 0.5

Progress = Callable[[int, int], None]
"""(simulated seconds done, simulated seconds of the day), at most ten times a second."""


class SchoolDayError(RuntimeError):
    """A terminal died or fell silent; the sentence names it and the end of its log."""


@dataclass(frozen=True)
class DayResult:
    """What happened. checks: terminal -> every VERIFY that its module answered; cpu_s of this thread."""

    seconds: int
    cpu_s: float
    wall_s: float
    checks: Mapping[int, tuple[FaceEvent, ...]]
    extra: int
    passed_over: int


@dataclass
class Stand:
    """One car with everything around it."""

    terminal: TerminalPlan
    ports: Ports
    unit: TerminalUnit
    link: Link
    cockpit: Cockpit


FeedsOf = Callable[[DayPlan, TerminalPlan], list[Feed]]
EventsOf = Callable[[TerminalPlan, TerminalUnit, Link], list[Event]]


def car_feeds(plan: DayPlan, terminal: TerminalPlan) -> list[Feed]:
    """The feeds of a simulated car."""
    return [
        CarFeed(period, np.random.default_rng(seeded(plan.seed, "receiver", terminal.number, index)))
        for index, period in enumerate(periods(plan, terminal))
    ]


class SchoolDay:
    """The cars, people, ports, links and terminals of one plan. broker: (host, port).

    factor is how many times faster than life time runs. feeds_of gives each terminal's wires (recordings
    bring their own), events_of what befalls it (else what its plan says). Everything started here is ended
    by close(), in whatever state it is.
    """

    def __init__(
        self,
        plan: DayPlan,
        launch: Launch,
        broker: tuple[str, int],
        out_dir: Path,
        factor: int,
        feeds_of: FeedsOf = car_feeds,
        events_of: EventsOf | None = None,
    ) -> None:
        self.plan = plan
        self._events_of = events_of or planned_events
        self._factor = factor
        self._poll = select.epoll()
        self.stands: list[Stand] = []
        try:
            for terminal in plan.terminals:
                self.stands.append(self._stand(terminal, launch, broker, out_dir, feeds_of))
        except BaseException:
            self.close()
            raise

    def run(self, progress: Progress | None = None) -> DayResult:
        """Start the terminals and live through the day. Raises SchoolDayError."""
        began, cpu = time.monotonic(), time.thread_time()
        pace = Pace(self.plan.begin_s, began, float(self._factor))
        by_fd = {}
        for stand in self.stands:
            stand.cockpit.pace = pace
            stand.cockpit.now_s = self.plan.begin_s
            stand.unit.start()
            by_fd[stand.ports.vehicle.fileno()] = stand.cockpit
            self._poll.register(stand.ports.vehicle.fileno(), select.EPOLLIN)
        self._loop([stand.cockpit for stand in self.stands], by_fd, progress)
        for fd in by_fd:
            self._poll.unregister(fd)
        every = [stand.cockpit.counts for stand in self.stands]
        return DayResult(
            sum(c.sent for c in every),
            time.thread_time() - cpu,
            time.monotonic() - began,
            {stand.terminal.number: tuple(stand.cockpit.face.events) for stand in self.stands},
            sum(c.extra for c in every),
            sum(c.passed_over for c in every),
        )

    def attend(self, until: Callable[[], bool], limit_s: float) -> bool:
        """After run(): answer the terminals' own questions until until() is true; False after limit_s."""
        by_fd = {stand.ports.vehicle.fileno(): stand.cockpit for stand in self.stands}
        for fd in by_fd:
            self._poll.register(fd, select.EPOLLIN)
        try:
            end = time.monotonic() + limit_s
            while not until():
                if time.monotonic() > end:
                    return False
                for fd, mask in self._poll.poll(0.05):
                    if mask & select.EPOLLIN:
                        by_fd[fd].on_vehicle(time.monotonic())
            return True
        finally:
            for fd in by_fd:
                self._poll.unregister(fd)

    def close(self) -> None:
        """End terminals, links and ports; safe to call again."""
        for stand in self.stands:
            stand.unit.kill()
        for stand in self.stands:
            stand.link.close()
            stand.ports.close()
        self.stands = []
        if not self._poll.closed:
            self._poll.close()

    def __enter__(self) -> SchoolDay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _stand(
        self,
        terminal: TerminalPlan,
        launch: Launch,
        broker: tuple[str, int],
        out_dir: Path,
        feeds_of: FeedsOf,
    ) -> Stand:
        plan, scenario = self.plan, self.plan.scenario
        ports, link = Ports(), Link(broker)
        settings = {
            "pulses_per_km": scenario.pulses_per_km,
            "face_check_min": scenario.face_check_min,
            "face_recheck_s": scenario.face_recheck_s,
            **launch.settings,
        }
        unit = TerminalUnit(
            Launch(launch.command, launch.env, launch.spawn, launch.login, launch.tls_ca, settings),
            terminal.number,
            terminal.own_key,
            ports,
            ("127.0.0.1", link.port),
            out_dir / f"{terminal.number:016d}",
            self._factor,
        )
        face = FaceModule(
            who_sits(terminal), enrolled(plan), seeded(plan.seed, "face", terminal.number), plan.begin_s
        )
        return Stand(
            terminal,
            ports,
            unit,
            link,
            Cockpit(
                ports,
                face,
                feeds_of(plan, terminal),
                Pace(plan.begin_s, 0.0, 1.0),
                self._events_of(terminal, unit, link),
                Camera(who_sits(terminal), seeded(plan.seed, "camera", terminal.number)),
            ),
        )

    def _loop(self, cockpits: list[Cockpit], by_fd: dict[int, Cockpit], progress: Progress | None) -> None:
        check = 0.0
        while True:
            wall = time.monotonic()
            soonest = math.inf
            for cockpit in cockpits:
                due = cockpit.next_wall()
                if due <= wall:
                    cockpit.on_time(wall)
                    due = cockpit.next_wall()
                soonest = min(soonest, due)
            if wall >= check:
                check = wall + _CHECK_S
                self._check(wall)
                self._tell(progress, wall)
                if all(cockpit.state == cp.DONE for cockpit in cockpits):
                    return
            wait_s = max(0.0, min(soonest, check) - time.monotonic())
            for fd, mask in self._poll.poll(wait_s):
                if mask & select.EPOLLIN:
                    by_fd[fd].on_vehicle(time.monotonic())
                elif mask & select.EPOLLHUP:
                    # A dead terminal; _check says so, and meanwhile this must not spin.
                    time.sleep(0.01)

    def _check(self, wall: float) -> None:
        for stand in self.stands:
            state = stand.cockpit.state
            name = f"Terminal {stand.terminal.number:016d}"
            if state != cp.DOWN and not stand.unit.alive():
                raise SchoolDayError(
                    f"{name} ended by itself; its log {stand.unit.log} ends with: {stand.unit.last_lines()}"
                )
            if state == cp.AWAITED and wall - stand.cockpit.waiting_since > STALL_S:
                raise SchoolDayError(
                    f"{name} has not asked for its vehicle for {STALL_S:.0f} s; its log "
                    f"{stand.unit.log} ends with: {stand.unit.last_lines()}"
                )

    def _tell(self, progress: Progress | None, wall: float) -> None:
        if progress is None:
            return
        by_wall = self.stands[0].cockpit.pace.utc_s(wall) if self.stands else self.plan.begin_s
        last_s = max([self.plan.begin_s + 1, *(stand.cockpit.end_s for stand in self.stands)])
        slowest = min(
            (
                stand.cockpit.now_s if stand.cockpit.state in (cp.AWAITED, cp.READY) else by_wall
                for stand in self.stands
                if stand.cockpit.state != cp.DONE
            ),
            default=last_s,
        )
        progress(int(min(slowest, last_s) - self.plan.begin_s), int(last_s - self.plan.begin_s))


def planned_events(terminal: TerminalPlan, unit: TerminalUnit, link: Link) -> list[Event]:
    """Network cuts and power cuts of one terminal, in time order."""
    events = []
    for from_s, to_s in terminal.offline:
        events += [Event(from_s, link.down), Event(to_s, link.up)]
    for session in terminal.sessions:
        if session.anomaly == "killed":
            events.append(Event(session.from_s, unit.kill, session.from_s + session.downtime_s, unit.start))
    return sorted(events, key=lambda event: event.at_s)
