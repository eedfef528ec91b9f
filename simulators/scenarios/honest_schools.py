"""Whole honest days of schools: most of what a judge sees, and where a false alarm would hurt most."""

from __future__ import annotations

from simulators.scenarios.library import honest
from simulators.worlds.shift import Shift
from simulators.worlds.sky import CANYON, TOWN, TREES
from simulators.worlds.world import World


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
def two_fields_in_town(world: World) -> None:
    """Eight cars, half of them on each of two fields two kilometres apart."""
    middles = ((0.0, 0.0), (1500.0, 1300.0))
    for number, at in enumerate(middles):
        world.place.ground(f"field {number}", at)
    for number in range(8):
        shift = Shift(world, world.cab(), "08:00", world.place.ring(middles[number % 2]), sky=TOWN)
        shift.now_s += int(world.rng.integers(0, 2400))
        for _ in range(5):
            shift.lesson(int(world.rng.choice([45, 60, 75])))
        shift.end()


@honest
def roads_of_a_large_town(world: World) -> None:
    """Twelve cars on four roads, one of them between high houses."""
    routes = []
    for number in range(4):
        line = world.place.line((300.0, number * 800.0))
        world.place.road(f"road {number}", line, 30.0)
        routes.append(world.place.along(line, 0.8 if number == 0 else 1.0))
    for number in range(12):
        sky = CANYON if number % 4 == 0 else TOWN
        shift = Shift(world, world.cab(), "07:00", routes[number % 4], part=3, sky=sky)
        shift.now_s += int(world.rng.integers(0, 3600))
        for _ in range(5):
            shift.lesson(int(world.rng.choice([60, 75, 90])))
        shift.end()


@honest
def evening_lessons(world: World) -> None:
    """Eight cars on a road after work, from five to nine."""
    line = world.place.line()
    world.place.road("road", line)
    route = world.place.along(line)
    for _ in range(8):
        shift = Shift(world, world.cab(), "17:00", route, part=3, sky=TOWN)
        shift.now_s += int(world.rng.integers(0, 2400))
        for _ in range(3):
            shift.lesson(int(world.rng.choice([45, 60, 75])))
        shift.end()


@honest
def long_lessons(world: World) -> None:
    """Six cars, two trainees a day, two hours each."""
    line = world.place.line(legs=12)
    world.place.road("road", line)
    route = world.place.along(line)
    for _ in range(6):
        shift = Shift(world, world.cab(), "09:00", route, part=3, sky=TOWN)
        for _ in range(2):
            shift.lesson(int(world.rng.integers(105, 125)))
        shift.end()
