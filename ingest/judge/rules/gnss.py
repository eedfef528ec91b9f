"""Satellites: enough fixes, no impossible jump, agreement with the wheel."""

import numpy as np

from ingest.judge.columns import Bools, Floats
from ingest.judge.model import Case, Finding, RuleSet
from ingest.judge.rules.findings import refuse


def gnss_none(case: Case, rules: RuleSet) -> Finding:
    """Fewer than gnss_fixes_min measured fixes in the minute."""
    return refuse(case.minutes.fix_n < rules.gnss_fixes_min, fix_n=case.minutes.fix_n)


def jump(case: Case, rules: RuleSet) -> Finding:
    """Two neighbouring fixes are further apart than a car at jump_kmh goes, GNSS error taken off."""
    return refuse(case.minutes.jump_kmh > rules.jump_kmh, jump_kmh=np.round(case.minutes.jump_kmh, 1))


def odo_track_conflict(case: Case, rules: RuleSet) -> Finding:
    """The wheel's distance disagrees with the trace and with the satellite speed, by share and by metres.

    Judged only where fixes cover the minute. Both satellite distances must disagree: the trace misses
    small movements to and fro, and a receiver may give no speed.
    """
    minutes = case.minutes
    wheel_m = minutes.wheel_m.astype(np.float64)
    covered = minutes.covered_s >= rules.track_covered_s
    by_speed = _disagree(wheel_m, minutes.speed_m, rules) | (minutes.speed_m < 0)
    return refuse(
        covered & _disagree(wheel_m, minutes.gnss_m, rules) & by_speed,
        wheel_m=minutes.wheel_m,
        gnss_m=np.round(minutes.gnss_m, 1),
        speed_m=np.round(minutes.speed_m, 1),
    )


def _disagree(one_m: Floats, other_m: Floats, rules: RuleSet) -> Bools:
    apart_m = np.abs(one_m - other_m)
    share = apart_m > rules.conflict_share * np.maximum(one_m, other_m)
    wide: Bools = share & (apart_m > rules.conflict_min_m)
    return wide
