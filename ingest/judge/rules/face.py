"""Faces: confirmed in time, and never another one (domain: every 15 minutes, 7 around a bad one).

A check speaks about the person it expected; one that expected anyone speaks about whom it matched. Outcomes
"no face", "time-out" and "module fault" say nothing about who sat there: they only leave a face unconfirmed.
"""

from collections.abc import Callable

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import INSTRUCTOR, TRAINEE, FaceChecks
from ingest.judge.keys import found, pack
from ingest.judge.rulebook.rule import MINUTE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import AUDIT_ENGINE, OURS, TIMING_PROTOCOL
from ingest.judge.rulebook.thresholds import FACE_AROUND_MIN, FACE_EVERY_MIN

FACE_CARRY_MIN = Threshold(
    "face_carry_min",
    60,
    "min",
    0,
    600,
    OURS,
    "an instructor's face confirmed at most so long before a trainee's sign-in counts as confirmed at it: an "
    "instructor stays signed in from one trainee to the next",
    "教练员在学员签到前该时间内通过核验的，视为签到时已核验",
)
FACE_SIGN_IN_S = Threshold(
    "face_sign_in_s",
    120,
    "s",
    1,
    3600,
    OURS,
    "a trainee's own face must have matched at the sign-in, at most so long before its record",
    "学员签到核验与签到记录之间的最长间隔",
)
_MISSING = (FACE_EVERY_MIN, FACE_AROUND_MIN, FACE_CARRY_MIN)

_MATCH = 0
_OTHERS = (1, 2, 3)
_SIGN_IN = 1
_NEVER_MIN = -1
_LOOK_BACK_S = 180 * 60
"""A check longer ago says nothing: by then a face has long to be confirmed anew."""
_TIME_BITS = 33
NEVER_S = 2**_TIME_BITS


@rule(
    22,
    "FACE_MISSING_TRAINEE",
    MINUTE,
    "The trainee's face was not confirmed in time.",
    "学员未按时通过人脸核验。",
    TIMING_PROTOCOL,
    numbers={"since_match_min": "min"},
    thresholds=(*_MISSING, FACE_SIGN_IN_S),
)
def missing_trainee(case: Case, rules: RuleSet) -> Finding:
    """The trainee's face was not confirmed in face_every_min + face_around_min minutes, or not at the sign-in
    at all: a check of the sign-in itself, at most face_sign_in_s before the session began."""
    return _missing(case, rules, TRAINEE)


@rule(
    24,
    "FACE_MISSING_INSTRUCTOR",
    MINUTE,
    "The instructor's face was not confirmed in time.",
    "教练员未按时通过人脸核验。",
    TIMING_PROTOCOL,
    numbers={"since_match_min": "min"},
    thresholds=_MISSING,
)
def missing_instructor(case: Case, rules: RuleSet) -> Finding:
    """The instructor's face was not confirmed in face_every_min + face_around_min minutes."""
    return _missing(case, rules, INSTRUCTOR)


@rule(
    23,
    "FACE_MISMATCH_TRAINEE",
    MINUTE,
    "The face in the trainee's seat was not the trainee's.",
    "学员人脸核验不符。",
    AUDIT_ENGINE,
    numbers={"mismatch_utc_s": "s"},
    thresholds=(FACE_AROUND_MIN,),
    flagged=True,
)
def mismatch_trainee(case: Case, rules: RuleSet) -> Finding:
    """Another face was in the trainee's place within face_around_min minutes, or since then no match."""
    return _mismatch(case, rules, TRAINEE)


@rule(
    25,
    "FACE_MISMATCH_INSTRUCTOR",
    MINUTE,
    "The face in the instructor's seat was not the instructor's.",
    "教练员人脸核验不符。",
    AUDIT_ENGINE,
    numbers={"mismatch_utc_s": "s"},
    thresholds=(FACE_AROUND_MIN,),
    flagged=True,
)
def mismatch_instructor(case: Case, rules: RuleSet) -> Finding:
    """Another face was in the instructor's place within face_around_min minutes, or since then no match."""
    return _mismatch(case, rules, INSTRUCTOR)


def _missing(case: Case, rules: RuleSet, role: int) -> Finding:
    end_s = case.minutes.minute * 60 + 60
    match_s = Times(case, role, matches).last_before(end_s)
    start_s = case.sessions.start_s[case.row]
    if role == TRAINEE:
        sign_in_s = Times(case, role, _sign_in_matches).last_before(start_s + 1)
        match_s = np.where(sign_in_s >= start_s - rules.face_sign_in_s, match_s, 0)
    carried = (match_s > 0) & (match_s < start_s) & (match_s >= start_s - rules.face_carry_min * 60)
    match_s = np.where(end_s - match_s > _LOOK_BACK_S, 0, match_s)
    since_s = end_s - np.where(carried, start_s, match_s)
    late = (match_s == 0) | (since_s > (rules.face_every_min + rules.face_around_min) * 60)
    since_min = np.where(match_s == 0, _NEVER_MIN, since_s // 60)
    return hits(late & ~_mismatch(case, rules, role).hit, since_match_min=since_min)


def _mismatch(case: Case, rules: RuleSet, role: int) -> Finding:
    start_s = case.minutes.minute * 60
    around_s = rules.face_around_min * 60
    bad = Times(case, role, mismatches)
    bad_s = bad.last_before(start_s + 60)
    recent = (bad_s > 0) & (start_s - bad_s <= _LOOK_BACK_S)
    standing = recent & (bad_s >= Times(case, role, matches).last_before(start_s + 60))
    nearest_s = bad.last_before(start_s + 60 + around_s)
    near = (nearest_s > 0) & (nearest_s >= start_s - around_s)
    return hits(standing | near, mismatch_utc_s=np.where(near, nearest_s, bad_s))


def _person(checks: FaceChecks) -> Ints:
    """Whom a check speaks about; 0 nobody."""
    recognised = np.where(checks.outcome == _MATCH, checks.matched, 0)
    return np.where(checks.expected > 0, checks.expected, recognised)


def matches(checks: FaceChecks) -> Bools:
    """The right face was seen."""
    right: Bools = (checks.outcome == _MATCH) & (checks.matched == _person(checks))
    return right


def _sign_in_matches(checks: FaceChecks) -> Bools:
    """The right face was seen at a sign-in, which lies outside any session."""
    own: Bools = matches(checks) & (checks.moment == _SIGN_IN) & (checks.session == 0)
    return own


def mismatches(checks: FaceChecks) -> Bools:
    """A wrong face was seen. A sign-in that failed outside a session opened none, so it spoils none."""
    wrong = np.isin(checks.outcome, _OTHERS) | ((checks.outcome == _MATCH) & ~matches(checks))
    refused_sign_in = (checks.moment == _SIGN_IN) & (checks.session == 0)
    counted: Bools = wrong & ~refused_sign_in
    return counted


class Times:
    """When a kind of check happened, to be asked for each minute's person at its terminal."""

    def __init__(self, case: Case, role: int, kind: Callable[[FaceChecks], Bools]) -> None:
        checks, minutes = case.checks, case.minutes
        usable = (checks.role == role) & (checks.utc_s > 0) & (_person(checks) > 0)
        checks = checks.take(usable & kind(checks))
        whose = minutes.trainee if role == TRAINEE else minutes.instructor
        terminals, people = np.unique(checks.terminal), np.unique(_person(checks))
        pairs = pack(terminals, checks.terminal, np.searchsorted(people, _person(checks)).astype(np.int64))
        groups, group = np.unique(pairs, return_inverse=True)
        self._keys = np.sort(group.astype(np.int64) << _TIME_BITS | checks.utc_s)
        self._group = np.full(len(minutes), -1, dtype=np.int64)
        person, known = found(people, whose)
        known &= np.isin(minutes.terminal, terminals)
        at, there = found(groups, pack(terminals, minutes.terminal[known], person[known]))
        self._group[known] = np.where(there, at, -1)

    def last_before(self, utc_s: Ints) -> Ints:
        """Unix second of each minute's last such check before utc_s, 0 for none."""
        if not len(self._keys):
            return np.zeros(len(utc_s), dtype=np.int64)
        wanted = np.maximum(self._group, 0) << _TIME_BITS | utc_s
        last = np.searchsorted(self._keys, wanted) - 1
        key = self._keys[np.maximum(last, 0)]
        own = (self._group >= 0) & (last >= 0) & (key >> _TIME_BITS == self._group)
        return np.where(own, key & (2**_TIME_BITS - 1), 0)

    def first_after(self, utc_s: Ints) -> Ints:
        """Unix second of each minute's first such check at utc_s or later; the end of time for none."""
        never = np.full(len(utc_s), NEVER_S, dtype=np.int64)
        if not len(self._keys):
            return never
        wanted = np.maximum(self._group, 0) << _TIME_BITS | utc_s
        at = np.searchsorted(self._keys, wanted)
        key = self._keys[np.minimum(at, len(self._keys) - 1)]
        own = (self._group >= 0) & (at < len(self._keys)) & (key >> _TIME_BITS == self._group)
        return np.where(own, key & (2**_TIME_BITS - 1), never)
