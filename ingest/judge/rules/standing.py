"""The car stood: engine off, or no movement (domain: two minutes or more in a row, all of them void)."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools, Ints
from ingest.judge.rulebook.rule import MINUTE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import AUDIT_ENGINE, OURS
from ingest.judge.rulebook.thresholds import GNSS_COVERED_S, WINDOW_MIN
from ingest.judge.rules.runs import run_length, run_sums, window_sums

ENGINE_OFF_S = Threshold(
    "engine_off_s",
    120,
    "s",
    1,
    420,
    OURS,
    "seconds with the engine off in a window that refuse its minutes",
    "窗口内累计熄火达到该秒数即判无效",
)
ENGINE_OFF_MINUTE_S = Threshold(
    "engine_off_minute_s",
    30,
    "s",
    1,
    60,
    OURS,
    "seconds with the engine off from which a minute counts as off",
    "一分钟内熄火达到该秒数才计入",
)
STAND_MIN = Threshold(
    "stand_min",
    2,
    "min",
    1,
    60,
    AUDIT_ENGINE,
    "minutes in a row without movement that are all refused",
    "连续停驶达到该分钟数，全部判无效",
)
NO_MILEAGE_MIN = Threshold(
    "no_mileage_min",
    2,
    "min",
    1,
    60,
    AUDIT_ENGINE,
    "minutes in a row without wheel distance that are all refused",
    "连续无里程达到该分钟数，全部判无效",
)
STILL_M = Threshold(
    "still_m",
    10.0,
    "m",
    0.0,
    200.0,
    OURS,
    "a minute's distance below which a sensor says that the car stood",
    "一分钟行驶距离低于该值视为停驶",
)

_MINUTE_S = 60
_TOLERANCE_S = 20


@rule(
    26,
    "ENGINE_OFF",
    MINUTE,
    "The engine was off for two of five minutes or more.",
    "五分钟内发动机熄火累计两分钟以上。",
    AUDIT_ENGINE,
    numbers={"off_s": "s", "window_off_s": "s", "rpm_max": "1/min", "ignition_s": "s"},
    thresholds=(ENGINE_OFF_S, ENGINE_OFF_MINUTE_S, WINDOW_MIN),
)
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
    return hits(
        window_s >= rules.engine_off_s,
        off_s=off_s,
        window_off_s=window_s,
        rpm_max=minutes.rpm_max,
        ignition_s=minutes.ignition_s,
    )


@rule(
    27,
    "PARKED",
    MINUTE,
    "The car stood still for two minutes or more.",
    "车辆停驶两分钟以上。",
    AUDIT_ENGINE,
    numbers={"run_min": "min", "wheel_m": "m", "gnss_m": "m", "speed_m": "m"},
    thresholds=(STAND_MIN, STILL_M, GNSS_COVERED_S),
)
def parked(case: Case, rules: RuleSet) -> Finding:
    """Wheel or satellites say of stand_min minutes in a row or more that the car stood.

    A sensor says so by less than still_m in the minute. For the satellites the Doppler speed does, which
    drift does not touch, and only without one the trace with its drift taken off; where they cover too
    little of the minute they say nothing. A part of a minute at the session's ends counts by its seconds.
    """
    minutes = case.minutes
    satellites_m = np.where(minutes.speed_m < 0, minutes.gnss_m, minutes.speed_m)
    seen = minutes.covered_s >= rules.gnss_covered_s
    stood = (minutes.wheel_m < rules.still_m) | (seen & (satellites_m < rules.still_m))
    run, whole = _standing(case, stood, rules.stand_min)
    return hits(
        whole,
        run_min=run,
        wheel_m=minutes.wheel_m,
        gnss_m=np.round(minutes.gnss_m, 1),
        speed_m=np.round(minutes.speed_m, 1),
    )


@rule(
    48,
    "NO_MILEAGE",
    MINUTE,
    "The wheels did not turn for two minutes or more.",
    "连续两分钟以上无行驶里程。",
    AUDIT_ENGINE,
    numbers={"run_min": "min"},
    thresholds=(NO_MILEAGE_MIN,),
)
def no_mileage(case: Case, rules: RuleSet) -> Finding:
    """The wheel counted nothing at all in no_mileage_min minutes in a row or more."""
    run, whole = _standing(case, case.minutes.wheel_m == 0, rules.no_mileage_min)
    return hits(whole, run_min=run)


def _standing(case: Case, mask: Bools, least_min: int) -> tuple[Ints, Bools]:
    """(length of the stretch each masked minute is in, whether it is long enough); a part of a minute at the
    session's ends counts by its seconds."""
    run = run_length(case, mask)
    short_s = run_sums(case, mask, np.maximum(_MINUTE_S - case.own_s, 0))
    return run, (run >= least_min) & (run * _MINUTE_S - short_s > least_min * _MINUTE_S - _TOLERANCE_S)
