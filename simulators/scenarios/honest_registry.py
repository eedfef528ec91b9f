"""Honest twins of frauds against the register: what looks unfit was mended in time, or is fit after all."""

from __future__ import annotations

from simulators.scenarios.honest_moves import field_shift
from simulators.worlds.cab import Cab
from simulators.worlds.shift import Lesson, Shift
from simulators.worlds.world import World

SUSPENDED, CANCELLED = 3, 4


def one_lesson(
    world: World, instructor: int | None = None, trainee: int | None = None, cab: Cab | None = None
) -> tuple[Shift, Lesson]:
    """An hour on the field."""
    world.place.ground("field")
    shift = Shift(world, cab or world.cab(), "08:00", world.place.ring(), instructor=instructor)
    lesson = shift.lesson(60, trainee)
    shift.end()
    return shift, lesson


def reinstated_instructor(world: World) -> None:
    """The suspension ended at midnight."""
    midnight_s = world.at("00:00")
    number = world.instructor(state=SUSPENDED, valid_to_s=midnight_s)
    world.entry("instructors", instructor=number, school=world.school, valid_from_s=midnight_s)
    one_lesson(world, instructor=number)


def permit_ends_tonight(world: World) -> None:
    """The permit ends at the next midnight, the lesson hours before."""
    one_lesson(world, instructor=world.instructor(permit_to_s=world.at("00:00", 1)))


def trainee_came_back(world: World) -> None:
    """The trainee had left the school and has enrolled again."""
    number = world.trainee(state=CANCELLED, valid_to_s=world.at("00:00", -3))
    world.entry(
        "trainees", trainee=number, school=world.school, vehicle_class=21, valid_from_s=world.at("00:00", -3)
    )
    one_lesson(world, trainee=number)


def other_part_passed(world: World) -> None:
    """The exam passed is that of part 1; the lesson is of part 2."""
    one_lesson(world, trainee=world.trainee(parts_passed=1 << 1))


def inspection_ends_tonight(world: World) -> None:
    """The car's inspection holds until the next midnight."""
    cab = world.cab()
    world.registry["cars"][-1]["inspected_to_s"] = world.at("00:00", 1)
    one_lesson(world, cab=cab)


def instructor_changed_schools(world: World) -> None:
    """The instructor came from another school last month."""
    moved_s = world.at("00:00", -30)
    world.entry("schools", school=world.school + 1)
    number = world.instructor(school=world.school + 1, valid_to_s=moved_s)
    world.entry("instructors", instructor=number, school=world.school, valid_from_s=moved_s)
    one_lesson(world, instructor=number)


def trainee_of_two_classes(world: World) -> None:
    """The trainee holds a small car's course after a motorcycle's."""
    number = world.trainee(vehicle_class=31, valid_to_s=world.at("00:00", -10))
    begins_s = world.at("00:00", -10)
    world.entry("trainees", trainee=number, school=world.school, vehicle_class=21, valid_from_s=begins_s)
    one_lesson(world, trainee=number)


def instructor_of_two_classes(world: World) -> None:
    """The instructor may teach small cars with gears and without."""
    one_lesson(world, instructor=world.instructor(vehicle_classes=1 << 21 | 1 << 22))


def school_resumes(world: World) -> None:
    """The school's suspension ended at midnight."""
    midnight_s = world.at("00:00")
    world.registry["schools"][0].update(state=SUSPENDED, valid_to_s=midnight_s)
    world.entry("schools", school=world.school, valid_from_s=midnight_s)
    one_lesson(world)


def new_trainee(world: World) -> None:
    """The trainee enrolled this morning."""
    one_lesson(world, trainee=world.trainee(valid_from_s=world.at("07:00")))


def terminal_moved_to_another_car(world: World) -> None:
    """The terminal was taken out of one car at nine and built into another."""
    world.place.ground("field")
    cab = world.cab()
    first = world.registry["terminals"][-1]
    shift = Shift(world, cab, "07:30", world.place.ring())
    shift.lesson(60)
    shift.end()
    first["valid_to_s"] = world.at("09:00")
    other = world.cab()
    world.cabs.remove(other)
    world.registry["terminals"].pop()
    world.entry(
        "terminals",
        terminal=cab.terminal,
        car=other.car,
        school=world.school,
        public_key=cab.book.public_key,
        valid_from_s=world.at("09:00"),
    )
    shift = Shift(world, cab, "10:00", shift.route, instructor=shift.instructor)
    shift.lesson(60)
    shift.end()


def ground_approved_yesterday(world: World) -> None:
    """The same field was pending until yesterday."""
    approved_s = world.at("00:00")
    world.place.ground("field", counts=False, to_s=approved_s, more=(("state", "pending"),))
    pending = world.place.fences[-1]
    world.place.ground("field again", from_s=approved_s)
    assert not pending.counts
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(60)
    shift.end()


def ground_of_two_schools(world: World) -> None:
    """The field is approved for this school and another one."""
    schools = [f"{world.school:016d}", f"{world.school + 1:016d}"]
    world.place.ground("field", more=(("schools", schools),))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(60)
    shift.end()


def ground_of_two_classes(world: World) -> None:
    """The field is for motorcycles and small cars."""
    world.place.ground("field", more=(("vehicle_classes", [21, 31]),))
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(60)
    shift.end()


def day_after_the_ban(world: World) -> None:
    """Training was banned yesterday."""
    world.entry("days", banned=((world.at("12:00", -1) + 28800) // 86400,))
    shift = field_shift(world)
    shift.lesson(60)
    shift.end()


def first_road_lesson(world: World) -> None:
    """Part 2 on the field, then part 3 on the road, in one morning with one trainee."""
    world.place.ground("field")
    line = world.place.line((200.0, 0.0))
    world.place.road("road", line)
    trainee = world.trainee()
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    shift.lesson(45, trainee)
    shift.route, shift.along_m, shift.part = world.place.along(line), 0.0, 3
    shift.lesson(45, trainee)
    shift.end()
