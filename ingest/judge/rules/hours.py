"""When training is permitted: hours and days as the registry states them for a school, city or province."""

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.rulebook.rule import MINUTE, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import AUDIT_ENGINE, PROTOCOL_2013


@rule(
    52,
    "OUT_OF_HOURS",
    MINUTE,
    "Training was not permitted at this time of day.",
    "该时段不在允许培训的时间内。",
    AUDIT_ENGINE,
)
def out_of_hours(case: Case, rules: RuleSet) -> Finding:
    """Hours are permitted for this school, city or province, and the minute begins in none of them."""
    return hits(~case.registered.in_hours)


@rule(
    53,
    "BANNED_DATE",
    MINUTE,
    "Training was not permitted on this day.",
    "当日不允许培训。",
    PROTOCOL_2013,
)
def banned_date(case: Case, rules: RuleSet) -> Finding:
    """The minute's local day is a banned one for this school, city or province."""
    return hits(~case.registered.not_banned)
