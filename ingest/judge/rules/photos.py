"""Photos: at the sign-in, every quarter of an hour, at the sign-out (domain: a missing one voids 7 minutes
around it, two in a row the whole session).

A minute without a photo near it on either side is refused where the photos around it lie further apart than
they may; so that a photo more never costs a minute. Where records are missing that may be photos, it waits;
so it does while the sign-out has not come.
A picture that the session has shown before is no photo: no two pictures are the same to the bit.
"""

from collections.abc import Callable

import numpy as np

from ingest.judge.case.case import Case, Finding
from ingest.judge.case.photo_gaps import PhotoGaps, minutes_in, photo_gaps
from ingest.judge.columns import Bools, Ints
from ingest.judge.rulebook.rule import MINUTE, SESSION, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import AUDIT_ENGINE, OURS
from ingest.judge.rulebook.thresholds import FACE_AROUND_MIN
from ingest.judge.rules.face import FACE_SIGN_IN_S

PHOTO_EVERY_MIN = Threshold(
    "photo_every_min",
    15,
    "min",
    0,
    240,
    AUDIT_ENGINE,
    "a photo is due so often; 0: no photos are asked for",
    "拍照间隔；0 表示不要求照片",
)
PHOTO_SLACK_MIN = Threshold(
    "photo_slack_min",
    3,
    "min",
    0,
    60,
    OURS,
    "how much later than due a photo may be",
    "照片可迟于应拍时间的分钟数",
)
PHOTO_AT_SIGN_OUT = Threshold(
    "photo_at_sign_out",
    1,
    "0 or 1",
    0,
    1,
    AUDIT_ENGINE,
    "1: a photo is due when the trainee signs out by hand",
    "1：学员手动签退时应拍照",
)
_ALL = (PHOTO_EVERY_MIN, PHOTO_SLACK_MIN, PHOTO_AT_SIGN_OUT, FACE_AROUND_MIN, FACE_SIGN_IN_S)
_NEVER_MIN, _NEVER_S = -1, 1 << 33


@rule(
    45,
    "PHOTO_MISSING",
    MINUTE,
    "No photo was taken near this minute although one was due.",
    "该分钟前后应拍的照片缺失。",
    AUDIT_ENGINE,
    numbers={"since_photo_min": "min", "till_photo_min": "min", "photo_gap_min": "min"},
    thresholds=_ALL,
)
def photo_missing(case: Case, rules: RuleSet) -> Finding:
    """The photos around the minute are further apart than photo_every_min + photo_slack_min, and neither is
    within face_around_min minutes. Before a restart a photo counts for the whole of that time."""
    due_s = (rules.photo_every_min + rules.photo_slack_min) * 60
    near_s = rules.face_around_min * 60

    def find(gaps: PhotoGaps) -> Finding:
        at = _Within(case, gaps.take((gaps.length_s > due_s) & (gaps.from_photo | gaps.to_photo)))
        alone = (at.since_s > near_s) & (at.till_s > near_s) & (~at.gaps.restart | (at.since_s > due_s))
        return _finding(case, rules, at, alone)

    return _open_too(case, rules, find)


@rule(
    46,
    "PHOTO_TWO_MISSING",
    SESSION,
    "Two photos in a row were missing.",
    "连续两次应拍照片缺失。",
    AUDIT_ENGINE,
    numbers={"since_photo_min": "min", "till_photo_min": "min", "photo_gap_min": "min"},
    thresholds=_ALL,
)
def photo_two_missing(case: Case, rules: RuleSet) -> Finding:
    """The photos around the minute are further apart than twice photo_every_min and photo_slack_min, and the
    later one was not taken after a restart, before which the terminal may have been without power."""

    def find(gaps: PhotoGaps) -> Finding:
        far = gaps.length_s > (2 * rules.photo_every_min + rules.photo_slack_min) * 60
        at = _Within(case, gaps.take(far & ~gaps.restart & (gaps.from_photo | gaps.to_photo)))
        return _finding(case, rules, at, at.minute >= 0)

    return _open_too(case, rules, find)


@rule(
    47,
    "PHOTO_NONE",
    SESSION,
    "The training session has no photo at all.",
    "本次培训没有任何照片。",
    AUDIT_ENGINE,
    thresholds=(PHOTO_EVERY_MIN, FACE_SIGN_IN_S),
)
def photo_none(case: Case, rules: RuleSet) -> Finding:
    """No photo belongs to the session, not even of its sign-in."""
    gaps = _gaps(case, rules)
    # A stretch without a photo at either end is the whole of its session.
    at = _Within(case, gaps.take(~gaps.from_photo & ~gaps.to_photo))
    found = _finding(case, rules, at, at.minute >= 0)
    return Finding(found.hit, found.doubt, {})


class _Within:
    """Minutes within some gaps: their rows, their gaps, and seconds to the photos on either side."""

    def __init__(self, case: Case, gaps: PhotoGaps) -> None:
        self.minute, which = minutes_in(case, gaps)
        self.gaps = gaps.take(which)
        begin_s = case.minutes.minute[self.minute] * 60
        since_s = np.maximum(begin_s - self.gaps.from_s, 0)
        self.since_s = np.where(self.gaps.from_photo, since_s, _NEVER_S)
        self.till_s = np.where(self.gaps.to_photo, self.gaps.to_s - begin_s - 60, _NEVER_S)


def _gaps(case: Case, rules: RuleSet, open_too: bool = False) -> PhotoGaps:
    at_sign_out = rules.photo_at_sign_out == 1
    return photo_gaps(case, rules.face_sign_in_s, rules.photo_every_min * 60, at_sign_out, open_too)


def _open_too(case: Case, rules: RuleSet, find: Callable[[PhotoGaps], Finding]) -> Finding:
    """What a sign-out by hand without a photo would refuse is a doubt while no sign-out is there: whoever
    withholds it must not gain by it."""
    now = find(_gaps(case, rules))
    if not np.any(case.sessions.end_s == 0):
        return now
    then = find(_gaps(case, rules, open_too=True))
    told = now.hit | now.doubt
    numbers = {name: np.where(told, value, then.numbers[name]) for name, value in now.numbers.items()}
    return Finding(now.hit, (now.doubt | then.hit | then.doubt) & ~now.hit, numbers)


def _finding(case: Case, rules: RuleSet, at: _Within, mask: Bools) -> Finding:
    """A hole in the records near the minute, or told losses, may have held the photo: then it is a doubt."""
    due_min = rules.photo_every_min + rules.photo_slack_min
    holed = case.behind | ((case.hole_in_min >= 0) & (case.hole_in_min <= due_min))
    holed |= (case.lost_min >= 0) & (case.lost_min <= due_min)
    told, since_min, till_min, gap_min = np.zeros((4, len(holed)), dtype=np.int64)
    told[at.minute] = mask & (rules.photo_every_min > 0)
    since_min[at.minute], till_min[at.minute] = _minutes(at.since_s), _minutes(at.till_s)
    gap_min[at.minute] = at.gaps.length_s // 60
    numbers = {"since_photo_min": since_min, "till_photo_min": till_min, "photo_gap_min": gap_min}
    return Finding((told > 0) & ~holed, (told > 0) & holed, numbers)


def _minutes(seconds: Ints) -> Ints:
    whole: Ints = np.where(seconds == _NEVER_S, _NEVER_MIN, seconds // 60)
    return whole
