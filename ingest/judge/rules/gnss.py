"""Satellites: enough fixes, all over the minute, no impossible jump, agreement with the wheel."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rulebook.rule import MINUTE, UNSURE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import ELD, OURS, TACHOGRAPH
from ingest.judge.rulebook.thresholds import GNSS_COVERED_S, GNSS_FIXES_MIN, JUMP_KMH, WINDOW_MIN
from ingest.judge.rules.holes import holes
from ingest.judge.rules.runs import window_sums

CONFLICT_SHARE = Threshold(
    "conflict_share",
    0.2,
    "share",
    0.01,
    1.0,
    OURS,
    "share by which wheel and satellites must differ to conflict",
    "车轮里程与卫星里程的差异比例",
)
CONFLICT_MIN_M = Threshold(
    "conflict_min_m",
    50.0,
    "m",
    0.0,
    1000.0,
    OURS,
    "metres by which they must differ in a minute by itself",
    "单个分钟内的差异米数",
)
CONFLICT_WINDOW_M = Threshold(
    "conflict_window_m",
    100.0,
    "m",
    0.0,
    5000.0,
    OURS,
    "metres by which they must differ in a window of minutes together",
    "相邻数分钟累计的差异米数",
)

GNSS_HOLE_MIN = Threshold(
    "gnss_hole_min",
    3,
    "min",
    1,
    60,
    OURS,
    "minutes in a row without enough fixes that are refused; fewer are unsure",
    "连续缺少定位达到该分钟数即判无效，不足则待定",
)
_THIN = (GNSS_FIXES_MIN, GNSS_COVERED_S)

_KMH_PER_MS = 3.6


@rule(
    28,
    "GNSS_NONE",
    MINUTE,
    "There were too few satellite positions.",
    "卫星定位数据不足。",
    ELD,
    numbers={"fix_n": "fixes", "covered_s": "s", "hole_min": "min"},
    thresholds=(*_THIN, GNSS_HOLE_MIN),
)
def gnss_none(case: Case, rules: RuleSet) -> Finding:
    """Fixes cover less than gnss_covered_s of the minute, and there are fewer than gnss_fixes_min.

    Refused in a hole of gnss_hole_min minutes and more. A shorter one, as under a bridge or before the first
    fix, is a doubt, wherever the car comes out of it. What counts is the time covered: a receiver that gives
    a fix every ten seconds sees the whole minute with six.
    """
    minutes, hole = case.minutes, holes(case, rules)
    few = hole.dark & (minutes.fix_n < rules.gnss_fixes_min)
    long = hole.hole_min >= rules.gnss_hole_min
    numbers = {"fix_n": minutes.fix_n, "covered_s": minutes.covered_s, "hole_min": hole.hole_min}
    return Finding(few & long, few & ~long, numbers)


@rule(
    38,
    "GNSS_THIN",
    UNSURE,
    "Satellite positions cover too little of the minute.",
    "卫星定位数据覆盖该分钟的时间过短。",
    OURS,
    numbers={"covered_s": "s", "fix_n": "fixes", "fix_estimated": "fixes"},
    thresholds=_THIN,
    flagged=True,
)
def gnss_thin(case: Case, rules: RuleSet) -> Finding:
    """Fixes enough, but they cover less than gnss_covered_s of the minute, or more are dead-reckoned."""
    minutes = case.minutes
    return hits(
        holes(case, rules).dark & (minutes.fix_n >= rules.gnss_fixes_min),
        covered_s=minutes.covered_s,
        fix_n=minutes.fix_n,
        fix_estimated=minutes.fix_estimated,
    )


@rule(
    29,
    "JUMP",
    MINUTE,
    "The position jumped further than a car can drive.",
    "定位点跳变，超出车辆可能的行驶距离。",
    OURS,
    numbers={"jump_kmh": "km/h"},
    thresholds=(JUMP_KMH,),
    flagged=True,
)
def jump(case: Case, rules: RuleSet) -> Finding:
    """Two neighbouring fixes are further apart than a car at jump_kmh goes, GNSS error taken off."""
    return hits(case.minutes.jump_kmh > rules.jump_kmh, jump_kmh=np.round(case.minutes.jump_kmh, 1))


@rule(
    30,
    "ODO_TRACK_CONFLICT",
    MINUTE,
    "Wheel distance and satellite distance disagree.",
    "车轮里程与卫星轨迹里程不一致。",
    TACHOGRAPH,
    numbers={"wheel_m": "m", "gnss_m": "m", "speed_m": "m", "covered_s": "s"},
    thresholds=(
        CONFLICT_SHARE,
        CONFLICT_MIN_M,
        CONFLICT_WINDOW_M,
        GNSS_COVERED_S,
        JUMP_KMH,
        WINDOW_MIN,
    ),
    flagged=True,
)
def odo_track_conflict(case: Case, rules: RuleSet) -> Finding:
    """The wheel's distance disagrees with the trace and with the satellite speed, by share and by metres.

    Alone: by conflict_share and conflict_min_m. Added up: with its neighbours by conflict_share and
    conflict_window_m in any window_min minutes of the session, for those of them that disagree by the share
    themselves. Both satellite distances must disagree, added up the same way round: the trace misses small
    movements to and fro, and a receiver may give no speed. Judged where fixes cover gnss_covered_s; of an
    uncovered part nobody knows how far the car went in it, so the wheel's distance counts from what is left
    of it after driving at jump_kmh all that while, up to the whole.
    """
    minutes = case.minutes
    seen = minutes.covered_s >= rules.gnss_covered_s
    speed_m = np.where(minutes.speed_m < 0, minutes.gnss_m, minutes.speed_m)
    by_trace_m, by_speed_m = (
        _apart_m(case, satellites_m, rules) for satellites_m in (minutes.gnss_m, speed_m)
    )
    alone = _is_share(by_trace_m, minutes.wheel_m, minutes.gnss_m, rules)
    alone &= _is_share(by_speed_m, minutes.wheel_m, speed_m, rules)
    alone &= np.minimum(np.abs(by_trace_m), np.abs(by_speed_m)) > rules.conflict_min_m
    same_way = seen & (by_trace_m * by_speed_m > 0)
    apart_m = np.where(same_way, np.sign(by_trace_m) * np.minimum(np.abs(by_trace_m), np.abs(by_speed_m)), 0)
    longest_m = np.where(seen, np.maximum(minutes.wheel_m, np.maximum(minutes.gnss_m, speed_m)), 0)
    added_up = _adds_up(case, apart_m, longest_m, rules)
    return hits(
        (seen & alone) | added_up,
        wheel_m=minutes.wheel_m,
        gnss_m=np.round(minutes.gnss_m, 1),
        speed_m=np.round(minutes.speed_m, 1),
        covered_s=minutes.covered_s,
    )


def _apart_m(case: Case, satellites_m: Floats, rules: RuleSet) -> Floats:
    """Metres that the satellites saw more than the wheel can have turned; negative: less than it must."""
    wheel_m = case.minutes.wheel_m.astype(np.float64)
    unseen_s = np.maximum(case.own_s - 1 - case.minutes.covered_s, 0)
    covered_m = np.maximum(wheel_m - unseen_s * rules.jump_kmh / _KMH_PER_MS, 0)
    apart_m: Floats = np.maximum(satellites_m - wheel_m, 0) + np.minimum(satellites_m - covered_m, 0)
    return apart_m


def _is_share(apart_m: Floats, one_m: Floats | Ints, other_m: Floats, rules: RuleSet) -> Bools:
    share: Bools = np.abs(apart_m) > rules.conflict_share * np.maximum(one_m, other_m)
    return share


def _adds_up(case: Case, apart_m: Floats, longest_m: Floats, rules: RuleSet) -> Bools:
    """Minutes that disagree by the share themselves, in a window that does by share and by metres."""
    refused = np.zeros(len(apart_m), dtype=bool)
    for way in (1.0, -1.0):
        one_way_m = np.maximum(way * apart_m, 0)
        at = np.flatnonzero(one_way_m > rules.conflict_share * longest_m)
        sums_m = window_sums(case, one_way_m, at, rules.window_min)
        all_m = window_sums(case, longest_m, at, rules.window_min)
        wide = (sums_m > rules.conflict_window_m) & (sums_m > rules.conflict_share * all_m)
        refused[at] |= wide.any(axis=0)
    return refused
