"""An instructor's shift in one car: lesson after lesson, each driven, received, recorded and labelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulators.route import Route
from simulators.worlds import truth
from simulators.worlds.cab import MINIMUM_S, Cab, Written
from simulators.worlds.drive import Ride, Wheelman
from simulators.worlds.plan import Plan
from simulators.worlds.sky import OPEN, Fixes, Sky, receive
from simulators.worlds.truth import EITHER, FRAUD, Label
from simulators.worlds.wires import Wires, wired
from simulators.worlds.world import COURSE, World

Driving = Callable[[Wheelman], None]
Tamper = Callable[[Wires], Wires]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Lesson:
    """One training session as it was driven, heard by the terminal and written down."""

    trainee: int
    ride: Ride
    wires: Wires
    written: Written
    spans: dict[int, tuple[int, int]]

    @property
    def start_s(self) -> int:
        return self.ride.begin_s


class Shift:
    """One instructor in one car. now_s: when the next trainee may get in.

    sky, part and route hold until changed; sensed changes what the receiver says (Fixes in, Fixes out).
    """

    def __init__(
        self,
        world: World,
        cab: Cab,
        clock: str,
        route: Route,
        part: int = 2,
        sky: Sky = OPEN,
        instructor: int | None = None,
        day: int = 0,
        switch_on: bool = True,
    ) -> None:
        self.world, self.cab, self.part, self.sky = world, cab, part, sky
        self.instructor = instructor or world.instructor()
        self.route = route
        self.along_m = float(world.rng.uniform(0.0, route.length_m))
        self.now_s = world.at(clock, day) + int(world.rng.integers(0, 60))
        self.tyre = 1.0 + float(world.rng.uniform(-0.008, 0.008))
        self.blind: Callable[[Ride], Mask] | None = None
        self.sensed: Callable[[Fixes, int], Fixes] | None = None
        if switch_on:
            cab.switch_on(self.now_s)
        cab.instructor_in(self.now_s + 20, self.instructor)
        self.now_s += 40

    def lesson(
        self,
        driving: int | Driving,
        trainee: int | None = None,
        tamper: Tamper | None = None,
        lie: str | None = None,
        course: int | None = None,
        gap_s: int | None = None,
        **plan: Any,
    ) -> Lesson:
        """One trainee's session. driving: minutes of laps, or what to do at the wheel; tamper: what is done
        to the wires; lie: why all of it is a fraud; course: another course code; plan: as in plan.Plan."""
        wheel = Wheelman(self.route, self.world.rng, self.now_s, self.along_m)
        if callable(driving):
            driving(wheel)
        else:
            wheel.stand(int(self.world.rng.integers(8, 20)))
            wheel.drive(driving * 60 - 15 + int(self.world.rng.integers(-20, 20)))
            wheel.stand(int(self.world.rng.integers(8, 20)))
        ride = wheel.ride()
        self.route, self.along_m = wheel.route, wheel.along_m
        wires = self._heard(ride)
        if tamper is not None:
            wires = tamper(wires)
        return self.write(ride, wires, trainee, lie, course, gap_s, **plan)

    def fake(self, wires: Wires, lie: str, trainee: int | None = None, **plan: Any) -> Lesson:
        """Forged wires are played to the terminal while the car stands in the yard."""
        wheel = Wheelman(self.route, self.world.rng, self.now_s, self.along_m)
        wheel.stand(len(wires.rpm))
        return self.write(wheel.ride(), wires.from_second(self.now_s), trainee, lie, **plan)

    def write(
        self,
        ride: Ride,
        wires: Wires,
        trainee: int | None = None,
        lie: str | None = None,
        course: int | None = None,
        gap_s: int | None = None,
        **plan: Any,
    ) -> Lesson:
        """The same from wires that are there already."""
        world, end_s = self.world, ride.end_s - 1
        planned = Plan(
            trainee or world.trainee(),
            self.instructor,
            course or COURSE[self.part],
            ride.begin_s,
            end_s,
            wires,
            **plan,
        )
        written = self.cab.session(planned)
        spans = _spans(planned, written)
        lesson = Lesson(planned.trainee, ride, wires, written, spans)
        part = planned.course // 1_000_000 % 10
        found = truth.labels(ride, spans, lambda utc_s: world.place.area(part, utc_s), written.checks)
        found.update({minute: Label(EITHER, "cut short by the power") for minute in _short(spans)})
        world.lay(self.cab, written, found)
        if lie is not None:
            self.lie(lesson, lie)
        self.now_s = ride.end_s + (gap_s if gap_s is not None else int(world.rng.integers(90, 400)))
        return lesson

    def lie(self, lesson: Lesson, why: str, from_s: int = 0, to_s: int = 1 << 40) -> None:
        """These seconds of the lesson are a fraud."""
        found = truth.lie(lesson.spans, from_s, to_s, why)
        kept = {m: one for m, one in found.items() if one.worth == FRAUD or not self._is_fraud(lesson, m)}
        self.world.lay(self.cab, lesson.written, kept)

    def label(self, lesson: Lesson, worth: str, why: str) -> None:
        """All minutes of the lesson are worth this, whatever was said before."""
        self.world.lay(self.cab, lesson.written, {m: Label(worth, why) for m in lesson.spans})

    def end(self) -> None:
        """The instructor signs out, and the terminal signs."""
        self.cab.instructor_out(self.now_s, self.instructor)
        self.now_s += 60

    def _is_fraud(self, lesson: Lesson, minute: int) -> bool:
        label = self.world.labels.get((self.cab.terminal, lesson.written.minutes.get(minute, 0)))
        return label is not None and label.worth == FRAUD

    def _heard(self, ride: Ride) -> Wires:
        world = self.world
        blind = self.blind(ride) if self.blind is not None else None
        fixes = receive(ride, world.place.frame, world.rng, self.sky, blind)
        if self.sensed is not None:
            fixes = self.sensed(fixes, ride.begin_s)
        return wired(ride, fixes, world.rng, self.tyre)


def _short(spans: dict[int, tuple[int, int]]) -> list[int]:
    """Minutes too short to be recorded but for the power cut that ended them."""
    return [minute for minute, (first_s, past_s) in spans.items() if past_s - first_s < MINIMUM_S]


def _spans(plan: Plan, written: Written) -> dict[int, tuple[int, int]]:
    """Recorded minutes and their seconds in the session that the terminal lived through."""
    off_s, on_s = plan.cut or (plan.end_s, plan.end_s)
    spans = {}
    for minute in written.minutes:
        first_s, past_s = max(minute * 60, plan.start_s), min(minute * 60 + 60, plan.end_s)
        if minute * 60 < off_s:
            spans[minute] = (first_s, min(past_s, off_s))
        else:
            spans[minute] = (max(first_s, on_s), past_s)
    return spans
