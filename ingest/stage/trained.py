"""Who is reported on, and what was trained: the plain types of a stage report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ingest.judge.outcome import ACCEPTED, UNSURE

MODES = {1: "in_car", 2: "classroom", 3: "simulator", 4: "remote"}
"""Teaching mode -> its word; the first digit of a course code."""
CLASSROOM = 2


@dataclass(frozen=True)
class Person:
    """The trainee as registered; enrolled_on None: not known."""

    trainee: int
    vehicle_class: str
    state: int
    enrolled_on: date | None


class Overruled(NamedTuple):
    """A minute on which a person decided otherwise than the machine. verdict, reasons: the machine's; layer:
    (English, Chinese); cause: its code; english, chinese: its sentence."""

    verdict: int
    reasons: tuple[str, ...]
    layer: tuple[str, str]
    cause: str
    english: str
    chinese: str


@dataclass(frozen=True)
class Trained:
    """One training session. credited_min: what the ledger holds; minutes: (Unix minute, verdict, reason
    names, wheel metres) in order; overruled: Unix minute -> what a person decided, and over what."""

    terminal: int
    session: int
    part: int
    mode: int
    started_s: int
    ended_s: int | None
    recorded_min: int
    credited_min: int
    unsure_min: int
    judged_under: str
    minutes: tuple[tuple[int, int, tuple[str, ...], int], ...]
    overruled: Mapping[int, Overruled] = field(default_factory=dict)

    @property
    def counted(self) -> frozenset[int]:
        """Verdicts that earned: unsure too where the ledger holds more than the accepted minutes."""
        accepted = sum(verdict == ACCEPTED for _, verdict, _, _ in self.minutes)
        return frozenset((ACCEPTED, UNSURE) if self.credited_min > accepted else (ACCEPTED,))

    @property
    def credited_m(self) -> int:
        """Wheel metres of the minutes that earned."""
        counted = self.counted
        return sum(wheel_m for _, verdict, _, wheel_m in self.minutes if verdict in counted)


@dataclass(frozen=True)
class Recognised:
    """Training hours that no terminal here recorded, recognised by the authority for a stated basis."""

    entry: int
    part: int
    mode: int
    hours: int
    kilometres: int
    basis: str
