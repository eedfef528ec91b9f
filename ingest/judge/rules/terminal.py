"""The terminal and its records: registered, in force, signed in, on time, once each, without a hole."""

import numpy as np

from firmware.wire.reasons import BY_NUMBER, TERM_REVOKED, TERM_UNKNOWN
from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.case.signatures import BAD, MISSING
from ingest.judge.columns import Bools
from ingest.judge.evidence import part_of
from ingest.judge.register.facts import REVOKED, UNKNOWN
from ingest.judge.rulebook.rule import MINUTE, UNSURE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import ELD, OURS, SUPERVISION_NOTICE
from ingest.judge.rulebook.thresholds import FACE_AROUND_MIN
from ingest.judge.rules.runs import recorded_first

OWN_MIN_S = Threshold(
    "own_min_s",
    25,
    "s",
    0,
    60,
    OURS,
    "seconds of a minute that must lie in the session and be counted; a terminal records a minute from 30 s",
    "一分钟内属于培训过程且被记录的最少秒数",
)
CLOCK_LATE_S = Threshold(
    "clock_late_s",
    120,
    "s",
    0,
    3600,
    OURS,
    "a minute's record is made at most so long after the minute's end",
    "分钟记录须在该分钟结束后此时间内生成",
)
CLOCK_RESTART_S = Threshold(
    "clock_restart_s",
    1800,
    "s",
    0,
    86_400,
    OURS,
    "how long after its end the minute that a power cut broke off may be recorded: a session goes on after a "
    "restart within that time",
    "断电中断的分钟可在重启后补记的最长时间；在此时间内重启培训继续",
)
CLOCK_OFF_S = Threshold(
    "clock_off_s",
    60,
    "s",
    0,
    3600,
    OURS,
    "a clock that satellites later showed to be further off leaves its minutes unsure",
    "卫星授时证实时钟偏差超过该值时，该分钟待定",
)

_CLOCK_NONE, _CLOCK_GNSS = 0, 3
_MODE_UNIT = 1_000_000_000
_IN_CAR = 1
_PARTS = (2, 3)
# Bits of stops beside which a second counts: outside the ground, no position.
_INFORMS = 128 | 256


def _at_the_door(number: int) -> tuple[int, str, str, str, str, str]:
    """What the door tells of a payload, these rules tell of its minutes, in the same words."""
    _, name, _, english, chinese = BY_NUMBER[number]
    return number, name, MINUTE, english, chinese, SUPERVISION_NOTICE


@rule(*_at_the_door(TERM_UNKNOWN))
def unknown(case: Case, rules: RuleSet) -> Finding:
    """The registry has no entry for the terminal."""
    return hits(case.terminal_state == UNKNOWN)


@rule(*_at_the_door(TERM_REVOKED))
def revoked(case: Case, rules: RuleSet) -> Finding:
    """No entry of the registry covers this minute, or it lies after the revocation."""
    return hits(case.terminal_state == REVOKED)


@rule(
    37,
    "SESSION_UNKNOWN",
    MINUTE,
    "No accepted sign-in belongs to this minute.",
    "该分钟没有对应的有效签到。",
    SUPERVISION_NOTICE,
    numbers={"own_s": "s"},
    thresholds=(OWN_MIN_S,),
)
def session_unknown(case: Case, rules: RuleSet) -> Finding:
    """No sign-in of this trainee with this instructor for this course opened the minute's session, or less
    than own_min_s of the minute lie between that sign-in and its sign-out."""
    return hits(~case.sign_in_fits | (case.own_s < rules.own_min_s), own_s=case.own_s)


@rule(
    39,
    "CLOCK_CONFLICT",
    MINUTE,
    "The minute does not fit the time at which it was recorded.",
    "该分钟与记录的生成时间不符。",
    ELD,
    numbers={"utc_s": "s", "clock": "0..3", "clock_off_s": "s"},
    thresholds=(CLOCK_LATE_S, CLOCK_RESTART_S, CLOCK_OFF_S),
    flagged=True,
)
def clock_conflict(case: Case, rules: RuleSet) -> Finding:
    """The record was made without a time, or before its minute or clock_late_s after its end: refused.

    The minute that a power cut broke off is recorded at the restart, at most clock_restart_s after its end;
    later it is a doubt. A time that did not come from satellites is believed where they later told the same
    boot the same time; where they told another one, further off than clock_off_s, or nothing yet, the minute
    is unsure.
    """
    minutes = case.minutes
    since_s = minutes.utc_s - minutes.minute * 60
    timed = (minutes.clock != _CLOCK_NONE) & (since_s >= 0)
    cut = _broken_off(case)
    fits = timed & ((since_s <= 60 + rules.clock_late_s) | cut)
    confirmed = case.clock_told & (np.abs(case.clock_off_s) <= rules.clock_off_s)
    late = cut & (since_s > 60 + max(rules.clock_restart_s, rules.clock_late_s))
    doubt = fits & (late | ((minutes.clock != _CLOCK_GNSS) & ~confirmed))
    numbers = {"utc_s": minutes.utc_s, "clock": minutes.clock, "clock_off_s": case.clock_off_s}
    return Finding(~fits, doubt, numbers)


def _broken_off(case: Case) -> Bools:
    """Minutes with whose record a boot begins, straight after a minute that the boot before recorded."""
    minutes = case.minutes
    broken = np.zeros(len(minutes), dtype=bool)
    broken[1:] = (np.diff(case.row) == 0) & (np.diff(minutes.minute) == 1)
    broken[1:] &= (np.diff(minutes.boot) != 0) & (np.diff(minutes.seq) > 0)
    return broken


@rule(
    40,
    "COURSE_UNKNOWN",
    MINUTE,
    "The course is not one that is trained in a car.",
    "该课程不属于实车培训课程。",
    SUPERVISION_NOTICE,
    numbers={"course": "code"},
)
def course_unknown(case: Case, rules: RuleSet) -> Finding:
    """The course is not one in a car (first digit 1) of part 2 or 3, which a car's terminal can give."""
    course = case.minutes.course
    in_car = (course // _MODE_UNIT == _IN_CAR) & np.isin(part_of(course), _PARTS)
    return hits(~in_car, course=course)


@rule(
    41,
    "MINUTE_TWICE",
    MINUTE,
    "This minute is already recorded in the same training session.",
    "同一培训过程中该分钟已有记录。",
    OURS,
    flagged=True,
)
def minute_twice(case: Case, rules: RuleSet) -> Finding:
    """An earlier record of the same session has this minute already."""
    return hits(~recorded_first(case))


@rule(
    44,
    "MINUTE_SHORT",
    MINUTE,
    "The terminal recorded less than half of this minute.",
    "计时终端对该分钟的记录不足一半。",
    OURS,
    numbers={"counted_s": "s"},
    thresholds=(OWN_MIN_S,),
)
def minute_short(case: Case, rules: RuleSet) -> Finding:
    """The terminal counted less than own_min_s of the minute and names nothing that stopped it: a power cut
    took the rest."""
    minutes = case.minutes
    unstopped = (minutes.stops & ~_INFORMS) == 0
    return hits(unstopped & (minutes.counted_s < rules.own_min_s), counted_s=minutes.counted_s)


@rule(
    36,
    "SEQ_GAP",
    UNSURE,
    "Records before or just after this minute have not arrived.",
    "该分钟之前或紧接其后的记录尚未到达。",
    ELD,
    numbers={"seq": "number", "through": "number"},
    thresholds=(FACE_AROUND_MIN,),
    flagged=True,
)
def seq_gap(case: Case, rules: RuleSet) -> Finding:
    """A record may be missing that speaks about this minute: one before it at its terminal, or, in a session
    that runs into a hole, one within the face_around_min minutes after it. A record that the terminal told
    lost is missing for good: it spoils only so many minutes on either side."""
    near = (case.hole_in_min >= 0) & (case.hole_in_min < rules.face_around_min)
    near |= (case.lost_min >= 0) & (case.lost_min <= rules.face_around_min)
    return hits(case.behind | near, seq=case.minutes.seq, through=case.through)


@rule(
    42,
    "SIGNATURE_MISSING",
    UNSURE,
    "The terminal has not yet signed for this minute with its own key.",
    "计时终端尚未用自身密钥对该分钟签名。",
    OURS,
    numbers={"seq": "number"},
)
def signature_missing(case: Case, rules: RuleSet) -> Finding:
    """The registry has a public key for the terminal, and no signature under it covers this minute yet."""
    return hits(case.signature == MISSING, seq=case.minutes.seq)


@rule(
    43,
    "SIGNATURE_BAD",
    MINUTE,
    "The signature over this minute does not hold.",
    "该分钟的终端签名无效。",
    OURS,
    numbers={"seq": "number"},
    flagged=True,
)
def signature_bad(case: Case, rules: RuleSet) -> Finding:
    """Only signatures that do not hold cover this minute."""
    return hits(case.signature == BAD, seq=case.minutes.seq)
