"""A training session to come: who sits where, when, and what the camera sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulators.worlds.wires import Wires

INSTRUCTOR, TRAINEE = 1, 2
SIGN_IN, PERIODIC, SIGN_OUT, ORDERED, AFTER_RESTART = 1, 2, 3, 4, 5
MATCH, OTHER_PERSON, UNKNOWN_FACE, NOT_LIVING, NO_FACE, TIME_OUT, MODULE_FAULT = range(7)

Who = Callable[[int, int], int]
"""(utc_s, role) -> outcome of a face check then; 0 when the right person looks at the camera."""
Photo = Callable[[int, int], bytes]
"""(utc_s, role) -> digest of the picture taken then."""


def right_faces(utc_s: int, role: int) -> int:
    """Everybody is who he says he is."""
    return MATCH


@dataclass(frozen=True)
class Plan:
    """A training session to come: from the trainee's face at start_s to his sign-out at end_s.

    checks, photos: whether they are made at all. cut: (from, to) without power, at least two minutes.
    closes: whether anybody signs out. photo None: a new picture each time.
    """

    trainee: int
    instructor: int
    course: int
    start_s: int
    end_s: int
    wires: Wires
    who: Who = right_faces
    photo: Photo | None = None
    checks: bool = True
    photos: bool = True
    check_min: int = 30
    recheck_s: int = 120
    photo_min: int = 15
    cut: tuple[int, int] | None = None
    closes: bool = True
