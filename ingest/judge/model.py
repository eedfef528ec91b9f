"""The judge's plain types. Times are Unix seconds or Unix minutes (UTC); numbers of people are int."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TypeVar

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
    utc_s: Ints
    """When the record was made, by the terminal's clock; 0 unknown."""
    clock: Ints
    """Quality of that clock, as in firmware.wire.fields."""
    boot: Ints
    uptime_s: Ints
    """When the record was made, by the boot's ticks."""
    odometer_m: Ints
    wheel_m: Ints
    rpm_max: Ints
    ignition_s: Ints
    counted_s: Ints
    """Seconds that the terminal itself counted: its opinion, shown and never credited."""
    stops: Ints
    """Why it did not count the others, bits as in firmware.wire.fields."""
    fix_n: Ints
    fix_estimated: Ints
    """Dead-reckoned positions, which nothing else here counts."""
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
    """Seconds of the minute spanned by fixes at most track_link_s apart, close enough to follow the car."""
    speed_max_kmh10: Ints
    """Highest satellite speed; -1 when no fix gave one."""
    jump_kmh: Floats
    """Highest speed implied by two neighbouring fixes of the terminal however far apart in time, GNSS error
    taken off. The first of a minute is compared with the last one of whichever minute came before."""


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


@dataclass(frozen=True, eq=False)
class LostRecords(Columns):
    """One row a record that its terminal, in a later record, told it can no longer read."""

    terminal: Ints
    seq: Ints


@dataclass(frozen=True, eq=False)
class Times(Columns):
    """One row a TIME record by satellite: at uptime_ms of that boot it was true_ms (Unix milliseconds)."""

    terminal: Ints
    seq: Ints
    boot: Ints
    uptime_ms: Ints
    true_ms: Ints


@dataclass(frozen=True, eq=False)
class Signatures(Columns):
    """Records first_seq to last_seq hang together, and a HEAD record signed the last of them; holds: the
    signature is the key's and over the record that is stored. key as key_number has it."""

    terminal: Ints
    key: Ints
    first_seq: Ints
    last_seq: Ints
    holds: Bools


@dataclass(frozen=True)
class Evidence:
    """Everything the judge takes in; any order, repeats allowed."""

    minutes: MinuteMeasures
    checks: FaceChecks
    marks: Marks
    others: OtherRecords
    times: Times = field(default_factory=Times.empty)
    signatures: Signatures = field(default_factory=Signatures.empty)
    lost: LostRecords = field(default_factory=LostRecords.empty)


@dataclass(frozen=True)
class TerminalFact:
    """One entry of the registry: a terminal bound to a car, half-open [valid_from_s, valid_to_s).

    public_key: 64 hexadecimal digits; with one, minutes need a signature under it.
    """

    terminal: int
    car: int
    valid_from_s: int
    valid_to_s: int | None = None
    revoked_s: int | None = None
    public_key: str | None = None


@dataclass(frozen=True)
class Facts:
    """What the registry says; several entries of one terminal follow one another in time."""

    terminals: tuple[TerminalFact, ...]


@dataclass(frozen=True)
class RuleSet:
    """Every threshold, with its unit in its name. Two rule sets with equal digests judge alike.

    Figures with a source (regulation or a real audit engine): daily cap, 45 of 60 minutes, 30 minutes
    between checks, 7 minutes around a failed one, 2 minutes of standing, 20 %, 200 km/h. The others are ours.
    window_min, for whatever adds up over neighbouring minutes, may not exceed face_around_min: what has not
    arrived yet speaks about no minute further back than that.
    """

    version: str = "national-2016.1"
    utc_offset_min: int = 480
    fence_out_fixes: int = 5
    fence_margin_min_m: float = 4.0
    uere_m: float = 5.0
    """One-sigma range error: a fix's margin is hdop * uere_m, at least fence_margin_min_m."""
    face_every_min: int = 30
    face_around_min: int = 7
    face_carry_min: int = 60
    """An instructor's face confirmed at most so long before a trainee's sign-in counts as confirmed at it: an
    instructor stays signed in from one trainee to the next."""
    face_sign_in_s: int = 120
    """A trainee's own face must have matched at the sign-in, at most so long before its record."""
    own_min_s: int = 25
    """A minute is recorded when 30 s of it lie in the session; less what sign-in and sign-out may differ."""
    clock_late_s: int = 120
    """A minute's record is made at most so long after the minute's end."""
    clock_off_s: int = 60
    """A clock that satellites later showed to be further off leaves its minutes unsure."""
    window_min: int = 5
    stand_min: int = 2
    still_m: float = 10.0
    """A minute's distance below which a sensor says that the car stood."""
    engine_off_s: int = 120
    engine_off_minute_s: int = 30
    gnss_fixes_min: int = 10
    gnss_covered_s: int = 25
    """Seconds of a minute that fixes must cover for it to be seen; a minute of a session has 30 to 60."""
    jump_kmh: float = 200.0
    track_floor_m: float = 8.0
    track_floor_max_m: float = 15.0
    """Movement smaller than a fix's margin, kept between these two, is taken as drift of a standing receiver:
    what hdop says of the place itself is far more than a receiver drifts within a minute."""
    track_link_s: int = 10
    """Fixes further apart than that leave a hole in what they cover."""
    conflict_share: float = 0.2
    conflict_min_m: float = 50.0
    conflict_window_m: float = 100.0
    day_cap_practice_min: int = 240
    hour_min: int = 60
    hour_effective_min: int = 45

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all the thresholds and the version."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


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


def key_number(public_key: str) -> int:
    """63 bits that stand for a public key (hexadecimal) in a column; never 0, which means none is asked."""
    return int.from_bytes(hashlib.sha256(bytes.fromhex(public_key)).digest()[:8], "big") >> 1 or 1


Course = TypeVar("Course", int, Ints)


def part_of(course: Course) -> Course:
    """Part of training (1..4): the fourth digit of the 10-digit course code."""
    return course // 1_000_000 % 10
