"""Whole honest days of a school, and honest cars whose parts are better or worse than the usual."""

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
def school_day(world: World) -> None:
    """Nine cars on one field, two courses, from eight to four; each trainee as long as planned."""
    world.place.ground("field")
    routes = [world.place.ring(), world.place.ring(size=0.8)]
    for number in range(9):
        shift = Shift(world, world.cab(), "08:00", routes[number % 2])
        shift.now_s += int(world.rng.integers(0, 1800))
        for _ in range(6):
            shift.lesson(int(world.rng.choice([45, 60, 60, 75, 90])))
        shift.end()


@honest
def school_road_day(world: World) -> None:
    """Fourteen cars on two roads that the school has used for years."""
    routes = []
    for number in range(2):
        line = world.place.line((300.0, number * 900.0))
        world.place.road(f"road {number}", line)
        routes.append(world.place.along(line))
    for number in range(14):
        shift = Shift(world, world.cab(), "08:00", routes[number % 2], part=3, sky=TOWN)
        shift.now_s += int(world.rng.integers(0, 1800))
        for _ in range(5):
            shift.lesson(int(world.rng.choice([45, 60, 90])))
        shift.end()


@honest
def field_then_road(world: World) -> None:
    """Ten cars: the morning on the field, the afternoon on the road with other trainees."""
    world.place.ground("field")
    line = world.place.line((250.0, 0.0))
    world.place.road("road", line)
    road = world.place.along(line)
    for _ in range(10):
        shift = Shift(world, world.cab(), "08:00", world.place.ring(), sky=TOWN)
        for _ in range(3):
            shift.lesson(int(world.rng.choice([45, 60, 75])))
        shift.route, shift.part, shift.now_s = road, 3, max(shift.now_s, world.at("13:00"))
        shift.along_m = float(world.rng.uniform(0.0, road.length_m))
        for _ in range(3):
            shift.lesson(int(world.rng.choice([60, 75, 90])))
        shift.end()


@honest
def school_week(world: World) -> None:
    """Two cars, five days, the same instructors and every trainee twice a week."""
    world.place.ground("field")
    cabs = [world.cab() for _ in range(2)]
    instructors = [world.instructor() for _ in cabs]
    trainees = [world.trainee() for _ in range(20)]
    routes = [world.place.ring() for _ in cabs]
    for day in range(5):
        for number, cab in enumerate(cabs):
            shift = Shift(world, cab, "08:00", routes[number], instructor=instructors[number], day=day)
            for lesson in range(4):
                trainee = trainees[(day * 8 + number * 4 + lesson) % 20]
                shift.lesson(int(world.rng.choice([60, 75, 90])), trainee)
            shift.end()


@honest
def school_under_trees(world: World) -> None:
    """Six cars on a field with trees all round."""
    world.place.ground("field")
    for _ in range(6):
        shift = Shift(world, world.cab(), "08:00", world.place.ring(), sky=TREES)
        shift.now_s += int(world.rng.integers(0, 3600))
        for _ in range(5):
            shift.lesson(int(world.rng.choice([45, 60, 90])))
        shift.end()


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
