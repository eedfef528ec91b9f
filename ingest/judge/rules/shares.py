"""What share of a training session was good; told at its last minute."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools, Floats
from ingest.judge.rulebook.rule import LAST, LOOK, NOTE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import AUDIT_ENGINE, OURS
from ingest.judge.rules.fence import FENCE_OUT_S, out_of_fence
from ingest.judge.rules.runs import last_of_session, recorded_first

RATIO_MIN = Threshold(
    "ratio_min",
    0.75,
    "share",
    0.0,
    1.0,
    AUDIT_ENGINE,
    "share of a session's recorded minutes that should stand: 45 of 60",
    "一次培训中有效分钟应占的比例：六十分钟中四十五分钟",
)
FENCE_SHARE_MAX = Threshold(
    "fence_share_max",
    0.25,
    "share",
    0.0,
    1.0,
    OURS,
    "share of a session's minutes outside the ground from which a person should look at it",
    "区域外分钟占比超过该值提请人工查看",
)


@rule(
    57,
    "RATIO_LOW",
    NOTE,
    "Too small a share of the training session is effective.",
    "本次培训有效比例不足。",
    AUDIT_ENGINE,
    numbers={"effective_share": "share"},
    thresholds=(RATIO_MIN,),
    stage=LAST,
)
def ratio_low(case: Case, rules: RuleSet, standing: Bools) -> Finding:
    """Less than ratio_min of the recorded minutes are standing: not refused by what the terminal's own
    evidence says. Other sessions and full days take nothing from the share."""
    share = _share(case, standing)
    return hits((share < rules.ratio_min) & last_of_session(case), effective_share=np.round(share, 3))


@rule(
    58,
    "OUT_OF_FENCE_SHARE",
    LOOK,
    "Much of the training session was outside the training ground.",
    "本次培训较多时间不在教学区域内。",
    OURS,
    numbers={"outside_share": "share"},
    thresholds=(FENCE_SHARE_MAX, FENCE_OUT_S),
)
def out_of_fence_share(case: Case, rules: RuleSet) -> Finding:
    """More than fence_share_max of the session's minutes are OUT_OF_FENCE."""
    share = _share(case, out_of_fence(case, rules).hit)
    return hits((share > rules.fence_share_max) & last_of_session(case), outside_share=np.round(share, 3))


def _share(case: Case, mask: Bools) -> Floats:
    """Per minute: the share of its session's minutes that are masked, each taken once."""
    n, first = len(case.sessions), recorded_first(case)
    recorded = np.bincount(case.row[first], minlength=n)
    share: Floats = np.bincount(case.row[first & mask], minlength=n) / np.maximum(recorded, 1)
    return share[case.row]
