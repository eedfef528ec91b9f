"""The judge's plain types. Times are Unix seconds or Unix minutes (UTC); numbers of people are int."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy.typing as npt

from ingest.judge.columns import Bools, Columns, Floats, Ints

ACCEPTED = 0
REFUSED = 1
UNSURE = 2
VERDICT_NAMES = ("accepted", "refused", "unsure")

INSTRUCTOR = 1
TRAINEE = 2

IN_FORCE = 0
REVOKED = 1
UNKNOWN = 2


@dataclass(frozen=True, eq=False)
class MinuteMeasures(Columns):
    """One row a minute record. Fixes are measured ones: dead-reckoned positions are not counted."""

    terminal: Ints
    seq: Ints
    session: Ints
    trainee: Ints
    instructor: Ints
    course: Ints
    minute: Ints
    odometer_m: Ints
    wheel_m: Ints
    rpm_max: Ints
    ignition_s: Ints
    fix_n: Ints
    fix_in: Ints
    fix_out: Ints
    fix_doubt: Ints
    fence_in_force: Bools
    outside_m: Floats
    """Furthest fix outside the fences in metres (negative: how deep inside even the outermost was)."""
    gnss_m: Floats
    """Length of the trace, from the previous minute's last fix where there is one."""
    speed_m: Floats
    """Mean satellite speed times covered_s; -1 when no fix gave a speed."""
    covered_s: Ints
    """Seconds of the minute spanned by fixes close enough in time to follow the car."""
    speed_max_kmh10: Ints
    """Highest satellite speed; -1 when no fix gave one."""
    jump_kmh: Floats
    """Highest speed implied by two neighbouring fixes, GNSS error taken off."""


@dataclass(frozen=True, eq=False)
class FaceChecks(Columns):
    """One row a FACE_CHECK record; outcome and moment as in firmware.wire.fields. utc_s 0: time unknown."""

    terminal: Ints
    seq: Ints
    session: Ints
    role: Ints
    moment: Ints
    expected: Ints
    matched: Ints
    outcome: Ints
    utc_s: Ints


@dataclass(frozen=True, eq=False)
class Marks(Columns):
    """One row a SIGN_IN or SIGN_OUT record. instructor and course are 0 in a sign-out."""

    terminal: Ints
    seq: Ints
    session: Ints
    sign_in: Bools
    role: Ints
    person: Ints
    instructor: Ints
    course: Ints
    utc_s: Ints


@dataclass(frozen=True, eq=False)
class OtherRecords(Columns):
    """Records that say nothing about a minute (boot, diagnostic): known, so that they leave no gap."""

    terminal: Ints
    seq: Ints


@dataclass(frozen=True)
class Evidence:
    """Everything the judge takes in; any order, repeats allowed."""

    minutes: MinuteMeasures
    checks: FaceChecks
    marks: Marks
    others: OtherRecords


@dataclass(frozen=True)
class TerminalFact:
    """One entry of the registry: a terminal bound to a car, half-open [valid_from_s, valid_to_s)."""

    terminal: int
    car: int
    valid_from_s: int
    valid_to_s: int | None = None
    revoked_s: int | None = None


@dataclass(frozen=True)
class Facts:
    """What the registry says; several entries of one terminal follow one another in time."""

    terminals: tuple[TerminalFact, ...]


@dataclass(frozen=True)
class RuleSet:
    """Every threshold, with its unit in its name. Two rule sets with equal digests judge alike.

    Figures with a source (regulation or a real audit engine): daily cap, 45 of 60 minutes, 15 minutes
    between checks, 7 minutes around a failed one, 2 minutes of standing, 20 %, 200 km/h. The others are ours.
    """

    version: str = "national-2016.1"
    utc_offset_min: int = 480
    fence_out_fixes: int = 5
    fence_margin_min_m: float = 4.0
    uere_m: float = 5.0
    """One-sigma range error: a fix's margin is hdop * uere_m, at least fence_margin_min_m."""
    face_every_min: int = 15
    face_around_min: int = 7
    face_carry_min: int = 60
    """A face confirmed at most so long before a sign-in counts as confirmed at the sign-in: an instructor
    stays signed in from one trainee to the next."""
    stand_min: int = 2
    still_wheel_m: int = 2
    still_speed_kmh10: int = 30
    gnss_fixes_min: int = 10
    jump_kmh: float = 200.0
    jump_apart_s: int = 10
    track_floor_m: float = 8.0
    """Movement smaller than this is taken as drift of a standing receiver."""
    track_link_s: int = 3
    track_covered_s: int = 55
    """Seconds that must be covered before wheel and satellite distance are compared."""
    conflict_share: float = 0.2
    conflict_min_m: float = 50.0
    day_cap_practice_min: int = 240
    hour_min: int = 60
    hour_effective_min: int = 45

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all the thresholds and the version."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Sessions(Columns):
    """One row a training session, ordered by (terminal, session). end_s 0: no sign-out known."""

    terminal: Ints
    session: Ints
    trainee: Ints
    instructor: Ints
    course: Ints
    start_s: Ints
    end_s: Ints
    signed_in: Bools


@dataclass(frozen=True)
class Case:
    """The minutes of one or many training sessions side by side, ordered by (terminal, session, minute, seq).

    row is each minute's index in sessions; claimed_* is the index of the session that holds that person or
    car in this minute already, -1 when this minute's session does. marks_n and others_n count the rest of the
    evidence that was taken in, each record once.
    """

    sessions: Sessions
    minutes: MinuteMeasures
    checks: FaceChecks
    row: Ints
    car: Ints
    terminal_state: Ints
    gap_before: Bools
    gap_after: Bools
    sign_in_fits: Bools
    claimed_trainee: Ints
    claimed_instructor: Ints
    claimed_car: Ints
    marks_n: int
    others_n: int


Numbers = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Finding:
    """One rule's result: masks over the minutes, and the numbers it looked at (name with unit -> column)."""

    refused: Bools
    unsure: Bools
    noted: Bools
    numbers: Numbers

    @property
    def any(self) -> Bools:
        """Minutes for which the rule has something to say."""
        said: Bools = self.refused | self.unsure | self.noted
        return said


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


def part_of(course: int) -> int:
    """Part of training (1..4): the fourth digit of the 10-digit course code."""
    return course // 1_000_000 % 10
