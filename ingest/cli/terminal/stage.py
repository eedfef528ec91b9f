"""The firmware in its simulated car: keys act on it, the cockpit keeps it in step, its screen is read."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware.terminal.keep import Keep
from geofence.compact import pack_grounds
from ingest.cli.terminal.live_car import SPEEDS_KMH, LiveCar
from ingest.cli.terminal.seat import LiveFeed, People
from simulators import cockpit as cp
from simulators.camera import Camera
from simulators.cockpit import Cockpit, Event, Pace
from simulators.day_model import DayPlan
from simulators.face_module import FaceModule
from simulators.itinerary import frame_of, routes_of
from simulators.network import Link
from simulators.people import face_name
from simulators.ports import Port, Ports
from simulators.terminal_launch import Launch, TerminalUnit

TERMINAL_KEYS = "I23OX"
POWER_OFF_S = 8
_FRAME_END = b"\x1b[J"
_FRAME_BEGIN = b"\x1b[H"
_FRAME_MAX = 65536
GROUNDS_VERSION = 1
SEED = 1


@dataclass
class Glass:
    """What the terminal's screen shows: the last whole frame of its text display."""

    port: Port
    rows: tuple[str, ...] = ()
    _rest: bytes = b""

    def read(self) -> bool:
        """Take what the terminal has drawn; True when the picture is another one."""
        data = self._rest + self.port.receive()
        end = data.rfind(_FRAME_END)
        if end < 0:
            self._rest = data[-_FRAME_MAX:]
            return False
        self._rest = data[end + len(_FRAME_END) :]
        frame = data[data.rfind(_FRAME_BEGIN, 0, end) + len(_FRAME_BEGIN) : end]
        rows = tuple(frame.decode("utf-8", "replace").replace("\x1b[K", "").split("\r\n")[:-1])
        changed, self.rows = rows != self.rows, rows
        return changed


class Stage:
    """One terminal of the plan at the broker, in a car that drives from begin_s (Unix) on.

    launch starts the firmware; folder is for its journal and settings. close() ends everything.
    """

    def __init__(
        self, plan: DayPlan, make_launch: Callable[[dict[str, object]], Launch], broker: tuple[str, int],
        folder: Path, factor: int, language: str, begin_s: int,
    ) -> None:  # fmt: skip
        scenario, terminal = plan.scenario, plan.terminals[0]
        self.people = People(plan.instructors[0].number, plan.trainees[0].number)
        self.ports, self.link = Ports(), Link(broker)
        self.glass = Glass(Port())
        keep = folder / "keep"
        keep.mkdir(parents=True, exist_ok=True)
        Keep(str(keep)).put(
            "grounds", pack_grounds(scenario.ground, scenario.source, GROUNDS_VERSION, begin_s)
        )
        settings: dict[str, object] = {
            "screen": self.glass.port.path,
            "language": language,
            "utc_offset_min": scenario.utc_offset_min,
            "pulses_per_km": scenario.pulses_per_km,
            "keep": str(keep.resolve()),
        }
        self.unit = TerminalUnit(
            make_launch(settings), terminal.number, terminal.own_key, self.ports,
            ("127.0.0.1", self.link.port), folder, factor,
        )  # fmt: skip
        self.car = LiveCar(frame_of(scenario), routes_of(scenario)["ring"], scenario.pulses_per_km)
        self.feed = LiveFeed(self.car, begin_s)
        enrolled = [face_name("I", self.people.instructor), face_name("T", self.people.trainee)]
        self._events: list[Event] = []
        self.cockpit = Cockpit(
            self.ports,
            FaceModule(self.people.who, enrolled, SEED, begin_s),
            [self.feed],
            Pace(begin_s, time.monotonic(), float(factor)),
            self._events,
            Camera(self.people.who, SEED, self.people.fault),
        )
        self.cockpit.now_s = begin_s

    def start(self) -> None:
        """Switch the terminal on."""
        self.unit.start()

    @property
    def powered(self) -> bool:
        """Whether the terminal has power."""
        return self.cockpit.state != cp.DOWN

    def press(self, key: str) -> None:
        """A key of the terminal (capitals and digits) or of the simulator (small letters)."""
        car = self.car
        if key in TERMINAL_KEYS:
            if self.powered:
                self.feed.keys.append(key)
        elif key == "e":
            car.engine = not car.engine
        elif key in "ws":
            car.gear = min(max(car.gear + (1 if key == "w" else -1), 0), len(SPEEDS_KMH) - 1)
        elif key in "ad":
            car.steer(-1 if key == "a" else 1)
        elif key == "l":
            car.leave_or_return()
        elif key == "f":
            self.people.stranger = not self.people.stranger
        elif key == "c":
            self.people.covered = not self.people.covered
        elif key == "n":
            (self.link.down if self.link.is_up else self.link.up)()
        elif key == "p" and self.powered:
            self._cut_power()

    def _cut_power(self) -> None:
        at_s = self.cockpit.now_s
        self.feed.keys.clear()
        self._events.append(Event(at_s, self._off, at_s + POWER_OFF_S, self.unit.start))

    def _off(self) -> None:
        self.unit.kill()
        self.glass.port.clear()
        self.glass.rows = ()

    def turn(self, limit_s: float, also: int) -> bool:
        """Live on for at most limit_s real seconds; earlier when fd `also` is readable: then True."""
        end = time.monotonic() + limit_s
        vehicle, glass = self.ports.vehicle.fileno(), self.glass.port.fileno()
        while True:
            now = time.monotonic()
            if self.cockpit.next_wall() <= now:
                self.cockpit.on_time(now)
            wait_s = max(0.0, min(self.cockpit.next_wall(), end) - time.monotonic())
            ready, _, _ = select.select([vehicle, glass, also], [], [], wait_s)
            if vehicle in ready:
                self.cockpit.on_vehicle(time.monotonic())
            if glass in ready:
                self.glass.read()
            if also in ready or time.monotonic() >= end:
                return also in ready

    def close(self) -> None:
        """End the terminal, its link and its lines."""
        self.unit.kill()
        self.link.close()
        self.ports.close()
        self.glass.port.close()
