"""Honest days under all kinds of sky: what the receiver sees is worse than what the car did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from simulators.scenarios.library import honest
from simulators.worlds.drive import Ride, Wheelman
from simulators.worlds.shift import Mask, Shift
from simulators.worlds.sky import (
    CANYON,
    HDOP_UNKNOWN,
    HEADING_UNKNOWN,
    HOLDING,
    OPEN,
    SPEED_UNKNOWN,
    TOWN,
    TREES,
    Fixes,
    Sky,
    every,
)
from simulators.worlds.world import World


def _field(world: World, sky: Sky = OPEN, clock: str = "08:00") -> Shift:
    world.place.ground("field")
    return Shift(world, world.cab(), clock, world.place.ring(), sky=sky)


@honest
def plain_field_day(world: World) -> None:
    """Two cars on a training field from morning to afternoon."""
    world.place.ground("field")
    for clock in ("08:00", "08:20"):
        shift = Shift(world, world.cab(), clock, world.place.ring())
        for minutes in (60, 45, 90, 60):
            shift.lesson(minutes)
        shift.end()


@honest
def plain_road_day(world: World) -> None:
    """Two cars on an approved road under an open sky."""
    line = world.place.line()
    world.place.road("road", line)
    for clock in ("08:00", "09:00"):
        shift = Shift(world, world.cab(), clock, world.place.along(line), part=3, sky=TOWN)
        for minutes in (60, 90, 60):
            shift.lesson(minutes)
        shift.end()


@honest
def urban_canyon(world: World) -> None:
    """A road between high houses: reflections, few satellites, short outages."""
    line = world.place.line()
    world.place.road("road", line, 30.0)
    shift = Shift(world, world.cab(), "08:00", world.place.along(line, 0.8), part=3, sky=CANYON)
    for minutes in (60, 60, 90):
        shift.lesson(minutes)
    shift.end()


@honest
def tunnel(world: World) -> None:
    """A road through a tunnel of 500 m."""
    line = world.place.line(legs=12)
    world.place.road("road", line, 25.0)
    route = world.place.along(line)
    shift = Shift(world, world.cab(), "08:00", route, part=3, sky=TOWN)

    def under_ground(ride: Ride) -> Mask:
        # The same stretch both ways: it lies between two distances from the road's beginning.
        at = ride.along_m % route.length_m
        out = np.minimum(at, route.length_m - at)
        dark: Mask = (out > 1500.0) & (out < 2000.0)
        return dark

    shift.blind = under_ground
    for minutes in (60, 60):
        shift.lesson(minutes)
    shift.end()


@honest
def tree_cover(world: World) -> None:
    """A field under old trees."""
    shift = _field(world, TREES)
    for minutes in (60, 60, 60):
        shift.lesson(minutes)
    shift.end()


@honest
def sparse_fixes(world: World) -> None:
    """Receivers that give a fix only every 5 s, and one every 10 s (0.1 Hz)."""
    line = world.place.line()
    world.place.road("road", line)
    for seconds in (5, 10):
        shift = Shift(world, world.cab(), "08:00", world.place.along(line), part=3, sky=TOWN)
        shift.sensed = _slow_receiver(seconds)
        for minutes in (60, 60):
            shift.lesson(minutes)
        shift.end()


def _slow_receiver(seconds: int) -> Callable[[Fixes, int], Fixes]:
    return lambda fixes, begin_s: every(fixes, begin_s, seconds)


@honest
def static_hold(world: World) -> None:
    """A receiver that freezes its place while the car stands, with many short stops."""
    shift = _field(world, HOLDING)

    def stops(wheel: Wheelman) -> None:
        for _ in range(16):
            wheel.drive(160)
            wheel.stand(55)

    for _ in range(2):
        shift.lesson(stops)
    shift.end()


@honest
def bare_receiver(world: World) -> None:
    """An old receiver: a fix a second, but neither speed nor course nor HDOP."""
    shift = _field(world)

    def bare(fixes: Fixes, begin_s: int) -> Fixes:
        unknown = np.zeros(len(fixes.has), dtype=np.int64)
        return replace(
            fixes,
            speed_kmh10=unknown + SPEED_UNKNOWN,
            heading_deg=unknown + HEADING_UNKNOWN,
            hdop_fifth=unknown + HDOP_UNKNOWN,
        )

    shift.sensed = bare
    for _ in range(2):
        shift.lesson(60)
    shift.end()
