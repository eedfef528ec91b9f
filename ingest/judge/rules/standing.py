"""The car stood: engine off, or no movement (domain: two minutes or more in a row, all of them void)."""

import numpy as np

from ingest.judge.case import Case, Finding
from ingest.judge.rule_set import RuleSet
from ingest.judge.rules.findings import refuse
from ingest.judge.rules.runs import run_length, run_sums, window_sums

_MINUTE_S = 60
_TOLERANCE_S = 20


def engine_off(case: Case, rules: RuleSet) -> Finding:
    """The minute is largely off, and so are two minutes of the five around it, in one stretch or several.

    A minute's off time is its seconds in the session that fixes cover, less those with ignition; all its
    seconds when the engine never turned. Refused: a minute with at least engine_off_minute_s off that lies
    in any window_min minutes of its session with at least engine_off_s off together. A stall is shorter
    than either.
    """
    minutes = case.minutes
    # What a terminal did not live through, as in a restart, it cannot have seen the ignition on in.
    observed_s = np.minimum(case.own_s, minutes.covered_s + 1)
    off_s = np.where(minutes.rpm_max == 0, case.own_s, np.maximum(observed_s - minutes.ignition_s, 0))
    at = np.flatnonzero(off_s >= rules.engine_off_minute_s)
    window_s = np.zeros(len(off_s), dtype=np.int64)
    window_s[at] = window_sums(case, off_s.astype(np.float64), at, rules.window_min).max(axis=0, initial=0)
    return refuse(
        window_s >= rules.engine_off_s,
        off_s=off_s,
        window_off_s=window_s,
        rpm_max=minutes.rpm_max,
        ignition_s=minutes.ignition_s,
    )


def parked(case: Case, rules: RuleSet) -> Finding:
    """Wheel or satellites say of stand_min minutes in a row or more that the car stood.

    A sensor says so by less than still_m in the minute. For the satellites the Doppler speed does, which
    drift does not touch, and only without one the trace with its drift taken off; where they cover too
    little of the minute they say nothing. A part of a minute at the session's ends counts by its seconds.
    """
    minutes = case.minutes
    satellites_m = np.where(minutes.speed_m < 0, minutes.gnss_m, minutes.speed_m)
    seen = (minutes.fix_n >= rules.gnss_fixes_min) & (minutes.covered_s >= rules.gnss_covered_s)
    stood = (minutes.wheel_m < rules.still_m) | (seen & (satellites_m < rules.still_m))
    run = run_length(case, stood)
    short_s = run_sums(case, stood, np.maximum(_MINUTE_S - case.own_s, 0))
    return refuse(
        (run >= rules.stand_min) & (run * _MINUTE_S - short_s > rules.stand_min * _MINUTE_S - _TOLERANCE_S),
        run_min=run,
        wheel_m=minutes.wheel_m,
        gnss_m=np.round(minutes.gnss_m, 1),
        speed_m=np.round(minutes.speed_m, 1),
    )
