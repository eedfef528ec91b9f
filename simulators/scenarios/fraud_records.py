"""Frauds with records: inserted behind the gate, dated back, made twice, from the wrong clock."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulators.scenarios.honest_clocks import clock_by_server_first, late_by_days
from simulators.scenarios.honest_moves import field_shift, short_stop, stalled_engine
from simulators.scenarios.honest_records import two_instructors_one_car
from simulators.scenarios.library import fraud
from simulators.worlds.book import Book
from simulators.worlds.drive import Wheelman
from simulators.worlds.shift import Shift
from simulators.worlds.truth import EITHER, FRAUD, Label
from simulators.worlds.world import World


class _Forger(Book):
    """Whoever can write into the database: goes on with a terminal's chain without its key."""

    def __init__(self, book: Book, key: Ed25519PrivateKey | None) -> None:
        super().__init__(book.terminal)
        self.rows, self.boot, self.boot_s, self.clock = book.rows, book.boot, book.boot_s, book.clock
        self._head, self._forged = book.head, key

    def sign(self, utc_s: int, key: Ed25519PrivateKey | None = None) -> None:
        if self._forged is not None:
            super().sign(utc_s, self._forged)


def _insert(world: World, key: Ed25519PrivateKey | None, why: str) -> None:
    shift = field_shift(world)
    shift.lesson(60)
    shift.end()
    shift.cab.book = _Forger(shift.cab.book, key)
    ghost = Shift(world, shift.cab, "14:00", shift.route, instructor=shift.instructor, switch_on=False)
    ghost.lesson(60, lie=why)
    ghost.end()


@fraud(twin=late_by_days)
def inserted_unsigned(world: World) -> None:
    """An insider of the operator writes a whole session into the database; nobody signs for it."""
    _insert(world, None, "inserted on the server")


@fraud(twin=late_by_days)
def inserted_with_forged_signature(world: World) -> None:
    """The same, signed with a key that the insider made."""
    seed = hashlib.sha256(b"insider %d" % world.seed).digest()
    _insert(world, Ed25519PrivateKey.from_private_bytes(seed), "inserted on the server")


@fraud(twin=late_by_days)
def minutes_inserted_into_a_session(world: World) -> None:
    """A stored chain is changed in its middle: ten minutes become better ones, all after them is rehashed."""
    shift = field_shift(world)
    lesson = shift.lesson(60)
    shift.end()
    book = shift.cab.book
    first = sorted(lesson.written.minutes.values())[20]
    book.rewrite(first, first + 9)
    for seq in range(first, len(book.rows) + 1):
        if (shift.cab.terminal, seq) in world.labels:
            world.labels[shift.cab.terminal, seq] = Label(FRAUD, "the chain was rewritten")
    for seq in lesson.written.minutes.values():
        # No signature covers what hangs on rewritten records, neither before nor after them.
        world.labels[shift.cab.terminal, seq] = Label(FRAUD, "the chain was rewritten")


@fraud(twin=clock_by_server_first)
def clock_set_back(world: World) -> None:
    """A false server sets the terminal's clock three hours back; satellites tell another time later."""
    shift = field_shift(world, "14:00")
    shift.end()
    book = shift.cab.book
    shift.now_s += 300
    book.switch_on(shift.now_s, tell=False)
    book.clock, book.off_s = 2, -10800
    ghost = Shift(world, shift.cab, "14:30", shift.route, instructor=shift.instructor, switch_on=False)
    ghost.lesson(45, lie="clock set back")
    book.tell_time(ghost.now_s)
    ghost.end()


@fraud(twin=late_by_days)
def minute_twice(world: World) -> None:
    """Each minute of half an hour is recorded a second time."""
    shift = field_shift(world)
    lesson = shift.lesson(60)
    book = shift.cab.book
    for seq in sorted(lesson.written.minutes.values())[:30]:
        again = book.repeat(seq, shift.now_s)
        world.labels[shift.cab.terminal, again] = Label(FRAUD, "recorded twice")
    shift.end()


@fraud(twin=stalled_engine)
def engine_off(world: World) -> None:
    """The car rolls down a slope with the engine off for minutes, and is towed back."""
    shift = field_shift(world)

    def towed(wheel: Wheelman) -> None:
        wheel.drive(600)
        wheel.drive(1200, engine=False)
        wheel.drive(600)

    shift.lesson(towed)
    shift.end()


@fraud(twin=short_stop)
def parked_engine_off(world: World) -> None:
    """Lunch in mid-session: 25 minutes with the engine off."""
    shift = field_shift(world)

    def lunch(wheel: Wheelman) -> None:
        wheel.drive(900)
        wheel.stall(1500)
        wheel.drive(900)

    shift.lesson(lunch)
    shift.end()


@fraud(twin=short_stop)
def five_hours_in_one_session(world: World) -> None:
    """One session of five hours: four count at most."""
    shift = field_shift(world)
    lesson = shift.lesson(300)
    for minute in sorted(lesson.spans)[240:]:
        shift.lie(lesson, "beyond the cap", minute * 60, minute * 60 + 60)
    shift.end()


@fraud(twin=two_instructors_one_car)
def copied_key(world: World) -> None:
    """A second box with the terminal's key and number lives on in the same chain, on a field 10 km away, at
    the same hours."""
    world.place.ground("field")
    far = (10_000.0, 0.0)
    world.place.ground("far field", far)
    shift = Shift(world, world.cab(), "08:00", world.place.ring())
    original = shift.lesson(60)
    # Nobody can tell which of the two boxes is the terminal that was registered.
    shift.label(original, EITHER, "the terminal itself, or its copy")
    shift.end()
    clone = Shift(world, shift.cab, "08:05", world.place.ring(far))
    clone.lesson(50, lie="a copied terminal")
    clone.end()


@fraud(twin=late_by_days)
def unregistered_terminal(world: World) -> None:
    """A home-made terminal that no registry knows."""
    shift = field_shift(world)
    shift.lesson(45)
    shift.end()
    known = world.registry["terminals"][:]
    other = Shift(world, world.cab(), "08:00", shift.route)
    world.registry["terminals"] = known
    other.lesson(45, lie="terminal unknown")
    other.end()
