"""The short way must not drift: the real firmware makes the same records of the same seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from firmware.wire import fields, records
from simulators.worlds.book import Book
from simulators.worlds.drive import Wheelman
from simulators.worlds.plan import INSTRUCTOR, TRAINEE
from simulators.worlds.shift import Lesson, Shift
from simulators.worlds.sky import CANYON
from simulators.worlds.world import World
from tests.simulators.scenarios.living_terminal import Terminal

HEADER = {"kind", "terminal", "seq", "prev", "boot", "uptime_s", "utc_s", "clock"}
PICTURE = {"photo", "size"}
LIVED = (fields.SIGN_IN, fields.FACE_CHECK, fields.PHOTO, fields.MINUTE, fields.SIGN_OUT)


def lesson_of(seed: int, who: Callable[[int, int], int] | None, **plan: Any) -> tuple[Shift, Lesson]:
    """Fifty-odd minutes under a bad sky, with a stall and a stand."""
    world = World(seed, "drift")
    world.place.ground("field")
    shift = Shift(world, world.cab(), "08:00", world.place.ring(), sky=CANYON)

    def driving(wheel: Wheelman) -> None:
        wheel.drive(600)
        wheel.stall(45)
        wheel.drive(1500)
        wheel.stand(100)
        wheel.drive(900)

    if who is not None:
        start_s = shift.now_s
        plan["who"] = lambda utc_s, role: who(utc_s - start_s, role)
    lesson = shift.lesson(driving, **plan)
    shift.end()
    return shift, lesson


def made(book: Book) -> list[tuple[int, int, dict[str, Any]]]:
    """(kind, second, body) of what a session writes, pictures left out."""
    found = []
    for row in book.rows:
        if row.kind in LIVED:
            values = records.decode(row.record)
            body = {name: value for name, value in values.items() if name not in HEADER | PICTURE}
            found.append((row.kind, values["utc_s"], body))
    return found


def lived(
    shift: Shift,
    lesson: Lesson,
    who: Callable[[int, int], int],
    cut: tuple[int, int] | None = None,
    again: Lesson | None = None,
) -> list[tuple[int, int, dict[str, Any]]]:
    """The same by the firmware's session."""
    people = {INSTRUCTOR: shift.instructor, TRAINEE: lesson.trainee}
    start_s, end_s = lesson.start_s, lesson.ride.end_s - 1
    first = next(row.seq for row in shift.cab.book.rows if row.kind == fields.FACE_CHECK)
    terminal = Terminal(people, lambda utc_s, role: who(utc_s - start_s, role), first)
    out_s = next(at_s for kind, at_s, body in reversed(made(shift.cab.book)) if kind == fields.SIGN_OUT)
    keys = {start_s - 22: "I", out_s - 2: "X"}
    keys |= {start_s - 2: "2", end_s - 2: "O"}
    if again is not None:
        # The instructor's face comes first.
        keys |= {again.start_s - 4: "2", again.ride.end_s - 3: "O"}
    for utc_s in range(start_s - 30, out_s + 5):
        if again is not None and utc_s == again.start_s - 60:
            lesson = again
        if cut is not None and cut[0] <= utc_s < cut[1]:
            continue
        if cut is not None and utc_s == cut[1]:
            terminal.cut(utc_s, lesson.wires, cut[0])
        terminal.live(utc_s, lesson.wires, keys.get(utc_s))
    return [
        (kind, at_s, {name: value for name, value in body.items() if name not in PICTURE})
        for kind, at_s, body in terminal.paper.made
    ]


def as_stored(kind: int, body: dict[str, Any]) -> dict[str, Any]:
    """A body as it is read back, fixes rounded as a record rounds them."""
    whole = {**{name: 1 for name in HEADER}, "prev": bytes(32), "kind": kind, "clock": 3, **body}
    if kind in (fields.FACE_CHECK, fields.PHOTO):
        whole |= {"photo": bytes(32), "size": 0}
    read = records.decode(records.encode(whole))
    return {name: value for name, value in read.items() if name not in HEADER | PICTURE}


def nobody_else(since_s: int, role: int) -> int:
    return 0


def dazzled(since_s: int, role: int) -> int:
    return 4 if role == TRAINEE and 1795 < since_s < 1860 else 0


def stranger(since_s: int, role: int) -> int:
    return 2 if role == TRAINEE and 1500 < since_s < 2400 else 0


def other_instructor(since_s: int, role: int) -> int:
    return 1 if role == INSTRUCTOR and 1500 < since_s < 2100 else 0


@pytest.mark.parametrize("who", [nobody_else, dazzled, stranger, other_instructor])
def test_a_session_is_written_as_the_firmware_writes_it(who: Callable[[int, int], int]) -> None:
    shift, lesson = lesson_of(7, who)
    ours = made(shift.cab.book)
    theirs = [(kind, at_s, as_stored(kind, body)) for kind, at_s, body in lived(shift, lesson, who)]
    assert [row[:2] for row in ours] == [row[:2] for row in theirs]
    for mine, real in zip(ours, theirs, strict=True):
        assert mine == real


def test_a_power_cut_is_written_as_the_firmware_writes_it() -> None:
    world = World(8, "drift")
    start_s = Shift(world, world.cab(), "08:00", world.place.ring()).now_s
    cut = (start_s + 1000, start_s + 1240)
    shift, lesson = lesson_of(8, None, cut=cut)
    ours = made(shift.cab.book)
    theirs = [
        (kind, at_s, as_stored(kind, body)) for kind, at_s, body in lived(shift, lesson, nobody_else, cut)
    ]
    assert [row[:2] for row in ours] == [row[:2] for row in theirs]
    assert ours == theirs


def test_an_instructor_not_seen_for_an_hour_is_asked_as_the_firmware_asks_him() -> None:
    world = World(9, "drift")
    world.place.ground("field")
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    lesson = shift.lesson(20)
    shift.now_s += 3600
    again = shift.lesson(20, lesson.trainee)
    shift.end()
    theirs = lived(shift, lesson, nobody_else, again=again)
    assert made(shift.cab.book) == [(kind, at_s, as_stored(kind, body)) for kind, at_s, body in theirs]
    asked = [body for kind, _, body in made(shift.cab.book) if kind == fields.FACE_CHECK]
    assert sum(body["role"] == INSTRUCTOR and body["expected"] > 0 for body in asked) == 2
