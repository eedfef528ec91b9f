"""Frauds with people: other faces, none, old photos, two places at once."""

from __future__ import annotations

import hashlib

from simulators.scenarios.honest_moves import field_shift
from simulators.scenarios.honest_records import (
    face_seen_at_second_try,
    instructor_changes_cars,
    one_after_another,
)
from simulators.scenarios.library import fraud, honest
from simulators.worlds.drive import Wheelman
from simulators.worlds.plan import NO_FACE, NOT_LIVING, OTHER_PERSON, TRAINEE, UNKNOWN_FACE, Who
from simulators.worlds.shift import Lesson, Shift
from simulators.worlds.truth import EITHER, Label
from simulators.worlds.world import World


def _seat_taken(from_s: int, to_s: int, outcome: int, seat: int = TRAINEE) -> Who:
    """Somebody else (or nobody) sits there meanwhile."""
    return lambda utc_s, role: outcome if role == seat and from_s <= utc_s < to_s else 0


@fraud(twin=face_seen_at_second_try)
def other_face_mid_session(world: World) -> None:
    """A friend takes the trainee's place from minute 20 on, until the checks have said so for an hour."""
    shift = field_shift(world)
    from_s, to_s = shift.now_s + 1620, shift.now_s + 5400
    lesson = shift.lesson(100, who=_seat_taken(from_s, to_s, UNKNOWN_FACE))
    shift.lie(lesson, "another driver", from_s, to_s)
    shift.end()


@fraud(twin=face_seen_at_second_try)
def substitute_all_along(world: World) -> None:
    """After the sign-in another enrolled trainee drives; checks every 15 minutes tell."""
    shift = field_shift(world)
    lesson = shift.lesson(60, check_min=15, who=lambda utc_s, role: OTHER_PERSON if role == TRAINEE else 0)
    shift.lie(lesson, "another driver", lesson.start_s + 60)
    shift.end()


@fraud(twin=face_seen_at_second_try)
def cardboard(world: World) -> None:
    """A printed face is held before the camera: the module says that it does not live."""
    shift = field_shift(world)
    from_s, to_s = shift.now_s + 1500, shift.now_s + 5400
    lesson = shift.lesson(90, who=_seat_taken(from_s, to_s, NOT_LIVING))
    shift.lie(lesson, "a printed face", from_s, to_s)
    shift.end()


@fraud(twin=face_seen_at_second_try)
def empty_seat(world: World) -> None:
    """Nobody sits in the trainee's seat after half an hour: the checks find no face."""
    shift = field_shift(world)
    from_s, to_s = shift.now_s + 1750, shift.now_s + 7200
    lesson = shift.lesson(110, who=_seat_taken(from_s, to_s, NO_FACE))
    shift.lie(lesson, "nobody in the seat", from_s, to_s)
    shift.end()


@fraud(twin=face_seen_at_second_try)
def instructor_leaves(world: World) -> None:
    """The instructor gets out after the sign-in and somebody else sits beside the trainee."""
    shift = field_shift(world)
    from_s, to_s = shift.now_s + 1700, shift.now_s + 5400
    lesson = shift.lesson(80, who=_seat_taken(from_s, to_s, UNKNOWN_FACE, seat=1))
    shift.lie(lesson, "another instructor", from_s, to_s)
    shift.end()


@fraud(twin=face_seen_at_second_try)
def no_checks_at_all(world: World) -> None:
    """A patched terminal asks for no face and takes no photo after the sign-in; the trainee goes home."""
    shift = field_shift(world)
    shift.lesson(100, checks=False, photos=False, lie="nobody was checked")
    shift.end()


@fraud(twin=one_after_another)
def photo_reused(world: World) -> None:
    """A patched camera gives the same picture for every check, in three sessions."""
    shift = field_shift(world)
    picture = hashlib.sha256(b"one picture %d" % world.seed).digest()
    for _ in range(3):
        shift.lesson(45, photo=lambda utc_s, role: picture, lie="one picture for all")
    shift.end()


@fraud(twin=one_after_another)
def trainee_in_two_cars(world: World) -> None:
    """One trainee drives in two cars at once: a second card was made."""
    world.place.ground("field")
    trainee = world.trainee()
    first = Shift(world, world.cab(), "08:00", world.place.ring())
    first.lesson(60, trainee)
    second = Shift(world, world.cab(), "08:10", world.place.ring())
    lesson = second.lesson(60, trainee)
    second.lie(lesson, "trainee in another car", 0, first.now_s - 400)
    _free_tail(second, lesson, first.now_s)
    first.end()
    second.end()


def _free_tail(shift: Shift, lesson: Lesson, free_s: int) -> None:
    """What lies after the first car's lesson is as undefined as it is odd."""
    tail = {m: Label(EITHER, "after the overlap") for m in lesson.spans if m * 60 + 60 > free_s - 400}
    shift.world.lay(shift.cab, lesson.written, tail)


@fraud(twin=instructor_changes_cars)
def instructor_in_two_cars(world: World) -> None:
    """One instructor is signed in on two cars; the second one's lessons are his assistant's."""
    world.place.ground("field")
    instructor = world.instructor()
    first = Shift(world, world.cab(), "08:00", world.place.ring(), instructor=instructor)
    first.lesson(90)
    second = Shift(world, world.cab(), "08:15", world.place.ring(), instructor=instructor)
    second.lesson(60, lie="instructor in another car")
    first.end()
    second.end()


@fraud(twin=instructor_changes_cars)
def car_in_two_sessions(world: World) -> None:
    """Two terminals registered for one car, both in session at once."""
    world.place.ground("field")
    cab = world.cab()
    twin = world.cab(car=cab.car)
    first = Shift(world, cab, "08:00", world.place.ring())
    first.lesson(90)
    second = Shift(world, twin, "08:15", world.place.ring())
    second.lesson(60, lie="car in another session")
    first.end()
    second.end()


@fraud(twin=instructor_changes_cars)
def impossible_hand_over(world: World) -> None:
    """The instructor signs out on one ground and ten minutes later in on another, 60 km away."""
    world.place.ground("field")
    far = (60_000.0, 0.0)
    world.place.ground("far field", far)
    instructor = world.instructor()
    first = Shift(world, world.cab(), "08:00", world.place.ring(), instructor=instructor)
    first.lesson(60)
    first.end()
    second = Shift(world, world.cab(), "08:00", world.place.ring(far), instructor=instructor)
    second.now_s = first.now_s + 600
    second.lesson(60, lie="instructor cannot have got there")
    second.end()


@honest
def exactly_45_minutes(world: World) -> None:
    """A school that plans honestly: lessons of just 45 minutes, give or take the seconds people need."""
    shift = field_shift(world)
    for day in range(2):
        for _ in range(5):
            shift.lesson(lambda wheel: wheel.drive(45 * 60 + int(world.rng.integers(-8, 9))), gap_s=300)
        shift.end()
        if day == 0:
            shift = Shift(world, shift.cab, "08:00", shift.route, instructor=shift.instructor, day=1)


@fraud(twin=exactly_45_minutes)
def bunched_at_the_quota(world: World) -> None:
    """A program signs one instructor's trainees in and out: twelve sessions of 60 minutes to the second in
    three days; a colleague's sessions on the same ground end when they end."""
    world.place.ground("field")
    cabs = world.cab(), world.cab()
    instructors = world.instructor(), world.instructor()
    for day in range(3):
        for cab, instructor, exact in zip(cabs, instructors, (True, False), strict=True):
            shift = Shift(world, cab, "08:00", world.place.ring(), instructor=instructor, day=day)
            for _ in range(4):
                if exact:
                    # Driven they were; that a program signed them out is to be looked at, not to be held.
                    shift.label(shift.lesson(_an_hour, gap_s=300), EITHER, "signed out by a program")
                else:
                    shift.lesson(int(world.rng.integers(38, 75)))
            shift.end()


def _an_hour(wheel: Wheelman) -> None:
    wheel.drive(3601)
