"""Inside the training ground, outside it, or too near its edge to say (domain: point outside the area)."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools
from ingest.judge.evidence import part_of
from ingest.judge.register.facts import class_of
from ingest.judge.rulebook.rule import MINUTE, NOTE, UNSURE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import AUDIT_ENGINE, OURS, SUPERVISION_NOTICE
from ingest.judge.rulebook.thresholds import CUT_LINK_S, CUT_MIN_M

# Bits of elsewhere, as geofence.engine.Places has them.
_OTHER_PART, _OTHER_CLASS, _NOT_APPROVED, _NOT_THEN, _OTHER_SCHOOL = 1, 2, 4, 8, 16

FENCE_OUT_S = Threshold(
    "fence_out_s",
    5,
    "s",
    1,
    60,
    OURS,
    "seconds of a minute outside the fence that refuse it",
    "一分钟内判为区域外所需的秒数",
)


@rule(
    20,
    "OUT_OF_FENCE",
    MINUTE,
    "The car was outside the training ground.",
    "车辆不在教学区域内。",
    AUDIT_ENGINE,
    numbers={"out_s": "s", "fix_out": "fixes", "outside_m": "m"},
    thresholds=(FENCE_OUT_S,),
)
def out_of_fence(case: Case, rules: RuleSet) -> Finding:
    """For fence_out_s seconds or more the fixes lie outside beyond their own margin of error, and several in
    a row did before them."""
    minutes = case.minutes
    return hits(_out(case, rules), out_s=minutes.out_s, fix_out=minutes.fix_out, outside_m=minutes.outside_m)


@rule(
    35,
    "FENCE_DOUBT",
    UNSURE,
    "The positions are too near the fence's edge to be sure.",
    "定位点过于接近教学区域边界，无法判定。",
    OURS,
    numbers={"out_s": "s", "doubt_s": "s", "outside_m": "m"},
    thresholds=(FENCE_OUT_S,),
    flagged=True,
)
def fence_doubt(case: Case, rules: RuleSet) -> Finding:
    """Too few seconds are clearly outside to refuse, but with the doubtful ones there are enough; and with
    the unseen ones, beside a fix outside."""
    minutes = case.minutes
    few = minutes.out_s < rules.fence_out_s
    unseen_s = np.where(minutes.fix_out > 0, np.maximum(case.own_s - minutes.covered_s, 0), 0)
    enough = minutes.out_s + minutes.doubt_s + unseen_s >= rules.fence_out_s
    return hits(
        minutes.fence_in_force & few & enough,
        out_s=minutes.out_s,
        doubt_s=minutes.doubt_s,
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
    return hits(~case.minutes.fence_in_force, part=part_of(case.minutes.course))


@rule(
    100,
    "FENCE_PART_MISMATCH",
    NOTE,
    "The car was on a training ground for another part of training.",
    "车辆所在教学区域适用于其他培训部分。",
    SUPERVISION_NOTICE,
    numbers={"part": "1..4", "elsewhere": "bits"},
    thresholds=(FENCE_OUT_S,),
)
def part_mismatch(case: Case, rules: RuleSet) -> Finding:
    """Said of a minute outside all fences that allow it, or without any: why; as the next four are."""
    part = part_of(case.minutes.course)
    return hits(_away(case, rules, _OTHER_PART), part=part, elsewhere=case.minutes.elsewhere)


@rule(
    101,
    "FENCE_CLASS_MISMATCH",
    NOTE,
    "The car was on a training ground for another class of vehicle.",
    "车辆所在教学区域适用于其他车型。",
    SUPERVISION_NOTICE,
    numbers={"vehicle_class": "code", "elsewhere": "bits"},
    thresholds=(FENCE_OUT_S,),
)
def class_mismatch(case: Case, rules: RuleSet) -> Finding:
    """A fix outside lies in a fence of another vehicle class."""
    vehicle_class = class_of(case.minutes.course)
    found = _away(case, rules, _OTHER_CLASS)
    return hits(found, vehicle_class=vehicle_class, elsewhere=case.minutes.elsewhere)


@rule(
    102,
    "FENCE_SCHOOL_MISMATCH",
    NOTE,
    "The car was on a training ground of another school.",
    "车辆所在教学区域属于其他培训机构。",
    SUPERVISION_NOTICE,
    numbers={"elsewhere": "bits"},
    thresholds=(FENCE_OUT_S,),
)
def school_mismatch(case: Case, rules: RuleSet) -> Finding:
    """A fix outside lies in a fence that is another school's."""
    return hits(_away(case, rules, _OTHER_SCHOOL), elsewhere=case.minutes.elsewhere)


@rule(
    103,
    "FENCE_NOT_APPROVED",
    NOTE,
    "The car was on a ground that is not approved for training.",
    "车辆所在场地未获批准用于教学。",
    SUPERVISION_NOTICE,
    numbers={"elsewhere": "bits"},
    thresholds=(FENCE_OUT_S,),
)
def not_approved(case: Case, rules: RuleSet) -> Finding:
    """A fix outside lies in a fence whose approval is pending, refused or withdrawn."""
    return hits(_away(case, rules, _NOT_APPROVED), elsewhere=case.minutes.elsewhere)


@rule(
    104,
    "FENCE_EXPIRED",
    NOTE,
    "The approval of the ground had ended, or had not yet begun.",
    "该教学区域当时已失效或尚未生效。",
    SUPERVISION_NOTICE,
    numbers={"elsewhere": "bits"},
    thresholds=(FENCE_OUT_S,),
)
def expired(case: Case, rules: RuleSet) -> Finding:
    """A fix outside lies in a fence that is in force at another time."""
    return hits(_away(case, rules, _NOT_THEN), elsewhere=case.minutes.elsewhere)


@rule(
    105,
    "CUT_ACROSS",
    UNSURE,
    "Between two positions the car seems to have crossed ground outside the fence.",
    "两个定位点之间车辆疑似穿越教学区域以外的地方。",
    OURS,
    numbers={"cut_m": "m"},
    thresholds=(CUT_MIN_M, CUT_LINK_S),
    flagged=True,
)
def cut_across(case: Case, rules: RuleSet) -> Finding:
    """The straight way between two fixes that are not out leads cut_min_m or more outside, margin of error
    and what a car can stray from that way taken off."""
    minutes = case.minutes
    return hits(minutes.fence_in_force & (minutes.cut_m >= rules.cut_min_m), cut_m=minutes.cut_m)


def _out(case: Case, rules: RuleSet) -> Bools:
    out: Bools = case.minutes.fence_in_force & (case.minutes.out_s >= rules.fence_out_s)
    return out


def _away(case: Case, rules: RuleSet, bit: int) -> Bools:
    """Minutes that no fence allows where they were, of which a fix lies in a fence of that kind."""
    elsewhere = (case.minutes.elsewhere & bit) > 0
    away: Bools = elsewhere & (_out(case, rules) | ~case.minutes.fence_in_force)
    return away
