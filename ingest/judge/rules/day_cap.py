"""No more practice in a day than the syllabus allows (domain: 4 training hours a trainee a day)."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools
from ingest.judge.rulebook.rule import CAP, MINUTE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import SYLLABUS_2016
from ingest.judge.rulebook.thresholds import UTC_OFFSET_MIN

DAY_CAP_PRACTICE_MIN = Threshold(
    "day_cap_practice_min",
    240,
    "min",
    0,
    1440,
    SYLLABUS_2016,
    "minutes of practice that a trainee may be credited in a local day",
    "学员每日可计入的实操分钟数",
)

_DAY_MIN = 1440


@rule(
    34,
    "DAY_CAP_PRACTICE",
    MINUTE,
    "The trainee's practice for this day is already full.",
    "学员当日实操学时已满。",
    SYLLABUS_2016,
    numbers={"day_minute": "min"},
    thresholds=(DAY_CAP_PRACTICE_MIN, UTC_OFFSET_MIN),
    stage=CAP,
)
def day_cap_practice(case: Case, rules: RuleSet, accepted: Bools) -> Finding:
    """Accepted minutes beyond day_cap_practice_min of the trainee's local day, in the order of time.

    Every minute that a car's terminal records is practice, whatever its course code says. accepted: what
    every other rule left standing; refused and unsure minutes use up nothing.
    """
    minutes = case.minutes
    at = np.flatnonzero(accepted)
    beyond = np.zeros(len(minutes), dtype=bool)
    day_minutes = np.zeros(len(minutes), dtype=np.int64)
    if len(at):
        day = (minutes.minute[at] + rules.utc_offset_min) // _DAY_MIN
        # No accepted minute of a trainee occurs twice (overlap), so trainee and minute settle the order.
        order = np.lexsort((minutes.minute[at], minutes.trainee[at]))
        at, day = at[order], day[order]
        starts = np.ones(len(at), dtype=bool)
        starts[1:] = (np.diff(minutes.trainee[at]) != 0) | (np.diff(day) != 0)
        first = np.flatnonzero(starts)
        day_minutes[at] = np.arange(len(at)) - first[np.cumsum(starts) - 1] + 1
        beyond[at] = day_minutes[at] > rules.day_cap_practice_min
    return hits(beyond, day_minute=day_minutes)
