"""One terminal in one car, living through training sessions as firmware.terminal.session does.

tests/simulators/scenarios hold both side by side: the same seconds must give the same records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware.wire import fields
from simulators.worlds import stops
from simulators.worlds.book import Book
from simulators.worlds.plan import (
    AFTER_RESTART,
    INSTRUCTOR,
    MATCH,
    PERIODIC,
    SIGN_IN,
    SIGN_OUT,
    TRAINEE,
    Photo,
    Plan,
)

ANSWER_S = 2
MINIMUM_S = 30
DRAFT_S = 10
CARRY_S = 3600
"""An instructor not seen for longer shows his face again before the next trainee's."""


@dataclass
class Written:
    """What became of it: minute -> its record's seq, and each face check (utc_s, role, outcome, seq)."""

    session: int
    minutes: dict[int, int] = field(default_factory=dict)
    checks: list[tuple[int, int, int, int]] = field(default_factory=list)


class Cab:
    """Writes a car's sessions into its terminal's book. online: what sign-ins say of the network."""

    def __init__(self, terminal: int, car: int) -> None:
        self.book = Book(terminal)
        self.terminal = terminal
        self.car = car
        self.online = 1
        self._odometer_m = 0
        self._seen_s = 0
        self._drafted = (0, 0, np.zeros(0, dtype=np.int64), 0)

    def switch_on(self, utc_s: int) -> None:
        """Power on; the wheel's counter begins at 0."""
        self.book.switch_on(utc_s)
        self._odometer_m = 0

    def instructor_in(self, utc_s: int, instructor: int) -> None:
        """The instructor's face, then his sign-in."""
        self._check(utc_s, INSTRUCTOR, SIGN_IN, 0, 0, instructor, MATCH, None)
        self._sign_in(utc_s, INSTRUCTOR, 0, instructor, instructor, 0)

    def instructor_out(self, utc_s: int, instructor: int) -> None:
        """The instructor's face, his sign-out, and the signature over the chain's head."""
        self._check(utc_s, INSTRUCTOR, SIGN_OUT, 0, instructor, instructor, MATCH, None)
        self._sign_out(utc_s, INSTRUCTOR, 0, instructor, 0, 0)
        self.book.sign(utc_s + 3)

    def session(self, plan: Plan) -> Written:
        """All of a session's records, in the order in which they are made."""
        photo = plan.photo
        if plan.start_s - self._seen_s > CARRY_S:
            again_s = plan.start_s - ANSWER_S
            self._check(again_s, INSTRUCTOR, SIGN_IN, 0, plan.instructor, plan.instructor, MATCH, photo)
        self._check(plan.start_s, TRAINEE, SIGN_IN, 0, 0, plan.trainee, MATCH, photo)
        seq = self._sign_in(
            plan.start_s, TRAINEE, self.book.next_seq, plan.trainee, plan.instructor, plan.course
        )
        written = Written(seq)
        begin_s, moment, minutes = plan.start_s, PERIODIC, 0
        if plan.cut is not None:
            off_s, on_s = plan.cut
            self._stretch(plan, written, begin_s, off_s, moment, last="drafted")
            self.book.switch_on(on_s)
            self._odometer_m = -self._wheel(plan, on_s)
            minutes = self._write_drafted(plan, written, on_s)
            begin_s, moment = on_s, AFTER_RESTART
        minutes += self._stretch(plan, written, begin_s, plan.end_s, moment, last="closed")
        if plan.closes:
            distance_m = self._wheel(plan, plan.end_s) - self._wheel(plan, begin_s)
            self._sign_out(plan.end_s, TRAINEE, seq, plan.trainee, minutes, distance_m)
            self.book.sign(plan.end_s + 3)
        self._odometer_m += self._wheel(plan, plan.end_s)
        return written

    def _wheel(self, plan: Plan, utc_s: int) -> int:
        at = min(utc_s - plan.wires.begin_s, len(plan.wires.wheel_m) - 1)
        return int(plan.wires.wheel_m[at])

    def _stretch(self, plan: Plan, written: Written, begin_s: int, end_s: int, moment: int, last: str) -> int:
        """One stretch under power; returns how many minutes it recorded."""
        wires = plan.wires
        seconds = wires.cut(begin_s, end_s)
        asked, pictures, answers = stops.duties(plan, seconds.ignition, begin_s, end_s, moment)
        bits = stops.bits(plan, seconds, begin_s, asked, answers, moment)
        due: list[tuple[int, int, Callable[[], None]]] = []
        for at_s, role, outcome, which in answers:
            due.append((at_s, 0, self._answer(plan, written, at_s, role, outcome, which)))
        for at_s in pictures:
            due.append((at_s, 0, self._picture(plan, written, at_s)))
        made = 0
        for minute in range(begin_s // 60, (end_s - 1) // 60 + 1):
            first_s, past_s = max(minute * 60, begin_s), min(minute * 60 + 60, end_s)
            if past_s == end_s and last == "drafted":
                self._drafted = (minute, first_s, bits[: first_s - begin_s + 60], begin_s)
                continue
            if past_s - first_s < MINIMUM_S:
                continue
            part = bits[first_s - begin_s : past_s - begin_s]
            due.append((past_s, 1, self._minute(plan, written, minute, first_s, past_s, begin_s, part)))
            made += 1
        if last == "closed" and plan.closes:
            outcome = plan.who(end_s, TRAINEE)
            due.append((end_s, 0, self._answer(plan, written, end_s, TRAINEE, outcome, SIGN_OUT)))
        for _, _, act in sorted(due, key=lambda one: one[:2]):
            act()
        return made

    def _minute(
        self,
        plan: Plan,
        written: Written,
        minute: int,
        first_s: int,
        past_s: int,
        begin_s: int,
        bits: NDArray[np.int64],
    ) -> Callable[[], None]:
        def act() -> None:
            before_s = begin_s if first_s == begin_s else first_s - 1
            body = _body(plan, written.session, minute, first_s, past_s, bits)
            body["odometer_m"] = self._odometer_m + self._wheel(plan, past_s - 1)
            body["wheel_m"] = self._wheel(plan, past_s - 1) - self._wheel(plan, before_s)
            written.minutes[minute] = self.book.write(fields.MINUTE, past_s, body)

        return act

    def _write_drafted(self, plan: Plan, written: Written, on_s: int) -> int:
        """The minute that the power cut ended, as far as the last draft tells, however short; how many."""
        minute, first_s, bits, begin_s = self._drafted
        assert plan.cut is not None
        past_s = first_s + (plan.cut[0] - first_s) // DRAFT_S * DRAFT_S
        if past_s <= first_s or on_s // 60 == minute:
            return 0
        part = bits[first_s - begin_s : past_s - begin_s]
        body = _body(plan, written.session, minute, first_s, past_s, part)
        body["odometer_m"] = 0
        body["wheel_m"] = self._wheel(plan, past_s - 1) - self._wheel(plan, max(first_s - 1, begin_s))
        written.minutes[minute] = self.book.write(fields.MINUTE, on_s, body)
        return 1

    def _answer(
        self, plan: Plan, written: Written, at_s: int, role: int, outcome: int, moment: int
    ) -> Callable[[], None]:
        person = plan.trainee if role == TRAINEE else plan.instructor

        def act() -> None:
            seq = self._check(at_s, role, moment, written.session, person, person, outcome, plan.photo)
            written.checks.append((at_s, role, outcome, seq))

        return act

    def _picture(self, plan: Plan, written: Written, at_s: int) -> Callable[[], None]:
        def act() -> None:
            digest = self._digest(at_s, TRAINEE, plan.photo)
            body = {"session": written.session, "role": TRAINEE, "moment": PERIODIC}
            self.book.write(fields.PHOTO, at_s, {**body, "photo": digest, "size": 6000 + digest[0] * 10})

        return act

    def _check(
        self,
        utc_s: int,
        role: int,
        moment: int,
        session: int,
        expected: int,
        person: int,
        outcome: int,
        photo: Photo | None,
    ) -> int:
        if role == INSTRUCTOR and outcome == MATCH:
            self._seen_s = utc_s
        body = {
            "session": session,
            "role": role,
            "moment": moment,
            "expected": expected,
            "matched": person if outcome == MATCH else 0,
            "outcome": outcome,
            "face_id": person % 100 if outcome == MATCH else 65535,
            "score": 255,
            "photo": self._digest(utc_s, role, photo),
        }
        return self.book.write(fields.FACE_CHECK, utc_s, body)

    def _digest(self, utc_s: int, role: int, photo: Photo | None) -> bytes:
        if photo is not None:
            return photo(utc_s, role)
        return hashlib.sha256(b"photo %d %d %d" % (self.terminal, utc_s, role)).digest()

    def _sign_in(self, utc_s: int, role: int, session: int, person: int, instructor: int, course: int) -> int:
        body = {"session": session, "role": role, "person": person, "instructor": instructor}
        return self.book.write(
            fields.SIGN_IN,
            utc_s,
            {**body, "course": course, "face_id": person % 100, "online": self.online},
        )

    def _sign_out(
        self, utc_s: int, role: int, session: int, person: int, minutes: int, distance_m: int
    ) -> None:
        body = {"session": session, "role": role, "person": person, "how": 1}
        self.book.write(fields.SIGN_OUT, utc_s, {**body, "minutes": minutes, "distance_m": distance_m})


def _body(
    plan: Plan, session: int, minute: int, first_s: int, past_s: int, bits: NDArray[np.int64]
) -> dict[str, Any]:
    """All of a minute but its wheel."""
    part = plan.wires.cut(first_s, past_s)
    fixes = part.fixes
    at = np.flatnonzero(fixes.has)
    columns = (fixes.lat_e7, fixes.lon_e7, fixes.speed_kmh10, fixes.heading_deg)
    quality = (fixes.satellites, fixes.hdop_fifth, np.zeros(len(fixes.has), dtype=np.int64))
    rows = zip((at + first_s % 60).tolist(), *(c[at].tolist() for c in (*columns, *quality)), strict=True)
    return {
        "session": session,
        "trainee": plan.trainee,
        "instructor": plan.instructor,
        "course": plan.course,
        "minute": minute,
        "rpm_max": int(part.rpm.max()),
        "ignition_s": int(part.ignition.sum()),
        "counted_s": int((bits & ~stops.INFORMS == 0).sum()),
        "stops": int(np.bitwise_or.reduce(bits)),
        "fixes": list(rows),
    }
