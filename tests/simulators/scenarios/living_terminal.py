"""The real firmware's session, fed with the same seconds that a scenario's terminal heard."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from firmware.terminal.gnss.epoch import Epoch
from firmware.terminal.session.session import Session
from firmware.wire import fields
from simulators.worlds.cab import ANSWER_S
from simulators.worlds.plan import INSTRUCTOR, TRAINEE
from simulators.worlds.wires import PULSES_PER_KM, Wires

SETTINGS = {
    "courses": {"2": 1212360000},
    "pulses_per_km": PULSES_PER_KM,
    "face_check_min": 30,
    "face_recheck_s": 120,
    "photo_min": 15,
}
PREFIX = {INSTRUCTOR: "I", TRAINEE: "T"}


class Paper:
    """A recorder that only keeps what it is told, as (kind, utc_s, body); drafts join as in the journal."""

    def __init__(self, first_seq: int) -> None:
        self.made: list[tuple[int, int, dict[str, Any]]] = []
        self.now_s = 0
        self._first_seq = first_seq
        self._draft: dict[str, Any] | None = None

    def next_seq(self) -> int:
        return self._first_seq + len(self.made)

    def write(self, kind: int, body: dict[str, Any]) -> int:
        seq = self.next_seq()
        self.made.append((kind, self.now_s, dict(body)))
        if kind == fields.MINUTE:
            self._draft = None
        if kind == fields.SIGN_OUT:
            # The signature that follows takes a number too.
            self._first_seq += 1
        return seq

    def draft(self, values: dict[str, Any]) -> None:
        before = self._draft
        if before is not None and before["minute"] == values["minute"]:
            values = {**values, "fixes": before["fixes"] + values["fixes"], "from_s": before["from_s"]}
        self._draft = values

    def recovered(self) -> dict[str, Any] | None:
        return self._draft


class Terminal:
    """One firmware session between people and wires. who: as in simulators.worlds.cab."""

    def __init__(self, people: dict[int, int], who: Callable[[int, int], int], first_seq: int) -> None:
        self.paper = Paper(first_seq)
        self._people, self._who = people, who
        self._turned = 0
        self._start()

    def _start(self) -> None:
        self._asked: tuple[int, int] | None = None
        self._picture_s = 0
        self.session = Session(
            SETTINGS, self.paper, self._ask, lambda *line: None, lambda: True, self._take_photo
        )

    def _ask(self, role: int) -> None:
        self._asked = (self.paper.now_s + ANSWER_S, role)

    def _take_photo(self) -> bool:
        self._picture_s = self.paper.now_s + 1
        return True

    def live(self, utc_s: int, wires: Wires, key: str | None = None) -> None:
        """One second: faces and pictures that are answered, the second itself, a key."""
        self.paper.now_s = utc_s
        epoch, vehicle = heard(wires, utc_s)
        vehicle.pulses -= self._turned
        if self._asked is not None and self._asked[0] == utc_s:
            role = self._asked[1]
            self._asked = None
            outcome = self._who(utc_s, role)
            name = f"{PREFIX[role]}{self._people[role]:016d}".encode() if outcome == 0 else b""
            face_id = self._people[role] % 100 if outcome == 0 else 65535
            self.session.on_face((outcome, face_id, name), utc_s, vehicle.pulses, bytes(32))
        if self._picture_s == utc_s:
            self.session.on_photo(bytes(32), 0, False, utc_s, vehicle.pulses)
        self.session.on_second(utc_s, epoch, vehicle)
        if key is not None:
            self.session.on_key(key, utc_s, vehicle.pulses)

    def cut(self, utc_s: int, wires: Wires, last_s: int) -> None:
        """The power was gone and is back: a new start that goes on with the open session."""
        log = self.session.log
        found = {
            "session": log.number,
            "trainee": log.trainee,
            "instructor": log.instructor,
            "course": log.course,
            "utc_s": last_s,
            "counted_s": 0,
            "wheel_m": 0,
            "minutes": 0,
        }
        self._start()
        self.paper.now_s = utc_s
        # The wheel's counter begins at 0 again.
        self._turned = heard(wires, utc_s)[1].pulses
        self.session.resume(found, utc_s, 0)


def heard(wires: Wires, utc_s: int) -> tuple[Any, Any]:
    """(epoch, vehicle) of one second; before and after the wires the car stands as at their ends."""
    at = min(max(utc_s - wires.begin_s, 0), len(wires.rpm) - 1)
    fixes = wires.fixes
    epoch = Epoch(
        utc_s,
        bool(fixes.has[at]),
        utc_s % 60,
        int(fixes.lat_e7[at]),
        int(fixes.lon_e7[at]),
        int(fixes.speed_kmh10[at]),
        int(fixes.heading_deg[at]),
        int(fixes.satellites[at]),
        int(fixes.hdop_fifth[at]),
        False,
        3,
        0,
    )
    pulses = int(wires.wheel_m[at]) * PULSES_PER_KM // 1000
    vehicle = SimpleNamespace(
        pulses=pulses, rpm=int(wires.rpm[at]), ignition=int(wires.ignition[at]), key=None
    )
    return epoch, vehicle
