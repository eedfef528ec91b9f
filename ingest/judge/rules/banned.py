"""A training ban of the authority: what the terminal then did not count is not credited either."""

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.rulebook.rule import MINUTE, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import RULES_2022
from ingest.judge.rules.terminal import OWN_MIN_S

_BANNED = 64


@rule(
    124,
    "TRAINING_BANNED",
    MINUTE,
    "The authority had banned training on this terminal.",
    "该计时终端已被主管部门禁止培训。",
    RULES_2022,
    numbers={"counted_s": "s"},
    thresholds=(OWN_MIN_S,),
)
def training_banned(case: Case, rules: RuleSet) -> Finding:
    """The terminal names a ban among what stopped it and counted less than own_min_s of the minute."""
    minutes = case.minutes
    banned = (minutes.stops & _BANNED) != 0
    return hits(banned & (minutes.counted_s < rules.own_min_s), counted_s=minutes.counted_s)
