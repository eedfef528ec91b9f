"""Inside the training ground, outside it, or too near its edge to say (domain: point outside the area)."""

from ingest.judge.case import Case, Finding, hits
from ingest.judge.rule import MINUTE, UNSURE, Threshold, rule
from ingest.judge.rule_set import RuleSet
from ingest.judge.sources import AUDIT_ENGINE, OURS, SUPERVISION_NOTICE

FENCE_OUT_FIXES = Threshold(
    "fence_out_fixes",
    5,
    "fixes",
    1,
    60,
    OURS,
    "fixes of a minute outside the fence that refuse it",
    "一分钟内判为区域外所需的定位点数",
)


@rule(
    20,
    "OUT_OF_FENCE",
    MINUTE,
    "The car was outside the training ground.",
    "车辆不在教学区域内。",
    AUDIT_ENGINE,
    numbers={"fix_out": "fixes", "outside_m": "m"},
    thresholds=(FENCE_OUT_FIXES,),
)
def out_of_fence(case: Case, rules: RuleSet) -> Finding:
    """At least fence_out_fixes fixes lie outside by more than their own margin of error."""
    minutes = case.minutes
    out = minutes.fence_in_force & (minutes.fix_out >= rules.fence_out_fixes)
    return hits(out, fix_out=minutes.fix_out, outside_m=minutes.outside_m)


@rule(
    35,
    "FENCE_DOUBT",
    UNSURE,
    "The positions are too near the fence's edge to be sure.",
    "定位点过于接近教学区域边界，无法判定。",
    OURS,
    numbers={"fix_out": "fixes", "fix_doubt": "fixes", "outside_m": "m"},
    thresholds=(FENCE_OUT_FIXES,),
    flagged=True,
)
def fence_doubt(case: Case, rules: RuleSet) -> Finding:
    """Too few fixes are clearly outside to refuse, but with the doubtful ones there are enough."""
    minutes = case.minutes
    few = minutes.fix_out < rules.fence_out_fixes
    enough = minutes.fix_out + minutes.fix_doubt >= rules.fence_out_fixes
    return hits(
        minutes.fence_in_force & few & enough,
        fix_out=minutes.fix_out,
        fix_doubt=minutes.fix_doubt,
        outside_m=minutes.outside_m,
    )


@rule(
    21,
    "FENCE_NONE",
    MINUTE,
    "No fence for this part of training was in force.",
    "当时没有适用于该培训部分的有效教学区域。",
    SUPERVISION_NOTICE,
    numbers={"part": "1..4"},
)
def fence_none(case: Case, rules: RuleSet) -> Finding:
    """No fence for this part of training was in force at this minute."""
    return hits(~case.minutes.fence_in_force, part=case.minutes.course // 1_000_000 % 10)
