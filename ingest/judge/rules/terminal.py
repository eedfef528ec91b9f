"""The terminal and its records: registered, in force, signed in, on time, once each, without a hole."""

import numpy as np

from ingest.judge.case import Case, Finding
from ingest.judge.model import REVOKED, UNKNOWN, RuleSet, part_of
from ingest.judge.rules.findings import doubt, refuse
from ingest.judge.rules.runs import recorded_first

_CLOCK_GNSS = 3
_MODE_UNIT = 1_000_000_000
_IN_CAR = 1
_PARTS = (2, 3)


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
    """The record was not made by satellite time, or before its minute or clock_late_s after its end."""
    minutes = case.minutes
    since_s = minutes.utc_s - minutes.minute * 60
    fits = (minutes.clock == _CLOCK_GNSS) & (since_s >= 0) & (since_s <= 60 + rules.clock_late_s)
    return refuse(~fits, utc_s=minutes.utc_s, clock=minutes.clock)


def course_unknown(case: Case, rules: RuleSet) -> Finding:
    """The course is not one in a car (first digit 1) of part 2 or 3, which a car's terminal can give."""
    course = case.minutes.course
    in_car = (course // _MODE_UNIT == _IN_CAR) & np.isin(part_of(course), _PARTS)
    return refuse(~in_car, course=course)


def minute_twice(case: Case, rules: RuleSet) -> Finding:
    """An earlier record of the same session has this minute already."""
    return refuse(~recorded_first(case))


def seq_gap(case: Case, rules: RuleSet) -> Finding:
    """A record may be missing that speaks about this minute: one before it at its terminal, or, in a session
    that runs into a hole, one within the face_around_min minutes after it."""
    near = (case.hole_in_min >= 0) & (case.hole_in_min < rules.face_around_min)
    return doubt(case.behind | near, seq=case.minutes.seq, through=case.through)
