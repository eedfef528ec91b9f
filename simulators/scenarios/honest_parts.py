"""Honest cars whose parts are better or worse than the usual, and places where satellites do badly."""

from __future__ import annotations

from dataclasses import replace

from simulators.scenarios.honest_moves import field_shift
from simulators.scenarios.library import honest
from simulators.worlds.shift import Shift
from simulators.worlds.sky import CANYON, OPEN, TOWN, TREES, Sky
from simulators.worlds.world import World

FINE = Sky(0.25, 300.0, 26.0, 0.8, 0.5, 0.03, hold=False, white_m=0.012)
DEEP = replace(CANYON, sigma_m=7.0, bump_m=22.0, hdop=2.2, satellites=6.5)


@honest
def fine_receiver(world: World) -> None:
    """A receiver with corrections: a quarter of a metre, 26 satellites, speeds to 3 cm/s."""
    world.place.ground("field")
    shift = Shift(world, world.cab(), "08:00", world.place.ring(), sky=FINE)
    for _ in range(3):
        shift.lesson(60)
    shift.end()


@honest
def worn_tyre(world: World) -> None:
    """Worn tyres, an old calibration: the wheel counts 6 % too much, in another car 5 % too little."""
    line = world.place.line()
    world.place.road("road", line)
    for tyre in (1.06, 0.95):
        shift = Shift(world, world.cab(), "08:00", world.place.along(line), part=3, sky=TOWN)
        shift.tyre = tyre
        shift.lesson(75)
        shift.end()


@honest
def deep_canyon(world: World) -> None:
    """The worst street of the town: reflections of 20 m, six satellites, a corridor of 25 m a side."""
    line = world.place.line()
    world.place.road("road", line, 25.0)
    shift = Shift(world, world.cab(), "08:00", world.place.along(line, 0.7), part=3, sky=DEEP)
    for _ in range(2):
        shift.lesson(60)
    shift.end()


@honest
def trees_at_the_fence(world: World) -> None:
    """Laps some metres inside a fence with trees along it."""
    world.place.ground("field")
    route = world.place.ring(size=1.15)
    shift = Shift(world, world.cab(), "08:00", route, sky=TREES)
    for _ in range(2):
        shift.lesson(60)
    shift.end()


@honest
def nobody_signs_out(world: World) -> None:
    """The trainee runs for his bus without signing out; the instructor notices the next morning."""
    shift = field_shift(world)
    shift.lesson(60)
    shift.lesson(60, closes=False)
    again = Shift(world, shift.cab, "08:00", shift.route, instructor=shift.instructor, day=1)
    again.lesson(60)
    again.end()


@honest
def antenna_fails_for_a_while(world: World) -> None:
    """A loose plug: a hole of a minute or two now and then; the wheel fits what comes after."""
    line = world.place.line()
    world.place.road("road", line)
    sky = replace(OPEN, outages_h=1.5, outage_s=50.0)
    shift = Shift(world, world.cab(), "08:00", world.place.along(line), part=3, sky=sky)
    for _ in range(2):
        shift.lesson(60)
    shift.end()
