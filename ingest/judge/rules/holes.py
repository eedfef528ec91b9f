"""Holes in a session's trace: minutes whose fixes cover too little, and whether the wheel bridges them."""

from dataclasses import dataclass

import numpy as np

from geofence.projection import RADIANS_PER_E7, SEMI_MAJOR_M
from ingest.judge.case import Case
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.rule_set import RuleSet
from ingest.judge.rules.runs import recorded_first

_M_PER_E7 = SEMI_MAJOR_M * RADIANS_PER_E7


@dataclass(frozen=True, eq=False)
class Holes:
    """Per minute: it lies in a hole; the hole's minutes, recorded or not (0 outside one); its two ends are as
    far apart as the wheel went in it."""

    dark: Bools
    hole_min: Ints
    bridged: Bools


def holes(case: Case, rules: RuleSet) -> Holes:
    """A hole reaches from one minute that is seen to the next of its session, or to the session's end.

    Bridged: seen on both sides, and the straight way from the last fix before to the first one after is the
    wheel's distance, by conflict_share and conflict_min_m: the car came out where a straight drive (or
    standing) comes out. Of the minutes beside the hole that part counts from nothing to all of it that their
    own traces do not show. A car that turns in the dark is not bridged: nobody knows where it was. Nor is one
    with a fix out of the fence or in doubt in the hole or in the minutes at its ends: what the dark hides may
    be outside too.
    """
    minutes, n = case.minutes, len(case.minutes)
    dark = (minutes.covered_s < rules.gnss_covered_s) | (minutes.fix_estimated > minutes.fix_n)
    each = np.arange(n)
    before = np.maximum.accumulate(np.where(dark, -1, each)) if n else each
    after = np.minimum.accumulate(np.where(dark, n, each)[::-1])[::-1] if n else each
    at = np.flatnonzero(dark)
    left, right = np.maximum(before[at], 0), np.minimum(after[at], max(n - 1, 0))
    has_left = (before[at] >= 0) & (case.row[left] == case.row[at])
    has_right = (after[at] < n) & (case.row[right] == case.row[at])
    begin = np.where(has_left, minutes.minute[left] + 1, case.sessions.start_s[case.row[at]] // 60)
    hole_min = np.zeros(n, dtype=np.int64)
    hole_min[at] = np.where(has_right, minutes.minute[right], _ends(case)[case.row[at]]) - begin
    bridged = np.zeros(n, dtype=bool)
    both = has_left & has_right
    bridged[at[both]] = _bridged(case, rules, left[both], right[both])
    astray = np.concatenate([[0], np.cumsum(minutes.fix_out + minutes.fix_doubt > 0)])
    bridged[at] &= astray[right + 1] == astray[left]
    return Holes(dark, hole_min, bridged)


def _ends(case: Case) -> Ints:
    """Per session the minute after its last record."""
    end = np.zeros(len(case.sessions), dtype=np.int64)
    np.maximum.at(end, case.row, case.minutes.minute + 1)
    return end


def _bridged(case: Case, rules: RuleSet, left: Ints, right: Ints) -> Bools:
    minutes = case.minutes
    total_m = np.concatenate([[0], np.cumsum(np.where(recorded_first(case), minutes.wheel_m, 0))])
    inside_m = (total_m[right] - total_m[left + 1]).astype(np.float64)
    beside_m = sum(np.maximum(minutes.wheel_m[side] - minutes.gnss_m[side], 0) for side in (left, right))
    straight_m = _apart_m(case, left, right)
    slack_m = np.maximum(rules.conflict_share * straight_m, rules.conflict_min_m)
    fits: Bools = (inside_m <= straight_m + slack_m) & (straight_m <= inside_m + beside_m + slack_m)
    return fits


def _apart_m(case: Case, left: Ints, right: Ints) -> Floats:
    """From the last fix of one minute to the first one of another."""
    minutes = case.minutes
    north = minutes.first_lat_e7[right] - minutes.last_lat_e7[left]
    east = minutes.first_lon_e7[right] - minutes.last_lon_e7[left]
    narrow = np.cos(minutes.last_lat_e7[left] * RADIANS_PER_E7)
    apart_m: Floats = np.hypot(north * _M_PER_E7, east * narrow * _M_PER_E7)
    return apart_m
