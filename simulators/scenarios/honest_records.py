"""Honest days with records out of the ordinary: power cuts, lost and thinned ones, caps, hand-overs."""

from __future__ import annotations

from simulators.scenarios.honest_moves import field_shift
from simulators.scenarios.library import honest
from simulators.worlds.plan import NO_FACE, TRAINEE
from simulators.worlds.shift import Shift
from simulators.worlds.world import DAY_CAP_MIN, World


@honest
def power_cut(world: World) -> None:
    """The power goes for four minutes in mid-session; the session goes on after the restart."""
    shift = field_shift(world)
    for _ in range(2):
        at_s = shift.now_s + int(world.rng.integers(900, 1500))
        shift.lesson(60, cut=(at_s, at_s + 240))
    shift.end()


@honest
def lost_record_told(world: World) -> None:
    """The flash loses one record of a morning; the terminal tells it, the rest stands."""
    shift = field_shift(world)
    lesson = shift.lesson(90)
    lost = sorted(lesson.written.minutes.values())[40]
    shift.lesson(60)
    shift.cab.book.diagnose(shift.now_s, 4, 1, lost)
    shift.end()
    _take_out(shift, lost)


def _take_out(shift: Shift, lost: int) -> None:
    world, cab = shift.world, shift.cab
    world.cabs.remove(cab)
    world.rows += [row for row in cab.book.rows if row.seq != lost]
    world.labels.pop((cab.terminal, lost))


@honest
def thinned_minutes(world: World) -> None:
    """Days off line: the journal has thinned old traces to one fix in five seconds."""
    shift = field_shift(world)
    lessons = [shift.lesson(60) for _ in range(3)]
    seqs = sorted(seq for lesson in lessons[:2] for seq in lesson.written.minutes.values())
    shift.cab.book.thin(seqs, shift.now_s)
    shift.end()


@honest
def day_cap_reached(world: World) -> None:
    """A keen trainee takes five hours in a day: four count, the excess is to be refused."""
    shift = field_shift(world)
    trainee = world.trainee()
    lessons = [shift.lesson(60, trainee) for _ in range(5)]
    shift.end()
    count = 0
    for lesson in lessons:
        for minute in sorted(lesson.spans):
            count += 1
            if count > DAY_CAP_MIN:
                shift.lie(lesson, "beyond the day's cap", minute * 60, minute * 60 + 60)


@honest
def one_after_another(world: World) -> None:
    """Trainees change within a minute: one signs out, the next signs in at once."""
    shift = field_shift(world)
    for _ in range(6):
        shift.lesson(40, gap_s=25)
    shift.end()


@honest
def instructor_changes_cars(world: World) -> None:
    """An instructor teaches in one car, then ten minutes later in another on the same ground."""
    world.place.ground("field")
    instructor = world.instructor()
    first = Shift(world, world.cab(), "08:00", world.place.ring(), instructor=instructor)
    first.lesson(60)
    first.end()
    second = Shift(world, world.cab(), "09:20", world.place.ring(), instructor=instructor)
    second.lesson(60)
    second.end()


@honest
def face_seen_at_second_try(world: World) -> None:
    """A periodic check finds no face (sun in the camera), the next, two minutes later, matches."""
    shift = field_shift(world)
    spoiled_s = shift.now_s + 1800

    def dazzled(utc_s: int, role: int) -> int:
        return NO_FACE if role == TRAINEE and 0 <= utc_s - spoiled_s < 60 else 0

    shift.lesson(75, who=dazzled)
    shift.end()


@honest
def two_instructors_one_car(world: World) -> None:
    """The morning's instructor hands the car to the afternoon's."""
    world.place.ground("field")
    cab, route = world.cab(), world.place.ring()
    for clock in ("08:00", "10:30"):
        shift = Shift(world, cab, clock, route, switch_on=clock == "08:00")
        shift.lesson(60)
        shift.lesson(45)
        shift.end()
