"""Honest days at awkward times: midnight, leap day, new year, other zones, late clocks, changing fences."""

from __future__ import annotations

from simulators.scenarios.library import honest
from simulators.worlds.shift import Shift
from simulators.worlds.sky import TOWN, Fixes
from simulators.worlds.world import World


def road_shift(world: World, clock: str, day: int = 0) -> Shift:
    """One car on one road."""
    line = world.place.line()
    world.place.road("road", line)
    return Shift(world, world.cab(), clock, world.place.along(line), part=3, sky=TOWN, day=day)


@honest
def midnight(world: World) -> None:
    """A night lesson from 23:20 to 00:50, and the same trainee for three hours on the new day."""
    shift = road_shift(world, "23:20")
    trainee = world.trainee()
    shift.lesson(90, trainee)
    shift.end()
    shift.now_s = world.at("14:00", 1)
    again = Shift(world, shift.cab, "14:00", shift.route, 3, TOWN, shift.instructor, day=1, switch_on=False)
    again.lesson(170, trainee)
    again.end()


@honest
def leap_day(world: World) -> None:
    """29 February 2028, and the night before it."""
    world.date = "2028-02-29"
    shift = road_shift(world, "23:30", day=-1)
    shift.lesson(60)
    shift.lesson(60)
    shift.end()


@honest
def new_year(world: World) -> None:
    """From 31 December into 1 January, by local time and by UTC."""
    world.date = "2027-01-01"
    shift = road_shift(world, "23:30", day=-1)
    shift.lesson(60)
    shift.end()
    shift = Shift(world, world.cab(), "07:30", shift.route, 3, TOWN)
    shift.lesson(60)
    shift.end()


@honest
def daylight_saving(world: World) -> None:
    """The night in which the Azores go from UTC-1 to UTC+0 (29 March 2026, 00:00 local): the wall clock
    leaps an hour, the minutes of UTC go on."""
    world.date, world.utc_offset_min = "2026-03-29", -60
    shift = road_shift(world, "23:10", day=-1)
    shift.lesson(90)
    shift.end()


@honest
def fence_changed_at_noon(world: World) -> None:
    """The school moves to another field at noon: the old fence ends, the new one begins, so do the cars."""
    noon_s = world.at("12:00")
    world.place.ground("old field", to_s=noon_s)
    world.place.ground("new field", (900.0, 200.0), from_s=noon_s)
    cab = world.cab()
    shift = Shift(world, cab, "09:30", world.place.ring())
    shift.lesson(60)
    shift.lesson(60)
    shift.now_s = noon_s + 120
    shift.route, shift.along_m = world.place.ring((900.0, 200.0)), 0.0
    shift.lesson(60)
    shift.end()


@honest
def late_by_days(world: World) -> None:
    """A terminal without a network for three days: everything comes at once, the newest records first."""
    world.place.ground("field")
    cab, instructor = world.cab(), world.instructor()
    cab.online = 0
    route = world.place.ring()
    for day in range(3):
        shift = Shift(world, cab, "09:00", route, instructor=instructor, day=day)
        shift.lesson(60)
        shift.end()
    world.rows = cab.book.rows[::-1]
    world.cabs.remove(cab)


@honest
def clock_by_server_first(world: World) -> None:
    """The first minutes are dated by the server; satellites then tell the same boot the same time."""
    world.place.ground("field")
    shift = Shift(world, world.cab(), "09:00", world.place.ring(), switch_on=False)
    # The sign-in above was made before the power came on: begin again, with the clock as it was.
    _again(shift, 2)
    shift.lesson(45)
    shift.cab.book.clock = 3
    shift.cab.book.tell_time(shift.now_s)
    shift.lesson(45)
    shift.end()


def _again(shift: Shift, clock: int) -> None:
    shift.cab.book.rows.clear()
    shift.cab.book.__init__(shift.cab.terminal)  # type: ignore[misc]
    shift.cab.book.clock = clock
    shift.cab.book.switch_on(shift.now_s - 60, tell=False)
    shift.cab.instructor_in(shift.now_s - 20, shift.instructor)


@honest
def cold_start(world: World) -> None:
    """The receiver wakes 40 s after the trainee has signed in: the first minute has few fixes."""
    world.place.ground("field")
    shift = Shift(world, world.cab(), "08:00", world.place.ring())

    def waking(fixes: Fixes, begin_s: int) -> Fixes:
        fixes.has[:40] = False
        return fixes

    shift.sensed = waking
    for _ in range(3):
        shift.lesson(45)
    shift.end()
