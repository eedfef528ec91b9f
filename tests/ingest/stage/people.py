"""Trainees and their sessions, for the tests of stage reports."""

from datetime import date

from ingest.judge.register.facts import APPROVED
from ingest.stage.trained import Person, Recognised, Trained

TRAINEE = 3100000000000021
START_S = 1_790_000_040
AS_OF_S = START_S + 86_400 * 30


def person(
    vehicle_class: str = "C1", state: int = APPROVED, enrolled: date | None = date(2026, 3, 1)
) -> Person:
    return Person(TRAINEE, vehicle_class, state, enrolled)


def trained(
    number: int, part: int = 2, recorded: int = 60, accepted: int = 60, wheel_m: int = 400, mode: int = 1
) -> Trained:
    """A session whose first minutes are accepted and whose others are parked."""
    first = START_S // 60 + number * 480
    minutes = tuple(
        (first + at, 0, (), wheel_m) if at < accepted else (first + at, 1, ("PARKED",), 0)
        for at in range(recorded)
    )
    start_s = first * 60
    return Trained(
        1000, number, part, mode, start_s, start_s + recorded * 60, recorded, accepted, 0, "rules x", minutes
    )


def over_midnight(recorded: int) -> Trained:
    """A session of part 2 as long before midnight of UTC+8 as after it, all accepted."""
    first = START_S // 86_400 * 1440 + 960 - recorded // 2
    minutes = tuple((first + at, 0, (), 400) for at in range(recorded))
    return Trained(
        1000, 1, 2, 1, first * 60, (first + recorded) * 60, recorded, recorded, 0, "rules x", minutes
    )


def recognised(entry: int, part: int, hours: int, mode: int = 2, kilometres: int = 0) -> Recognised:
    return Recognised(entry, part, mode, hours, kilometres, "certificate 7")


def whole_course() -> tuple[list[Trained], list[Recognised]]:
    """Just enough for C1: 12 + 10 theory hours recognised, 16 hours of part 2 and 24 of part 3 driven."""
    driven = [trained(at, 2, wheel_m=200) for at in range(16)]
    driven += [trained(100 + at, 3, wheel_m=209) for at in range(24)]
    return driven, [recognised(1, 1, 12), recognised(2, 4, 10)]
