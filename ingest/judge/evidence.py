"""What the judge takes in: the measures of minutes and the other records, as columns.

Times are Unix seconds or Unix minutes (UTC); numbers of people are int.
"""

from dataclasses import dataclass, field
from typing import TypeVar

from ingest.judge.columns import Bools, Columns, Floats, Ints
from ingest.judge.suspicions import Suspicions

INSTRUCTOR = 1
TRAINEE = 2

Course = TypeVar("Course", int, Ints)


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
    """Furthest fix outside the fences in metres, 0 for none outside."""
    out_s: Ints
    """Seconds beyond the margin while the car counted as outside: see ingest.measure.flips and where."""
    doubt_s: Ints
    """Other seconds with, or between, fixes that are not in."""
    cut_m: Floats
    """How far the way between two fixes that are not out led outside, as far as can be told; 0 for none."""
    elsewhere: Ints
    """Bits for minutes with fixes out of all fences that allow them, as in geofence.engine.Places."""
    gnss_m: Floats
    """Length of the trace, from the previous minute's last fix where there is one."""
    speed_m: Floats
    """Mean satellite speed times covered_s; -1 when no fix gave a speed."""
    covered_s: Ints
    """Seconds of the minute spanned by fixes at most track_link_s apart, close enough to follow the car."""
    speed_max_kmh10: Ints
    """Highest satellite speed; -1 when no fix gave one."""
    speed_sum: Ints
    """Sum of the satellite speeds (0.1 km/h)."""
    still_s: Ints
    """Seconds with a satellite speed of 0."""
    slow_s: Ints
    """Seconds with a satellite speed of at most 5 km/h."""
    sats_min: Ints
    sats_max: Ints
    """Fewest and most satellites of a fix; -1 without one."""
    hdop_min: Ints
    hdop_max: Ints
    """Least and greatest hdop of a fix, in fifths, 63 for unknown; -1 without one."""
    wander_m: Floats
    """Way from fix to fix while the wheel stands (less than wander_wheel_m in the minute), otherwise 0."""
    jump_kmh: Floats
    """Highest speed implied by two neighbouring fixes of the terminal however far apart in time, GNSS error
    taken off. The first of a minute is compared with the last one of whichever minute came before."""
    first_lat_e7: Ints
    first_lon_e7: Ints
    """The minute's first fix; 0, 0 without one."""
    last_lat_e7: Ints
    last_lon_e7: Ints
    """The minute's last fix; 0, 0 without one."""


@dataclass(frozen=True, eq=False)
class FaceChecks(Columns):
    """One row a FACE_CHECK record; outcome, moment, score as in firmware.wire.notes. utc_s 0: time unknown.

    photo: number of the photo it was made from, as photo_number has it; 0 none.
    """

    terminal: Ints
    seq: Ints
    session: Ints
    role: Ints
    moment: Ints
    expected: Ints
    matched: Ints
    outcome: Ints
    utc_s: Ints
    photo: Ints
    score: Ints


@dataclass(frozen=True, eq=False)
class Photos(Columns):
    """One row a PHOTO record, which is also among OtherRecords; photo as photo_number has it."""

    terminal: Ints
    seq: Ints
    session: Ints
    role: Ints
    moment: Ints
    photo: Ints
    utc_s: Ints


@dataclass(frozen=True, eq=False)
class Diagnostics(Columns):
    """One row a DIAGNOSTIC record, which is also among OtherRecords; code as in firmware.wire.notes.

    state 1: the fault has come, 0: it has gone.
    """

    terminal: Ints
    seq: Ints
    code: Ints
    state: Ints
    value: Ints
    utc_s: Ints


@dataclass(frozen=True, eq=False)
class Marks(Columns):
    """One row a SIGN_IN or SIGN_OUT record. instructor and course are 0 in a sign-out.

    how: what ended the session, as in firmware.wire.notes; 0 in a sign-in.
    """

    terminal: Ints
    seq: Ints
    session: Ints
    sign_in: Bools
    role: Ints
    person: Ints
    instructor: Ints
    course: Ints
    utc_s: Ints
    how: Ints


@dataclass(frozen=True, eq=False)
class OtherRecords(Columns):
    """Records that are neither minute, face check, sign-in nor sign-out: known, so that they leave no gap."""

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


@dataclass(frozen=True, eq=False)
class Begins(Columns):
    """One row a terminal of which only the records from seq on are here; through: every record up to that one
    is there or was told lost, so seq - 1 where none is missing before."""

    terminal: Ints
    seq: Ints
    through: Ints


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
    photos: Photos = field(default_factory=Photos.empty)
    diagnostics: Diagnostics = field(default_factory=Diagnostics.empty)
    suspicions: Suspicions = field(default_factory=Suspicions.empty)
    begins: Begins = field(default_factory=Begins.empty)


def photo_number(digest: bytes) -> int:
    """A photo's SHA-256 as a number that fits an int64: its first 8 bytes, big-endian, shifted right by 1."""
    return int.from_bytes(digest[:8], "big") >> 1


def part_of(course: Course) -> Course:
    """Part of training (1..4): the fourth digit of the 10-digit course code."""
    return course // 1_000_000 % 10
