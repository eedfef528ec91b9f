"""Honest days of odd movement: stops, manoeuvres, edges, short ways."""

from __future__ import annotations

import numpy as np
import shapely

from simulators.route import lay_route
from simulators.scenarios.library import honest
from simulators.worlds.drive import Wheelman
from simulators.worlds.place import Drawn
from simulators.worlds.shift import Shift
from simulators.worlds.sky import TOWN
from simulators.worlds.world import World


def field_shift(world: World, clock: str = "08:00") -> Shift:
    """One car on one field."""
    world.place.ground("field")
    return Shift(world, world.cab(), clock, world.place.ring())


@honest
def standstill_drift(world: World) -> None:
    """Waiting at a light, the instructor explaining: stands of 60 to 95 s, in which the receiver wanders."""
    line = world.place.line()
    world.place.road("road", line)
    shift = Shift(world, world.cab(), "08:00", world.place.along(line), part=3, sky=TOWN)

    def with_waits(wheel: Wheelman) -> None:
        for _ in range(12):
            wheel.drive(int(world.rng.integers(150, 300)))
            wheel.stand(int(world.rng.integers(60, 95)))

    for _ in range(2):
        shift.lesson(with_waits)
    shift.end()


@honest
def along_the_edge(world: World) -> None:
    """Laps a metre and a half inside the fence all round."""
    ground = world.place.ground("field")
    inner = np.array(ground.shape_m.buffer(-1.5).exterior.coords)[:-1]
    # Turned where the corners are rounded off to the inside, never beyond the line.
    route = lay_route("edge", inner[:, 0].tolist(), inner[:, 1].tolist(), [14.0] * len(inner))
    inside = shapely.contains_xy(ground.shape_m, route.x_m, route.y_m)
    assert inside.all()
    shift = Shift(world, world.cab(), "08:00", route)
    for _ in range(2):
        shift.lesson(60)
    shift.end()


@honest
def reverse_parking(world: World) -> None:
    """Reversing into a bay and out again, slowly, all lesson long."""
    shift = field_shift(world)

    def bays(wheel: Wheelman) -> None:
        wheel.drive(120)
        for _ in range(24):
            depth = float(world.rng.uniform(0.6, 1.0))
            wheel.creep([(18, 1.2), (8, 0.0), (22, -depth), (15, 0.0), (20, depth), (12, 0.0), (15, -0.6)])
        wheel.drive(120)

    for _ in range(2):
        shift.lesson(bays)
    shift.end()


@honest
def hill_starts(world: World) -> None:
    """Up to the line, stand 40 s, pull off, with the car rolling back now and then."""
    shift = field_shift(world)

    def hill(wheel: Wheelman) -> None:
        for _ in range(22):
            wheel.creep([(16, 2.5), (4, 0.0)])
            wheel.stand(int(world.rng.integers(20, 40)))
            wheel.creep([(4, -0.5), (14, 2.0), (4, 0.0)])
            wheel.drive(60)

    shift.lesson(hill)
    shift.end()


@honest
def stalled_engine(world: World) -> None:
    """A beginner stalls the engine every few minutes and takes up to 40 s to start it again."""
    shift = field_shift(world)

    def stalls(wheel: Wheelman) -> None:
        for _ in range(20):
            wheel.drive(int(world.rng.integers(110, 190)))
            wheel.stall(int(world.rng.integers(5, 40)))
            wheel.stand(4)

    shift.lesson(stalls)
    shift.end()


@honest
def short_stop(world: World) -> None:
    """Every lesson has one stop of 80 to 100 s with the engine off: a change of seats, a word outside."""
    shift = field_shift(world)

    def with_stop(wheel: Wheelman) -> None:
        wheel.drive(1300)
        wheel.stall(int(world.rng.integers(80, 100)))
        wheel.drive(1300)

    for _ in range(3):
        shift.lesson(with_stop)
    shift.end()


@honest
def slow_learner(world: World) -> None:
    """A first lesson at walking pace: 15 to 25 m a minute with pauses."""
    shift = field_shift(world)

    def slowly(wheel: Wheelman) -> None:
        for _ in range(45):
            run = int(world.rng.integers(22, 35))
            wheel.creep([(run, float(world.rng.uniform(0.8, 1.4))), (int(world.rng.integers(8, 25)), 0.0)])

    shift.lesson(slowly)
    shift.end()


@honest
def overlapping_fences(world: World) -> None:
    """Two approved fields that overlap; laps cross from one into the other and back."""
    world.place.ground("field a")
    world.place.ground("field b", (150.0, 10.0))
    ring = world.place.ring((75.0, 5.0), 1.6)
    xs, ys = np.clip(ring.x_m, -70.0, 220.0), np.clip(ring.y_m, -50.0, 55.0)
    at = np.arange(0, len(xs), 12)
    route = lay_route("across", xs[at].tolist(), ys[at].tolist(), [16.0] * len(at))
    shift = Shift(world, world.cab(), "08:00", route)
    for _ in range(2):
        shift.lesson(60)
    shift.end()


@honest
def fence_with_a_hole(world: World) -> None:
    """A field round a pond, which the fence leaves out; the laps go round it."""
    corners = [(-124, -78), (124, -78), (124, 78), (-124, 78)]
    pond = [(-30, -18), (30, -18), (30, 18), (-30, 18)]
    world.place.draw(Drawn("field", "field", (2,), shapely.Polygon(corners, [pond])))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    for _ in range(2):
        shift.lesson(60)
    shift.end()


@honest
def same_laps_all_day(world: World) -> None:
    """Six trainees, the same marked course, lap after lap; tomorrow again."""
    world.place.ground("field")
    route, cab, instructor = world.place.ring(), world.cab(), world.instructor()
    for day in (0, 1):
        shift = Shift(world, cab, "08:00", route, instructor=instructor, day=day)
        for _ in range(4):
            shift.lesson(45)
        shift.end()


@honest
def same_road_each_day(world: World) -> None:
    """One road route, the same trainee, the same hour, three days on end."""
    line = world.place.line()
    world.place.road("road", line)
    route, cab = world.place.along(line), world.cab()
    instructor, trainee = world.instructor(), world.trainee()
    for day in range(3):
        shift = Shift(world, cab, "09:00", route, part=3, sky=TOWN, instructor=instructor, day=day)
        shift.lesson(90, trainee)
        shift.end()


@honest
def two_cars_one_road(world: World) -> None:
    """Two cars follow each other 40 s apart along one road."""
    line = world.place.line()
    world.place.road("road", line)
    route = world.place.along(line)
    shifts = [Shift(world, world.cab(), "08:00", route, part=3, sky=TOWN) for _ in range(2)]
    shifts[1].now_s = shifts[0].now_s + 40
    shifts[1].along_m = shifts[0].along_m
    for shift in shifts:
        shift.lesson(60)
        shift.end()
