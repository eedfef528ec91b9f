"""What the judge takes in: the measures of minutes and the other records, as columns.

Times are Unix seconds or Unix minutes (UTC); numbers of people are int.
"""

from dataclasses import dataclass, field
from typing import TypeVar

from ingest.judge.columns import Bools, Columns, Floats, Ints

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


def part_of(course: Course) -> Course:
    """Part of training (1..4): the fourth digit of the 10-digit course code."""
    return course // 1_000_000 % 10
