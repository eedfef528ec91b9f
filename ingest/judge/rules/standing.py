"""The car stood: engine off, or no movement (domain: two minutes or more in a row, all of them void)."""

from ingest.judge.model import Case, Finding, RuleSet
from ingest.judge.rules.findings import refuse
from ingest.judge.rules.runs import run_length


def engine_off(case: Case, rules: RuleSet) -> Finding:
    """No ignition or no engine speed in stand_min minutes in a row or more."""
    minutes = case.minutes
    run = run_length(case, (minutes.ignition_s == 0) | (minutes.rpm_max == 0))
    return refuse(run >= rules.stand_min, run_min=run, rpm_max=minutes.rpm_max, ignition_s=minutes.ignition_s)


def parked(case: Case, rules: RuleSet) -> Finding:
    """Neither wheel nor satellites saw movement in stand_min minutes in a row or more."""
    minutes = case.minutes
    still = (minutes.wheel_m <= rules.still_wheel_m) & (minutes.speed_max_kmh10 < rules.still_speed_kmh10)
    run = run_length(case, still)
    return refuse(
        run >= rules.stand_min, run_min=run, wheel_m=minutes.wheel_m, speed_max_kmh10=minutes.speed_max_kmh10
    )
