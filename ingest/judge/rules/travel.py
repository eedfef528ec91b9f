"""One person in two cars: too far apart for the time between (domain 9.1, rule 15)."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.case.journeys import Journeys
from ingest.judge.claims import Claimed
from ingest.judge.columns import Floats, Ints
from ingest.judge.rulebook.rule import OVERLAP, UNSURE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import OURS, RULES_2022

TRAVEL_KMH = Threshold(
    "travel_kmh",
    150.0,
    "km/h",
    20.0,
    1000.0,
    OURS,
    "speed at which nobody gets from one training car to the next",
    "人员从一辆教练车到另一辆不可能达到的速度",
)
TRAVEL_SLACK_M = Threshold(
    "travel_slack_m",
    1000.0,
    "m",
    0.0,
    50_000.0,
    OURS,
    "distance between two cars that proves nothing",
    "两车相距不足该值时不作判断",
)
TRAVEL_WITHIN_MIN = Threshold(
    "travel_within_min",
    360,
    "min",
    1,
    1440,
    OURS,
    "how far back a person's session before this one is looked at",
    "向前追溯同一人员上一培训过程的分钟数",
)

_M_PER_E7 = 40_075_016.686 / 360e7
_NUMBERS = {"speed_kmh": "km/h", "apart_km": "km", "gap_min": "min"}
_OTHER = {"other_terminal": "number", "other_session": "number"}
_THRESHOLDS = (TRAVEL_KMH, TRAVEL_SLACK_M, TRAVEL_WITHIN_MIN)


@rule(
    70,
    "TRAVEL_IMPOSSIBLE_TRAINEE",
    UNSURE,
    "The trainee was in another car so far away shortly before that nobody could have come here in time.",
    "学员此前不久在相距很远的另一辆车上培训，不可能及时到达本车。",
    RULES_2022,
    numbers={**_NUMBERS, **_OTHER},
    thresholds=_THRESHOLDS,
    stage=OVERLAP,
    flagged=True,
)
def trainee(case: Case, claims: Claimed, rules: RuleSet) -> Finding:
    """All minutes of the trainee's later session, where the way from the one before needs travel_kmh."""
    return _too_far(case, claims, claims.before_trainee, rules)


@rule(
    71,
    "TRAVEL_IMPOSSIBLE_INSTRUCTOR",
    UNSURE,
    "The instructor was in another car so far away shortly before that nobody could have come here in time.",
    "教练员此前不久在相距很远的另一辆车上教学，不可能及时到达本车。",
    RULES_2022,
    numbers={**_NUMBERS, **_OTHER},
    thresholds=_THRESHOLDS,
    stage=OVERLAP,
    flagged=True,
)
def instructor(case: Case, claims: Claimed, rules: RuleSet) -> Finding:
    """All minutes of the instructor's later session, where the way from the one before needs travel_kmh."""
    return _too_far(case, claims, claims.before_instructor, rules)


def _too_far(case: Case, claims: Claimed, before: Ints, rules: RuleSet) -> Finding:
    journeys = claims.journeys
    if not len(journeys):
        return hits(np.zeros(len(claims.journey), dtype=bool))
    there = np.maximum(before, 0)
    gap_min = journeys.from_minute - journeys.to_minute[there]
    apart_m = _apart_m(journeys, there)
    # Fixes lie anywhere in their minutes: two more minutes are given than the minutes are apart.
    speed_kmh = np.maximum(apart_m - rules.travel_slack_m, 0) * 0.06 / np.maximum(gap_min + 1, 1)
    asked = (before >= 0) & (journeys.terminal[there] != journeys.terminal)
    asked &= (journeys.to_minute[there] > 0) & (journeys.from_minute > 0)
    asked &= (journeys.last_minute[there] < journeys.first_minute) & (gap_min <= rules.travel_within_min)
    far = asked & (speed_kmh > rules.travel_kmh)
    own = claims.journey
    mine = np.maximum(own, 0)
    row = journeys.row[there]
    columns = {
        "speed_kmh": np.round(speed_kmh, 1),
        "apart_km": np.round(apart_m / 1000, 1),
        "gap_min": gap_min,
        "other_terminal": case.sessions.terminal[row],
        "other_session": case.sessions.session[row],
    }
    hit = (own >= 0) & far[mine]
    return hits(hit, **{name: np.where(hit, column[mine], 0) for name, column in columns.items()})


def _apart_m(journeys: Journeys, there: Ints) -> Floats:
    """Metres between where each journey begins and where that one ended; a plane is exact enough here."""
    lat_e7, lon_e7 = journeys.to_lat_e7[there], journeys.to_lon_e7[there]
    north_m = (journeys.from_lat_e7 - lat_e7) * _M_PER_E7
    mean_rad = np.deg2rad((journeys.from_lat_e7 + lat_e7) / 2e7)
    turn_e7 = (journeys.from_lon_e7 - lon_e7 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    apart_m: Floats = np.hypot(north_m, turn_e7 * _M_PER_E7 * np.cos(mean_rad))
    return apart_m
