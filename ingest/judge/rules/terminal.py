"""The terminal and its records: registered, in force, signed in, on time, once each, without a hole."""

import numpy as np

from ingest.judge.case import Case, Finding
from ingest.judge.evidence import part_of
from ingest.judge.facts import REVOKED, UNKNOWN
from ingest.judge.rule_set import RuleSet
from ingest.judge.rules.findings import doubt, refuse
from ingest.judge.rules.runs import recorded_first
from ingest.judge.signatures import BAD, MISSING

_CLOCK_NONE, _CLOCK_GNSS = 0, 3
_MODE_UNIT = 1_000_000_000
_IN_CAR = 1
_PARTS = (2, 3)
# Bits of stops beside which a second counts: outside the ground, no position.
_INFORMS = 128 | 256


def unknown(case: Case, rules: RuleSet) -> Finding:
    """The registry has no entry for the terminal."""
    return refuse(case.terminal_state == UNKNOWN)


def revoked(case: Case, rules: RuleSet) -> Finding:
    """No entry of the registry covers this minute, or it lies after the revocation."""
    return refuse(case.terminal_state == REVOKED)


def session_unknown(case: Case, rules: RuleSet) -> Finding:
    """No sign-in of this trainee with this instructor for this course opened the minute's session, or less
    than own_min_s of the minute lie between that sign-in and its sign-out."""
    return refuse(~case.sign_in_fits | (case.own_s < rules.own_min_s), own_s=case.own_s)


def clock_conflict(case: Case, rules: RuleSet) -> Finding:
    """The record was made without a time, or before its minute or clock_late_s after its end: refused.

    A time that did not come from satellites is believed where they later told the same boot the same time;
    where they told another one, further off than clock_off_s, or nothing yet, the minute is unsure.
    """
    minutes = case.minutes
    since_s = minutes.utc_s - minutes.minute * 60
    fits = (minutes.clock != _CLOCK_NONE) & (since_s >= 0) & (since_s <= 60 + rules.clock_late_s)
    confirmed = case.clock_told & (np.abs(case.clock_off_s) <= rules.clock_off_s)
    numbers = {"utc_s": minutes.utc_s, "clock": minutes.clock, "clock_off_s": case.clock_off_s}
    return Finding(~fits, fits & (minutes.clock != _CLOCK_GNSS) & ~confirmed, numbers)


def course_unknown(case: Case, rules: RuleSet) -> Finding:
    """The course is not one in a car (first digit 1) of part 2 or 3, which a car's terminal can give."""
    course = case.minutes.course
    in_car = (course // _MODE_UNIT == _IN_CAR) & np.isin(part_of(course), _PARTS)
    return refuse(~in_car, course=course)


def minute_twice(case: Case, rules: RuleSet) -> Finding:
    """An earlier record of the same session has this minute already."""
    return refuse(~recorded_first(case))


def minute_short(case: Case, rules: RuleSet) -> Finding:
    """The terminal counted less than own_min_s of the minute and names nothing that stopped it: a power cut
    took the rest."""
    minutes = case.minutes
    unstopped = (minutes.stops & ~_INFORMS) == 0
    return refuse(unstopped & (minutes.counted_s < rules.own_min_s), counted_s=minutes.counted_s)


def seq_gap(case: Case, rules: RuleSet) -> Finding:
    """A record may be missing that speaks about this minute: one before it at its terminal, or, in a session
    that runs into a hole, one within the face_around_min minutes after it. A record that the terminal told
    lost is missing for good: it spoils only so many minutes on either side."""
    near = (case.hole_in_min >= 0) & (case.hole_in_min < rules.face_around_min)
    near |= (case.lost_min >= 0) & (case.lost_min <= rules.face_around_min)
    return doubt(case.behind | near, seq=case.minutes.seq, through=case.through)


def signature_missing(case: Case, rules: RuleSet) -> Finding:
    """The registry has a public key for the terminal, and no signature under it covers this minute yet."""
    return doubt(case.signature == MISSING, seq=case.minutes.seq)


def signature_bad(case: Case, rules: RuleSet) -> Finding:
    """Only signatures that do not hold cover this minute."""
    return refuse(case.signature == BAD, seq=case.minutes.seq)
