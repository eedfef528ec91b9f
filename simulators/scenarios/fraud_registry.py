"""Frauds against the register and the fence: where, when and by whom training counts for nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from simulators.route import lay_route
from simulators.scenarios import honest_registry as twins
from simulators.scenarios.honest_clocks import fence_changed_at_noon
from simulators.scenarios.honest_moves import along_the_edge, fence_with_a_hole, field_shift, slow_learner
from simulators.scenarios.honest_parts import worn_tyre
from simulators.scenarios.library import fraud, honest
from simulators.worlds.drive import Wheelman
from simulators.worlds.place import Drawn
from simulators.worlds.shift import Shift
from simulators.worlds.sky import TOWN
from simulators.worlds.world import World

POND = [(-30.0, -22.0), (30.0, -22.0), (30.0, 22.0), (-30.0, 22.0)]


@fraud(twin=along_the_edge)
def outside_the_ground(world: World) -> None:
    """Twenty minutes on the field, then half an hour on the roads beside it, then back."""
    shift = field_shift(world)
    line = world.place.line((130.0, 0.0))
    shift.lesson(20, gap_s=200)
    shift.route, shift.along_m = world.place.along(line), 0.0
    shift.lesson(30)
    shift.end()


@fraud(twin=fence_with_a_hole)
def short_cut(world: World) -> None:
    """Round after round straight through the pond's forbidden ground, with the receiver on all the time."""
    shift = _shift_at_pond(world)
    shift.lesson(45, lie="through forbidden ground")
    shift.end()


@fraud(twin=fence_with_a_hole)
def short_cut_in_the_dark(world: World) -> None:
    """The same with the antenna pulled for the seconds of the crossing: no fix lies where none may."""
    shift = _shift_at_pond(world)
    pond = shapely.Polygon(POND).buffer(2.0)
    shift.blind = lambda ride: np.asarray(shapely.contains_xy(pond, ride.x_m, ride.y_m), dtype=bool)
    shift.lesson(45, lie="through forbidden ground")
    shift.end()


def _shift_at_pond(world: World) -> Shift:
    corners = [(-124, -78), (124, -78), (124, 78), (-124, 78)]
    world.place.draw(Drawn("field", "field", (2,), shapely.Polygon(corners, [POND])))
    # A lap of about 200 m at walking pace: every minute has a crossing.
    route = lay_route("through", [-50, 50, 50, -50], [0, 0, 8, 8], [18.0, 9.0, 18.0, 9.0])
    return Shift(world, world.cab(), "08:00", route)


@fraud(twin=twins.first_road_lesson)
def wrong_ground_for_the_part(world: World) -> None:
    """Road lessons (part 3) driven on the training field."""
    shift = field_shift(world)
    shift.lesson(60, course=1213360000)
    shift.end()


@fraud(twin=twins.ground_approved_yesterday)
def unapproved_ground(world: World) -> None:
    """A field whose approval is pending."""
    world.place.ground("field", counts=False, more=(("state", "pending"),))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(60)
    shift.end()


@fraud(twin=twins.ground_of_two_schools)
def another_schools_ground(world: World) -> None:
    """A field that is approved for another school only."""
    world.place.ground("field", counts=False, more=(("schools", [f"{world.school + 1:016d}"]),))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(60)
    shift.end()


@fraud(twin=twins.ground_of_two_classes)
def ground_for_another_class(world: World) -> None:
    """A field for motorcycles (class D)."""
    world.place.ground("field", counts=False, more=(("vehicle_classes", [31]),))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(60)
    shift.end()


@fraud(twin=fence_changed_at_noon)
def expired_fence(world: World) -> None:
    """The ground's approval ended yesterday."""
    world.place.ground("field", to_s=world.at("00:00"))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(60)
    shift.end()


@honest
def until_closing_time(world: World) -> None:
    """Permitted are 06:00 to 22:00; the last lesson ends a quarter of an hour before."""
    world.entry("days", windows=((360, 1320),))
    shift = field_shift(world, "20:00")
    shift.lesson(45)
    shift.lesson(45)
    shift.end()


@fraud(twin=until_closing_time)
def out_of_hours(world: World) -> None:
    """A lesson from 22:30 on, where training is permitted from 06:00 to 22:00."""
    world.entry("days", windows=((360, 1320),))
    shift = field_shift(world, "22:30")
    shift.lesson(60, lie="out of hours")
    shift.end()


@fraud(twin=twins.day_after_the_ban)
def banned_date(world: World) -> None:
    """The city has banned training on this day (an examination, a storm)."""
    world.entry("days", banned=((world.at("12:00") + 28800) // 86400,))
    shift = field_shift(world)
    shift.lesson(60, lie="banned date")
    shift.end()


def _unfit(world: World, why: str, **who: Any) -> None:
    shift, lesson = twins.one_lesson(world, **who)
    shift.lie(lesson, why)


@fraud(twin=twins.reinstated_instructor)
def suspended_instructor(world: World) -> None:
    """The instructor's approval was suspended last week."""
    _unfit(world, "instructor suspended", instructor=world.instructor(state=3))


@fraud(twin=twins.permit_ends_tonight)
def instructor_permit_expired(world: World) -> None:
    """The instructor's permit to teach ended at midnight."""
    _unfit(world, "permit expired", instructor=world.instructor(permit_to_s=world.at("00:00")))


@fraud(twin=twins.trainee_came_back)
def cancelled_trainee(world: World) -> None:
    """The trainee has left the school; his card still works."""
    _unfit(world, "trainee cancelled", trainee=world.trainee(state=4))


@fraud(twin=twins.other_part_passed)
def part_passed_already(world: World) -> None:
    """The trainee passed this part's exam a month ago."""
    _unfit(world, "part passed", trainee=world.trainee(parts_passed=1 << 2))


@fraud(twin=twins.inspection_ends_tonight)
def car_without_inspection(world: World) -> None:
    """The car's inspection ran out yesterday."""
    cab = world.cab()
    world.registry["cars"][-1]["inspected_to_s"] = world.at("00:00", -1)
    _unfit(world, "car not inspected", cab=cab)


@fraud(twin=twins.instructor_changed_schools)
def another_schools_instructor(world: World) -> None:
    """The instructor is registered with another school."""
    world.entry("schools", school=world.school + 1)
    _unfit(world, "instructor of another school", instructor=world.instructor(school=world.school + 1))


@fraud(twin=twins.trainee_of_two_classes)
def course_of_another_class(world: World) -> None:
    """A trainee for motorcycles (D) takes hours of a small car's course."""
    _unfit(world, "another class", trainee=world.trainee(vehicle_class=31))


@fraud(twin=twins.instructor_of_two_classes)
def instructor_of_another_class(world: World) -> None:
    """The instructor may teach motorcycles only."""
    _unfit(world, "another class", instructor=world.instructor(vehicle_classes=1 << 31))


@fraud(twin=twins.school_resumes)
def suspended_school(world: World) -> None:
    """The school's approval is suspended; its cars drive on."""
    world.registry["schools"][0]["state"] = twins.SUSPENDED
    _unfit(world, "school suspended")


@fraud(twin=twins.new_trainee)
def unregistered_trainee(world: World) -> None:
    """Nobody knows the trainee's number."""
    world.trainee()
    _unfit(world, "trainee unknown", trainee=2_699_900_000_000_001)


@fraud(twin=twins.terminal_moved_to_another_car)
def revoked_terminal(world: World) -> None:
    """The terminal's entry was revoked at nine; it goes on."""
    shift = field_shift(world)
    world.registry["terminals"][-1]["revoked_s"] = world.at("08:30")
    lesson = shift.lesson(90)
    shift.lie(lesson, "terminal revoked", world.at("08:30"))
    shift.end()


@fraud(twin=slow_learner)
def hardly_any_distance(world: World) -> None:
    """A session of a quarter of an hour in which the car goes less than 100 m altogether."""
    shift = field_shift(world)

    def crawl(wheel: Wheelman) -> None:
        wheel.stand(30)
        for _ in range(6):
            wheel.creep([(9, 1.6), (3, 0.0)])
            wheel.stand(95)

    shift.lesson(crawl, lie="less than 100 m")
    shift.end()


@fraud(twin=twins.first_road_lesson)
def theory_in_a_car(world: World) -> None:
    """A car's terminal records a course of the classroom (mode 2)."""
    shift = field_shift(world)
    shift.lesson(45, course=2212360000, lie="not a course in a car")
    shift.end()


@fraud(twin=worn_tyre)
def wheel_runs_ahead(world: World) -> None:
    """A gear between sensor and wire makes the wheel turn 60 % more than the car drives."""
    line = world.place.line()
    world.place.road("road", line)
    shift = Shift(world, world.cab(), "08:00", world.place.along(line), part=3, sky=TOWN)
    shift.tyre = 1.6
    shift.lesson(60, lie="wheel geared up")
    shift.end()
