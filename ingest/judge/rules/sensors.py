"""What sensors say against one another and of themselves: two speeds, the antenna."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.rulebook.rule import MINUTE, UNSURE, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import OURS, TACHOGRAPH, TIMING_PROTOCOL

SPEED_CONFLICT_KMH = Threshold(
    "speed_conflict_kmh",
    20.0,
    "km/h",
    1.0,
    200.0,
    OURS,
    "what wheel speed and satellite speed may differ by over a minute",
    "一分钟内车轮速度与卫星速度允许的差值",
)
SPEED_COVERED_S = Threshold(
    "speed_covered_s",
    50,
    "s",
    1,
    59,
    OURS,
    "seconds of a minute that fixes must cover for its two speeds to be compared",
    "比较两种速度时定位点须覆盖的秒数",
)
_ANTENNA = 8
_SEQ_BITS = 32
_KMH_PER_MS = 3.6


@rule(
    59,
    "SPEED_CONFLICT",
    MINUTE,
    "Wheel speed and satellite speed disagree.",
    "车轮速度与卫星速度不一致。",
    TACHOGRAPH,
    numbers={"wheel_kmh": "km/h", "satellite_kmh": "km/h"},
    thresholds=(SPEED_CONFLICT_KMH, SPEED_COVERED_S),
    flagged=True,
)
def speed_conflict(case: Case, rules: RuleSet) -> Finding:
    """Over a whole minute the two mean speeds are more than speed_conflict_kmh apart.

    The satellites' is that of the seconds that fixes cover; the wheel's distance is set against those, so it
    counts from what is left of it after driving as fast in the others, up to all of it.
    """
    minutes = case.minutes
    covered_s = np.maximum(minutes.covered_s, 1)
    satellite_kmh = np.where(minutes.speed_m < 0, 0, minutes.speed_m / covered_s * _KMH_PER_MS)
    most_kmh = minutes.wheel_m / covered_s * _KMH_PER_MS
    unseen = np.maximum(case.own_s - minutes.covered_s, 0) / covered_s
    least_kmh = np.maximum(most_kmh - unseen * np.maximum(satellite_kmh, most_kmh), 0)
    apart_kmh = np.maximum(least_kmh - satellite_kmh, satellite_kmh - most_kmh)
    seen = (minutes.speed_m >= 0) & (minutes.covered_s >= rules.speed_covered_s)
    return hits(
        seen & (apart_kmh > rules.speed_conflict_kmh),
        wheel_kmh=np.round(most_kmh, 1),
        satellite_kmh=np.round(satellite_kmh, 1),
    )


@rule(
    120,
    "GNSS_CUT",
    UNSURE,
    "The terminal reported its satellite antenna as cut or shorted.",
    "终端报告卫星天线断开或短路。",
    TIMING_PROTOCOL,
    numbers={"since_seq": "number"},
    flagged=True,
)
def gnss_cut(case: Case, rules: RuleSet) -> Finding:
    """The terminal's last antenna diagnostic before the minute's record says that the fault has come."""
    diagnostics, minutes = case.diagnostics, case.minutes
    antenna = diagnostics.take(diagnostics.code == _ANTENNA)
    since = np.zeros(len(minutes), dtype=np.int64)
    if len(antenna) and len(minutes):
        terminals = np.unique(np.concatenate([antenna.terminal, minutes.terminal]))
        keys = np.searchsorted(terminals, antenna.terminal) << _SEQ_BITS | antenna.seq
        place = np.searchsorted(terminals, minutes.terminal)
        before = np.searchsorted(keys, place << _SEQ_BITS | minutes.seq) - 1
        at = np.maximum(before, 0)
        cut = (before >= 0) & (keys[at] >> _SEQ_BITS == place) & (antenna.state[at] == 1)
        since[cut] = antenna.seq[at[cut]]
    return hits(since > 0, since_seq=since)
