"""Inside the training ground, outside it, or too near its edge to say (domain: point outside the area)."""

from ingest.judge.case import Case, Finding
from ingest.judge.rule_set import RuleSet
from ingest.judge.rules.findings import doubt, refuse


def out_of_fence(case: Case, rules: RuleSet) -> Finding:
    """At least fence_out_fixes fixes lie outside by more than their own margin of error."""
    minutes = case.minutes
    out = minutes.fence_in_force & (minutes.fix_out >= rules.fence_out_fixes)
    return refuse(out, fix_out=minutes.fix_out, outside_m=minutes.outside_m)


def fence_doubt(case: Case, rules: RuleSet) -> Finding:
    """Too few fixes are clearly outside to refuse, but with the doubtful ones there are enough."""
    minutes = case.minutes
    few = minutes.fix_out < rules.fence_out_fixes
    enough = minutes.fix_out + minutes.fix_doubt >= rules.fence_out_fixes
    return doubt(
        minutes.fence_in_force & few & enough,
        fix_out=minutes.fix_out,
        fix_doubt=minutes.fix_doubt,
        outside_m=minutes.outside_m,
    )


def fence_none(case: Case, rules: RuleSet) -> Finding:
    """No fence for this part of training was in force at this minute."""
    return refuse(~case.minutes.fence_in_force, part=case.minutes.course // 1_000_000 % 10)
