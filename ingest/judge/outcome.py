"""What the judge gives back: verdicts of sessions, flags, credit."""

from dataclasses import dataclass

ACCEPTED = 0
REFUSED = 1
UNSURE = 2
VERDICT_NAMES = ("accepted", "refused", "unsure")


@dataclass(frozen=True)
class SessionVerdict:
    """One training session summed up. reasons: (reason number, minutes) pairs in the order of numbers."""

    terminal: int
    session: int
    trainee: int
    instructor: int
    car: int
    course: int
    part: int
    start_s: int
    end_s: int | None
    minutes_recorded: int
    minutes_accepted: int
    minutes_refused: int
    minutes_unsure: int
    reasons: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Flag:
    """Something a person should look at. session 0: the whole terminal; other_*: an overlap's other side."""

    reason: int
    terminal: int
    session: int
    other_terminal: int
    other_session: int
    records: int
    first_minute: int | None
    last_minute: int | None


@dataclass(frozen=True)
class Credit:
    """Minutes a trainee earned in one training session."""

    terminal: int
    session: int
    trainee: int
    part: int
    minutes: int
