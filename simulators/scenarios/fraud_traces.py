"""Frauds with forged movement: recorded, changed, drawn by a program, or none at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulators.projection import Floats
from simulators.scenarios.honest_moves import (
    field_shift,
    hill_starts,
    reverse_parking,
    same_laps_all_day,
    same_road_each_day,
    standstill_drift,
    two_cars_one_road,
)
from simulators.scenarios.honest_parts import antenna_fails_for_a_while, fine_receiver
from simulators.scenarios.honest_skies import plain_road_day, tunnel
from simulators.scenarios.library import fraud
from simulators.worlds import wires as w
from simulators.worlds.drive import Wheelman
from simulators.worlds.shift import Shift
from simulators.worlds.sky import PAINTED, TOWN, Fixes
from simulators.worlds.wires import Wires
from simulators.worlds.world import World

REPLAY = "a recording is played to the terminal"


def _road(world: World, day: int = 0, clock: str = "08:00") -> Shift:
    line = world.place.line()
    world.place.road("road", line)
    return Shift(world, world.cab(), clock, world.place.along(line), part=3, sky=TOWN, day=day)


def _next_day(shift: Shift, day: int = 1, clock: str = "10:00") -> Shift:
    return Shift(shift.world, shift.cab, clock, shift.route, shift.part, shift.sky, shift.instructor, day=day)


@fraud(twin=same_laps_all_day)
def replay_exact(world: World) -> None:
    """Yesterday's lesson is played to the same terminal again, twice."""
    shift = field_shift(world)
    lesson = shift.lesson(60)
    shift.end()
    again = _next_day(shift)
    for _ in range(2):
        again.fake(lesson.wires, REPLAY)
    again.end()


@fraud(twin=two_cars_one_road)
def replay_shifted_in_time(world: World) -> None:
    """One lesson is recorded and played to another car's terminal, an hour and some seconds later."""
    shift = _road(world)
    lesson = shift.lesson(60)
    shift.end()
    other = Shift(world, world.cab(), "09:30", shift.route, part=3, sky=TOWN)
    other.fake(lesson.wires, REPLAY)
    other.end()


@fraud(twin=same_laps_all_day)
def replay_on_another_ground(world: World) -> None:
    """The recording is moved to another school ground, two kilometres away."""
    world.place.ground("field")
    world.place.ground("other field", (2000.0, -300.0))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    lesson = shift.lesson(60)
    shift.end()
    other = Shift(world, world.cab(), "08:00", world.place.ring((2000.0, -300.0)), day=1)
    other.fake(w.moved(lesson.wires, world.place.frame, 2000.0, -300.0), REPLAY)
    other.end()


@fraud(twin=same_laps_all_day)
def replay_scaled(world: World) -> None:
    """The recording is made 7 % smaller, speeds and wheel with it."""
    shift = field_shift(world)
    lesson = shift.lesson(60)
    shift.end()
    again = _next_day(shift)
    again.fake(w.scaled(lesson.wires, world.place.frame, 0.93), REPLAY)
    again.end()


@fraud(twin=same_laps_all_day)
def replay_turned(world: World) -> None:
    """The recording is turned by four degrees and moved by some metres."""
    shift = field_shift(world)
    lesson = shift.lesson(60)
    shift.end()
    again = _next_day(shift)
    again.fake(w.moved(lesson.wires, world.place.frame, 3.0, -2.0, 4.0), REPLAY)
    again.end()


@fraud(twin=same_road_each_day)
def replay_with_noise(world: World) -> None:
    """The recording with fresh noise of 1.5 m on every fix."""
    shift = _road(world)
    lesson = shift.lesson(60)
    shift.end()
    again = _next_day(shift)
    again.fake(w.noisy(lesson.wires, world.place.frame, world.rng, 1.5), REPLAY)
    again.end()


@fraud(twin=same_laps_all_day)
def replay_in_a_loop(world: World) -> None:
    """Fifteen minutes of a real lesson, played four times over within one session."""
    shift = field_shift(world)
    lesson = shift.lesson(60)
    shift.end()
    first_s = lesson.start_s + 600
    again = _next_day(shift)
    again.fake(w.looped(lesson.wires.cut(first_s, first_s + 900), 4), REPLAY)
    again.end()


@fraud(twin=same_road_each_day)
def replay_spliced(world: World) -> None:
    """The first half of one lesson and the second half of another, both a week old."""
    shift = _road(world)
    lessons = [shift.lesson(60) for _ in range(2)]
    shift.end()
    again = _next_day(shift, day=7)
    middle = [lesson.start_s + 1800 for lesson in lessons]
    halves = (
        lessons[0].wires.cut(lessons[0].start_s, middle[0]),
        lessons[1].wires.cut(middle[1], lessons[1].ride.end_s),
    )
    again.fake(w.spliced(*halves), REPLAY)
    again.end()


@fraud(twin=two_cars_one_road)
def clone_terminals(world: World) -> None:
    """Three terminals hear one and the same feed at the same time: a bank of them in an office."""
    shift = _road(world)
    first = shift.lesson(60, lie="emulated terminals on a desk")
    shift.end()
    for _ in range(2):
        other = Shift(world, world.cab(), "07:55", shift.route, part=3, sky=TOWN)
        other.now_s = first.start_s
        other.fake(first.wires, "emulated terminals on a desk")
        other.end()


@fraud(twin=antenna_fails_for_a_while)
def pulses_without_sky(world: World) -> None:
    """A pulse generator on the wheel's wire, the antenna cut; now and then a real minute."""
    shift = field_shift(world)
    shift.lesson(45)
    shift.lesson(60, tamper=w.without_sky, lie="pulse generator, antenna cut")
    shift.end()


@fraud(twin=standstill_drift)
def pulses_on_a_parked_car(world: World) -> None:
    """A pulse generator turns the wheel of a car that stands under an open sky."""
    shift = field_shift(world)

    def running(wires: Wires) -> Wires:
        return w.pulses_for(wires, _learner_kmh(world, len(wires.rpm)))

    shift.lesson(lambda wheel: wheel.stand(3600), tamper=running, lie="pulse generator")
    shift.end()


def _learner_kmh(world: World, count: int) -> Floats:
    swing = 12.0 + 6.0 * np.sin(np.arange(count) / 23.0) + world.rng.normal(0.0, 0.5, count)
    return np.clip(swing, 0.0, None)


@fraud(twin=plain_road_day)
def sky_without_wheel(world: World) -> None:
    """A GNSS simulator drives the road; the wheel's wire is silent."""
    shift = _road(world)
    shift.lesson(60, tamper=w.without_wheel, lie="GNSS simulator")
    shift.end()


@fraud(twin=fine_receiver)
def emulated_too_clean(world: World) -> None:
    """A program writes both channels: exact places, exact speeds, always twelve satellites."""
    world.place.ground("field")
    for _ in range(2):
        shift = Shift(world, world.cab(), "08:00", world.place.ring(), sky=PAINTED)
        shift.tyre = 1.0
        shift.lesson(60, lie="emulated terminal")
        shift.end()


@fraud(twin=same_laps_all_day)
def emulated_with_noise(world: World) -> None:
    """A better program: laps of one drawn course with white noise of 1 m on every fix, satellites by dice."""
    world.place.ground("field")
    shift = Shift(world, world.cab(), "08:00", world.place.ring(), sky=replace(PAINTED, white_m=1.0))

    def diced(fixes: Fixes, begin_s: int) -> Fixes:
        satellites = world.rng.integers(10, 15, len(fixes.has))
        return replace(fixes, satellites=satellites.astype(np.int64))

    shift.sensed = diced
    for _ in range(2):
        shift.lesson(60, lie="emulated terminal")
    shift.end()


@fraud(twin=hill_starts)
def parked_with_nudges(world: World) -> None:
    """An empty car at night, moved a few metres to and fro every minute and a half."""
    shift = field_shift(world)

    def nudged(wheel: Wheelman) -> None:
        for number in range(40):
            wheel.stand(78)
            wheel.creep([(8, 1.5 if number % 2 else -1.5), (4, 0.0)])

    shift.lesson(nudged, lie="parked, nudged now and then")
    shift.end()


@fraud(twin=reverse_parking)
def parked_with_long_nudges(world: World) -> None:
    """Nudged every minute, 12 to 16 m each time: every minute has its metres."""
    shift = field_shift(world)

    def nudged(wheel: Wheelman) -> None:
        for number in range(60):
            way = 1.0 if number % 2 else -1.0
            wheel.stand(47)
            wheel.creep([(10, way * float(world.rng.uniform(1.8, 2.1))), (3, 0.0)])

    shift.lesson(nudged, lie="parked, nudged every minute")
    shift.end()


@fraud(twin=standstill_drift)
def parked_idling(world: World) -> None:
    """The engine idles in the yard for most of the lesson."""
    shift = field_shift(world)

    def idle(wheel: Wheelman) -> None:
        wheel.drive(600)
        wheel.stand(2400)
        wheel.drive(600)

    shift.lesson(idle)
    shift.end()


@fraud(twin=tunnel)
def teleports(world: World) -> None:
    """The trace leaps between two fields 5 km apart every few minutes."""
    world.place.ground("field")
    world.place.ground("far field", (5000.0, 0.0))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())

    def leaping(wires: Wires) -> Wires:
        far = w.moved(wires, world.place.frame, 5000.0, 0.0)
        there = np.arange(len(wires.rpm)) // 45 % 2 == 1
        fixes = wires.fixes
        lat = np.where(there, far.fixes.lat_e7, fixes.lat_e7)
        lon = np.where(there, far.fixes.lon_e7, fixes.lon_e7)
        return replace(wires, fixes=replace(fixes, lat_e7=lat, lon_e7=lon))

    shift.lesson(45, tamper=leaping, lie="the trace leaps")
    shift.end()
