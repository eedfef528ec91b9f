"""How long and how far a training session went, and how it ended.

What is said of a whole session is told at its last minute; an effect `session` spreads it over the others.
"""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools
from ingest.judge.rulebook.rule import MINUTE, NOTE, SESSION, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import AUDIT_ENGINE, OURS, PROTOCOL_2013, TIMING_PROTOCOL, VIETNAM
from ingest.judge.rules.runs import last_of_session, of_session, recorded_first

SESSION_DISTANCE_M = Threshold(
    "session_distance_m",
    100,
    "m",
    0,
    10_000,
    AUDIT_ENGINE,
    "wheel distance that a training session needs",
    "一次培训所需的最短里程",
)
SESSION_CAP_MIN = Threshold(
    "session_cap_min",
    480,
    "min",
    1,
    1440,
    OURS,
    "minutes from its sign-in that a training session may be credited; Viet Nam allows 240",
    "一次培训自签到起可计入的分钟数",
)
SESSION_SHORT_MIN = Threshold(
    "session_short_min",
    5,
    "min",
    0,
    240,
    VIETNAM,
    "a session that was closed sooner is noted",
    "短于该时长即结束的培训予以提示",
)
_FORCED = 4


@rule(
    49,
    "SESSION_TOO_SHORT_DIST",
    SESSION,
    "The car hardly moved in the whole training session.",
    "本次培训总里程过短。",
    AUDIT_ENGINE,
    numbers={"session_wheel_m": "m"},
    thresholds=(SESSION_DISTANCE_M,),
)
def session_too_short_dist(case: Case, rules: RuleSet) -> Finding:
    """The wheel turned less than session_distance_m in all minutes of the session together. While it is open,
    or records of it are missing, that is not known yet."""
    first = recorded_first(case)
    wheel_m = np.bincount(case.row, case.minutes.wheel_m * first, len(case.sessions)).astype(np.int64)
    short = (wheel_m < rules.session_distance_m)[case.row]
    known = of_session(case, case.sessions.end_s > 0) & ~_holed(case)
    return Finding(short & known, short & ~known, {"session_wheel_m": wheel_m[case.row]})


@rule(
    50,
    "SESSION_CAP",
    MINUTE,
    "The training session went on for longer than one may.",
    "单次培训超过规定时长。",
    PROTOCOL_2013,
    numbers={"since_sign_in_min": "min"},
    thresholds=(SESSION_CAP_MIN,),
)
def session_cap(case: Case, rules: RuleSet) -> Finding:
    """The minute begins session_cap_min or more after the session did."""
    since_min = (case.minutes.minute * 60 - case.sessions.start_s[case.row]) // 60
    return hits(since_min >= rules.session_cap_min, since_sign_in_min=since_min)


@rule(
    51,
    "SESSION_SHORT",
    NOTE,
    "The training session was very short.",
    "本次培训时间过短。",
    VIETNAM,
    numbers={"session_s": "s"},
    thresholds=(SESSION_SHORT_MIN,),
)
def session_short(case: Case, rules: RuleSet) -> Finding:
    """Less than session_short_min minutes lie between the session's sign-in and its sign-out."""
    sessions = case.sessions
    length_s = np.where(sessions.end_s > 0, sessions.end_s - sessions.start_s, -1)[case.row]
    short = (length_s >= 0) & (length_s < rules.session_short_min * 60)
    return hits(short & last_of_session(case), session_s=length_s)


@rule(
    55,
    "SESSION_UNCLOSED",
    NOTE,
    "Nobody signed out; the session ends with its last accepted minute.",
    "未签退，培训过程以最后一个有效分钟为止。",
    TIMING_PROTOCOL,
)
def session_unclosed(case: Case, rules: RuleSet) -> Finding:
    """The session has no sign-out, and its terminal has begun another one since."""
    sessions = case.sessions
    later = np.zeros(len(sessions), dtype=bool)
    later[:-1] = np.diff(sessions.terminal) == 0
    return hits(of_session(case, (sessions.end_s == 0) & later) & last_of_session(case))


@rule(
    56,
    "FORCED_SIGN_OUT",
    NOTE,
    "The training session was ended by force.",
    "本次培训被强制签退。",
    OURS,
)
def forced_sign_out(case: Case, rules: RuleSet) -> Finding:
    """The sign-out that closed the session was a forced one."""
    return hits(of_session(case, case.sessions.how == _FORCED) & last_of_session(case))


def _holed(case: Case) -> Bools:
    """Minutes of sessions of which a record may be missing."""
    holed = np.zeros(len(case.sessions), dtype=bool)
    holed[case.row[case.behind | (case.hole_in_min >= 0) | (case.lost_min >= 0)]] = True
    return of_session(case, holed)
